#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# Includes point one way: policy/parse <- policy/checks, policy <- conf <- milter. policy/ is pure: it sees no libmilter,
# libconfig, clock, log, socket, thread, file or environment. Prints what breaks that, and fails.
set -eu

broken=0

# forbid REASON PATTERN PATH...: no line of the C files below PATH may fit the extended regular expression.
forbid() {
	reason=$1 pattern=$2
	shift 2
	if grep -rnE --include='*.[ch]' "$pattern" "$@"; then
		echo "layers: $reason" >&2
		broken=1
	fi
}

include='^[[:space:]]*#[[:space:]]*include[[:space:]]*'
forbid "policy/ includes nothing of conf/, milter/ or tests/" "$include\"(conf|milter|tests)/" policy
forbid "policy/parse/ includes nothing of policy/ outside itself" "$include\"policy/([a-z_]+\\.h|checks/)" policy/parse
forbid "conf/ includes nothing of milter/ or tests/" "$include\"(milter|tests)/" conf
forbid "milter/ includes nothing of tests/" "$include\"tests/" milter
forbid "policy/ sees no MTA, configuration, clock, log, socket, thread or file" \
	"$include<(libmilter/|libconfig|time\\.h|sys/time|sys/socket|netinet/|arpa/|netdb|syslog|pthread|threads|unistd|fcntl|sys/stat|poll|signal|hiredis|sqlite)" policy
forbid "policy/ reads no clock, file, environment, and prints nothing" \
	'(^|[^a-z_.>])(time|clock_gettime|gettimeofday|fopen|open|getenv|printf|fprintf|puts|syslog|exit|abort)\(' policy
forbid "libconfig belongs to conf/" "$include<libconfig" policy milter
forbid "libmilter belongs to milter/" "$include<libmilter" policy conf

exit $broken
