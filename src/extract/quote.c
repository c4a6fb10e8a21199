#include <config.h>

#include "extract/quote.h"

#include <stdlib.h>

#define LINE_BYTES 400u    /* of a line that may announce a quote */
#define HEADER_LINES 16u   /* of a quoted header block, blank ones included */
#define INITIALS 8u        /* "TY> " */
#define RULE_BYTES 20u     /* "____________________" */

bool marks_add(struct arena *a, struct marks *m, size_t from, size_t to, enum mark_kind kind)
{
	struct mark *last = m->n > 0 ? &m->v[m->n - 1] : NULL;

	if (from >= to)
		return true;
	if (last != NULL && last->kind == kind && last->to == from && last->from < from) {
		last->to = (uint32_t)to;
		return true;
	}
	if (m->n == MARKS_MAX)
		return false;
	if (m->n == m->cap) {
		size_t cap = m->cap == 0 ? 16 : 2 * m->cap;
		struct mark *v = arena_grow(a, m->v, m->cap * sizeof *v, cap * sizeof *v);

		if (v == NULL)
			return false;
		m->v = v;
		m->cap = cap;
	}
	m->v[m->n++] = (struct mark){ (uint32_t)from, (uint32_t)to, kind };
	return true;
}

static int compare(const void *a, const void *b)
{
	const struct mark *x = a, *y = b;

	if (x->kind != y->kind)
		return x->kind < y->kind ? -1 : 1;
	return (x->from > y->from) - (x->from < y->from);
}

static int by_place(const void *a, const void *b)
{
	const struct mark *x = a, *y = b;

	return x->from != y->from ? (x->from > y->from) - (x->from < y->from) : (int)x->kind - (int)y->kind;
}

void marks_settle(struct marks *m)
{
	size_t n = 0;

	if (m->n < 2)
		return;
	qsort(m->v, m->n, sizeof *m->v, compare);
	for (size_t i = 1; i < m->n; i++) {
		if (m->v[i].kind != m->v[n].kind || m->v[i].from > m->v[n].to)
			m->v[++n] = m->v[i];
		else if (m->v[i].to > m->v[n].to)
			m->v[n].to = m->v[i].to;
	}
	m->n = n + 1;
	qsort(m->v, m->n, sizeof *m->v, by_place);
}

static bool begins(struct span s, const char *with)
{
	size_t n;

	if (s.n == 0 || ((s.p[0] ^ with[0]) & ~0x20) != 0)
		return false; /* by far the most lines */
	n = strlen(with);
	return s.n >= n && strncasecmp(s.p, with, n) == 0;
}

static bool ends(struct span s, const char *with)
{
	size_t n = strlen(with);

	return s.n >= n && s.p[s.n - 1] == with[n - 1] && strncasecmp(s.p + s.n - n, with, n) == 0;
}

static bool holds(struct span s, const char *what)
{
	return span_find(s, 0, span_str(what)) < s.n;
}

/* Blanks at both ends, U+3000 and U+00A0 included. */
static struct span trim(struct span s)
{
	for (size_t before = s.n + 1; s.n < before;) {
		before = s.n;
		s = span_trim(s);
		while (begins(s, "\xE3\x80\x80"))
			s = span_from(s, 3);
		while (begins(s, "\xC2\xA0"))
			s = span_from(s, 2);
		while (ends(s, "\xE3\x80\x80"))
			s.n -= 3;
		while (ends(s, "\xC2\xA0"))
			s.n -= 2;
	}
	return s;
}

/* The length of one quote mark at the start of a trimmed line, or 0. */
static size_t quote_sign(struct span s)
{
	size_t n = 0;

	if (begins(s, ">"))
		return 1;
	if (begins(s, "\xEF\xBC\x9E")) /* ＞ */
		return 3;
	if (begins(s, "|") && !ends(s, "|")) /* a row of a table has one at its end too */
		return s.n > 1 && (s.p[1] == ' ' || s.p[1] == '|') ? 1 : 0;
	while (n < s.n && n < INITIALS && ((s.p[n] >= 'A' && s.p[n] <= 'Z') ||
	    (n > 0 && s.p[n] >= 'a' && s.p[n] <= 'z')))
		n++;
	return n > 0 && n + 1 < s.n && s.p[n] == '>' && s.p[n + 1] == ' ' ? n + 1 : 0;
}

struct span quote_strip(struct span line)
{
	struct span s = trim(line);
	size_t n = quote_sign(s);

	if (n == 0)
		return line;
	while (n > 0) {
		s = trim(span_from(s, n));
		n = begins(s, ">") ? 1 : begins(s, "\xEF\xBC\x9E") ? 3 : 0;
	}
	return s;
}

