#!/usr/bin/env bash
# Form: no trailing blanks, lines of at most 120 columns, files of at most 700 lines, <config.h> first in .c files.
. "$(dirname "$0")/house.sh"
cd "$src" || exit 1

# Mails and corpora are as they are; what is made by autotools and builds is not ours.
kinds='\.([ch]|def|py|sh|mk|am|ac|yaml|[1-9]|conf|service)$|^(contrib|tests)/[a-z-]*$|^m4/lure|^README|^HACKING'
texts=$(find Makefile.am configure.ac README* HACKING m4 src tests contrib patterns -type f |
    grep -vE '^tests/(fuzz/corpus|mails)/|^contrib/samples/|/__pycache__/|/\.pytest_cache/' | grep -E "$kinds" | sort)
sources=$(grep -E '\.([ch]|sh)$|^(contrib|tests)/[a-z-]*$' <<<"$texts")
[ "$(wc -l <<<"$sources")" -gt 100 ] || fail files "only $(wc -l <<<"$sources") sources found in $src"

before=$failures
while read -r place; do
	fail blanks "at the end of $place"
done < <(tr '\n' '\0' <<<"$texts" | xargs -0 grep -nHE '[[:blank:]]$' | cut -d: -f1,2)
while read -r file; do
	[ -z "$(tail -c 1 "$file")" ] || fail blanks "$file does not end with a line end"
done <<<"$texts"
verdict blanks "$before"

# A tab goes to the next eighth column; full-width characters count one. Of tests the strings do not count: mails and
# markup are best read in one piece.
before=$failures
while read -r file; do
	case $file in
	tests/*) strings='s/"(\\.|[^"\\])*"/""/g' ;;
	*) strings= ;;
	esac
	lines=$(expand "$file" | sed -E "$strings" | grep -nE '^.{121}' | cut -d: -f1 | tr '\n' ' ')
	[ -z "$lines" ] || fail columns "$file, line $lines"
done <<<"$sources"
verdict columns "$before"

before=$failures
while read -r lines file; do
	[ "$lines" -le 700 ] || [ "$file" = total ] || fail length "$file has $lines lines"
done < <(tr '\n' '\0' <<<"$sources" | xargs -0 wc -l)
verdict length "$before"

# Behind a comment at most: <config.h>; then the file's own header, where it has one.
before=$failures
while read -r file; do
	code=$(awk '/^\/\*/ && !code { comment = 1 } !comment && NF { code = 1; print } /\*\/$/ { comment = 0 }' "$file")
	[ "$(head -n 1 <<<"$code")" = '#include <config.h>' ] || fail config.h "$file does not begin with it"
	own=${file#src/}
	own=${own%.c}.h
	[ ! -e "src/$own" ] || [ "$(sed -n 2p <<<"$code")" = "#include \"$own\"" ] ||
	    fail config.h "$file does not include $own next"
done < <(grep '\.c$' <<<"$sources")
verdict config.h "$before"
finish
