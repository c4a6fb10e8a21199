/*
 * limits - every size a sender controls, by name.
 * numbers -> one struct that all stages are handed
 *
 * What a limit cuts off is a flaw of the message (FLAW_TRUNCATED), never an error. config/ fills in what an
 * administrator may change; the rest are these defaults.
 */
#ifndef LURE_BASE_LIMITS_H
#define LURE_BASE_LIMITS_H

#include <stddef.h>

struct limits {
	size_t scan_bytes;       /* raw bytes of a message that are kept: headers and body */
	size_t text_bytes;       /* UTF-8 text of all fields together */
	size_t held_bytes;       /* raw bytes held by all sessions together */
	size_t header_bytes;     /* raw bytes of one header block, of the message or of a part */
	size_t header_value;     /* raw bytes of one header's value that are decoded */
	size_t headers;          /* headers of one header block */
	size_t parts;            /* MIME parts of one message */
	size_t depth;            /* nesting of multiparts and of messages in messages */
	size_t boundary;         /* bytes of a boundary parameter: RFC 2046 says 70 */
	size_t params;           /* parameters of one header */
	size_t encoded_words;    /* encoded-words of one header */
	size_t addresses;        /* addresses read in one header */
	size_t links;            /* links of one message */
	size_t html_tag;         /* bytes of one tag with its attributes that are read */
	size_t html_depth;       /* open elements remembered for what is hidden */
	size_t html_styles;      /* class rules read from <style> */
	size_t hits;             /* hits a pattern and field */
	size_t recipients;       /* recipients of one transaction that are remembered */
	unsigned regex_match;    /* PCRE2 match limit a call */
	unsigned regex_depth;    /* PCRE2 depth limit a call */
	unsigned regex_heap_kb;  /* PCRE2 heap limit a call */
	unsigned message_ms;     /* deadline of one message, milliseconds */
};

#define LIMITS_DEFAULT \
	((struct limits){ \
	    .scan_bytes = 1024 * 1024, .text_bytes = 256 * 1024, .held_bytes = 512u * 1024 * 1024, \
	    .header_bytes = 256 * 1024, .header_value = 64 * 1024, .headers = 1000, .parts = 1000, .depth = 64, \
	    .boundary = 256, .params = 64, .encoded_words = 1000, .addresses = 200, .links = 500, \
	    .html_tag = 16 * 1024, .html_depth = 256, .html_styles = 256, .hits = 64, .recipients = 1000, \
	    .regex_match = 2000, .regex_depth = 500, .regex_heap_kb = 1024, .message_ms = 2000, \
	})

/* The cap of the arena of one message: peak memory is at most scan_bytes + 24 x text_bytes (DESIGN.md section 1). */
static inline size_t limits_arena(const struct limits *l)
{
	return l->scan_bytes + 24 * l->text_bytes;
}

#endif
