/* SPDX-License-Identifier: BSD-2-Clause */
/* Postern's own part: its socket, and who listens there. */
#define _GNU_SOURCE
#include "milter/doctor/checkup.h"

#include "milter/control_client.h"
#include "milter/doctor/trial.h"
#include "milter/listen.h"

#include <arpa/inet.h>
#include <errno.h>
#include <grp.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <sysexits.h>
#include <unistd.h>

static const char start_it[] = "systemctl start postern", restart_it[] = "systemctl restart postern";

/* With the directory, where that is missing, too: as packages make it. */
static void
mend_missing(const struct checkup *checkup, const struct reached *reached)
{
	const char *path = checkup->own.path;

	if (strcmp(reached->at, path) == 0)
		diagnosis_mend(checkup->diagnosis, "%s", start_it);
	else
		checkup_mend_directory(checkup, path, getgrnam("postfix") != NULL ? "postfix" : checkup_user(checkup),
				       "start");
}

static void
mend_other(const struct checkup *checkup, const char *path)
{
	char *word = shell_word(path);

	if (word != NULL)
		diagnosis_mend(checkup->diagnosis, "mv %s %s.old && %s", word, word, start_it);
	free(word);
}

static void
tell_missing(const struct checkup *checkup, const struct reached *reached)
{
	struct diagnosis *diagnosis = checkup->diagnosis;
	const char *listen = checkup->conf->listen;

	switch (reached->result) {
	case REACH_NO_SOCKET:
		diagnosis_add(diagnosis, SEVERITY_ERROR, "socket_other", "Postern: what lies at %s is no socket",
			      reached->at);
		diagnosis_why(diagnosis, "Postern does not start while that is in its place.");
		mend_other(checkup, reached->at);
		return;
	case REACH_UNSERVED:
		diagnosis_add(diagnosis, SEVERITY_ERROR, "socket_unserved", "Postern: nobody listens at %s any more",
			      listen);
		diagnosis_mend(diagnosis, "%s", restart_it);
		return;
	case REACH_MISSING:
		diagnosis_add(diagnosis, SEVERITY_ERROR, "socket_missing",
			      "Postern: nobody listens at %s: there is no %s", listen, reached->at);
		diagnosis_why(diagnosis, "It does not run, or it runs with another configuration.");
		mend_missing(checkup, reached);
		return;
	default:
		diagnosis_add(diagnosis, reached->error == EACCES ? SEVERITY_NOTE : SEVERITY_ERROR, "socket_hidden",
			      "Postern: its socket %s cannot be looked at: %s%s", listen,
			      strerror(reached->error != 0 ? reached->error : EACCES),
			      geteuid() != 0 ? ": run this as root" : "");
		return;
	}
}

/* The socket has a mode, and each directory on the way to it: all of them must let everybody through. */
static bool
is_open_to_all(const char *path)
{
	static const struct unix_user nobody = { .uid = (uid_t)-2, .gid = (gid_t)-2 };
	char at[PATH_MAX];
	struct stat status;

	for (size_t length = 1;; length += strcspn(path + length, "/")) {
		snprintf(at, sizeof at, "%.*s", (int)length, path);
		if (stat(at, &status) != 0 || !unix_user_may(&nobody, &status))
			return false;
		if (path[length] == '\0')
			return true;
		length += strspn(path + length, "/");
	}
}

static void
check_rights(const struct checkup *checkup)
{
	struct diagnosis *diagnosis = checkup->diagnosis;

	if (!is_open_to_all(checkup->own.path))
		return;
	diagnosis_add(diagnosis, SEVERITY_WARNING, "socket_open", "Postern: every user of this host may connect to %s",
		      checkup->own.path);
	diagnosis_why(diagnosis, "Who connects is believed, logins and client addresses included.");
	checkup_mend_own(checkup, "socket_mode = \"0660\";");
}

static bool
is_loopback(const struct listen_address *address)
{
	struct sockaddr_in in;
	struct sockaddr_in6 in6;

	if (address->address.ss_family == AF_INET) {
		memcpy(&in, &address->address, sizeof in);
		return ntohl(in.sin_addr.s_addr) >> 24 == 127;
	}
	memcpy(&in6, &address->address, sizeof in6);
	return IN6_IS_ADDR_LOOPBACK(&in6.sin6_addr);
}

