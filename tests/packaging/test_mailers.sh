#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause
# test_mailers: the examples of mailers under test, run as their README says, against the stand-ins of two platforms.
set -u

stand_in=$(dirname "${POSTERN:-build/postern}")/tests/e2e/stand_in
# Where packaging/nodemailer.sh puts it; a copy in the example's own folder goes before it.
export NODE_PATH=/var/cache/postern-tests/nodemailer/node_modules
export PYTHONDONTWRITEBYTECODE=1
examples=examples/mailers
checks=0 failures=0
log=$(mktemp)
trap 'rm -f "$log"' EXIT

# play PLATFORM TESTS COMMAND...: the tests pass, and there are so many.
play() {
	local ran
	"$stand_in" "conf/examples/$1.conf" "${@:3}" >"$log" 2>&1
	local status=$?
	if [ $status -eq 77 ]; then
		cat "$log"
		exit 77
	fi
	ran=$(sed -n 's/^Ran \([0-9]*\) tests in .*/\1/p; s/^# pass \([0-9]*\)$/\1/p' "$log")
	checks=$((checks + $2))
	[ $status -eq 0 ] && [ "$ran" = "$2" ] && return
	failures=$((failures + $2))
	echo "$1: ${*:3}: status $status, ${ran:-no} tests of $2"
	cat "$log"
}

play infobip 8 python3 -m unittest discover --failfast -s $examples/python -p test_infobip.py
play ses 3 python3 -m unittest discover --failfast -s $examples/python -p test_ses.py
if node -e 'require("nodemailer")' 2>/dev/null; then
	play infobip 6 node --test --test-reporter=tap $examples/node/infobip.test.js
	play ses 3 node --test --test-reporter=tap $examples/node/ses.test.js
else
	echo "no nodemailer here: see packaging/nodemailer.sh"
fi

echo "$(((checks - failures) * 100 / checks))%: Checks: $checks, Failures: $failures, Errors: 0"
[ $failures -eq 0 ]
