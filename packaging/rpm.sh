#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# rpm.sh VERSION DIST FOLDER: RPM packages in FOLDER, from the tarball in DIST. Where rpm cannot know what is installed, as on
# Debian, dependencies are not asked for, and packaging/rpm/elsewhere.macros stand in for those of Fedora. With rpmlint where
# there is one. CHECK=no leaves the unit tests out.
set -eu

version=$1
here=$(cd "$(dirname "$0")" && pwd)
mkdir -p "$3"
tarball=$(cd "$2" && pwd)/postern-$version.tar.gz
folder=$(cd "$3" && pwd)

packaged=$(sed -n 's/^Version: *//p' "$here/rpm/postern.spec")
if [ "$packaged" != "$version" ]; then
	echo "packaging/rpm/postern.spec is about $packaged, Makefile about $version" >&2
	exit 1
fi

rm -rf "${folder:?}"/*
mkdir "$folder/SOURCES"
cp "$tarball" "$here/postern.sysusers" "$folder/SOURCES/"
set -- --define "_topdir $folder" -ba "$here/rpm/postern.spec"
[ "${CHECK:-yes}" = yes ] || set -- --without check "$@"
case $(rpm --eval '%_unitdir') in
%*)
	echo "no RPM macros of systemd here: --nodeps, with packaging/rpm/elsewhere.macros" >&2
	set -- --nodeps --load "$here/rpm/elsewhere.macros" "$@"
	;;
esac
rpmbuild "$@"
rm -rf "$folder/BUILD" "$folder/BUILDROOT"
if command -v rpmlint >/dev/null; then
	rpmlint --config "$here/rpm/rpmlint.toml" "$folder/RPMS" "$folder/SRPMS" "$here/rpm/postern.spec"
fi
find "$folder" -name '*.rpm' >&2