/* How long a sign of a drawn rule is, or a blank within it; 0: none. */
static size_t rule_sign(struct span s)
{
	static const char *const signs[] = { "-", "=", "*", "_", "~", "#", " ", "　", "－", "ー", "―", "─", "━", "＝", "＊",
		"〜", "～", "…", "【", "】", "＜", "＞", "<", ">", "(", ")", "（", "）", "■", "◆", "▼", "▲" };

	for (size_t i = 0; i < sizeof signs / sizeof *signs; i++)
		if (begins(s, signs[i]))
			return strlen(signs[i]);
	return 0;
}

/* "-----Original Message-----" and its like, trimmed. */
static bool is_separator(struct span s)
{
	static const char *const names[] = { "original message", "original appointment", "forwarded message",
		"forwarded by", "reply message", "元のメッセージ", "元のメール", "元メッセージ", "オリジナルメッセージ", "転送メッセージ",
		"転送メール", "転送されたメッセージ", "転送元メッセージ", "返信元メッセージ", "メッセージの転送", "転送" };
	size_t dashes = 0;

	if (s.n > LINE_BYTES)
		return false;
	if (begins(s, "begin forwarded message") || begins(s, "転送されたメッセージ:") || begins(s, "転送されたメッセージ："))
		return true;
	while (dashes < s.n && strchr("-_=* ", s.p[dashes]) != NULL && s.p[dashes] != '\0')
		dashes++;
	if (dashes < 3)
		return false;
	s = span_from(s, dashes);
	for (size_t i = 0; i < sizeof names / sizeof *names; i++)
		if (begins(s, names[i])) {
			struct span rest = trim(span_from(s, strlen(names[i])));

			return rest.n == 0 || rest.p[0] == '-' || rest.p[0] == '_' || rest.p[0] == '=' ||
			    rest.p[0] == '*' || begins(s, "forwarded by");
		}
	return false;
}

/* "---- ここから ----", "===== 以下引用 =====": a rule with a word or two that open (or close) a quote. */
static bool is_bracket(struct span s, bool opens)
{
	static const char *const words[2][8] = {
		{ "ここまで", "引用終わり", "引用おわり", "転送終わり", "以上引用", "引用ここまで", "転送ここまで", "以上" },
		{ "ここから", "以下引用", "以下転送", "引用開始", "引用ここから", "転送ここから", "引用", "以下本文" },
	};
	struct span word = s;

	if (s.n > LINE_BYTES)
		return false;
	while (word.n > 0 && rule_sign(word) > 0)
		word = span_from(word, rule_sign(word));
	if (s.n - word.n < 2)
		return false;
	for (size_t i = 0; i < sizeof words[0] / sizeof *words[0]; i++) {
		struct span rest = span_from(word, strlen(words[opens][i]));

		if (!begins(word, words[opens][i]))
			continue;
		while (rest.n > 0 && rule_sign(rest) > 0)
			rest = span_from(rest, rule_sign(rest));
		if (rest.n == 0)
			return true;
	}
	return false;
}

/* Which header a line of a quoted header block shows, 1 on; 0: none. */
static unsigned header_kind(struct span s)
{
	static const struct {
		const char *name;
		unsigned kind;
	} names[] = {
		{ "from", 1 }, { "差出人", 1 }, { "送信者", 1 }, { "送信元", 1 }, { "sent", 2 }, { "date", 2 }, { "日時", 2 },
		{ "日付", 2 }, { "送信日時", 2 }, { "送信日", 2 }, { "to", 3 }, { "宛先", 3 }, { "送信先", 3 }, { "受信者", 3 },
		{ "subject", 4 }, { "件名", 4 }, { "題名", 4 }, { "cc", 5 }, { "reply-to", 6 }, { "返信先", 6 }, { "bcc", 7 },
	};

	if (begins(s, "*") || begins(s, "■") || begins(s, "●"))
		s = span_from(s, begins(s, "*") ? 1 : 3);
	for (size_t i = 0; i < sizeof names / sizeof *names; i++)
		if (begins(s, names[i].name)) {
			struct span rest = trim(span_from(s, strlen(names[i].name)));

			if (begins(rest, "*"))
				rest = trim(span_from(rest, 1));
			if (begins(rest, ":") || begins(rest, "："))
				return names[i].kind;
		}
	return 0;
}

