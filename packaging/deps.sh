#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# Installs the Debian packages that are missing for building, testing and linting; as an ordinary user, prints the
# command that does and fails. Nothing is asked and nothing happens when all is there. Arguments are further packages.
set -eu

packages="gcc libc6-dev make pkg-config git libmilter-dev libconfig-dev check libsubunit-dev libpsl-dev libidn2-dev
	libunistring-dev libjansson-dev libsqlite3-dev libhiredis-dev libpcre2-dev libcdb-dev libmicrohttpd-dev prometheus m4 libwrap0 libnsl2 libldap-2.5-0 libdb5.3 libsasl2-2 libssl3 redis-server sasl2-bin libsasl2-modules libssl-dev openssl libgmime-3.0-dev publicsuffix postfix clang libclang-rt-14-dev clang-format clang-tidy cppcheck mandoc python3 strace"
packages="$packages $*"

missing=
for package in $packages; do
	status=$(dpkg-query -W -f '${Status}' "$package" 2>/dev/null || true)
	[ "$status" = "install ok installed" ] || missing="$missing $package"
done
if [ -z "$missing" ]; then
	[ "$(id -u)" != 0 ] || { packaging/sendmail.sh && packaging/nodemailer.sh; }
	exit 0
fi

if [ "$(id -u)" != 0 ]; then
	echo "Missing packages. Install them with:" >&2
	echo "  sudo apt-get install --no-install-recommends$missing" >&2
	exit 1
fi

echo "Installing:$missing" >&2
export DEBIAN_FRONTEND=noninteractive
# A Postfix that is there for the tests alone: no configuration, so that no system-wide instance starts.
case "$missing" in
*postfix*) echo "postfix postfix/main_mailer_type select No configuration" | debconf-set-selections ;;
esac
# No package starts a service of the system's: the tests start their own.
policy=/usr/sbin/policy-rc.d
if [ ! -e $policy ]; then
	trap 'rm -f $policy' EXIT
	printf '#!/bin/sh\nexit 101\n' >$policy
	chmod 755 $policy
fi
apt-get update -q >&2
# shellcheck disable=SC2086 # a list of words
apt-get install -y -q --no-install-recommends $missing </dev/null >&2
packaging/sendmail.sh
packaging/nodemailer.sh
