#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# Runs every test program below the given build directories, the directories beside each other. A program that exits with 77 was
# skipped, and said why. Output of programs that pass is one line each; the last line counts the programs' single tests.
set -u

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
passed=0 failed=0 skipped=0

run() {
	program=$1
	start=$(date +%s)
	POSTERN="$2/postern" "$program" >"$log" 2>&1
	status=$?
	seconds=$(($(date +%s) - start))
	if [ $status -eq 77 ]; then
		skipped=$((skipped + 1))
		echo "skip $program: $(tail -n 1 "$log")"
		return
	fi
	# Check's summary: "100%: Checks: 5, Failures: 0, Errors: 0"
	checks=$(sed -n 's/^[0-9]*%: Checks: \([0-9]*\), .*/\1/p' "$log" | tail -n 1)
	wrong=$(sed -n 's/^[0-9]*%: Checks: [0-9]*, Failures: \([0-9]*\), Errors: \([0-9]*\).*/\1 + \2/p' "$log" | tail -n 1)
	checks=${checks:-0} wrong=$((${wrong:-0}))
	[ $status -eq 0 ] || [ $wrong -gt 0 ] || wrong=1
	[ $status -ne 0 ] || [ "$checks" -gt 0 ] || wrong=1 # a program that tests nothing has failed
	passed=$((passed + (checks > wrong ? checks - wrong : 0)))
	failed=$((failed + wrong))
	if [ $wrong -eq 0 ]; then
		echo "ok   $program ($checks tests, $seconds s)"
	else
		printf 'FAIL %s (exit status %s)\n%s\n' "$program" $status "$(cat "$log")"
	fi
}

run_all() {
	for program in $(find "$1/tests" -name 'test_*' -type f -perm -100 | sort); do
		run "$program" "$1"
	done
	echo "$passed $failed $skipped" >"$counts"
}

number=0
for build in "$@"; do
	number=$((number + 1))
	log=$work/log.$number counts=$work/counts.$number
	run_all "$build" &
done
wait

# One that did not come to its end has failed.
for number in $(seq $#); do
	read -r its_passed its_failed its_skipped 2>/dev/null <"$work/counts.$number" || its_passed=0 its_failed=1 its_skipped=0
	passed=$((passed + its_passed)) failed=$((failed + its_failed)) skipped=$((skipped + its_skipped))
done
echo
echo "$passed passed, $failed failed, $skipped skipped"
[ $failed -eq 0 ] && [ $passed -gt 0 ]
