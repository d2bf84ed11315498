/* SPDX-License-Identifier: BSD-2-Clause */
/* Counters in a file whose disk is full, or cannot be written to, in a daemon under load. */
#define _GNU_SOURCE
#include "tests/e2e/support/outage.h"

#include <fcntl.h>
#include <sched.h>
#include <stdio.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <unistd.h>

static struct path
on_disk(const char *name)
{
	return path_join(path_join(asking.postern.directory.text, "disk").text, name);
}

static void
fill_disk(void)
{
	static const char octets[4096];
	int fd = open(on_disk("filler").text, O_WRONLY | O_CREAT, 0600);

	ck_assert_int_ge(fd, 0);
	while (write(fd, octets, sizeof octets) > 0)
		;
	close(fd);
}

static void
make_room(void)
{
	ck_assert_int_eq(unlink(on_disk("filler").text), 0);
}

/* What the file holds already may be written again. */
static const struct outage full = { "full", "sqlite", true, fill_disk, make_room };

/* Of our own, which processes that are started later see, too. */
static bool
mount_small_disk(void)
{
	struct path disk = path_join(asking.postern.directory.text, "disk");
	struct stat owner;

	ck_assert_int_eq(stat(asking.postern.directory.text, &owner), 0);
	if (!path_exists(disk.text))
		directory_make(disk.text, 0755, owner.st_uid, owner.st_gid);
	if (unshare(CLONE_NEWNS) != 0 || mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) != 0 ||
	    mount("tmpfs", disk.text, "tmpfs", 0, "size=512k,mode=0755") != 0) {
		fprintf(stderr, "skipped: there is no small disk to be had\n");
		return false;
	}
	ck_assert_int_eq(chown(disk.text, owner.st_uid, owner.st_gid), 0);
	return true;
}

static void
play_disk(enum counters_on_failure on_failure)
{
	char store[PATH_TEXT_MAX + 32];

	if (!mount_small_disk())
		return;
	snprintf(store, sizeof store, "sqlite:%s", on_disk("counters.db").text);
	outage_play(store, &full, on_failure);
}

START_TEST(while_the_disk_is_full_all_come_again)
{
	play_disk(COUNTERS_TEMPFAIL);
}
END_TEST

START_TEST(while_the_disk_is_full_all_pass_if_so_configured)
{
	play_disk(COUNTERS_ACCEPT);
}
END_TEST

START_TEST(while_the_disk_is_full_it_is_counted_here_if_so_configured)
{
	play_disk(COUNTERS_LOCAL);
}
END_TEST

START_TEST(while_the_disk_can_only_be_read_all_come_again)
{
	struct path disk = path_join(asking.postern.directory.text, "disk");
	char store[PATH_TEXT_MAX + 32];

	if (!mount_small_disk())
		return;
	ck_assert_int_eq(mount(NULL, disk.text, NULL, MS_REMOUNT | MS_RDONLY, "size=512k"), 0);
	snprintf(store, sizeof store, "sqlite:%s", on_disk("counters.db").text);
	outage_serve(store, "tempfail", "100ms");
	outage_start_storm("read-only");
	storm_await(&outage_storm, OUTAGE_MEANWHILE);
	ck_assert_uint_eq(outage_storm.accepted, 0);
	ck_assert_int_eq(mount(NULL, disk.text, NULL, MS_REMOUNT, "size=512k"), 0);
	storm_await_accepted(&outage_storm, OUTAGE_AFTER);
	outage_exhaust(1);
	outage_end_storm(OUTAGE_QUOTA, true);
}
END_TEST

OUTAGE_MAIN(disk_faults, while_the_disk_is_full_all_come_again, while_the_disk_is_full_all_pass_if_so_configured,
	    while_the_disk_is_full_it_is_counted_here_if_so_configured, while_the_disk_can_only_be_read_all_come_again)
