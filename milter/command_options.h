/* SPDX-License-Identifier: BSD-2-Clause */
/* command_options.h - options that several commands have in common. */
#ifndef POSTERN_MILTER_COMMAND_OPTIONS_H
#define POSTERN_MILTER_COMMAND_OPTIONS_H

#include "conf/conf.h"
#include "milter/output.h"

/* Of --jobs: 1 to JOBS_THREADS_MAX. False after saying on standard error what is wrong. */
bool option_jobs(const char *text, unsigned *jobs_out);

/* Of --color: auto, always, never. */
bool option_color(const char *text, enum output_color *color_out);

/* Of --client; NULL: it is not given. False after saying on standard error that it is no IP address. The text stays borrowed. */
bool option_client_address(const char *text, struct client *client);

/* Whose messages they are to be; NULL where an option is not given. */
struct client_options {
	const char *address; /* --client */
	const char *login;   /* --login */
	const char *tls;     /* --tls */
};

/* The client as the daemon sees it: a login, else the client's address, else handed over on this host. Strings stay borrowed. False, after
 * saying so on standard error, when --client is no IP address. */
bool option_client(const struct client_options *options, const struct conf *conf, struct client *client_out);

#endif
