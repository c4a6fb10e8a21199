/*
 * lurectl - for those who write patterns and run lure-milter. See lurectl(1).
 */
#include <config.h>

#include <stdio.h>
#include <string.h>

#include "decode/charset.h"
#include "fold/fold.h"
#include "tools/command.h"
#include "tools/say.h"

const struct command commands[] = {
	{ "scan", "[--milter SOCKET] [--client ADDRESS --queue-id ID --recipient ADDRESS] MESSAGES...",
	    "say what the milter would do with messages",
	    "メールの判定結果を表示する", command_scan },
	{ "decode", "MESSAGES...", "show messages as they are read", "メールの解読結果を表示する", command_decode },
	{ "explain", "[--color WHEN] [--client ADDRESS --queue-id ID --recipient ADDRESS] MESSAGES...",
	    "show every stage of messages, the hits marked",
	    "判定の過程と理由を詳しく表示する", command_explain },
	{ "check", "[PATTERNS...]", "compile pattern files and run their examples",
	    "パターンファイルを検査し例文を試す", command_check },
	{ "test", "[-v] [--tap] [--color WHEN] [PATTERNS...]",
	    "run the examples and cases of pattern files, one by one", "パターンファイルの例文とケースを一つずつ試す", command_test },
	{ "evaluate", "--manifest FILE | --lure PATH --ham PATH", "measure patterns on labelled messages",
	    "分類済みのメールで検出率と誤検出を測る", command_evaluate },
	{ "learn", "--manifest FILE | --lure PATH --ham PATH --out FILE", "fit words that weigh to labelled messages",
	    "分類済みのメールから語の重みを学ぶ", command_learn },
	{ "bench", "[--rounds N] MESSAGES...", "measure what messages cost, stage by stage",
	    "メールの処理にかかる時間を段階別に測る", command_bench },
	{ "config", "[--changed]", "show the options in force", "有効な設定を表示する", command_config },
	{ "reputation", "ACTION [ARGUMENT]", "show and change what is known of senders", "送信者の評判を表示・変更する",
	    command_reputation },
	{ "status", "[--socket PATH]", "show the counters of the running milter", "動作中のミルターの計数を表示する",
	    command_status },
	{ NULL, NULL, NULL, NULL, NULL },
};

const struct command *command_find(const char *name)
{
	for (const struct command *c = commands; c->name != NULL; c++)
		if (strcmp(c->name, name) == 0)
			return c;
	return NULL;
}

static void usage(FILE *out)
{
	fprintf(out, "usage: lurectl COMMAND [--config FILE] [-o NAME=VALUE] [--patterns PATH] [--json] ...\n\n");
	for (const struct command *c = commands; c->name != NULL; c++)
		fprintf(out, "  %-10s %-40s %s\n", c->name, c->arguments, say_japanese() ? c->help_ja : c->help);
	fprintf(out, "\n%s\n", say_japanese() ? "MESSAGES: ファイル、フォルダー (Maildir も可)、mbox、または - (標準入力)" :
	    "MESSAGES: files, folders (Maildir too), mbox files, or - for standard input");
}

int main(int argc, char **argv)
{
	const struct command *c;
	int rc;

	if (argc < 2) {
		usage(stderr);
		return EX_USAGE;
	}
	if (strcmp(argv[1], "--help") == 0 || strcmp(argv[1], "-h") == 0 || strcmp(argv[1], "help") == 0) {
		usage(stdout);
		return EX_OK;
	}
	if (strcmp(argv[1], "--version") == 0 || strcmp(argv[1], "-V") == 0) {
		printf("lurectl " PACKAGE_VERSION "\n");
		return EX_OK;
	}
	c = command_find(argv[1]);
	if (c == NULL) {
		tool_error("unknown command '%s'", argv[1]);
		usage(stderr);
		return EX_USAGE;
	}
	if (charset_init() < 0 || fold_init() < 0) {
		tool_error("cannot build the character tables: iconv has no CP932, or memory is short");
		return EX_OSERR;
	}
	rc = c->run(argc - 1, argv + 1);
	if (fflush(stdout) != 0 || ferror(stdout)) {
		tool_error("cannot write the output");
		return EX_IOERR;
	}
	return rc;
}
