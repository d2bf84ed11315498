#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# How much of policy/ its unit tests run: lines and branches of each file, then what no test runs, with the reason that
# tests/coverage.reasons gives for it. Fails when less than 97 % of the branches are taken, or when a line that is not run or
# a branch that is not taken has no reason. Asserts are not counted: what they forbid cannot be tested.
set -eu

build=build/cov
branch_goal=97
reasons=tests/coverage.reasons

tests=$(find tests/policy -name 'test_*.c' | sort | sed "s,\(.*\)\.c\$,$build/\1,")
find $build -name '*.gcda' -delete 2>/dev/null || true
# shellcheck disable=SC2086 # a list of words
${MAKE:-make} --no-print-directory CC=gcc B=$build CFLAGS='-O0 -g --coverage -DNDEBUG' LDFLAGS=--coverage HARDENING= $tests >/dev/null

for test in $tests; do
	"$test" >$build/log 2>&1 || {
		cat $build/log
		echo "coverage: $test failed" >&2
		exit 1
	}
done

for notes in $(find $build/policy -name '*.gcno' | sort); do
	gcov --branch-probabilities --branch-counts --stdout "$notes" 2>/dev/null
done | awk -v goal=$branch_goal -v reasons=$reasons '
function trim(text) {
	gsub(/^[ \t]+|[ \t]+$/, "", text)
	return text
}
function row(name, lines, run, branches, taken) {
	printf "%-34s %6d %6.1f %% %8d %6.1f %%\n", name, lines, 100 * run / lines, branches, (branches > 0 ? 100 * taken / branches : 100)
}
function miss(what) {
	place = file ":" line
	if (place != missed_last)
		missed[++misses] = place
	missed_last = place
	text[place] = source
	kind[place] = kind[place] (kind[place] == "" ? "" : ", ") what
	where[place] = file
}
BEGIN {
	while ((getline entry < reasons) > 0) {
		count = split(entry, field, / \| /)
		if (count < 3 || entry ~ /^#/)
			continue
		as_it_stands = field[2]
		for (i = 3; i < count; i++) # the line may have such a mark itself
			as_it_stands = as_it_stands " | " field[i]
		reason[trim(field[1]) "|" trim(as_it_stands)] = trim(field[count])
	}
	printf "%-34s %6s %8s %8s %8s\n", "file", "lines", "run", "branches", "taken"
}
# "   count:  number:source", and below it "branch  0 taken 5" for each way that the line can go.
/^ *[-#=0-9][^:]*: *0:Source:/ {
	file = $0
	sub(/.*:Source:/, "", file)
	ours = file ~ /^policy\/.*\.c$/
	if (ours)
		files[++file_count] = file
	next
}
!ours { next }
/^ *[^:]+: *[0-9]+:/ {
	split($0, part, ":")
	count = trim(part[1]); line = part[2] + 0
	source = $0
	sub(/^[^:]*:[^:]*:/, "", source)
	source = trim(source)
	if (line == 0 || count == "-")
		next
	lines[file]++
	if (count ~ /^[#=]/)
		miss("not run")
	else
		run[file]++
	next
}
/^branch / {
	branches[file]++
	if ($0 ~ /never executed/ || $4 == "0")
		miss("branch " $2)
	else
		taken[file]++
}
END {
	for (i = 1; i <= file_count; i++) {
		name = files[i]
		row(name, lines[name], run[name], branches[name], taken[name])
		all_lines += lines[name]; all_run += run[name]
		all_branches += branches[name]; all_taken += taken[name]
	}
	row("total", all_lines, all_run, all_branches, all_taken)
	for (i = 1; i <= misses; i++) {
		place = missed[i]
		key = where[place] "|" text[place]
		why = reason[key]
		used[key] = 1
		printf "%s%s: %s: %s%s\n", (i == 1 ? "\n" : ""), place, kind[place], text[place], (why != "" ? "\n\t" why : "")
		unexplained += why == ""
	}
	for (key in reason)
		if (!(key in used))
			printf "\n%s: no longer missed, strike it out: %s\n", reasons, key
	if (unexplained > 0)
		printf "\n%d of these places have no reason in %s\n", unexplained, reasons
	exit(unexplained > 0 || 100 * all_taken < goal * all_branches)
}'
