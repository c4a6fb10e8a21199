/*
 * words - the encoded-words of RFC 2047.
 * UTF-8 text with encoded-words in it -> one line of UTF-8
 *
 * Adjacent words of one charset, with nothing but blanks between them, are joined as bytes before they are decoded.
 * Read are also words glued to text, unclosed, with blanks or raw bytes inside, and such as come out of other words.
 */
#ifndef LURE_DECODE_WORDS_H
#define LURE_DECODE_WORDS_H

#include "base/limits.h"
#include "decode/charset.h"

/* Where a word stands: that says which bytes end it where nothing else does. */
enum word_place {
	WORD_TEXT,   /* free text */
	WORD_PHRASE, /* an address list or parameters, outside quotes */
	WORD_QUOTED, /* a quoted string */
};

struct word {
	struct span label; /* a language may follow it: "utf-8*ja" */
	struct span text;  /* still encoded */
	bool base64;
	bool closed;
};

/* Linear white space: blanks, tabs and line ends. */
static inline bool is_lwsp(char c)
{
	return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

/* The byte that two hexadecimal digits at s.p[at] stand for, or -1. */
int word_hex(struct span s, size_t at);

/* The length of the word that begins at s.p[at], 0 where none does. */
size_t word_at(struct span s, size_t at, enum word_place place, struct word *ret);
/* Where the first word at or after `from` begins, and its length; else s.n. Raw ISO-2022-JP is passed over. */
size_t word_find(struct span s, size_t from, struct word *ret, size_t *length);
/* The length of what begins with the ESC at s.p[at]: a raw run of two-byte ISO-2022-JP, or the ESC alone. */
size_t word_escape(struct span s, size_t at);

/* Reads the words of one header, in as many pieces as the header has. */
struct words {
	const struct limits *limits;
	enum charset label;  /* a second opinion on bytes that contradict their word's label */
	size_t left;         /* words that may still be read */
	struct decoded sum;  /* of all pieces; `used` is that of the first word */
	bool failed;         /* no memory */

	/* private: the words that are being joined, then scratch */
	enum charset charset;
	struct span name;
	struct buf bytes, ends;
	bool any, again;
	struct buf text[2];
};

void words_open(struct words *w, const struct limits *l, enum charset label);
void words_close(struct words *w);
/*
 * A piece, decoded, without blanks at its ends; valid until the next call. Invalid UTF-8 becomes U+FFFD, tabs and
 * line ends become blanks.
 */
struct span words_read(struct words *w, struct span text);

#endif
