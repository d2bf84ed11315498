#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# deb.sh VERSION DIST FOLDER: the Debian package in FOLDER, from the tarball in DIST. Needs debhelper and dh-apparmor, and
# says what else is missing; lintian looks at it where there is one.
set -eu

version=$1
mkdir -p "$3"
tarball=$(cd "$2" && pwd)/postern-$version.tar.gz
folder=$(cd "$3" && pwd)

# The package is native: its version is that of the program.
packaged=$(sed -n '1s/^postern (\(.*\)) .*/\1/p' "$(dirname "$0")/debian/changelog")
if [ "$packaged" != "$version" ]; then
	echo "packaging/debian/changelog is about $packaged, Makefile about $version" >&2
	exit 1
fi

rm -rf "${folder:?}"/*
tar -xzf "$tarball" -C "$folder"
cd "$folder/postern-$version"
cp -r packaging/debian debian
dpkg-buildpackage -us -uc
cd ..
if command -v lintian >/dev/null; then
	as_user=
	[ "$(id -u)" != 0 ] || as_user=--allow-root
	lintian $as_user --info --pedantic --fail-on error,warning "postern_${version}_"*.changes
fi
rm -r "postern-$version"
ls "$folder"/*.deb >&2
