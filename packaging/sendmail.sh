#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# Unpacks Debian's Sendmail for the tests, as root. It is not installed: as a package it conflicts with Postfix. Nothing happens when it is there;
# where it cannot be had, the tests that need it are skipped.
set -eu

root=/var/cache/postern-tests/sendmail
program=usr/libexec/sendmail/sendmail
[ ! -x $root/$program ] || exit 0

new=$root.new
trap 'rm -rf $new' EXIT
rm -rf $new
mkdir -p $new/debs

download() {
	(cd $new/debs && apt-get download -q -o APT::Sandbox::User=root sendmail-bin sendmail-cf >&2)
}

if ! download && ! { apt-get update -q >&2 && download; }; then
	echo "Sendmail cannot be downloaded: the tests with it are skipped" >&2
	exit 0
fi
for package in "$new"/debs/*.deb; do
	dpkg -x "$package" $new
done
rm -r $new/debs
# Nobody is to gain anything by them; and the dynamic linker takes LD_PRELOAD for ordinary programs alone.
find $new -type f -perm /6000 -exec chmod ug-s {} +
mv $new $root
echo "Unpacked Sendmail for the tests: $root" >&2
