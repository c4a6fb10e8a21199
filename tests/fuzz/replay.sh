#!/usr/bin/env bash
# Each fuzz target reads its whole corpus: what once broke a parser must not do so again.
set -u
cd "${top_builddir:-.}" || exit 1
corpus=$(cd "${srcdir:-$(dirname "$0")/../..}" && pwd)/tests/fuzz/corpus
failed=0
for target in $FUZZ_TARGETS; do
	name=${target##*/fuzz_}
	# A build for libFuzzer has its main() from there, and is asked to run the files once.
	if said=$("./$target" "$corpus/$name" -runs=0 2>&1) || said=$("./$target" "$corpus/$name" 2>&1); then
		printf 'ok replay %s: %s\n' "$name" "${said##*$'\n'}"
	else
		printf 'FAIL replay %s\n%s\n' "$name" "$said"
		failed=1
	fi
done
exit $failed
