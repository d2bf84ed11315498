#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# Installs nodemailer for the tests, as examples/mailers/node pins it, as root. Nothing happens when it is there; where npm
# or its registry is not, the tests that need it are skipped.
set -eu

root=/var/cache/postern-tests/nodemailer
wanted=examples/mailers/node
! cmp -s $wanted/package-lock.json $root/package-lock.json || exit 0

skip() {
	echo "nodemailer cannot be had: $*: the tests with it are skipped" >&2
	exit 0
}

command -v npm >/dev/null || skip "npm is not installed"
new=$root.new
trap 'rm -rf $new' EXIT
rm -rf $new
mkdir -p $new
cp $wanted/package.json $wanted/package-lock.json $new/
(cd $new && timeout 120 npm ci --ignore-scripts --no-audit --no-fund >npm.log 2>&1) || skip "$(tail -n 1 $new/npm.log)"
rm -rf $root
mv $new $root
echo "Installed nodemailer for the tests: $root" >&2
