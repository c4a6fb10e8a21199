#!/usr/bin/env bash
# Every header of src/ compiles alone and twice, has its guard, and says in its second and third line what it is.
. "$(dirname "$0")/house.sh"

for path in "$src"/src/*/*.h; do
	name=${path#"$src"/src/} before=$failures
	guard=LURE_$(printf '%s' "$name" | tr 'a-z/.' 'A-Z__')
	stem=${name##*/}
	stem=${stem%.h}
	[ "$(grep -cxE "#(ifndef|define) $guard" "$path")" = 2 ] || fail "$name" "has no guard $guard"
	[ "$(grep -v '^$' "$path" | tail -n 1 | cut -c 1-6)" = '#endif' ] || fail "$name" "does not end with #endif"
	[ "$(head -n 1 "$path")" = '/*' ] || fail "$name" "does not begin with a comment"
	sed -n 2p "$path" | grep -q "^ \* $stem - ." || fail "$name" "line 2 is not '$stem - what it is'"
	sed -n 3p "$path" | grep -qE '^ \* .*[^ ].* -> .*[^ ]' || fail "$name" "line 3 does not say 'X -> Y'"
	# shellcheck disable=SC2086 # both may hold several words
	said=$(printf '#include "%s"\n#include "%s"\n' "$name" "$name" |
	    ${CC:-gcc} -std=gnu17 -D_GNU_SOURCE -Wall -Wextra -Wno-unused-parameter -Werror -fsyntax-only \
		${CPPFLAGS:-} -I"$src/src" -x c - 2>&1) || fail "$name" "does not compile alone:
$said"
	verdict "$name" "$before"
done
finish
