#include <config.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <syslog.h>
#include <unistd.h>

#include <cmocka.h>

#include "config/config.h"

static char path[32];
static struct config *config;
static struct diags diags;

static int setup(void **state)
{
	int fd;

	strcpy(path, "/tmp/test_config.XXXXXX");
	fd = mkstemp(path);
	config = config_new();
	if (fd < 0 || config == NULL)
		return -1;
	close(fd);
	return 0;
}

static int teardown(void **state)
{
	unlink(path);
	config_free(config);
	diags_free(&diags);
	return 0;
}

/* The text as a file, read over what `config` has. */
static bool read_text(const char *text)
{
	FILE *f = fopen(path, "w");

	assert_non_null(f);
	fputs(text, f);
	fclose(f);
	diags_free(&diags);
	return config_read(config, path, &diags);
}

static void read_good(const char *text)
{
	if (!read_text(text)) {
		diags_print(&diags, stderr);
		fail();
	}
	assert_int_equal(diags.n, 0);
}

static void set_good(const char *assignment)
{
	diags_free(&diags);
	if (!config_set(config, assignment, &diags)) {
		diags_print(&diags, stderr);
		fail();
	}
	assert_int_equal(diags.n, 0);
}

/* -o ASSIGNMENT is refused, with this message. */
static void set_wrong(const char *assignment, const char *message)
{
	diags_free(&diags);
	assert_false(config_set(config, assignment, &diags));
	assert_int_equal(diags.n, 1);
	assert_int_equal(diags.errors, 1);
	assert_string_equal(diags.v[0].text, message);
}

static const char *written(const struct config *c, bool all)
{
	static struct buf out;

	buf_clear(&out);
	config_write(c, all, &out);
	assert_false(out.failed);
	return buf_cstr(&out);
}

static void test_defaults(void **state)
{
	assert_string_equal(config->socket, "inet:8895@127.0.0.1");
	assert_int_equal(config->socket_mode, 0660);
	assert_string_equal(config->user, "");
	assert_true(config->syslog);
	assert_int_equal(config->log_level, LOG_INFO);
	assert_int_equal(config->mode, MODE_TAG);
	assert_int_equal(config->tag_points, 50);
	assert_int_equal(config->reject_points, 100);
	assert_int_equal(config->reject, REJECT_NO);
	assert_int_equal(config->header_detail, CONFIG_DETAIL_LURES);
	assert_int_equal(config->on_trouble, TROUBLE_ACCEPT);
	assert_int_equal(config->patterns.n, 0);
	assert_int_equal(config->internal_networks.n, 2);
	assert_string_equal(config->internal_networks.v[1], "::1");
	assert_int_equal(config->recipients_default, CONFIG_REJECT);
	assert_int_equal(config->mixed_recipients, MIXED_MILDEST);
	assert_int_equal(config->scan_bytes, 1024 * 1024);
	assert_int_equal(config->message_time, 2000);
	assert_int_equal(config->reputation, REPUTATION_MEMORY);
	assert_false(config->trust_authserv_id);
	assert_true(config_check(config, &diags));
	assert_int_equal(diags.n, 0);
	assert_string_equal(written(config, false), "");
	config_free(NULL);
}

static void test_file(void **state)
{
	read_good("# a comment\n"
	    "socket: 'local:/run/lure-milter/socket'\n"
	    "tag_points: 4.5\n"
	    "reject: hold\n"
	    "patterns: [/etc/a, '/etc/b c', \"/etc/d\"]\n"
	    "exempt_networks: 192.0.2.0/24, 2001:db8::/32\n"
	    "subject_mark: '[注意] '\n"
	    "internal_networks: []\n"
	    "user:\n");
	assert_string_equal(config->socket, "local:/run/lure-milter/socket");
	assert_int_equal(config->tag_points, 45);
	assert_int_equal(config->reject, REJECT_HOLD);
	assert_int_equal(config->patterns.n, 3);
	assert_string_equal(config->patterns.v[1], "/etc/b c");
	assert_int_equal(config->exempt_networks.n, 2);
	assert_string_equal(config->exempt_networks.v[0], "192.0.2.0/24");
	assert_string_equal(config->exempt_networks.v[1], "2001:db8::/32");
	assert_string_equal(config->subject_mark, "[注意] ");
	assert_int_equal(config->internal_networks.n, 0);
	assert_string_equal(config->user, "");
	assert_int_equal(config->reject_points, 100); /* what the file does not name stays */
}

