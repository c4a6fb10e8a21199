#!/usr/bin/env bash
# tests/summary over build folders with logs made up here.
. "$(dirname "$0")/house.sh"
made=$(mktemp -d) || exit 1
trap 'rm -rf "$made"' EXIT

# new: an empty build folder in which make check came to its end.
new() {
	rm -rf "$made/build"
	mkdir -p "$made/build/tests/unit"
	: >"$made/build/test-suite.log"
}

# result NAME PASS|FAIL|SKIP|ERROR: of a test whose log is the standard input.
result() {
	mkdir -p "$(dirname "$made/build/$1")"
	cat >"$made/build/$1.log"
	printf '%s %s (exit status: 1)\n' "$2" "$1" >>"$made/build/$1.log"
	printf ':test-result: %s\n:global-test-result: %s\n:recheck: no\n' "$2" "$2" >"$made/build/$1.trs"
}

# cases OUTCOME...: what a cmocka program prints of cases case1, case2 ...; "-" breaks off.
cases() {
	local n=0 outcome
	printf '[==========] Running %d test(s).\n' $#
	for outcome in "$@"; do
		n=$((n + 1))
		printf '[ RUN      ] case%d\n' $n
		case $outcome in
		ok) printf '[       OK ] case%d\n' $n ;;
		failed)
			printf '[  ERROR   ] --- 0x1 != 0x2\n[   LINE   ] --- x.c:1: error: Failure!\n'
			printf '[  FAILED  ] case%d\n' $n
			;;
		skipped) printf '[  SKIPPED ] case%d\n' $n ;;
		setup) printf 'Could not run test: Test setup failed\n[  ERROR   ] case%d\n' $n ;;
		-) return ;;
		esac
	done
	printf '[==========] %d test(s) run.\n[  PASSED  ] 1 test(s).\n' $#
	n=0
	for outcome in "$@"; do
		n=$((n + 1))
		[ "$outcome" != failed ] || printf '[  FAILED  ] 1 test(s), listed below:\n[  FAILED  ] case%d\n' $n
	done
}

# expect NAME STATUS LAST [LINE]: what summary says of the folder; LINE stands above.
expect() {
	local said status
	said=$("$src/tests/summary" "$made/build" 2>&1)
	status=$?
	if [ $status != "$2" ] || [ "$(tail -n 1 <<<"$said")" != "$3" ]; then
		fail "$1" "expected '$3' and status $2, not status $status and: $said"
	elif [ $# -gt 3 ] && ! grep -qxF "$4" <<<"$said"; then
		fail "$1" "'$4' is missing in: $said"
	else
		ok "$1"
	fi
}

new
expect nothing-ran 1 '0 passed, 0 failed'

new
cases ok ok ok | result tests/unit/test_a PASS
cases ok ok | result tests/unit/test_b PASS
expect cmocka 0 '5 passed, 0 failed'

new
cases ok failed ok failed | result tests/unit/test_a FAIL
expect cmocka-failed 1 '2 passed, 2 failed' 'FAILED tests/unit/test_a: case2'

new
cases ok skipped | result tests/unit/test_a PASS
expect cmocka-skipped 0 '1 passed, 0 failed, 1 skipped' 'skipped tests/unit/test_a: case2'

new
cases ok setup ok | result tests/unit/test_a FAIL
expect cmocka-setup 1 '2 passed, 1 failed' 'FAILED tests/unit/test_a: case2'

new
cases ok ok - | result tests/unit/test_a FAIL
expect broken-off 1 '2 passed, 1 failed' 'FAILED tests/unit/test_a: case3'

# All cases were good, and then it crashed, or a sanitizer spoke.
new
cases ok ok | result tests/unit/test_a FAIL
expect crashed-at-the-end 1 '2 passed, 1 failed' \
    'FAILED tests/unit/test_a: FAIL tests/unit/test_a (exit status: 1)'

new
: | result tests/unit/test_a ERROR
expect crashed-at-the-start 1 '0 passed, 1 failed'

new
result tests/session/test_x.py PASS <<<'.......   [100%]
7 passed in 1.23s'
result tests/session/test_y.py PASS <<<'=========== 3 passed, 1 skipped, 2 warnings in 0.50s ==========='
result tests/session/test_z.py PASS <<<'2 passed, 1 xfailed in 61.00s (0:01:01)'
expect pytest 0 '12 passed, 0 failed, 2 skipped'

new
result tests/session/test_x.py FAIL <<<'FAILED tests/session/test_x.py::test_one - assert 0
ERROR tests/session/test_x.py::test_two - ValueError
1 failed, 4 passed, 1 error in 1.23s'
expect pytest-failed 1 '4 passed, 2 failed' 'FAILED tests/session/test_x.py: test_one, test_two'

# Nothing was collected; the run was interrupted; it passed and then its clean-up failed.
new
result tests/a.py FAIL <<<'no tests ran in 0.01s'
result tests/b.py FAIL <<<'INTERNALERROR> ValueError'
result tests/c.py FAIL <<<'3 passed in 0.01s'
result tests/d.py FAIL <<<'5 deselected in 0.02s'
expect pytest-ends-badly 1 '3 passed, 4 failed'

new
result tests/check-a.sh PASS <<<'ok one
ok two'
result tests/check-b.sh FAIL <<<'FAIL one thing is wrong
ok another
FAIL a third'
result tests/check-c.sh SKIP <<<'no mandoc here'
expect scripts 1 '1 passed, 1 failed, 1 skipped' 'skipped tests/check-c.sh'
expect scripts-say-why 1 '1 passed, 1 failed, 1 skipped' 'FAILED tests/check-b.sh: one thing is wrong (and 1 more)'

new
result tests/check-c.sh SKIP <<<'no mandoc here'
expect only-skipped 1 '0 passed, 0 failed, 1 skipped'

new
cases ok | result tests/unit/test_a PASS
cases failed | result asan/tests/unit/test_a FAIL
: >"$made/build/asan/config.status"
expect other-builds-are-others 0 '1 passed, 0 failed'

new
cases ok | result tests/unit/test_a PASS
rm "$made/build/test-suite.log"
expect broke-off 1 '1 passed, 1 failed'

new
cases ok | result tests/unit/test_a PASS
printf 'nonsense\n' >"$made/build/tests/unit/test_a.trs"
expect no-result 1 '1 passed, 1 failed'

if "$src/tests/summary" "$made/nowhere" >/dev/null 2>&1; then
	fail usage "a folder that is missing is no success"
else
	ok usage
fi
finish
