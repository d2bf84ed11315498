/* SPDX-License-Identifier: BSD-2-Clause */
/* privileges.h - from root to the configured user, for good. */
#ifndef POSTERN_MILTER_PRIVILEGES_H
#define POSTERN_MILTER_PRIVILEGES_H

enum { PRIVILEGES_RULE_MAX = 256 };
#define PRIVILEGES_USER "postern"

/* Takes the user's identity, its supplementary groups, and `group` or the user's own as group. Does nothing when not
 * started as root. user NULL: PRIVILEGES_USER, or when there is no such user root, which is logged as a warning. group may be NULL. Returns EX_OK, or another status of sysexits.h
 * with the reason in why_out; the process must then end. */
int privileges_drop(const char *user, const char *group, char why_out[PRIVILEGES_RULE_MAX]);

#endif
