/* SPDX-License-Identifier: BSD-2-Clause */
#define _GNU_SOURCE
#include "milter/doctor/reach.h"

#include <errno.h>
#include <grp.h>
#include <pwd.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

bool
unix_user_of(const char *name, struct unix_user *user_out)
{
	const struct passwd *entry = getpwnam(name);
	struct unix_user user = { .group_count = UNIX_USER_GROUPS_MAX };

	if (entry == NULL || strlen(name) >= sizeof user.name)
		return false;
	strcpy(user.name, name);
	user.uid = entry->pw_uid;
	user.gid = entry->pw_gid;
	if (getgrouplist(name, entry->pw_gid, user.groups, &user.group_count) < 0)
		user.group_count = UNIX_USER_GROUPS_MAX;
	*user_out = user;
	return true;
}

static bool
is_member(const struct unix_user *user, gid_t group)
{
	for (int i = 0; i < user->group_count; i++)
		if (user->groups[i] == group)
			return true;
	return user->gid == group;
}

/* The first class that fits decides, and no other (path_resolution(7)). */
bool
unix_user_may(const struct unix_user *user, const struct stat *status)
{
	mode_t wanted = S_ISDIR(status->st_mode) ? S_IXOTH : S_IWOTH;

	if (user->uid == 0)
		return true;
	if (user->uid == status->st_uid)
		wanted <<= 6;
	else if (is_member(user, status->st_gid))
		wanted <<= 3;
	return (status->st_mode & wanted) != 0;
}

static void
end_at(struct reached *reached, enum reach result, int error)
{
	reached->result = result;
	reached->error = error;
}

/* Each directory from the root on, then the socket. */
static void
walk(const char *path, const struct unix_user *user, struct reached *reached)
{
	struct stat status;

	for (size_t length = 1; reached->result == REACH_OK;) {
		memcpy(reached->at, path, length);
		reached->at[length] = '\0';
		bool last = path[length] == '\0';
		if (stat(reached->at, &status) != 0)
			end_at(reached, errno == EACCES ? REACH_FAILED : REACH_MISSING, errno);
		else if (last && !S_ISSOCK(status.st_mode))
			end_at(reached, REACH_NO_SOCKET, 0);
		else if (!unix_user_may(user, &status))
			end_at(reached, REACH_DENIED, 0);
		if (last)
			return;
		length += strspn(path + length, "/");
		length += strcspn(path + length, "/");
	}
}

/* 0, or errno. EAGAIN: its backlog is full, so somebody serves it. */
static int
connect_to(const char *path)
{
	struct sockaddr_un address = { .sun_family = AF_UNIX };
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);

	if (fd < 0)
		return errno;
	strcpy(address.sun_path, path);
	int result = connect(fd, (struct sockaddr *)&address, sizeof address);
	int error = result == 0 || errno == EAGAIN ? 0 : errno;
	close(fd);
	return error;
}

/* As that user where we may become it; errno values fit into an exit status. */
static int
connect_as(const char *path, const struct unix_user *user)
{
	int status;
	pid_t pid = fork();

	if (pid == 0) {
		bool became = geteuid() != 0 || (setgroups((size_t)user->group_count, user->groups) == 0 &&
						 setresgid(user->gid, user->gid, user->gid) == 0 &&
						 setresuid(user->uid, user->uid, user->uid) == 0);

		_exit(became ? connect_to(path) : EPERM);
	}
	if (pid < 0 || waitpid(pid, &status, 0) != pid || !WIFEXITED(status))
		return ECHILD;
	return WEXITSTATUS(status);
}

void
reach_socket(const char *path, const struct unix_user *user, struct reached *reached_out)
{
	*reached_out = (struct reached){ .result = REACH_OK };
	if (path[0] != '/' || strlen(path) >= sizeof((struct sockaddr_un *)NULL)->sun_path) {
		reached_out->result = REACH_FAILED;
		reached_out->error = ENAMETOOLONG;
		return;
	}
	walk(path, user, reached_out);
	if (reached_out->result == REACH_MISSING || reached_out->result == REACH_NO_SOCKET)
		return;
	/* Who is neither root nor that user learns nothing from a connection of his own. */
	reached_out->tried = geteuid() == 0 || geteuid() == user->uid;
	if (!reached_out->tried)
		return;
	reached_out->error = connect_as(path, user);
	if (reached_out->error == 0)
		reached_out->result = REACH_OK;
	else if (reached_out->error == ECONNREFUSED)
		reached_out->result = REACH_UNSERVED;
	else if (reached_out->result == REACH_OK)
		reached_out->result = REACH_FAILED;
}