static void
check_inet(const struct checkup *checkup, const struct listen_address *address)
{
	struct diagnosis *diagnosis = checkup->diagnosis;
	bool loopback = is_loopback(address);

	diagnosis_add(diagnosis, loopback ? SEVERITY_NOTE : SEVERITY_WARNING, "socket_open",
		      "Postern: %s may connect to %s",
		      loopback ? "every user of this host" : "every host that gets there", checkup->conf->listen);
	diagnosis_why(diagnosis,
		      "Who connects is believed, logins and client addresses included. Prefer a Unix socket.");
	if (!loopback)
		checkup_mend_own(checkup, "listen = \"unix:/var/spool/postfix/postern/postern.sock\";");
}

/* The second number of the line `Uid:` in /proc/PID/status; -1 when it is not known. */
static long
effective_user(pid_t pid)
{
	char path[64], line[256];
	long user = -1;

	snprintf(path, sizeof path, "/proc/%ld/status", (long)pid);
	FILE *file = fopen(path, "r");
	while (file != NULL && user < 0 && fgets(line, sizeof line, file) != NULL)
		if (strncmp(line, "Uid:", 4) == 0) {
			char *rest;

			strtol(line + 4, &rest, 10);
			user = strtol(rest, NULL, 10);
		}
	if (file != NULL)
		fclose(file);
	return user;
}

/* The process that listens is told by the kernel; who it was when it began to, and not who it has become. Process 1 is a service manager that
 * listens for Postern. */
static void
check_process(const struct checkup *checkup, const struct listen_address *address)
{
	struct ucred peer = { .pid = 0 };
	socklen_t size = sizeof peer;
	char path[64], program[PATH_MAX];
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);

	if (fd < 0)
		return;
	bool known = connect(fd, (const struct sockaddr *)&address->address, address->length) == 0 &&
		     getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &peer, &size) == 0;
	close(fd);
	if (!known || peer.pid <= 1)
		return;
	if (effective_user(peer.pid) == 0) {
		diagnosis_add(checkup->diagnosis, SEVERITY_WARNING, "daemon_root",
			      "Postern: runs as root (process %ld)", (long)peer.pid);
		diagnosis_mend(checkup->diagnosis,
			       "useradd --system --no-create-home --shell /usr/sbin/nologin postern && %s", restart_it);
	}
	snprintf(path, sizeof path, "/proc/%ld/exe", (long)peer.pid);
	ssize_t length = readlink(path, program, sizeof program - 1);
	program[length > 0 ? length : 0] = '\0';
	if (strstr(program, " (deleted)") == NULL)
		return;
	diagnosis_add(checkup->diagnosis, SEVERITY_WARNING, "daemon_old",
		      "Postern: the daemon (process %ld) is an older one than is installed", (long)peer.pid);
	diagnosis_mend(checkup->diagnosis, "%s", restart_it);
}

static void
check_answer(const struct checkup *checkup, const struct listen_address *address)
{
	struct diagnosis *diagnosis = checkup->diagnosis;
	struct trial trial;

	trial_run(checkup->conf, address, &trial);
	switch (trial.result) {
	case TRIAL_RIGHT:
		diagnosis_add(diagnosis, SEVERITY_OK, "probe", "Postern: answers a test message as configured: %s",
			      trial.answered);
		break;
	case TRIAL_OPEN:
		diagnosis_add(diagnosis, SEVERITY_OK, "probe", "Postern: holds a test dialogue");
		break;
	case TRIAL_OTHER:
		diagnosis_add(diagnosis, SEVERITY_WARNING, "probe_other",
			      "Postern: answers a test message with %s, and the configuration says %s", trial.answered,
			      trial.expected[0] != '\0' ? trial.expected : "nothing");
		diagnosis_why(diagnosis,
			      "The daemon has another configuration than the one in %s, or a limit is used up.",
			      checkup->config);
		diagnosis_mend(diagnosis, "systemctl reload postern");
		break;
	case TRIAL_BROKEN:
		diagnosis_add(diagnosis, SEVERITY_ERROR, "probe_broken",
			      "Postern: no test dialogue is possible at %s: %s", checkup->conf->listen, trial.why);
		diagnosis_mend(diagnosis, "%s", restart_it);
		break;
	case TRIAL_FAILED:
		diagnosis->refused = true;
		break;
	}
}

