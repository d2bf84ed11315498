/* SPDX-License-Identifier: BSD-2-Clause */
#define _GNU_SOURCE
#include "tests/e2e/support/postfix.h"

#include "tests/e2e/support/patience.h"
#include "tests/e2e/support/smtp.h"
#include "tests/e2e/support/sockets.h"

#include <grp.h>
#include <pwd.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static const char daemon_directory[] = "/usr/lib/postfix/sbin";
static const char master_program[] = "/usr/lib/postfix/sbin/master";

/* The places: %1$s everything's directory, %2$s the milter's socket, %3$d and %4$d uid and gid of the mail store. */
static const char main_cf[] = "compatibility_level = 3.6\n"
			      "config_directory = %1$s/etc\n"
			      "queue_directory = %1$s/spool\n"
			      "data_directory = %1$s/data\n"
			      "command_directory = /usr/sbin\n"
			      "daemon_directory = %5$s\n"
			      "mail_owner = postfix\n"
			      "setgid_group = postdrop\n"
			      "maillog_file_prefixes = %1$s\n"
			      "maillog_file = %1$s/mail.log\n"
			      "myhostname = mx.example.org\n"
			      "mydestination =\n"
			      "mynetworks = 127.0.0.0/8\n"
			      "inet_interfaces = 127.0.0.1\n"
			      "inet_protocols = all\n" /* of clients by XCLIENT; it listens on 127.0.0.1 alone */
			      "local_recipient_maps =\n"
			      "alias_maps =\n"
			      "alias_database =\n"
			      "hash_queue_names = corrupt\n" /* none of those that are counted */
			      "virtual_mailbox_domains = dest.example.org\n"
			      "virtual_mailbox_base = %1$s\n"
			      "virtual_mailbox_maps = static:store/\n"
			      "virtual_uid_maps = static:%3$d\n"
			      "virtual_gid_maps = static:%4$d\n"
			      "default_transport = error:nothing leaves this machine\n"
			      "relay_transport = error:nothing leaves this machine\n"
			      "smtpd_relay_restrictions = reject_unauth_destination\n"
			      "local_header_rewrite_clients =\n"
			      "disable_dns_lookups = yes\n"
			      "smtpd_peername_lookup = no\n"
			      "smtpd_client_connection_count_limit = 0\n"
			      "smtpd_client_connection_rate_limit = 0\n"
			      "smtpd_error_sleep_time = 0\n"
			      "smtpd_soft_error_limit = 1000\n"
			      "smtpd_hard_error_limit = 1000\n"
			      "smtpd_authorized_xclient_hosts = 127.0.0.1\n"
			      "smtpd_milters = unix:%2$s\n"
			      "non_smtpd_milters = unix:%2$s\n"
			      "milter_default_action = tempfail\n";

/* %1$d is the port. */
static const char master_cf[] = "127.0.0.1:%1$d inet n - n - - smtpd\n"
				"pickup unix n - n 60 1 pickup\n"
				"cleanup unix n - n - 0 cleanup\n"
				"qmgr unix n - n 300 1 qmgr\n"
				"rewrite unix - - n - - trivial-rewrite\n"
				"bounce unix - - n - 0 bounce\n"
				"defer unix - - n - 0 bounce\n"
				"trace unix - - n - 0 bounce\n"
				"proxymap unix - - n - - proxymap\n"
				"showq unix n - n - - showq\n"
				"error unix - - n - - error\n"
				"retry unix - - n - - error\n"
				"virtual unix - n n - - virtual\n"
				"anvil unix - - n - 1 anvil\n"
				"postlog unix-dgram n - n - 1 postlogd\n";

const char *
postfix_missing(void)
{
	if (geteuid() != 0)
		return "not run by root, whom Postfix needs to be started";
	if (access(master_program, X_OK) != 0 || getpwnam("postfix") == NULL || getgrnam("postdrop") == NULL)
		return "Postfix is not installed";
	return NULL;
}

/* The queue's directories with the owners and modes that Postfix's own installation gives them. */
static void
make_queue(const char *spool, const struct passwd *postfix, gid_t postdrop)
{
	static const char *const private_ones[] = { "active", "bounce",   "corrupt", "defer", "deferred", "flush",
						    "hold",   "incoming", "private", "saved", "trace" };

	directory_make(spool, 0755, 0, 0);
	for (size_t i = 0; i < sizeof private_ones / sizeof private_ones[0]; i++)
		directory_make(path_join(spool, private_ones[i]).text, 0700, postfix->pw_uid, 0);
	directory_make(path_join(spool, "maildrop").text, 01730, postfix->pw_uid, postdrop);
	directory_make(path_join(spool, "public").text, 02710, postfix->pw_uid, postdrop);
	directory_make(path_join(spool, "pid").text, 0755, 0, 0);
}

