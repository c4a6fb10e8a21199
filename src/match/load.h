/*
 * load - reads pattern files.
 * YAML -> struct ruleset; or every mistake with its place
 *
 * The format, complete. A file is one YAML map; unknown keys are errors, x-anything is allowed in the file, a sign and
 * a rule. Texts are YAML scalars; points are numbers with at most one decimal.
 *
 *     format: 1                    # needed. A higher number is refused with the version that is needed
 *     origin: lure-milter          # needed. Who defines: [a-z0-9.-]
 *     version: 2026.11.1           # needed. Text
 *     lure: celebrity-manager      # needed. [a-z0-9-]; `context` and `common` are reserved (below)
 *     title: ...                   # needed. What people read
 *     source: ...                  # where it is described
 *     license: / author: / references:     # texts; references: a text or a list of texts
 *     limit: 12                    # most points this lure brings; 0.1 .. 30, default 12
 *     expires: 2027-03-31          # the last day on which what is stable counts; then it is `test`. Of an item too
 *     terms:                       # NAME ([a-z0-9-]): what <NAME> means in patterns of this file; common's in all
 *       money: {any: [PATTERN, ...]}         # also a single PATTERN, or a list. Terms may use terms
 *       cash: {any: ['お金'], kana: おかね}  # and its spellings in kana, by one reading or a list: reading.h
 *     signs:                       # a list of
 *       - id: LURE.NAME            # needed; NAME of [a-z0-9.-], begins with this file's lure; unique in the whole set
 *         role: claim              # needed but in context: claim story offer ask pressure reassurance
 *         points: 1.5              # needed: 0 .. 10; in context -6 .. 0
 *         any: [ITEM, ...]         # at least one of any, all and at-least
 *         all: [ITEM, ...]
 *         at-least: {n: 2, of: [ITEM, ...]}    # n different ones
 *         none: [ITEM, ...]        # one of these anywhere in `fields`, in any voice: it does not hold
 *         unless: [ITEM, ...]      # one of these in its scope, in any voice: that hit does not count
 *         fields: [subject, body]  # the default. Names of field.def, and header:NAME (at most 32 different in a set)
 *         in: sentence             # sentence (default of signs) | 3-sentences | paragraph | message,
 *         within: 40               # or instead of it: within so many characters of folded text (1 .. 10000)
 *         across: yes              # the fields count as one text, in the order of field.def, each beginning a new
 *                                  # sentence and paragraph; no (default): the scope lies in one field
 *         voice: own               # own | quoted | any. Default: own for ask, pressure, offer and in context; else any
 *         status: stable           # stable (default) | test (counted and logged, no points) | retired (not looked at)
 *         title: / comment: / source: / references:
 *         match: / pass:           # as in rules; not needed
 *     rules:                       # a list of the same, with
 *       - id, points, any, all, at-least, none, unless, fields, in, within, across, status, comment,
 *         source, references, and
 *         roles: [claim, ask]      # the roles it stands for: without any it is no ground for a reject; none in context
 *         in: 3-sentences          # default of rules
 *         voice: own               # default: own where one of its roles is ask, pressure or offer, else any; for its
 *                                  # own patterns. What it refers to has its own voice, unless voice is written here
 *         flaws: [label-wrong]     # names of flaw.def that all must be there, besides patterns
 *         match: [EXAMPLE, ...]    # needed: examples that must hit
 *         pass: [EXAMPLE, ...]     # needed: that must not hit, and whose verdict by the whole set must be none
 *     weigh:                       # words that add up, as learning finds them
 *       id: LURE.NAME              # needed, as above
 *       status: / expires: / title: / comment: / source: / references:     # as above
 *       words:                     # needed: a list of at most RULESET_WORDS_MAX
 *         - {text: WORD, points: 0.35, texts: 12}     # points: -3 .. 3, two decimals at most; texts: in how many it
 *                                  # stood, for people
 *     overrides:                   # of items and lures of other files: match/override.h
 *     exceptions:                  # for whom something does not count: match/exception.h. A file of these and
 *                                  # overrides only needs neither `lure` nor `title`
 *     cases:                       # a list of whole small messages; a file with signs needs one that expects its lure
 *       - subject: ...             # and one that expects none (context and common: neither)
 *         from-name: ...
 *         body: |
 *           ...
 *         expect: LURE             # this lure is the strongest and the message is tagged | none | tag
 *
 * Every list may also be written as its single member. An ITEM is a PATTERN (match/pattern.h), or the id of a sign or a
 * rule (or ORIGIN/ID): it holds where that item holds, wherever and in whichever view it was found. A `test` item may
 * be referred to by `test` only, a `retired` one by none; circles are errors. Patterns are plain, single-quoted or
 * literal (|) scalars; the line end after a literal one does not count. An EXAMPLE is a text (of the body, or of the
 * first of the fields where body is none of them), or a map of field names and texts.
 *
 * A WORD is literal text, looked for in the skeleton of subject and body, and counts once a message, in any voice;
 * where quotes count as the mail's own words (hits.quotes_own) only outside of them. Nothing may refer to a list of
 * words. How they count: score/verdict.h.
 *
 * A file whose path is not fully trusted (struct trust, config/config.h) has no negative points, overrides or
 * exceptions, and of TRUST_TEST all that is stable is in test.
 *
 * `lure: context` is counter-evidence: points 0 or below, no roles, subject and body only, voice own. `lure: common`
 * has terms and signs that serve every lure beside whose own signs or rules they stand. Several files may name one
 * lure; the first one's title, source and limit count.
 */
