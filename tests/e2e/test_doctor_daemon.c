/* SPDX-License-Identifier: BSD-2-Clause */
/* What `postern doctor` finds out about the socket and the daemon; and what it makes of programs and arguments that are no good. */
#define _GNU_SOURCE
#include "tests/e2e/support/clinic.h"
#include "tests/e2e/support/patience.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

static const char install_it[] = "install -d -m 2710 -o nobody -g postfix #/postern && systemctl restart postern";

START_TEST(what_keeps_postfix_from_the_socket_is_found)
{
	struct stat status;

	clinic_begin();
	postern_start(&clinic.rig.postern);
	clinic_shell("chmod 0700 #/postern");
	struct opinion opinion = clinic_ask("");
	clinic_assert_wrong(&opinion, "a directory of its owner alone", "socket_denied", install_it);
	ck_assert_ptr_nonnull(strstr(doctor_says(&opinion, "socket_denied", "what"), "mode 2700"));
	doctor_forget(&opinion);
	clinic_shell("chmod 2710 #/postern && chgrp root #/postern/postern.sock");
	opinion = clinic_ask("");
	clinic_assert_wrong(&opinion, "a socket of another group", "socket_denied", install_it);
	doctor_forget(&opinion);
	ck_assert_int_eq(stat(clinic.queue.text, &status), 0);
	clinic_shell("chgrp postfix #/postern/postern.sock && chmod 0700 #");
	opinion = clinic_ask("");
	clinic_assert_wrong(&opinion, "a directory above of its owner alone", "socket_denied", "chmod o+x #");
	doctor_forget(&opinion);
	ck_assert_int_eq(chmod(clinic.queue.text, status.st_mode & 07777), 0);
	clinic_assert_right("as it was");
	postern_stop(&clinic.rig.postern);
}
END_TEST

START_TEST(a_daemon_that_is_away_is_found)
{
	struct path socket = clinic.rig.postern.socket;
	struct opinion opinion = clinic_ask("");

	clinic_assert_wrong(&opinion, "never started", "socket_missing", "systemctl start postern");
	doctor_forget(&opinion);
	file_write(socket.text, "");
	opinion = clinic_ask("");
	clinic_assert_wrong(&opinion, "a file in its place", "socket_other",
			    "mv #/postern/postern.sock #/postern/postern.sock.old && systemctl start postern");
	doctor_forget(&opinion);
	unlink(socket.text);
	clinic_shell("mv #/postern #/away");
	opinion = clinic_ask("");
	clinic_assert_wrong(&opinion, "no directory", "socket_missing",
			    "install -d -m 2710 -o nobody -g postfix #/postern && systemctl start postern");
	doctor_forget(&opinion);
	clinic_shell("mv #/away #/postern");
}
END_TEST

/* A listener below the socket's path that does with clients what serve does; it ends with the test. */
static pid_t
stand_in(void (*serve)(int client))
{
	struct sockaddr_un address = { .sun_family = AF_UNIX };

	strcpy(address.sun_path, clinic.rig.postern.socket.text);
	unlink(address.sun_path);
	pid_t pid = fork();
	if (pid != 0)
		return pid;
	signal(SIGPIPE, SIG_IGN);
	int listener = socket(AF_UNIX, SOCK_STREAM, 0);
	if (bind(listener, (struct sockaddr *)&address, sizeof address) != 0 || chmod(address.sun_path, 0660) != 0 ||
	    setuid(65534) != 0 || listen(listener, 8) != 0)
		_exit(1);
	for (;;) {
		int client = accept(listener, NULL, NULL);

		serve(client);
		close(client);
	}
}

static void
say_nothing(int client)
{
	(void)client;
}

/* What it was sent is read to its end, or the connection were reset. */
static void
say_nonsense(int client)
{
	char octet;

	if (write(client, "220 mx.example.org ESMTP\r\n", 26) > 0)
		while (read(client, &octet, 1) > 0)
			continue;
}

START_TEST(somebody_else_at_the_socket_is_found)
{
	static void (*const manners[])(int) = { say_nothing, say_nonsense };

	for (size_t i = 0; i < sizeof manners / sizeof manners[0]; i++) {
		struct process other = { .pid = stand_in(manners[i]), .leash = -1 };
		struct deadline deadline = deadline_in(PATIENCE_MS);

		while (!postern_answers(&clinic.rig.postern) && deadline_nap(&deadline))
			continue;
		struct opinion opinion = clinic_ask("");
		process_kill(&other);
		clinic_assert_wrong(&opinion, "no filter", "probe_broken", "systemctl restart postern");
		doctor_forget(&opinion);
		opinion = clinic_ask("");
		clinic_assert_wrong(&opinion, "its socket is left", "socket_unserved", "systemctl restart postern");
		doctor_forget(&opinion);
	}
	unlink(clinic.rig.postern.socket.text);
}
END_TEST

START_TEST(a_daemon_with_another_configuration_is_found)
{
	clinic_begin();
	postern_start(&clinic.rig.postern);
	postern_configure(&clinic.rig.postern,
			  "control = \"none\";\nchecks = { subject_missing = { reply = \"554 5.6.0 Say "
			  "what it is about\"; }; };\n");
	struct opinion opinion = clinic_ask("");
	clinic_assert_wrong(&opinion, "not reloaded", "probe_other", "systemctl reload postern");
	ck_assert_str_eq(
		doctor_says(&opinion, "probe_other", "what"),
		"Postern: answers a test message with 554 5.6.0 Subject not present, and the configuration says "
		"554 5.6.0 Say what it is about");
	doctor_forget(&opinion);
	opinion = clinic_ask("--no-probe");
	ck_assert_str_eq(opinion.wrong, "");
	doctor_forget(&opinion);
	postern_stop(&clinic.rig.postern);
}
END_TEST

