#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause
# inside.sh: what system-test.sh does in the container, by the hand of an administrator. Leaves /test/passed.
set -eu
export DEBIAN_FRONTEND=noninteractive HOME=/root

touch /test/booted
cd /test
# shellcheck source=packaging/debian/tests/smtp.sh
. ./smtp.sh
trap '[ -e passed ] || journalctl --no-pager --unit postern --lines 60' EXIT

step() {
	echo "== $*"
}

# What a package manager says matters only when it fails.
quietly() {
	"$@" >packages.log 2>&1 || {
		cat packages.log
		fail "$*"
	}
}

property() {
	systemctl show --property "$1" --value postern
}

# until_true COMMAND...: within 30 seconds.
until_true() {
	local tenths
	for ((tenths = 0; tenths < 300; tenths++)); do
		"$@" && return
		sleep 0.1
	done
	fail "not within 30 seconds: $*"
}

# The service runs again, as another process than that one. Between the two it has none, 0.
is_another() {
	local now
	now=$(property MainPID)
	[ "$now" != 0 ] && [ "$now" != "$1" ] && [ "$(property ActiveState)" = active ]
}

refuses() {
	session 'Your order 1042' '' '554 5.6.0 Attachment is empty'
}

accepts() {
	session 'Your order 1042' '' '250 2.0.0 Ok: queued as *'
}

# A session that fails is one to try again: old workers may have been asked.
in_a_subshell() {
	("$@") >/dev/null 2>&1
}

# under_traffic COMMAND...: while one client after the other comes, and each is told what it should be.
under_traffic() {
	rm -f quiet clients
	until [ -e quiet ]; do
		in_a_subshell refuses && echo answered || echo lost
	done >clients &
	until_true test -s clients
	"$@"
	touch quiet
	wait $!
	! grep -q lost clients || fail "of $(wc -l <clients) clients $(grep -c lost clients) were answered otherwise during: $*"
	echo "$(wc -l <clients) clients were answered meanwhile"
}

restart_often() {
	local times
	for ((times = 0; times < 5; times++)); do
		systemctl restart postern
	done
}

reload_often() {
	local times
	for ((times = 0; times < 10; times++)); do
		systemctl reload postern
	done
}

# The oldest child of the daemon, a worker; and that it is gone.
worker() {
	local children
	read -ra children <"/proc/$1/task/$1/children"
	echo "${children[0]}"
}

is_gone() {
	[ ! -e "/proc/$1" ]
}

# Where system-test.sh was given one.
older=/test/older.deb
[ -e $older ] || older=/test/postern.deb

step 'apt install: the service runs, and Postfix, which came after it, can reach it'
quietly apt-get install -y $older
[ "$(systemctl is-enabled postern)" = enabled ] || fail 'not enabled'
until_true systemctl is-active --quiet postern
./refusal

step 'the unit is as strict as it claims'
systemd-analyze security --no-pager --threshold=15 postern.service | tail -n 1

step 'reload: other answers from the same process'
process=$(property MainPID)
echo 'checks = { attachment_empty = { mode = "observe"; }; };' >/etc/postern/conf.d/test.conf
systemctl reload postern
until_true in_a_subshell accepts
[ "$(property MainPID)" = "$process" ] || fail 'reload started another process'

step 'reload of a mistake: an error for who asks, and nothing changes'
echo 'checks = { attachment_empty = { mode = "strict"; }; };' >/etc/postern/conf.d/test.conf
! systemctl reload postern || fail 'took a mistake over'
[ "$(property MainPID)" = "$process" ] || fail 'a mistake ended the daemon'
accepts
rm /etc/postern/conf.d/test.conf

step 'reload under traffic'
systemctl reload postern
until_true in_a_subshell refuses
under_traffic reload_often

step 'restart'
process=$(property MainPID)
systemctl restart postern
[ "$(property MainPID)" != "$process" ] || fail 'the same process'
refuses

step 'with the socket unit, restart under traffic: no client is refused'
systemctl stop postern
quietly systemctl enable --now postern.socket
systemctl start postern
under_traffic restart_often
quietly systemctl disable --now postern.socket
systemctl restart postern
refuses

step 'a worker that hangs is replaced, by the same daemon'
process=$(property MainPID)
hung=$(worker "$process")
kill -STOP "$hung"
until_true is_gone "$hung"
[ "$(property MainPID)" = "$process" ] || fail 'the daemon went with its worker'
refuses

step 'a daemon that is killed comes back'
process=$(property MainPID)
kill -KILL "$process"
until_true is_another "$process"
refuses

step 'a daemon that hangs is ended by the watchdog, and comes back'
process=$(property MainPID)
[ "$(property WatchdogUSec)" != 0 ] || fail 'the unit has no watchdog'
mkdir -p /etc/systemd/system/postern.service.d
printf '[Service]\nWatchdogSec=3s\n' >/etc/systemd/system/postern.service.d/test.conf
systemctl daemon-reload
systemctl restart postern
process=$(property MainPID)
sleep 7
[ "$(property MainPID)" = "$process" ] || fail 'the watchdog ended a daemon that is well'
kill -STOP "$process"
until_true is_another "$process"
refuses
rm -r /etc/systemd/system/postern.service.d
systemctl daemon-reload

step "upgrade from $(dpkg-query -W -f '${Version}' postern): the new program runs, and configuration stays"
process=$(property MainPID)
echo 'mode = "enforce";' >/etc/postern/conf.d/mine.conf
quietly dpkg -i postern.deb
until_true is_another "$process"
refuses
[ "$(cat /etc/postern/conf.d/mine.conf)" = 'mode = "enforce";' ] || fail 'the upgrade changed a file of its own'
rm /etc/postern/conf.d/mine.conf

step 'remove and purge: nothing runs, nothing stays'
quietly apt-get purge -y postern
[ -z "$(find /proc -maxdepth 1 -user postern)" ] || fail 'processes stay'
left=$(find / -xdev \( -path /test -o -path /proc -o -path /sys -o -path /var/log -o -path /var/cache \) -prune -o -name '*postern*' -print)
[ -z "$left" ] || fail "files stay: $left"

touch passed
echo 'the package is as good as its word'
