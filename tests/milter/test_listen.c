/* SPDX-License-Identifier: BSD-2-Clause */
#define _GNU_SOURCE
#include "milter/listen.h"
#include "tests/support/suite.h"

#include <fcntl.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <sysexits.h>
#include <unistd.h>

static char directory[64], path[80], address[96];

static void
make_directory(void)
{
	strcpy(directory, "/tmp/postern-listen-XXXXXX");
	ck_assert_ptr_nonnull(mkdtemp(directory));
	snprintf(path, sizeof path, "%s/sock", directory);
	snprintf(address, sizeof address, "unix:%s", path);
}

static void
remove_directory(void)
{
	unlink(path);
	rmdir(path);
	ck_assert_int_eq(rmdir(directory), 0);
}

static int
open_there(struct listener *listener, char *why)
{
	struct listen_settings settings = { .address = address, .backlog = 5, .socket_mode = 0660 };

	why[0] = '\0';
	return listener_open(listener, &settings, why);
}

static const struct {
	const char *sentence, *text;
	int family; /* 0: is refused */
	unsigned short port;
} addresses[] = {
	{ "a path", "unix:/run/postern.sock", AF_UNIX, 0 },
	{ "the other name of it", "local:/run/postern.sock", AF_UNIX, 0 },
	{ "port and host", "inet:8025@127.0.0.1", AF_INET, 8025 },
	{ "any host", "inet:8025", AF_INET, 8025 },
	{ "IPv6", "inet6:8025@::1", AF_INET6, 8025 },
	{ "IPv6 in brackets", "inet6:8025@[::1]", AF_INET6, 8025 },
	{ "nothing", "", 0, 0 },
	{ "no scheme", "/run/postern.sock", 0, 0 },
	{ "an unknown scheme", "tcp:8025", 0, 0 },
	{ "a relative path", "unix:postern.sock", 0, 0 },
	{ "no path", "unix:", 0, 0 },
	{ "no port", "inet:@127.0.0.1", 0, 0 },
	{ "no host behind the @", "inet:8025@", 0, 0 },
	{ "an IPv6 host for IPv4", "inet:8025@::1", 0, 0 },
	{ "a path beyond what a socket address holds",
	  "unix:/"
	  "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
	  "a",
	  0, 0 },
};

START_TEST(addresses_are_read)
{
	for (size_t i = 0; i < sizeof addresses / sizeof addresses[0]; i++) {
		struct listen_address read = { .length = 0 };
		char why[LISTEN_RULE_MAX] = "";
		bool taken = listen_address_read(addresses[i].text, &read, why);
		struct sockaddr_in in;

		ck_assert_msg(taken == (addresses[i].family != 0), "%s: %s", addresses[i].sentence, why);
		if (!taken) {
			ck_assert_msg(why[0] != '\0', "%s: no reason", addresses[i].sentence);
			continue;
		}
		ck_assert_msg(read.address.ss_family == addresses[i].family, "%s", addresses[i].sentence);
		memcpy(&in, &read.address, sizeof in); /* the port lies at the same place in IPv6 */
		if (addresses[i].family != AF_UNIX)
			ck_assert_msg(ntohs(in.sin_port) == addresses[i].port, "%s", addresses[i].sentence);
	}
}
END_TEST

START_TEST(a_socket_has_its_mode_and_is_removed_at_the_end)
{
	struct listener listener;
	struct stat status;
	char why[LISTEN_RULE_MAX];

	make_directory();
	umask(0);
	ck_assert_int_eq(open_there(&listener, why), EX_OK);
	ck_assert_int_eq(lstat(path, &status), 0);
	ck_assert(S_ISSOCK(status.st_mode));
	ck_assert_uint_eq(status.st_mode & 07777, 0660);
	ck_assert((fcntl(listener.fd, F_GETFL) & O_NONBLOCK) != 0);
	ck_assert_uint_eq(umask(0), 0);
	listener_close(&listener);
	ck_assert_int_ne(lstat(path, &status), 0);
	remove_directory();
}
END_TEST

START_TEST(a_stale_socket_is_replaced)
{
	struct sockaddr_un un = { .sun_family = AF_UNIX };
	struct listener listener;
	char why[LISTEN_RULE_MAX];

	make_directory();
	int dead = socket(AF_UNIX, SOCK_STREAM, 0);
	strcpy(un.sun_path, path);
	ck_assert_int_eq(bind(dead, (struct sockaddr *)&un, sizeof un), 0);
	close(dead);
	ck_assert_msg(open_there(&listener, why) == EX_OK, "%s", why);
	listener_close(&listener);
	remove_directory();
}
END_TEST