static void test_empty_files(void **state)
{
	read_good("");
	read_good("# nothing\n");
	read_good("---\n");
	assert_string_equal(written(config, false), "");
}

struct place {
	unsigned line, column;
	const char *text;
};

static void check_places(const struct place *want, size_t n)
{
	if (diags.n != n)
		diags_print(&diags, stderr);
	assert_int_equal(diags.n, n);
	for (size_t i = 0; i < n; i++) {
		assert_string_equal(diags.v[i].file, path);
		assert_int_equal(diags.v[i].line, want[i].line);
		assert_int_equal(diags.v[i].column, want[i].column);
		assert_string_equal(diags.v[i].text, want[i].text);
	}
}

/* All errors of a file come at once, each with its place; what is right is taken, what is wrong leaves its option. */
static void test_errors_of_a_file(void **state)
{
	static const struct place want[] = {
		{ 1, 1, "unknown option 'tag-points'; did you mean 'tag_points'?" },
		{ 2, 15, "message_time: '5' is not a time, as in 500ms, 2s or 5min" },
		{ 4, 1, "unknown option 'colour'" },
		{ 5, 7, "mode takes a single value" },
		{ 6, 9, "socket takes a single value" },
		{ 7, 15, "an item of patterns must be plain text" },
		{ 8, 24, "an item of shared_senders cannot hold a comma" },
		{ 9, 9, "reject: 'maybe' is not one of no, hold, yes" },
	};

	assert_false(read_text("tag-points: 5\n"
	    "message_time: 5\n"
	    "scan_slots: 3\n"
	    "colour: red\n"
	    "mode: [tag]\n"
	    "socket: {a: b}\n"
	    "patterns: [a, [b]]\n"
	    "shared_senders: [good, 'a.example,b.example']\n"
	    "reject: maybe\n"));
	check_places(want, sizeof want / sizeof *want);
	assert_int_equal(config->scan_slots, 3);
	assert_int_equal(config->message_time, 2000);
	assert_int_equal(config->mode, MODE_TAG);
	assert_int_equal(config->patterns.n, 0);
	assert_int_equal(config->shared_senders.n, 0);
}

static void test_files_that_are_none(void **state)
{
	static const struct place duplicate[] = { { 3, 1,
	    "key 'mode' stands here a second time; the first is in line 1" } };
	static const struct place list[] = { { 1, 1, "a configuration file is lines of 'option: value'" } };

	assert_false(read_text("mode: tag\nreject: no\nmode: observe\n"));
	check_places(duplicate, 1);
	assert_int_equal(config->mode, MODE_TAG);
	assert_false(read_text("user: a\nuser: b\nmode: tag\nmode: tag\n"));
	assert_int_equal(diags.v[0].line, 2); /* in the order of the file */
	assert_int_equal(diags.v[1].line, 4);
	assert_false(read_text("[a, b]\n"));
	check_places(list, 1);
	assert_false(read_text("tag\n"));
	check_places(list, 1);
	assert_false(read_text("mode: [\n"));
	assert_int_equal(diags.n, 1);
	assert_int_equal(diags.v[0].line, 1);
	assert_int_equal(diags.v[0].column, 7);

	unlink(path);
	diags_free(&diags);
	assert_false(config_read(config, path, &diags));
	assert_int_equal(diags.n, 1);
	assert_string_equal(diags.v[0].file, path);
	assert_int_equal(diags.v[0].line, 0);
	assert_string_equal(diags.v[0].text, "cannot be read: No such file or directory");
	diags_free(&diags);
	assert_false(config_read(config, "/tmp", &diags));
	assert_string_equal(diags.v[0].text, "cannot be read: Is a directory");
}

static void test_set_over_file(void **state)
{
	read_good("tag_points: 4\nsocket: inet:1@127.0.0.1\npatterns: [a, b, c]\n");
	set_good("tag_points=6.5");
	set_good("patterns=/d,/e f");
	set_good("reject_text=a=b");
	assert_int_equal(config->tag_points, 65);
	assert_int_equal(config->patterns.n, 2);
	assert_string_equal(config->patterns.v[1], "/e f");
	assert_string_equal(config->reject_text, "a=b");
	assert_string_equal(config->socket, "inet:1@127.0.0.1");
	set_good("patterns=");
	assert_int_equal(config->patterns.n, 0);
	set_good("user=");
	assert_string_equal(config->user, "");
}

