/* SPDX-License-Identifier: BSD-2-Clause */
/* reach.h - whether another user can reach a Unix socket, and at what it fails. Modes and owners of the path are reckoned with; where
 * this process is root, a child really becomes that user and connects, as access lists and security modules have a say too. */
#ifndef POSTERN_MILTER_DOCTOR_REACH_H
#define POSTERN_MILTER_DOCTOR_REACH_H

#include <stdbool.h>
#include <sys/types.h>

enum { REACH_PATH_MAX = 4096 }; /* Linux' PATH_MAX */

enum { UNIX_USER_GROUPS_MAX = 64, UNIX_USER_NAME_MAX = 64 };

struct unix_user {
	char name[UNIX_USER_NAME_MAX];
	uid_t uid;
	gid_t gid;
	gid_t groups[UNIX_USER_GROUPS_MAX]; /* gid among them; more than these do not count */
	int group_count;
};

/* False when there is no such user. */
bool unix_user_of(const char *name, struct unix_user *user_out);

enum reach {
	REACH_OK,
	REACH_MISSING,   /* there is nothing at the path `at` */
	REACH_NO_SOCKET, /* something else is there */
	REACH_DENIED,    /* by `at`: a directory, or the socket itself */
	REACH_UNSERVED,  /* a socket that nobody listens at any more */
	REACH_FAILED,    /* for another reason: error */
};

struct reached {
	enum reach result;
	char at[REACH_PATH_MAX]; /* where it ended */
	int error;               /* errno, or 0 */
	bool tried;              /* a connection was tried as that user; else it was only reckoned */
};

void reach_socket(const char *path, const struct unix_user *user, struct reached *reached_out);

/* Whether the user may search the directory, or write to what else it is, by owner and mode. */
struct stat;
bool unix_user_may(const struct unix_user *user, const struct stat *status);

#endif