static void
configure(const struct postfix *postfix, const char *milter_socket)
{
	const struct passwd *user = getpwnam("postfix");
	const char *directory = postfix->directory.text;
	struct path etc = path_join(directory, "etc");
	char *text = NULL;

	directory_make(directory, 0755, 0, 0);
	directory_make(etc.text, 0755, 0, 0);
	directory_make(path_join(directory, "data").text, 0700, user->pw_uid, user->pw_gid);
	directory_make(path_join(directory, "store").text, 0700, user->pw_uid, user->pw_gid);
	make_queue(path_join(directory, "spool").text, user, getgrnam("postdrop")->gr_gid);
	if (asprintf(&text, main_cf, directory, milter_socket, (int)user->pw_uid, (int)user->pw_gid, daemon_directory) <
	    0)
		fail("out of memory");
	file_write(path_join(etc.text, "main.cf").text, text);
	free(text);
	if (asprintf(&text, master_cf, postfix->port) < 0)
		fail("out of memory");
	file_write(path_join(etc.text, "master.cf").text, text);
	free(text);
}

static bool
port_answers(int port)
{
	int fd = connect_loopback(port);

	if (fd >= 0)
		close(fd);
	return fd >= 0;
}

/* What it said goes with the directory, so it is shown. */
static _Noreturn void
fail_with_log(const struct postfix *postfix, const char *output)
{
	size_t length;
	char *log = file_read(postfix->log.text, &length);
	char *said = file_read(output, &length);

	fail("Postfix does not start.\n%s%s", said != NULL ? said : "", log != NULL ? log : "");
}

void
postfix_start(struct postfix *postfix, const struct tempdir *dir, const char *milter_socket)
{
	struct deadline deadline = deadline_in(PATIENCE_MS);

	postfix->directory = path_join(dir->path.text, "postfix");
	postfix->log = path_join(postfix->directory.text, "mail.log");
	postfix->port = free_port();
	configure(postfix, milter_socket);
	struct path etc = path_join(postfix->directory.text, "etc");
	const char *const argv[] = { master_program, "-c", etc.text, NULL };
	struct path output = path_join(postfix->directory.text, "master.out");
	process_start(&postfix->master, argv, output.text, dir->leash);
	while (!port_answers(postfix->port))
		if (!process_lives(postfix->master.pid) || !deadline_nap(&deadline))
			fail_with_log(postfix, output.text);
}

void
postfix_stop(struct postfix *postfix)
{
	int status;

	if (postfix->master.pid == 0)
		return;
	/* master passes the signal on to its process group. */
	process_signal(&postfix->master, SIGTERM);
	if (!process_wait(&postfix->master, PATIENCE_MS, &status))
		process_kill(&postfix->master);
}

void
postfix_submit(const struct postfix *postfix, const char *sender, const char *text)
{
	struct path message = path_join(postfix->directory.text, "submitted");
	struct path etc = path_join(postfix->directory.text, "etc");
	char *command = NULL;

	file_write(message.text, text);
	if (asprintf(&command, "exec /usr/sbin/sendmail -C %s -i -f %s %s < %s", etc.text, sender, smtp_recipient,
		     message.text) < 0)
		fail("out of memory");
	const char *const argv[] = { "/bin/sh", "-c", command, NULL };
	if (process_run(argv, path_join(postfix->directory.text, "submit.out").text) != 0)
		fail("sendmail does not take the message");
	free(command);
}

bool
postfix_settles(const struct postfix *postfix)
{
	static const char *const queues[] = { "spool/maildrop", "spool/incoming", "spool/active", "spool/deferred" };
	struct deadline deadline = deadline_in(PATIENCE_MS);

	for (size_t i = 0; i < sizeof queues / sizeof queues[0];) {
		if (directory_count(path_join(postfix->directory.text, queues[i]).text, "") == 0)
			i++;
		else if (!deadline_nap(&deadline))
			return false;
	}
	return true;
}

size_t
postfix_delivered(const struct postfix *postfix, const char *text)
{
	return directory_count(path_join(postfix->directory.text, "store/new").text, text);
}

size_t
postfix_held(const struct postfix *postfix, const char *text)
{
	return directory_count(path_join(postfix->directory.text, "spool/hold").text, text);
}

char *
postfix_delivered_mail(const struct postfix *postfix, const char *text)
{
	return directory_find(path_join(postfix->directory.text, "store/new").text, text);
}