static void test_set_wrong(void **state)
{
	set_wrong("tag_points", "-o wants NAME=VALUE, not 'tag_points'");
	set_wrong("tag_pionts=4", "unknown option 'tag_pionts'; did you mean 'tag_points'?");
	set_wrong("=4", "unknown option ''");
	set_wrong("qwertz=4", "unknown option 'qwertz'");
	set_wrong("syslog=true", "-o syslog: 'true' is not yes or no");
	set_wrong("mode=", "-o mode: '' is not one of observe, tag");
	set_wrong("log_level=Info", "-o log_level: 'Info' is not one of error, warning, info, debug");
	set_wrong("user=a\nb", "-o user: 'a\nb' is not one line of UTF-8 without control characters");
	set_wrong("user=a\x1B", "-o user: 'a\x1B' is not one line of UTF-8 without control characters");
	set_wrong("patterns=/a,/\xFF", "-o patterns: '/a,/\xFF' is not one line of UTF-8 without control characters");
	/* a long value is repeated in part, cut between characters */
	set_wrong("mode=ああああああああああああああああああああ",
	    "-o mode: 'あああああああああああああ...' is not one of observe, tag");
}

static void test_numbers(void **state)
{
	static const struct {
		const char *assignment;
		size_t want; /* of scan_slots, scan_bytes or message_time; (size_t)-1: refused */
	} cases[] = {
		{ "scan_slots=0", 0 }, { "scan_slots=100000000", 100000000 }, { "scan_slots=007", 7 },
		{ "scan_slots=100000001", -1 }, { "scan_slots=18446744073709551617", -1 }, { "scan_slots=1K", -1 },
		{ "scan_slots=-1", -1 }, { "scan_slots=+1", -1 }, { "scan_slots= 1", -1 }, { "scan_slots=1 ", -1 },
		{ "scan_slots=", -1 }, { "scan_slots=1.5", -1 }, { "scan_slots=0x10", -1 },
		{ "scan_bytes=4096", 4096 }, { "scan_bytes=64K", 65536 }, { "scan_bytes=3M", 3145728 },
		{ "scan_bytes=2G", (size_t)2 << 30 }, { "scan_bytes=1024G", (size_t)1 << 40 },
		{ "scan_bytes=1025G", -1 }, { "scan_bytes=1k", -1 }, { "scan_bytes=K", -1 }, { "scan_bytes=1KB", -1 },
		{ "scan_bytes=99999999999999999999G", -1 },
		{ "message_time=500ms", 500 }, { "message_time=2s", 2000 }, { "message_time=5min", 300000 },
		{ "message_time=60min", 3600000 }, { "message_time=61min", -1 }, { "message_time=2", -1 },
		{ "message_time=2 s", -1 }, { "message_time=1h", -1 },
	};

	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		const char *a = cases[i].assignment;
		size_t got;

		diags_free(&diags);
		assert_int_equal(config_set(config, a, &diags), cases[i].want != (size_t)-1);
		if (cases[i].want == (size_t)-1)
			continue;
		got = a[0] == 'm'   ? (size_t)config->message_time
		      : a[5] == 's' ? config->scan_slots
				    : config->scan_bytes;
		assert_int_equal(got, cases[i].want);
	}
}

static void test_points_and_modes(void **state)
{
	static const char *const wrong[] = { "tag_points=", "tag_points=.5", "tag_points=5.", "tag_points=5.25",
		"tag_points=5.09", "tag_points=-1", "tag_points=1001", "tag_points=5,5", "tag_points=5.a",
		"socket_mode=", "socket_mode=0888", "socket_mode=00660", "socket_mode=rw", "socket_mode=-1" };

	set_good("tag_points=0");
	assert_int_equal(config->tag_points, 0);
	set_good("tag_points=7.5");
	assert_int_equal(config->tag_points, 75);
	set_good("tag_points=1000");
	assert_int_equal(config->tag_points, 10000);
	set_good("socket_mode=600");
	assert_int_equal(config->socket_mode, 0600);
	set_good("socket_mode=0777");
	assert_int_equal(config->socket_mode, 0777);
	for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++)
		assert_false(config_set(config, wrong[i], &diags));
	assert_int_equal(diags.errors, sizeof wrong / sizeof *wrong);
	assert_int_equal(config->tag_points, 10000);
	assert_int_equal(config->socket_mode, 0777);
}