#ifndef LURE_MATCH_LOAD_H
#define LURE_MATCH_LOAD_H

#include "base/yaml.h"
#include "match/compiled.h"
#include "match/pattern.h"

#define FORMAT_KNOWN 1

/* One pattern file while it is being loaded. */
struct pattern_file {
	const struct source *source;
	struct yaml_file *yaml;
	const struct yaml *root;
	struct family *family;    /* NULL: what it names is wrong, and has been reported */
	const char *origin;       /* "" where wrong */
	const char *version;      /* likewise */
	bool expired;             /* its `expires` has passed */
	bool cases_wrong;         /* what its cases expect is not all known */
	enum trust trust;
};

struct term;

/* All that is known while files become a ruleset; gone afterwards. */
struct loader {
	struct ruleset *set;
	struct diags *diags;
	struct arena *trees;      /* parsed patterns, literals */
	struct pattern_file *files;
	size_t nfiles;
	struct term *terms;       /* terms.c */
	size_t nterms;
	size_t term_depth;
	const struct yaml **item_yaml;           /* by item index */
	const struct pattern_file **item_file;
	struct kept_need *needs;                 /* needs.c */
	size_t nneeds, need_cap;
	struct span *word_skeletons;             /* by word index */
	size_t pattern_cap;
	size_t example_cap;
	struct regex_scratch *scratch;           /* to try patterns with */
	const char *today; /* see struct ruleset_options, as for lint */
	bool lint;
	bool one_by_one; /* likewise */
	size_t errors_before; /* those of others, in diags */
	bool trouble;    /* no memory */
	bool incomplete; /* a file could not be read whole: what it defines is not known, and not missed */
	bool nameless;   /* nor is the lure of some file */
	bool misnamed;   /* nor what some term is called */
	bool stubbed;    /* the last pattern has a term in it that is wrong */
};

/* Is the file trusted with what takes points away? Else an error, for which `what` names it: "overrides". */
bool load_trusted(struct loader *l, const struct pattern_file *f, const struct yaml *at, const char *what);

/* An error at a node of a pattern file; none where the node is broken: that has been told. */
void load_error(struct loader *l, const struct pattern_file *f, const struct yaml *at, const char *fmt, ...)
    __attribute__((format(printf, 4, 5)));

#endif
