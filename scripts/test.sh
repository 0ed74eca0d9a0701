#!/bin/sh
# Run the checks one after the other, all of them even after a failure, and sum up.
#
#   scripts/test.sh check    style, types, imports, architecture
#   scripts/test.sh test     and every test
#   scripts/test.sh long     the same with many more kills, mutants and longer property runs
set -eu
cd "$(dirname "$0")/.."

unset PYTHONDONTWRITEBYTECODE  # hundreds of processes and every test file: compile once
mode=${1:-test}
summary=''
failed=0

step() {
	title=$1
	shift
	printf '\n== %s\n' "$title"
	began=$(date +%s)
	result=ok
	"$@" || { result=FAILED failed=1; }
	summary="$summary$(printf '%-8s %5d s  %s' "$result" $(($(date +%s) - began)) "$title")
"
}

static_checks() {
	step "style" .venv/bin/ruff check .
	step "format" .venv/bin/ruff format --check .
	step "types" .venv/bin/mypy
	step "imports" .venv/bin/lint-imports
	if [ -e scripts/check_translations.py ]; then
		step "translations" .venv/bin/python scripts/check_translations.py
	fi
}

# Tests write thousands of small databases: in memory where there is room. A killed process
# loses nothing there that it would not lose on a disk.
use_memory() {
	room=$(df --output=avail -k /dev/shm 2>/dev/null | tail -n 1)
	[ "${room:-0}" -ge 4000000 ] || return 0
	TMPDIR=$(mktemp -d /dev/shm/grc-XXXXXX)
	chmod 711 "$TMPDIR"
	trap 'rm -rf "$TMPDIR"' EXIT
	export TMPDIR
}

all_tests() {
	# Twice as many as processors: half of the time is waiting for other processes.
	step "tests" .venv/bin/pytest -n "$(($(nproc) * 2))" --dist worksteal --durations 10 "$@"
}

scripts/bootstrap.sh dev
[ "$mode" = check ] || scripts/test-servers.sh
static_checks
[ "$mode" = check ] || use_memory
case $mode in
check) step "architecture" .venv/bin/pytest -q tests/architecture ;;
test) all_tests ;;
long)
	export GRC_TEST_KILLS="${GRC_TEST_KILLS:-50}"
	all_tests -m "" --hypothesis-profile long
	if [ -e scripts/mutants.py ]; then
		step "mutants" .venv/bin/python scripts/mutants.py
	fi
	;;
*)
	echo "usage: scripts/test.sh [check|test|long]" >&2
	exit 64
	;;
esac

printf '\n%s' "$summary"
exit $failed
