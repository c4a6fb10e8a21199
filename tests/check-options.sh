#!/usr/bin/env bash
# What the tables and the code have, the manual pages have too, and nothing else.
. "$(dirname "$0")/house.sh"

# rows MACRO FILE: the arguments of each MACRO(...) row of a table.
rows() {
	sed -n "s/^$1(\(.*\))\$/\1/p" "$2"
}

# items PAGE [SECTION]: what stands in `.It Cm NAME`, in one section or in the whole page.
items() {
	awk -v want="${2:-}" '
		/^\.S[sh] / { here = substr($0, 5) }
		/^\.It Cm / && (want == "" || here == want) { print $3 }' "$1"
}

# same NAME WHAT1 WHAT2 LIST1 LIST2: two lists of words that must hold the same.
same() {
	local before=$failures word
	[ -n "$4" ] || fail "$1" "$2: nothing found"
	for word in $(comm -23 <(sort -u <<<"$4") <(sort -u <<<"$5")); do fail "$1" "$word: in $2, not in $3"; done
	for word in $(comm -13 <(sort -u <<<"$4") <(sort -u <<<"$5")); do fail "$1" "$word: in $3, not in $2"; done
	for word in $(sort <<<"$5" | uniq -d); do fail "$1" "$word: twice in $3"; done
	verdict "$1" "$before"
}

conf=$src/src/session/lure-milter.conf.5
patterns=$src/src/match/lure-patterns.5
lurectl=$src/src/tools/lurectl.1
milter=$src/src/session/lure-milter.8
for page in "$conf" "$patterns" "$lurectl" "$milter"; do
	[ -r "$page" ] || { fail pages "${page##*/} is missing"; finish; }
done

options=$(rows OPTION "$src/src/config/options.def" | cut -d, -f1)
same options options.def lure-milter.conf.5 "$options" "$(items "$conf")"
same sample options.def contrib/lure-milter.conf "$options" \
    "$(sed -n 's/^#\([a-z_]*\): .*/\1/p' "$src/contrib/lure-milter.conf")"

# The manual's default and "(restart)" are those of the table.
before=$failures
while IFS='|' read -r name value reload; do
	[ -n "$value" ] || value=empty
	[ "$reload" = true ] || value="$value (restart)"
	said=$(awk -v name="$name" '$0 == ".It Cm " name { getline; print; exit }' "$conf")
	[ "$said" = "Default: $value." ] || fail defaults "$name: the page says '$said' and not 'Default: $value.'"
done < <(rows OPTION "$src/src/config/options.def" |
    sed 's/^\([a-z_]*\), [A-Z_]*, "\([^"]*\)", \([a-z]*\), .*/\1|\2|\3/')
verdict defaults "$before"

same flaws flaw.def lure-patterns.5 \
    "$(rows FLAW "$src/src/decode/flaw.def" | cut -d'"' -f2)" "$(items "$patterns" Flaws)"
same fields field.def lure-patterns.5 \
    "$(rows FIELD "$src/src/extract/field.def" | cut -d'"' -f2)" "$(items "$patterns" Fields)"

# lurectl: the table of commands, every "--option" of the code, every key of its JSON.
commands=$(sed -n '/^const struct command commands/,/^}/s/^\t{ "\([a-z]*\)".*/\1/p' "$src/src/tools/lurectl.c")
same commands lurectl.c lurectl.1 "$commands" "$(sed -n 's/^\.Ss //p' "$lurectl")"
before=$failures
synopsis=$(sed -n '/^\.Sh SYNOPSIS/,/^\.Sh DESCRIPTION/p' "$lurectl")
for command in $commands; do
	grep -qx "\.Cm $command" <<<"$synopsis" || fail synopsis "$command is missing"
done
verdict synopsis "$before"
same lurectl-options src/tools lurectl.1 "$(grep -hoE '"--[a-z-]+"' "$src"/src/tools/*.[ch] | tr -d '"' | sort -u)" \
    "$(grep -oE 'Fl -[a-z-]+' "$lurectl" | sed 's/Fl -/--/' | sort -u)"
before=$failures
# Of what page*.c writes only the page's own script knows.
outputs=$(ls "$src"/src/tools/*.c | grep -v '/page[a-z_]*\.c$')
keys=$(grep -hoE '(json_(key|field)|key_(points|bool|text))\(&?out, "[a-z_]+"' $outputs "$src/src/score/report.c" | cut -d'"' -f2)
[ -n "$keys" ] || fail json "no key found"
for key in $(sort -u <<<"$keys"); do
	grep -qE "^\.(It )?Cm ([a-z_]+ , )*$key( |\$)" "$lurectl" || fail json "the key $key is not in lurectl.1"
done
verdict json "$before"

letters=$(sed -n 's/.*getopt(argc, argv, "\([A-Za-z:]*\)").*/\1/p' "$src/src/session/main.c" | tr -d : | grep -o .)
same lure-milter-options main.c lure-milter.8 "$letters" "$(sed -n 's/^\.It Fl \([A-Za-z]\).*/\1/p' "$milter")"

if command -v mandoc >/dev/null; then
	# In Japanese the first section is "名前", which mandoc does not know.
	for page in "$src"/src/*/*.[1-9] "$src"/man/ja/*.[1-9]; do
		said=$(mandoc -T lint -W warning "$page" 2>&1 |
		    grep -vE '/ja/.*(first section is not "NAME"|description line outside NAME section)')
		if [ -z "$said" ]; then ok mandoc "${page#"$src"/}"; else fail mandoc "$said"; fi
	done
else
	skip mandoc: not installed
fi
finish