/* Every word of every choice is taken and written as itself. */
static void test_choices(void **state)
{
	static const char *const words[] = {
		"log_level: error", "log_level: warning", "log_level: info", "log_level: debug", "mode: observe",
		"mode: tag", "reject: no", "reject: hold", "reject: yes", "header_detail: verdict",
		"header_detail: lures", "header_detail: rules", "on_trouble: accept", "on_trouble: tempfail",
		"recipients_default: off", "recipients_default: observe", "recipients_default: tag",
		"recipients_default: reject", "mixed_recipients: mildest", "mixed_recipients: split",
		"reputation: off", "reputation: memory", "syslog: yes", "syslog: no",
	};

	for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
		struct buf line = BUF_HEAP;

		read_good(words[i]);
		buf_printf(&line, "\n%s\n", words[i]);
		assert_non_null(strstr(written(config, true), buf_cstr(&line)));
		buf_free(&line);
	}
	set_good("log_level=error");
	assert_int_equal(config->log_level, LOG_ERR);
	set_good("recipients_default=off");
	assert_int_equal(config->recipients_default, CONFIG_OFF);
}

static void check_wrong(const char *assignment, const char *part)
{
	struct config *c = config_new();

	diags_free(&diags);
	assert_true(config_set(c, assignment, &diags));
	assert_false(config_check(c, &diags));
	assert_int_equal(diags.errors, 1);
	assert_non_null(strstr(diags.v[0].text, part));
	config_free(c);
}

static void test_check(void **state)
{
	check_wrong("reject_points=4.9", "reject_points is below tag_points");
	check_wrong("tag_points=0", "tag_points must be above 0");
	check_wrong("reject_text=拒否", "reject_text must be printable ASCII");
	check_wrong("text_bytes=5M", "text_bytes is more than four times scan_bytes");
	check_wrong("text_bytes=4095", "4K at least");
	check_wrong("held_bytes=512K", "held_bytes is below scan_bytes");
	check_wrong("message_time=0s", "message_time must be above 0");
	check_wrong("max_connections=0", "max_connections must be above 0");
	set_good("reject_points=5");
	set_good("text_bytes=4M");
	set_good("held_bytes=1M");
	assert_true(config_check(config, &diags));
	/* all at once */
	set_good("tag_points=0");
	set_good("message_time=0ms");
	assert_false(config_check(config, &diags));
	assert_int_equal(diags.errors, 2);
}

/* Values of every kind, written and read back: the same. */
static void test_write_and_read(void **state)
{
	static const char *const values[] = {
		"reject_text= leading", "reject_text=trailing ", "reject_text='quoted'", "reject_text=it's \"so\"",
		"reject_text=a: b", "reject_text=a #b", "reject_text=- x", "reject_text=? x", "reject_text=[x]",
		"reject_text={x}", "reject_text=*x", "reject_text=&x", "reject_text=!x", "reject_text=| x",
		"reject_text=> x", "reject_text=%x", "reject_text=@x", "reject_text=`x", "reject_text=~",
		"reject_text=null", "reject_text=yes", "reject_text=1", "reject_text=---", "reject_text=...",
		"reject_text=<<", "reject_text==", "reject_text=\\n", "reject_text= ", "reject_text='",
		"reject_text=''", "reject_text=a,b", "subject_mark=【注意】", "subject_mark=\xF0\x9F\x98\x80",
		"patterns=/a b, /c:d ,/e#f,/'g',/h\"i,/[j],/k]", "patterns=*,&,-,--,?x", "patterns=,,",
		"exempt_networks=2001:db8::/32,192.0.2.1", "internal_networks=", "tag_points=0.1", "tag_points=12.3",
		"socket_mode=7", "scan_bytes=4097", "held_bytes=1G", "message_time=1ms", "message_time=1min",
		"mode=observe", "reject=yes", "log_level=debug", "syslog=no", "scan_slots=64", "trust_authserv_id=yes",
	};

	for (size_t i = 0; i < sizeof values / sizeof *values; i++) {
		for (int all = 0; all < 2; all++) {
			struct buf before = BUF_HEAP;
			char *text;

			config_free(config);
			config = config_new();
			set_good(values[i]);
			config_write(config, true, &before);
			text = strdup(written(config, all));
			config_free(config);
			config = config_new();
			read_good(text);
			assert_string_equal(written(config, true), buf_cstr(&before));
			free(text);
			buf_free(&before);
		}
	}
	/* and the values themselves, not only what is written of them */
	set_good("reject_text= it's: ");
	set_good("patterns=/a b, /c:d ,'e'");
	char *text = strdup(written(config, false));

	config_free(config);
	config = config_new();
	read_good(text);
	free(text);
	assert_string_equal(config->reject_text, " it's: ");
	assert_int_equal(config->patterns.n, 3);
	assert_string_equal(config->patterns.v[1], "/c:d");
	assert_string_equal(config->patterns.v[2], "'e'");
}