/* The daemon itself tells so, at its control socket. */
START_TEST(a_reload_that_failed_is_found)
{
	struct postern *postern = &clinic.rig.postern;
	struct path control = path_join(postern->directory.text, "control");
	char *text = NULL;

	clinic_begin();
	ck_assert_int_gt(asprintf(&text, "control = \"%s\";\nchecks = { subject_missing = { }; };\n", control.text), 0);
	postern_configure(postern, text);
	postern_start(postern);
	clinic_assert_right("with a control socket");
	postern_configure(postern, "nonsense");
	ck_assert(postern_reload(postern, "not reloaded"));
	postern_configure(postern, text);
	struct opinion opinion = clinic_ask("");
	clinic_assert_wrong(&opinion, "the file is mended, and the daemon does not know", "reload_failed",
			    "postern config test && systemctl reload postern");
	doctor_forget(&opinion);
	postern_stop(postern);
	free(text);
}
END_TEST

START_TEST(a_policy_that_refuses_nothing_has_nothing_to_log)
{
	size_t length;

	postern_configure(&clinic.rig.postern,
			  "control = \"none\";\nmode = \"observe\";\nchecks = { subject_missing = { }; };\n");
	postern_start(&clinic.rig.postern);
	struct opinion opinion = clinic_ask("");
	ck_assert_str_eq(opinion.wrong, "");
	ck_assert_str_eq(doctor_says(&opinion, "probe", "what"), "Postern: holds a test dialogue");
	doctor_forget(&opinion);
	postern_stop(&clinic.rig.postern);
	char *log = file_read(clinic.rig.postern.log.text, &length);
	ck_assert_ptr_null(strstr(log, "doctor"));
	free(log);
}
END_TEST

START_TEST(a_socket_for_everybody_is_found)
{
	clinic_begin();
	postern_start(&clinic.rig.postern);
	clinic_shell("chmod 0755 #/postern && chmod 0666 #/postern/postern.sock");
	struct opinion opinion = clinic_ask("");
	ck_assert_str_eq(opinion.wrong, "socket_open");
	ck_assert_ptr_nonnull(
		strstr(doctor_says(&opinion, "socket_open", "mend"), "echo 'socket_mode = \"0660\";' >>"));
	doctor_forget(&opinion);
	clinic_shell("chmod 2710 #/postern");
	clinic_assert_right("nobody gets in");
	postern_stop(&clinic.rig.postern);
}
END_TEST

static const struct {
	const char *when, *script, *what;
} hostile[] = {
	{ "it prints for ever", "#!/bin/sh\nexec yes 'smtpd_milters = unix:x'\n", "prints too much" },
	{ "it hangs, and its child holds the pipe", "#!/bin/sh\nsleep 1000 &\nsleep 1000\n", "takes too long" },
	{ "it fails", "#!/bin/sh\necho 'postconf: fatal: open main.cf' >&2\nexit 1\n",
	  "fails: postconf: fatal: open main.cf" },
	{ "it is killed", "#!/bin/sh\nkill -9 $$\n", "was killed" },
	{ "it prints nothing", "#!/bin/sh\n", "does not tell a queue_directory" },
	{ "it prints garbage", "#!/bin/sh\nhead -c 500000 /dev/urandom\n", "does not tell a queue_directory" },
	{ "it is no program", "garbage", "cannot be run: Exec format error" },
};

START_TEST(a_hostile_postconf_is_bounded)
{
	struct path script = path_join(clinic.rig.postern.directory.text, "postconf");
	char *options = NULL;

	clinic_begin();
	postern_start(&clinic.rig.postern);
	ck_assert_int_gt(asprintf(&options, "--postconf %s", script.text), 0);
	for (size_t i = 0; i < sizeof hostile / sizeof hostile[0]; i++) {
		file_write(script.text, hostile[i].script);
		ck_assert_int_eq(chmod(script.text, 0755), 0);
		struct opinion opinion = clinic_ask(options);
		ck_assert_msg(opinion.status == 66, "%s: status %d", hostile[i].when, opinion.status);
		ck_assert_msg(strstr(doctor_says(&opinion, "postfix_unreadable", "what"), hostile[i].what) != NULL,
			      "%s: %s", hostile[i].when, doctor_says(&opinion, "postfix_unreadable", "what"));
		doctor_forget(&opinion);
	}
	free(options);
	postern_stop(&clinic.rig.postern);
}
END_TEST

START_TEST(hopeless_arguments_have_their_status)
{
	static const struct {
		const char *options;
		int status;
	} rows[] = {
		{ "--nonsense", 64 },
		{ "operand", 64 },
		{ "--color=perhaps", 64 },
		{ "--sendmail /nonexistent/sendmail.cf", 66 },
		{ "--postfix /nonexistent", 66 },
		{ "-c /nonexistent.conf", 78 },
	};

	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		char *options = NULL;

		ck_assert_int_gt(
			asprintf(&options, "-c %s %s 2>/dev/null", clinic.rig.postern.config.text, rows[i].options), 0);
		struct opinion opinion = doctor_ask(clinic.rig.postern.program.text, options);
		ck_assert_msg(opinion.status == rows[i].status, "%s: status %d", rows[i].options, opinion.status);
		doctor_forget(&opinion);
		free(options);
	}
}
END_TEST

CLINIC_MAIN(doctor_daemon, what_keeps_postfix_from_the_socket_is_found, a_daemon_that_is_away_is_found,
	    somebody_else_at_the_socket_is_found, a_daemon_with_another_configuration_is_found,
	    a_reload_that_failed_is_found, a_policy_that_refuses_nothing_has_nothing_to_log,
	    a_socket_for_everybody_is_found, a_hostile_postconf_is_bounded, hopeless_arguments_have_their_status)
