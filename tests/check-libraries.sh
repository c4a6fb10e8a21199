#!/usr/bin/env bash
# One foreign library, one file; and nothing of libc that has no place in a daemon.
. "$(dirname "$0")/house.sh"

# users PATTERN: who includes a header whose name it matches.
users() {
	(cd "$src/src" && grep -lE "${include}[<\"]$1[>\"]" -- */*.[ch] */*.def | sort)
}

# library NAME PATTERN HOME: HOME and nobody else includes its headers.
library() {
	local found
	found=$(users "$2")
	if [ "$found" = "$3" ]; then
		ok "$1: $3"
	else
		fail "$1" "belongs to $3 alone, and is included by: ${found:-nobody}"
	fi
}

library pcre2 'pcre2[a-z0-9]*\.h' match/regex.c
library libyaml 'yaml\.h' base/yaml.c
library utf8proc 'utf8proc\.h' base/unicode.c
library nettle 'nettle/.*' base/hmac.c
library libpsl 'libpsl\.h' reputation/domain.c
library iconv 'iconv\.h' decode/foreign.c
library hiredis 'hiredis.*' reputation/reply.c

strangers=$(users 'libmilter/.*' | grep -v '^session/')
if [ -n "$strangers" ]; then
	fail libmilter "belongs to session/, and is included by: $strangers"
elif [ -z "$(users 'libmilter/mfapi\.h')" ]; then
	fail libmilter "is included by nobody"
else
	ok libmilter: session/
fi

# Shells, and what writes without a limit or keeps state between calls.
forbidden='system|popen|exec[lv]p?e?|execvpe|fexecve|posix_spawnp?|wordexp|alloca|strtok|gets|v?sprintf|tmpnam|mktemp'
before=$failures
for path in "$src"/src/*/*.[ch]; do
	found=$(without_comments "$path" | grep -oE "(^|[^A-Za-z0-9_>.])($forbidden)[[:space:]]*\(" | tr -cd 'a-z_\n')
	[ -z "$found" ] || fail functions "${path#"$src"/} calls" "$found"
done
verdict functions "$before"

# The same of the programs, where they are built and not with a sanitizer's or a coverage run-time in them.
for program in lure-milter lurectl; do
	symbols=$(nm -u "$build/$program" 2>/dev/null | sed 's/^ *U //; s/@.*//')
	found=$(grep -xE "(__)?($forbidden)(_chk)?" <<<"$symbols" | tr '\n' ' ')
	if [ ! -x "$build/$program" ]; then
		skip "$program: not built"
	elif ! grep -qx __libc_start_main <<<"$symbols"; then
		skip "$program: no symbols"
	elif grep -qE '^__([at]san|gcov)_' <<<"$symbols"; then
		skip "$program: built with a sanitizer or for coverage"
	elif [ -n "$found" ]; then
		fail "$program" "needs $found"
	else
		ok "$program"
	fi
done
finish