static void test_write(void **state)
{
	set_good("tag_points=6");
	set_good("patterns=/a,/b");
	set_good("mode=tag"); /* the default */
	assert_string_equal(written(config, false), "tag_points: 6\npatterns: [/a, /b]\n");
	assert_non_null(strstr(written(config, true), "# points from which a message is tagged\ntag_points: 6\n\n"));
	assert_non_null(strstr(written(config, true), "\nscan_bytes: 1048576\n"));
	assert_non_null(strstr(written(config, true), "\nuser: ''\n"));
}

/* The sample file, with the # before its options taken away: each option once, and each at its default. */
static void test_sample(void **state)
{
	struct source sample;
	struct buf options = BUF_HEAP;
	size_t n = 0, all = 0;

	assert_int_equal(source_read(SRCDIR "/contrib/lure-milter.conf", 1 << 20, &sample), 0);
	for (size_t at = 0; at < sample.bytes.n;) {
		size_t end = span_find(sample.bytes, at, span_str("\n"));
		bool option =
		    sample.bytes.p[at] == '#' && sample.bytes.p[at + 1] >= 'a' && sample.bytes.p[at + 1] <= 'z';

		buf_span(&options, span(sample.bytes.p + at + option, end - at - option));
		buf_byte(&options, '\n');
		n += option;
		at = end + 1;
	}
#define OPTION(name, type, fallback, reload, help) all++;
#include "config/options.def"
#undef OPTION
	assert_int_equal(n, all);
	read_good(buf_cstr(&options));
	assert_string_equal(written(config, false), "");
	source_free(&sample);
	buf_free(&options);
}

static void test_unreloadable(void **state)
{
	struct config *new = config_new();
	struct buf out = BUF_HEAP;

	config_unreloadable(config, new, &out);
	assert_int_equal(out.n, 0);
	assert_true(config_set(new, "tag_points=6", &diags));
	assert_true(config_set(new, "patterns=/x", &diags));
	config_unreloadable(config, new, &out);
	assert_int_equal(out.n, 0);
	assert_true(config_set(new, "socket=fd:3", &diags));
	assert_true(config_set(new, "scan_slots=7", &diags));
	config_unreloadable(config, new, &out);
	assert_string_equal(buf_cstr(&out), "socket, scan_slots");
	buf_free(&out);
	config_free(new);
}

static void test_limits(void **state)
{
	struct limits l, defaults = LIMITS_DEFAULT;

	config_limits(config, &l);
	assert_memory_equal(&l, &defaults, sizeof l); /* options.def and limits.h say the same */
	set_good("scan_bytes=2M");
	set_good("text_bytes=100K");
	set_good("held_bytes=3M");
	set_good("message_time=750ms");
	config_limits(config, &l);
	assert_int_equal(l.scan_bytes, 2 << 20);
	assert_int_equal(l.text_bytes, 100 << 10);
	assert_int_equal(l.held_bytes, 3 << 20);
	assert_int_equal(l.message_ms, 750);
	assert_int_equal(l.parts, defaults.parts);
	assert_int_equal(limits_arena(&l), (2 << 20) + 24 * (100 << 10));
}

/* This program does not stand beside a config.status: the installed places. */
static void test_places(void **state)
{
	assert_string_equal(config_default_path(), SYSCONFDIR "/lure-milter/lure-milter.conf");
	assert_string_equal(config_default_patterns(), PKGDATADIR "/patterns");
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_defaults),
		TEST(test_file),
		TEST(test_empty_files),
		TEST(test_errors_of_a_file),
		TEST(test_files_that_are_none),
		TEST(test_set_over_file),
		TEST(test_set_wrong),
		TEST(test_numbers),
		TEST(test_points_and_modes),
		TEST(test_choices),
		TEST(test_check),
		TEST(test_write_and_read),
		TEST(test_write),
		TEST(test_sample),
		TEST(test_unreloadable),
		TEST(test_limits),
		TEST(test_places),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
