#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause
# test_install: `make install` and `make dist`, into folders of their own.
set -u
umask 077

postern=${POSTERN:-build/postern}
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
. tests/packaging/check.sh

install_into() {
	make --no-print-directory B="$(dirname "$postern")" install DESTDIR="$1" "${@:2}" >"$folder/log" 2>&1 || cat "$folder/log"
}

# What is below FOLDER, as mode and path.
listing() {
	(cd "$1" && find . "${@:2}" -printf '%m %P\n' | sort -k 2)
}

install_into "$folder/usr" PREFIX=/usr
check 'all folders can be entered' '' "$(listing "$folder/usr/etc" -type d ! -perm 755; listing "$folder/usr/usr" -type d ! -perm 755)"
check 'one file is a program' '755 usr/sbin/postern' "$(listing "$folder/usr" -type f -perm /111)"
check 'the rest can be read by all' '' "$(listing "$folder/usr" -type f ! -perm /111 ! -perm 644)"
check 'nothing lies elsewhere' $'etc\nusr' "$(ls "$folder/usr")"
for file in etc/postern/postern.conf etc/postern/conf.d etc/apparmor.d/usr.sbin.postern usr/lib/systemd/system/postern.service \
	usr/lib/sysusers.d/postern.conf usr/lib/tmpfiles.d/postern.conf usr/share/postern/postern.m4 usr/share/man/man8/postern.8 \
	usr/share/man/man5/postern.conf.5 usr/share/man/man7/postern-checks.7 usr/share/man/man7/postern-replies.7 \
	usr/share/bash-completion/completions/postern usr/share/zsh/site-functions/_postern \
	usr/share/fish/vendor_completions.d/postern.fish usr/share/doc/postern/README.md usr/share/licenses/postern/LICENSE; do
	check "$file is there" yes "$([ -e "$folder/usr/$file" ] && echo yes)"
done

echo '# mine' >"$folder/usr/etc/postern/postern.conf"
install_into "$folder/usr" PREFIX=/usr
check 'a configuration that is there stays' '# mine' "$(cat "$folder/usr/etc/postern/postern.conf")"

install_into "$folder/local" APPARMORDIR=
check 'PREFIX is /usr/local' 'yes' "$([ -x "$folder/local/usr/local/sbin/postern" ] && echo yes)"
check 'an empty APPARMORDIR leaves the profile out' '' "$(find "$folder/local" -path '*apparmor*')"

# dist OUT [FROM]: the tarball's checksum.
dist() {
	(cd "${2:-.}" && packaging/dist.sh 1.2.3 "$folder/$1" 2>/dev/null && sha256sum <"$folder/$1/postern-1.2.3.tar.gz")
}

first=$(dist first)
check 'the same tarball again, whatever the umask' "$first" "$(umask 022 && dist second)"
tar -xzf "$folder/first/postern-1.2.3.tar.gz" -C "$folder"
check 'the same tarball from what it holds' "$first" "$(dist third "$folder/postern-1.2.3")"
check 'another time, another tarball' differs "$([ "$(SOURCE_DATE_EPOCH=1 dist fourth)" = "$first" ] || echo differs)"
check 'all of it belongs to root' 'root/root' "$(tar -tvzf "$folder/first/postern-1.2.3.tar.gz" | awk '{ print $2 }' | sort -u)"
check 'it is sorted' '' "$(tar -tzf "$folder/first/postern-1.2.3.tar.gz" | LC_ALL=C sort -c 2>&1)"
check 'nothing that was built is in it' '' "$(tar -tzf "$folder/first/postern-1.2.3.tar.gz" | grep -E '/build/|\.o$')"

echo "$(((checks - failures) * 100 / checks))%: Checks: $checks, Failures: $failures, Errors: 0"
[ $failures -eq 0 ]
