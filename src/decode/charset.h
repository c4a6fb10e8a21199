/*
 * charset - charsets by name, decoding, and the contest between label and bytes.
 * bytes and a label -> UTF-8, the charset used, and what was wrong
 *
 * ISO-2022-JP (with JIS78/83, X0201 kana, X0212, NEC and IBM rows as CP50221), Shift_JIS as CP932 and EUC-JP are
 * decoded here; the two-byte table is glibc's CP932 read through iconv once (it equals the WHATWG jis0208 index). All
 * others go through iconv, under names of our own list only: a label from a mail selects from the list and never
 * reaches iconv_open.
 */
#ifndef LURE_DECODE_CHARSET_H
#define LURE_DECODE_CHARSET_H

#include "base/buf.h"
#include "decode/flaw.h"

enum charset {
	CHARSET_NONE,      /* no label, or one that says nothing (unknown-8bit, x-unknown) */
	CHARSET_UNKNOWN,   /* a label that is not on the list */
	CHARSET_ASCII,
	CHARSET_UTF8,
	CHARSET_ISO2022JP,
	CHARSET_SHIFT_JIS, /* always CP932 */
	CHARSET_EUC_JP,    /* with NEC rows and the 8F plane */
	CHARSET_UTF7,
	CHARSET_UTF16,     /* by byte order mark, else big endian (RFC 2781) */
	CHARSET_UTF16LE,
	CHARSET_UTF16BE,
	CHARSET_ICONV,     /* this and above: one value for each iconv charset of the list */
};

/* Build the tables, before all else and before there are threads: 0, -ENOMEM, or -ENOSYS where iconv lacks CP932. */
int charset_init(void);

/* The charset a label means: an RFC 2978 name or an alias seen in mail, in any case, with blanks and quotes around. */
enum charset charset_find(struct span label);
/* Its canonical name in lower case, such as "iso-2022-jp", "cp932", "gb18030"; "" for NONE, "unknown" for UNKNOWN. */
const char *charset_name(enum charset c);

struct decoded {
	enum charset used;
	unsigned replaced; /* U+FFFD written */
	flaw_set flaws;
};

/*
 * Decode as `c`, whatever the bytes are. Undecodable bytes become U+FFFD each and are counted; decoding resynchronises
 * at the next byte, so that a broken lead byte never eats a '<' or a line end. Carrier emoji and user-defined
 * characters become one U+FFFD-free replacement, U+3013 (GETA MARK). NUL stays (FLAW_NUL). Appends to out.
 */
void charset_decode(enum charset c, struct span bytes, struct buf *out, struct decoded *ret);

/*
 * The contest: ESC $ present means ISO-2022-JP, whatever the label; with bytes >= 0x80: strict UTF-8 first, then the
 * label unless the bytes are much likelier to be Japanese in another charset, then a scorer over Shift_JIS, EUC-JP,
 * UTF-8 and windows-1252. `hint` is a second label (a <meta> charset), consulted before the scorer where the first is
 * missing or lost; CHARSET_NONE: none.
 */
enum charset charset_contest(enum charset label, enum charset hint, struct span bytes, flaw_set *flaws);

/* Contest and decode in one. */
void charset_read(enum charset label, enum charset hint, struct span bytes, struct buf *out, struct decoded *ret);

#endif
