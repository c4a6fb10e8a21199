# shellcheck shell=bash disable=SC2034 # what it sets is used by those who read it
# What the checks of the house (tests/check-*.sh) share; read by them, not run.
#
# src: the source folder. ok NAME, fail NAME WHAT...: a line each. finish: exit, not 0 after a fail.
set -u
export LC_ALL=C.UTF-8
src=$(cd "${srcdir:-$(dirname "$0")/..}" && pwd) || exit 1
build=$(cd "${top_builddir:-.}" && pwd) || exit 1
failures=0
# How a line that includes something begins.
include='^[[:space:]]*#[[:space:]]*include[[:space:]]*'

ok() {
	printf 'ok %s\n' "$*"
}

fail() {
	printf 'FAIL %s\n' "$*"
	failures=$((failures + 1))
}

skip() {
	printf 'skip %s\n' "$*"
}

# verdict NAME BEFORE: ok where nothing failed since failures was BEFORE.
verdict() {
	[ "$failures" != "$2" ] || ok "$1"
}

finish() {
	[ "$failures" = 0 ]
	exit
}

# The C files of src without comments, as far as they are written as in this house.
without_comments() {
	sed -e 's|/\*.*\*/||' -e 's|/\*.*||' -e '/^[[:space:]]*\*\( \|$\|\/\)/d' "$@"
}
