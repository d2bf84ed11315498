/* SPDX-License-Identifier: BSD-2-Clause */
/* checkup.h - what `postern doctor` looks at: Postern itself, and the mail server that should hand its mail over. Nothing is
 * changed; what is found is added to the diagnosis. */
#ifndef POSTERN_MILTER_DOCTOR_CHECKUP_H
#define POSTERN_MILTER_DOCTOR_CHECKUP_H

#include "conf/conf.h"
#include "milter/doctor/diagnosis.h"
#include "milter/doctor/endpoint.h"
#include "milter/doctor/reach.h"

struct checkup {
	struct diagnosis *diagnosis;
	const struct conf *conf;
	const char *config;  /* its path */
	struct endpoint own; /* where it says that Postern listens */
	bool served;         /* somebody listens there, as far as this user can tell */
};

/* Reads conf->listen into own. */
void checkup_init(struct checkup *checkup, struct diagnosis *diagnosis, const struct conf *conf, const char *config);

/* Postern itself: its socket, who may connect, whose process listens, and what that answers (trial.h) unless quiet. */
void self_check(struct checkup *checkup, bool quiet);

/* A Postfix, by its postconf(1). directory may be NULL: the configuration that postconf takes. Returns EX_OK, or EX_NOINPUT with a
 * remark when it cannot be asked. */
int postfix_check(const struct checkup *checkup, const char *postconf, const char *directory);

/* A Sendmail, by its sendmail.cf. Likewise. */
int sendmail_check(const struct checkup *checkup, const char *cf);

/* Says whether the mail server, which runs as the user `name` and looks for the socket at this path, gets there. */
void checkup_reach(const struct checkup *checkup, const char *server, const char *path, const char *name);

/* A mend: a line for Postern's own configuration, and a restart. */
void checkup_mend_own(const struct checkup *checkup, const char *line);

/* A mend: makes the directory of the socket as packages do, for a mail server of that group; then systemctl start or restart. */
void checkup_mend_directory(const struct checkup *checkup, const char *socket, const char *group, const char *verb);

/* The user that the daemon is to run as. */
const char *checkup_user(const struct checkup *checkup);

#endif
