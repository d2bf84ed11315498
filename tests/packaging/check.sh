# SPDX-License-Identifier: BSD-2-Clause
# For test_*.sh, from the top folder: `. tests/packaging/check.sh`. Counts in checks and failures.
# shellcheck shell=bash
checks=0 failures=0

# check SENTENCE EXPECTED FOUND
check() {
	checks=$((checks + 1))
	[ "$2" = "$3" ] && return
	failures=$((failures + 1))
	printf '%s\n expected: %s\n but found: %s\n' "$1" "$2" "$3"
}
