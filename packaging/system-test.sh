#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# system-test.sh FOLDER [OLDER.deb]: the Debian package in FOLDER in a booted Debian 12, a container of its own without network: that it
# is installed, refuses mail, is reloaded, restarted, watched over, upgraded (from the older one), removed. What is done inside is in
# system-test/inside.sh. Needs root, debootstrap, systemd-nspawn and Debian's mirror; says why and ends well where it cannot run.
set -eu

seconds_to_boot_and_test=600
mirror=${MIRROR:-http://deb.debian.org/debian}
here=$(cd "$(dirname "$0")" && pwd)
folder=$(cd "$1" && pwd)

skip() {
	echo "skip: $*"
	echo "0 passed, 0 failed, 1 skipped"
	exit 0
}

[ "$(id -u)" = 0 ] || skip "root alone can boot a container"
for program in debootstrap systemd-nspawn; do
	command -v $program >/dev/null || skip "$program is not installed"
done

root=$(mktemp -d /var/tmp/postern-system.XXXXXX)
chmod 755 "$root"
# Nothing stays mounted: what debootstrap and this script mount goes with their mount namespaces.
trap 'rm -rf --one-file-system "$root"' EXIT
trap 'exit 1' INT TERM

in_root() {
	# shellcheck disable=SC2016 # for the inner shell
	unshare --mount --pid --fork --kill-child sh -c '
		mount -t proc proc "$1/proc" && exec chroot "$@"' sh "$root" "$@"
}

unshare --mount debootstrap --variant=minbase --include=systemd-sysv,dbus bookworm "$root" "$mirror" >"$root.log" 2>&1 || {
	tail -n 5 "$root.log"
	rm -f "$root.log"
	skip "debootstrap cannot make a Debian from $mirror"
}
rm -f "$root.log"

# What apt needs is fetched while there is a network, and installed where systemd runs.
mkdir "$root/test"
cp "$here/debian/tests/refusal" "$here/debian/tests/smtp.sh" "$here/system-test/inside.sh" "$root/test/"
cp "$folder"/postern_*.deb "$root/test/postern.deb"
[ -z "${2:-}" ] || cp "$2" "$root/test/older.deb"
cp "$here/system-test/system-test.service" "$root/etc/systemd/system/"
ln -s ../system-test.service "$root/etc/systemd/system/multi-user.target.wants/system-test.service"
echo mx.example.org >"$root/etc/hostname"
in_root sh -ec 'apt-get update -q && apt-get install -q -y --download-only /test/postern.deb' >"$root/test/fetched" 2>&1 || {
	tail -n 5 "$root/test/fetched"
	skip "the packages that Postern depends on cannot be fetched"
}

# Without a systemd on this host there is none to register with.
alone=
[ -d /run/systemd/system ] || alone='--register=no --keep-unit'
# shellcheck disable=SC2086 # words
timeout $seconds_to_boot_and_test systemd-nspawn --quiet --directory="$root" --private-network --console=pipe $alone --boot \
	</dev/null >"$root/test/console" 2>&1 || :

[ -e "$root/test/booted" ] || {
	tail -n 5 "$root/test/console"
	skip "no systemd boots in a container here"
}
cat "$root/test/log"
if [ ! -e "$root/test/passed" ]; then
	echo "0 passed, 1 failed, 0 skipped"
	exit 1
fi
echo "1 passed, 0 failed, 0 skipped"
