/* SPDX-License-Identifier: BSD-2-Clause */
#define _DEFAULT_SOURCE
#include "milter/privileges.h"

#include "milter/log.h"

#include <errno.h>
#include <grp.h>
#include <pwd.h>
#include <stdio.h>
#include <string.h>
#include <sysexits.h>
#include <syslog.h>
#include <unistd.h>

/* Group before user: afterwards the right to change it is gone. */
static bool
take(const struct passwd *user, gid_t group)
{
	return initgroups(user->pw_name, group) == 0 && setgid(group) == 0 && setuid(user->pw_uid) == 0;
}

/* Real, effective and saved identity are the user's, and there is no way back. */
static bool
is_dropped(const struct passwd *user, gid_t group)
{
	return getuid() == user->pw_uid && geteuid() == user->pw_uid && getgid() == group && getegid() == group &&
	       (user->pw_uid == 0 || setuid(0) != 0);
}

int
privileges_drop(const char *user, const char *group, char why_out[PRIVILEGES_RULE_MAX])
{
	if (geteuid() != 0)
		return EX_OK;
	const struct passwd *entry = getpwnam(user != NULL ? user : PRIVILEGES_USER);
	if (entry == NULL && user == NULL) {
		log_line(LOG_WARNING,
			 "warning: runs as root: `user` is not set, and there is no user " PRIVILEGES_USER);
		return EX_OK;
	}
	if (entry == NULL) {
		snprintf(why_out, PRIVILEGES_RULE_MAX, "user: there is no user \"%s\"", user);
		return EX_CONFIG;
	}
	gid_t gid = entry->pw_gid;
	if (group != NULL) {
		const struct group *found = getgrnam(group);

		if (found == NULL) {
			snprintf(why_out, PRIVILEGES_RULE_MAX, "group: there is no group \"%s\"", group);
			return EX_CONFIG;
		}
		gid = found->gr_gid;
	}
	if (!take(entry, gid)) {
		snprintf(why_out, PRIVILEGES_RULE_MAX, "cannot become user %s: %s", entry->pw_name, strerror(errno));
		return EX_OSERR;
	}
	if (!is_dropped(entry, gid)) {
		snprintf(why_out, PRIVILEGES_RULE_MAX, "became user %s, but not for good", entry->pw_name);
		return EX_OSERR;
	}
	return EX_OK;
}
