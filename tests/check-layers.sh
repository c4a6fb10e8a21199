#!/usr/bin/env bash
# A folder of src/ includes only itself and folders above it; the two programs never include each other.
. "$(dirname "$0")/house.sh"

# The way of a message, top to bottom.
layers='base config decode extract fold match reputation scope score session tools'

rank() {
	local n=0 layer
	for layer in $layers; do
		[ "$layer" = "$1" ] && { echo $n; return; }
		n=$((n + 1))
	done
	echo -1
}

for path in "$src"/src/*; do
	if [ ! -d "$path" ]; then
		case $path in *.mk) ;; *) fail layers "src/${path##*/} stands in no folder" ;; esac
	elif [ "$(rank "${path##*/}")" = -1 ]; then
		fail layers "src/${path##*/} is no folder of the list"
	fi
done

for layer in $layers; do
	before=$failures own=$(rank "$layer")
	while IFS=: read -r file line text; do
		name=$(printf '%s\n' "$text" | sed 's/.*[<"]\([^">]*\)[">].*/\1/')
		folder=${name%%/*}
		where=src/$file:$line
		case $text in
		*'"'*)
			case $name in
			../* | ./* | */../*) fail "$layer" "$where includes $name: write it from src/ on" ;;
			*/*) [ -e "$src/src/$name" ] || fail "$layer" "$where includes $name, which is not there" ;;
			*) fail "$layer" "$where includes $name without its folder" ;;
			esac
			;;
		esac
		other=$(rank "$folder")
		[ "$other" -le "$own" ] || fail "$layer" "$where includes $name, which stands below"
		case $layer-$folder in
		session-tools | tools-session) fail "$layer" "$where includes $name of the other program" ;;
		esac
	done < <(cd "$src/src" && grep -nHE "${include}[<\"]" "$layer"/*.[ch] "$layer"/*.def 2>/dev/null)
	verdict "$layer" "$before"
done
finish
