/*
 * say - what lurectl says, in the reader's language.
 * identifier -> text in English or Japanese
 *
 * By LC_ALL, LC_MESSAGES, LANG in that order: Japanese where the first that is set begins with "ja". A table, not
 * gettext: two languages, some fifty texts, and the programs run from the build folder.
 */
#ifndef LURE_TOOLS_SAY_H
#define LURE_TOOLS_SAY_H

#include <stdbool.h>

enum say {
#define SAY(id, en, ja) SAY_##id,
#include "tools/say.def"
#undef SAY
	SAY_N
};

const char *say(enum say what);
bool say_japanese(void);

/* Formats, as literals so that the compiler checks both against their arguments. */
#define SAY_EITHER(en, ja) (say_japanese() ? (ja) : (en))
#define SAY_FORMAT_SUMMARY \
	SAY_EITHER("%zu messages: %zu none, %zu tag, %zu reject", \
	    "%zu 通: 該当なし %zu、タグ付け %zu、拒否 %zu")
#define SAY_FORMAT_CHECK_GOOD \
	SAY_EITHER("%zu pattern files, %zu rules, %zu signs, %zu patterns, %zu words: good (set %s)", \
	    "パターンファイル %zu、規則 %zu、兆候 %zu、パターン %zu、語 %zu: 問題なし (セット %s)")
#define SAY_FORMAT_CHECK_BAD \
	SAY_EITHER("%zu errors, %zu warnings", \
	    "エラー %zu、警告 %zu")
#define SAY_FORMAT_TESTED \
	SAY_EITHER("%zu examples and cases: %zu good, %zu failed (set %s)", \
	    "例文とケース %zu: 成功 %zu、失敗 %zu (セット %s)")
#define SAY_FORMAT_UPSET \
	SAY_EITHER("%zu come out otherwise by what is local or has expired: no failures", \
	    "上書きなど手元の変更や期限切れで結果が変わったもの %zu (失敗には数えない)")
#define SAY_FORMAT_REPLACED \
	SAY_EITHER("%u characters replaced", \
	    "置き換えた文字 %u")
#define SAY_FORMAT_WORTH \
	SAY_EITHER("worth %s", \
	    "本来 %s")
#define SAY_FORMAT_WOULD \
	SAY_EITHER("alone would make it %s", \
	    "単独で有効なら%s")
#define SAY_FORMAT_MORE \
	SAY_EITHER("and %zu more: --json shows all", \
	    "ほか %zu (--json ですべて表示)")
#define SAY_FORMAT_AT_MOST \
	SAY_EITHER("%s found, at most %s", \
	    "検出 %s、上限 %s")
#define SAY_FORMAT_LITTLE \
	SAY_EITHER("a tag needs %s points, %s are missing", \
	    "タグ付けの %s 点に %s 点足りない")
#define SAY_FORMAT_ENOUGH \
	SAY_EITHER("a tag needs %s points", \
	    "タグ付けの %s 点に達した")
#define SAY_FORMAT_BAR_POINTS \
	SAY_EITHER("%s points of one family alone, without words that weigh", \
	    "一つの手口だけで %s 点 (語の重みを除く)")
#define SAY_FORMAT_BAR_ROLES \
	SAY_EITHER("%u roles of the strongest family, which has %u", \
	    "最も強い手口の役割 %u 種類 (現在 %u)")
#define SAY_FORMAT_LIMIT \
	SAY_EITHER("limit %s", \
	    "上限 %s")

#define SAY_FORMAT_RATE \
	SAY_EITHER(", %.0f/s", \
	    "、毎秒 %.0f")
#define SAY_FORMAT_LEFT \
	SAY_EITHER(", %.0f s left", \
	    "、残り %.0f 秒")
#define SAY_FORMAT_EVALUATED \
	SAY_EITHER("%zu lures and %zu legitimate texts in %zu messages (set %s)", \
	    "誘い %zu、正規 %zu の文面、メール %zu 通 (セット %s)")
#define SAY_FORMAT_RECALL_AT \
	SAY_EITHER("at most %.1f %% false tags: %.1f %% of the lures (tag_points %.1f)", \
	    "誤検出 %.1f %% 以下なら検出率 %.1f %% (tag_points %.1f)")
#define SAY_FORMAT_IDLE \
	SAY_EITHER("%zu signs and rules hit nothing", \
	    "どの文面にも当たらない兆候と規則 %zu")
#define SAY_FORMAT_CHANGED \
	SAY_EITHER("%zu texts changed, %zu were not in the baseline", \
	    "変化 %zu、基準にない文面 %zu")
#define SAY_FORMAT_LEARNT_FROM \
	SAY_EITHER("%zu lures and %zu legitimate texts (%zu left out that say the same), %zu n-grams in %u or more", \
	    "誘い %zu、正規 %zu の文面 (同文で除いたもの %zu)、n-gram %zu (%u 以上の文面に出るもの)")
#define SAY_FORMAT_COUNTS \
	SAY_EITHER("words would count on %zu of the lures and %zu of the legitimate texts, where signs count", \
	    "語が加わるのは誘いのうち %zu、正規のうち %zu (手口の兆候がそろう文面)")
#define SAY_FORMAT_MEASURED \
	SAY_EITHER( \
	    "%zu messages, %.1f MB, %.2f MB of decoded text; %zu patterns (set %s); CPU time of one core, %zu rounds", \
	    "メール %zu 通、%.1f MB、解読した文面 %.2f MB、パターン %zu (セット %s)、1 コアの CPU 時間、%zu 回")
#define SAY_FORMAT_COMPARED \
	SAY_EITHER("%zu messages by both: %zu found otherwise", \
	    "両方で調べたメール %zu 通、結果の違い %zu")
#define SAY_FORMAT_WRITTEN \
	SAY_EITHER("%s: %zu words; read them before you use them", \
	    "%s: 語 %zu。使う前に必ず目を通してください")

#endif