/* "On Tue, 24 Nov 2026, Taro <taro@a.example> wrote:" and its like, trimmed. */
static bool is_announcement(struct span s)
{
	if (s.n > LINE_BYTES || s.n < 6 || !(ends(s, ":") || ends(s, "：")))
		return false;
	if (ends(s, "wrote:") || ends(s, "writes:"))
		return true;
	if (holds(s, "は書きました") || holds(s, "が書きました") || ends(s, "のメール:") || ends(s, "のメール："))
		return true;
	return s.p[0] >= '0' && s.p[0] <= '9' && holds(s, "@") && (holds(s, "年") || holds(s, "/") || holds(s, "-"));
}

static bool is_rule(struct span s)
{
	size_t n = 0;

	while (n < s.n && s.p[n] == '_')
		n++;
	return n == s.n && n >= RULE_BYTES;
}

/* One reading of a part, line by line. */
struct reader {
	struct span text;
	size_t at, end; /* of what is left */
};

static bool next_line(struct reader *r, struct span *line)
{
	const char *from = r->text.p + r->at, *lf;
	size_t left = r->end - r->at;

	if (left == 0)
		return false;
	lf = memchr(from, '\n', left);
	*line = span(from, lf == NULL ? left : (size_t)(lf - from));
	r->at += line->n + (lf != NULL);
	return true;
}

/* The header lines that stand from here on (blank ones among them): how many kinds, and where what follows begins. */
static unsigned header_block(struct reader r, size_t *after)
{
	struct span line;
	unsigned kinds = 0, count = 0;

	*after = r.at;
	for (unsigned i = 0; i < HEADER_LINES && next_line(&r, &line); i++) {
		struct span s = trim(line);
		unsigned kind = s.n == 0 ? 0 : header_kind(s);

		if (s.n > 0 && kind == 0)
			break;
		kinds |= 1u << kind;
		if (kind > 0)
			*after = r.at;
	}
	for (kinds >>= 1; kinds != 0; kinds &= kinds - 1)
		count++;
	return count;
}

/* Do '>' lines follow, with nothing but blank lines before? */
static bool signs_follow(struct reader r)
{
	struct span line, s;

	while (next_line(&r, &line)) {
		s = trim(line);
		if (s.n > 0)
			return quote_sign(s) > 0;
	}
	return false;
}

/* What begins at `line`, the last line read: a quoted message? Then where its header ends. */
static bool begins_message(const struct reader *r, size_t line, struct span s, size_t *after)
{
	struct reader here = *r, next = *r;
	struct span below;

	if (is_separator(s)) {
		header_block(*r, after);
		return true;
	}
	if (is_rule(s)) {
		while (next_line(&next, &below) && trim(below).n == 0)
			here.at = next.at;
		return header_block(here, after) >= 3;
	}
	here.at = line;
	return header_kind(s) == 1 && header_block(here, after) >= 3;
}

/* Where the quote ends that a bracket opened above: after the line that closes it. 0: no line does. */
static size_t bracket_end(struct reader r)
{
	struct span line;

	while (next_line(&r, &line))
		if (is_bracket(trim(line), false))
			return r.at;
	return 0;
}

static bool is_list_footer(struct reader r, struct span s)
{
	struct span line = span(NULL, 0);

	if (!is_rule(s))
		return false;
	while (next_line(&r, &line) && trim(line).n == 0)
		;
	return holds(line, "mailing list") || holds(line, "Mailing List") || holds(line, "メーリングリスト");
}

bool quote_mark(struct arena *a, struct span text, size_t from, size_t to, struct marks *m)
{
	struct reader r = { text, from, to };
	size_t start, before = from, signature = to, after;
	struct span line;
	bool fits = true, brackets = true;

	for (start = r.at; next_line(&r, &line); before = start, start = r.at) {
		struct span s = trim(line);
		size_t end = start;

		if (s.n == 0)
			continue;
		if (quote_sign(s) > 0) {
			end = r.at;
		} else if (begins_message(&r, start, s, &after)) {
			r.at = after;
			end = r.at = signs_follow(r) ? after : to;
		} else if (brackets && is_bracket(s, true)) {
			after = bracket_end(r);
			brackets = after > 0; /* else no later one is closed either */
			if (brackets)
				end = r.at = after;
		} else if (is_announcement(s)) {
			end = r.at;
			if (s.n <= 7) /* "wrote:" alone: its line was broken */
				start = before;
		} else if (signature == to && (span_is(s, "--") || is_list_footer(r, s))) {
			signature = start;
		}
		if (end > start) {
			fits &= marks_add(a, m, start, end, MARK_QUOTED);
			if (signature < start)
				fits &= marks_add(a, m, signature, start, MARK_SIGNATURE);
			signature = to;
		}
	}
	if (signature < to)
		fits &= marks_add(a, m, signature, to, MARK_SIGNATURE);
	return fits;
}