/* What `status` tells of the daemon: see status.h. Empty: not told. */
struct told {
	char version[64], configuration[PATH_MAX], reload[64];
};

static bool
take_told(void *data, char *line)
{
	struct told *told = data;
	const char *value = strncmp(line, "s\t", 2) == 0 ? line + 2 : "";
	int length = (int)strcspn(value, "\t");
	const char *names = value + length;

	if (strcmp(names, "\tversion") == 0)
		snprintf(told->version, sizeof told->version, "%.*s", length, value);
	else if (strcmp(names, "\tconfiguration\tpath") == 0)
		snprintf(told->configuration, sizeof told->configuration, "%.*s", length, value);
	else if (strcmp(names, "\treload\tlast") == 0)
		snprintf(told->reload, sizeof told->reload, "%.*s", length, value);
	return true;
}

static void
judge_told(const struct checkup *checkup, const struct told *told)
{
	struct diagnosis *diagnosis = checkup->diagnosis;
	char *own = realpath(checkup->config, NULL);
	char *its = realpath(told->configuration, NULL);

	if (told->version[0] != '\0' && strcmp(told->version, POSTERN_VERSION) != 0) {
		diagnosis_add(diagnosis, SEVERITY_WARNING, "daemon_old",
			      "Postern: the daemon is version %s, and " POSTERN_VERSION " is installed", told->version);
		diagnosis_mend(diagnosis, "%s", restart_it);
	}
	if (strcmp(told->reload, "wrong") == 0 || strcmp(told->reload, "failed") == 0) {
		diagnosis_add(diagnosis, SEVERITY_WARNING, "reload_failed", "Postern: its last reload failed");
		diagnosis_why(diagnosis, "The daemon goes on with the configuration that it had before.");
		diagnosis_mend(diagnosis, "postern config test && systemctl reload postern");
	}
	if (own != NULL && its != NULL && strcmp(own, its) != 0)
		diagnosis_add(diagnosis, SEVERITY_NOTE, "daemon_configuration",
			      "Postern: the daemon has its configuration from %s, and this is about %s", its, own);
	free(own);
	free(its);
}

/* An unknown request is answered, too: by an older daemon. */
static void
check_control(const struct checkup *checkup)
{
	struct told told = { .version = "" };
	char why[CONTROL_WHY_MAX] = "";

	if (checkup->conf->control == NULL)
		return;
	if (control_ask(checkup->conf->control, "status", take_told, &told, why) == EX_UNAVAILABLE)
		diagnosis_add(checkup->diagnosis, SEVERITY_NOTE, "control_missing",
			      "Postern: %s: commands that ask the daemon will not work", why);
	else
		judge_told(checkup, &told);
}

static bool
check_socket(struct checkup *checkup)
{
	struct unix_user self = { .uid = geteuid(), .gid = getegid(), .group_count = UNIX_USER_GROUPS_MAX };
	struct reached reached;

	self.group_count = getgroups(UNIX_USER_GROUPS_MAX, self.groups);
	if (self.group_count < 0)
		self.group_count = 0;
	reach_socket(checkup->own.path, &self, &reached);
	if (reached.result == REACH_OK)
		return true;
	tell_missing(checkup, &reached);
	return false;
}

void
self_check(struct checkup *checkup, bool quiet)
{
	struct listen_address address;
	char why[LISTEN_RULE_MAX];

	if (!listen_address_read(checkup->conf->listen, &address, why)) {
		diagnosis_add(checkup->diagnosis, SEVERITY_ERROR, "listen", "Postern: listen = \"%s\": %s",
			      checkup->conf->listen, why);
		return;
	}
	checkup->served = !checkup->own.is_unix || check_socket(checkup);
	if (!checkup->served)
		return;
	if (checkup->own.is_unix) {
		check_rights(checkup);
		check_process(checkup, &address);
	} else {
		check_inet(checkup, &address);
	}
	if (!quiet)
		check_answer(checkup, &address);
	check_control(checkup);
}
