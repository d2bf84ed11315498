/* SPDX-License-Identifier: BSD-2-Clause */
#define _GNU_SOURCE
#include "milter/doctor/checkup.h"

#include "milter/privileges.h"

#include <errno.h>
#include <grp.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

void
checkup_init(struct checkup *checkup, struct diagnosis *diagnosis, const struct conf *conf, const char *config)
{
	*checkup = (struct checkup){ .diagnosis = diagnosis, .conf = conf, .config = config };
	endpoint_read(conf->listen, strlen(conf->listen), ENDPOINT_LIBMILTER, &checkup->own);
}

const char *
checkup_user(const struct checkup *checkup)
{
	return checkup->conf->user != NULL ? checkup->conf->user : PRIVILEGES_USER;
}

void
checkup_mend_own(const struct checkup *checkup, const char *line)
{
	const char *slash = strrchr(checkup->config, '/');
	int length = slash != NULL ? (int)(slash - checkup->config) : 1;

	diagnosis_mend(checkup->diagnosis, "echo '%s' >>%.*s/conf.d/local.conf && systemctl restart postern", line,
		       length, slash != NULL ? checkup->config : ".");
}

void
checkup_mend_directory(const struct checkup *checkup, const char *socket, const char *group, const char *verb)
{
	char *directory = strndup(socket, (size_t)(strrchr(socket, '/') - socket));
	char *word = directory != NULL ? shell_word(directory) : NULL;

	if (word != NULL)
		diagnosis_mend(checkup->diagnosis, "install -d -m 2710 -o %s -g %s %s && systemctl %s postern",
			       checkup_user(checkup), group, word, verb);
	free(word);
	free(directory);
}

/* The directory of the socket, with the group of who must get in. */
static void
mend_directory(const struct checkup *checkup, const char *path, const struct unix_user *user)
{
	const struct group *group = getgrgid(user->gid);

	checkup_mend_directory(checkup, path, group != NULL ? group->gr_name : user->name, "restart");
}

/* A directory that is not Postern's: it has to let others through, and no more. */
static void
mend_above(const struct checkup *checkup, const char *directory)
{
	char *word = shell_word(directory);

	if (word != NULL)
		diagnosis_mend(checkup->diagnosis, "chmod o+x %s", word);
	free(word);
}

static void
explain_denial(const struct checkup *checkup, const char *path, const struct unix_user *user,
	       const struct reached *reached)
{
	const char *slash = strrchr(path, '/');
	size_t directory = (size_t)(slash - path);
	bool at_socket = strcmp(reached->at, path) == 0;

	if (at_socket && (checkup->conf->socket_mode & S_IWGRP) == 0)
		checkup_mend_own(checkup, "socket_mode = \"0660\";");
	else if (at_socket || (strlen(reached->at) == directory && strncmp(reached->at, path, directory) == 0))
		mend_directory(checkup, path, user);
	else
		mend_above(checkup, reached->at);
}

static void
add_denial(const struct checkup *checkup, const char *server, const char *path, const struct unix_user *user,
	   const struct reached *reached)
{
	struct stat status;

	if (stat(reached->at, &status) != 0)
		return;
	diagnosis_add(checkup->diagnosis, SEVERITY_ERROR, "socket_denied",
		      "%s: user %s cannot get to %s: %s belongs to %u:%u with mode %04o", server, user->name, path,
		      reached->at, (unsigned)status.st_uid, (unsigned)status.st_gid, (unsigned)status.st_mode & 07777);
	diagnosis_why(checkup->diagnosis,
		      "The mail server finds no filter there, and treats all mail as if Postern were away.");
	explain_denial(checkup, path, user, reached);
}

void
checkup_reach(const struct checkup *checkup, const char *server, const char *path, const char *name)
{
	struct diagnosis *diagnosis = checkup->diagnosis;
	struct unix_user user;
	struct reached reached;

	if (!checkup->served)
		return; /* has been said */
	if (!unix_user_of(name, &user)) {
		diagnosis_add(diagnosis, SEVERITY_WARNING, "socket_user", "%s: there is no user %s, whom it runs as",
			      server, name);
		return;
	}
	reach_socket(path, &user, &reached);
	if (reached.result == REACH_OK)
		diagnosis_add(diagnosis, SEVERITY_OK, "socket_reached", "%s: user %s %s %s", server, name,
			      reached.tried ? "connects to" : "may connect to", path);
	else if (reached.result == REACH_DENIED)
		add_denial(checkup, server, path, &user, &reached);
	else if (reached.error == EACCES && !reached.tried)
		diagnosis_add(diagnosis, SEVERITY_NOTE, "socket_hidden",
			      "%s: whether user %s gets to %s cannot be told from here: run this as root", server, name,
			      path);
	else
		diagnosis_add(diagnosis, SEVERITY_ERROR, "socket_failed", "%s: user %s cannot connect to %s: %s",
			      server, name, path, strerror(reached.error));
}