START_TEST(a_served_socket_is_left_alone)
{
	struct listener first, second;
	char why[LISTEN_RULE_MAX];

	make_directory();
	ck_assert_int_eq(open_there(&first, why), EX_OK);
	ck_assert_int_eq(open_there(&second, why), EX_TEMPFAIL);
	ck_assert_ptr_nonnull(strstr(why, "another process listens"));
	struct stat status;
	ck_assert_int_eq(lstat(path, &status), 0);
	ck_assert_uint_eq(status.st_ino, first.inode);
	listener_close(&first);
	remove_directory();
}
END_TEST

START_TEST(anything_else_in_its_place_is_left_alone)
{
	struct listener listener;
	char why[LISTEN_RULE_MAX];
	struct stat status;

	make_directory();
	close(open(path, O_CREAT | O_WRONLY, 0600));
	ck_assert_int_eq(open_there(&listener, why), EX_CONFIG);
	ck_assert(lstat(path, &status) == 0 && S_ISREG(status.st_mode));
	unlink(path);
	ck_assert_int_eq(symlink("/nowhere", path), 0);
	ck_assert_int_eq(open_there(&listener, why), EX_CONFIG);
	ck_assert(lstat(path, &status) == 0 && S_ISLNK(status.st_mode));
	unlink(path);
	ck_assert_int_eq(mkdir(path, 0700), 0);
	ck_assert_int_eq(open_there(&listener, why), EX_CONFIG);
	ck_assert(lstat(path, &status) == 0 && S_ISDIR(status.st_mode));
	remove_directory();
}
END_TEST

START_TEST(another_instances_socket_is_not_removed)
{
	struct listener old, new;
	char why[LISTEN_RULE_MAX];
	struct stat status;

	make_directory();
	ck_assert_int_eq(open_there(&old, why), EX_OK);
	unlink(path);
	ck_assert_int_eq(open_there(&new, why), EX_OK);
	listener_close(&old);
	ck_assert_int_eq(lstat(path, &status), 0);
	ck_assert_uint_eq(status.st_ino, new.inode);
	listener_close(&new);
	remove_directory();
}
END_TEST

START_TEST(an_unknown_group_is_an_error_and_leaves_nothing)
{
	struct listener listener;
	struct listen_settings settings = { .backlog = 5, .socket_mode = 0660, .socket_group = "no-such-group-here" };
	char why[LISTEN_RULE_MAX] = "";
	struct stat status;

	make_directory();
	settings.address = address;
	ck_assert_int_eq(listener_open(&listener, &settings, why), EX_CONFIG);
	ck_assert_ptr_nonnull(strstr(why, "no-such-group-here"));
	ck_assert_int_ne(lstat(path, &status), 0);
	remove_directory();
}
END_TEST

static void
pass_descriptor(int fd, pid_t pid)
{
	char text[32];

	ck_assert_int_eq(dup2(fd, 3), 3);
	snprintf(text, sizeof text, "%ld", (long)pid);
	setenv("LISTEN_PID", text, 1);
	setenv("LISTEN_FDS", "1", 1);
}

START_TEST(a_socket_that_systemd_passes_is_taken_and_not_removed)
{
	struct listener made, passed;
	char why[LISTEN_RULE_MAX];
	struct stat status;

	make_directory();
	ck_assert_int_eq(open_there(&made, why), EX_OK);
	pass_descriptor(made.fd, getpid());
	ck_assert_int_eq(open_there(&passed, why), EX_OK);
	ck_assert_int_eq(passed.fd, 3);
	ck_assert_ptr_null(getenv("LISTEN_FDS"));
	listener_close(&passed);
	ck_assert_int_eq(lstat(path, &status), 0);
	made.fd = open("/dev/null", O_RDONLY);
	listener_close(&made);
	remove_directory();
}
END_TEST

START_TEST(what_systemd_passes_must_be_a_listening_socket)
{
	struct listener listener;
	char why[LISTEN_RULE_MAX];

	make_directory();
	pass_descriptor(open("/dev/null", O_RDONLY), getpid());
	ck_assert_int_eq(open_there(&listener, why), EX_CONFIG);
	remove_directory();
}
END_TEST

START_TEST(what_was_passed_to_another_process_is_not_taken)
{
	struct listener listener;
	char why[LISTEN_RULE_MAX];

	make_directory();
	pass_descriptor(open("/dev/null", O_RDONLY), getppid());
	ck_assert_int_eq(open_there(&listener, why), EX_OK);
	ck_assert_str_eq(listener.path, path);
	listener_close(&listener);
	remove_directory();
}
END_TEST

SUITE_MAIN(listen, addresses_are_read, a_socket_has_its_mode_and_is_removed_at_the_end, a_stale_socket_is_replaced,
	   a_served_socket_is_left_alone, anything_else_in_its_place_is_left_alone,
	   another_instances_socket_is_not_removed, an_unknown_group_is_an_error_and_leaves_nothing,
	   a_socket_that_systemd_passes_is_taken_and_not_removed, what_systemd_passes_must_be_a_listening_socket,
	   what_was_passed_to_another_process_is_not_taken)
