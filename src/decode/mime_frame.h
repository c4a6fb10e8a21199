/*
 * mime_frame - where the boundaries are.
 * bytes and the multiparts that are open in them -> the next delimiter
 *
 * Invariants:
 * 1. A frame is a run of bytes that is read by itself: the body, or something that was decoded or is read a second
 *    time. Frames nest; the last one is read to its end, then the one below goes on where it stopped.
 * 2. The open multiparts of all frames stand in one stack; a frame sees only those from its `base` on.
 * 3. At frame.at begins a line. What stands between frame.from and frame.at belongs to frame.leaf, or where there is
 *    none to the preamble or epilogue of the last open multipart.
 * 4. Every frame and every open multipart belongs to a part deeper than the one before it, so limits->depth bounds
 *    both.
 */
#ifndef LURE_DECODE_MIME_FRAME_H
#define LURE_DECODE_MIME_FRAME_H

#include "decode/entity.h"

/* Another reading of an entity: other headers, and another place where its body begins. */
struct second {
	struct entity entity;
	size_t from;
};

enum state { PREAMBLE, INSIDE, EPILOGUE };

struct open {
	size_t part, body;     /* where its body begins in the frame */
	struct span boundary;
	bool usable;           /* it has a boundary */
	bool cut;              /* of which only the beginning is known */
	bool digest;
	bool used;             /* a part was found */
	bool last_try;         /* where none is found, the body is not tried again in another way */
	enum part_place place; /* of its children */
	enum state state;
	enum transfer transfer;
	const struct second *second;
};

struct frame {
	struct span bytes;
	char eol;
	bool again; /* bytes that were read before: in these, nothing is read a second time */
	size_t at, from, base;
	size_t leaf;                 /* the part whose body stands here, or PART_NO_PARENT */
	const struct second *second; /* of the leaf */
};

struct frames {
	struct open *opens;
	struct frame *v;
	size_t nopens, n, most; /* most: of each */
};

struct delimiter {
	size_t level; /* in opens */
	bool closing;
};

/* False where there is no memory. */
bool frames_new(struct frames *f, struct arena *a, const struct limits *l);
static inline struct frame *frames_top(const struct frames *f)
{
	return &f->v[f->n - 1];
}
/* False where they are too deep. */
bool frames_push(struct frames *f, struct span bytes, bool again);

/* Move the last frame on to its next delimiter; false: to its end. */
bool frames_find(struct frames *f, struct delimiter *ret);
/* Where the line after `at` begins. */
size_t frame_next_line(const struct frame *f, size_t at);
/* What stands from `from` to frame.at, without the line end that belongs to the delimiter there. */
struct span frame_before(const struct frame *f, size_t from);

/*
 * A boundary of at most `most` bytes that the bytes themselves suggest: a line that begins with "--" before one that
 * begins with "Content-".
 */
bool boundary_guess(struct span bytes, size_t most, struct span *ret);

#endif
