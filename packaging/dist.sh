#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# dist.sh VERSION FOLDER: FOLDER/postern-VERSION.tar.gz with the sources. The same octets from the same sources: sorted, of
# root, with the time of the last commit, or SOURCE_DATE_EPOCH. Outside git, all files but what make builds.
set -eu
export LC_ALL=C

name=postern-$1
mkdir -p "$2"
folder=$(cd "$2" && pwd)
cd "$(dirname "$0")/.."

list=$(mktemp)
trap 'rm -f "$list" "$list.there" "$folder/$name.tar.part"' EXIT

# What is in this folder, not in a repository around it.
if [ -e .git ]; then
	git ls-files --cached --others --exclude-standard >"$list"
	: "${SOURCE_DATE_EPOCH:=$(git log -1 --format=%ct)}"
else
	find . -path ./build -prune -o -type f -print | sed 's|^\./||' >"$list"
	: "${SOURCE_DATE_EPOCH:=$(stat -c %Y NEWS.md)}"
fi

sort -u "$list" | while IFS= read -r file; do
	[ ! -f "$file" ] || printf '%s\n' "$file"
done >"$list.there"
mv "$list.there" "$list"
tar --create --format=gnu --no-recursion --verbatim-files-from --files-from="$list" --transform="s|^|$name/|" \
	--mtime="@$SOURCE_DATE_EPOCH" --owner=root:0 --group=root:0 --mode='u=rwX,go=rX' --file="$folder/$name.tar.part"
gzip -9n "$folder/$name.tar.part"
mv "$folder/$name.tar.part.gz" "$folder/$name.tar.gz"
echo "$folder/$name.tar.gz" >&2
