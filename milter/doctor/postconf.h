/* SPDX-License-Identifier: BSD-2-Clause */
/* postconf.h - the configuration of a Postfix, as its own postconf(1) tells it: with its defaults, `$name` expanded, and the
 * overrides (`-o`) of each service in master.cf. What it prints is looked at and nothing else: no file of Postfix is read here. */
#ifndef POSTERN_MILTER_DOCTOR_POSTCONF_H
#define POSTERN_MILTER_DOCTOR_POSTCONF_H

#include "milter/doctor/subprocess.h"

#include <stddef.h>

enum {
	POSTCONF_LINES_MAX = 8192,  /* of one output: nine for each service; more are not looked at */
	POSTCONF_SERVICES_MAX = 256 /* likewise */
};

/* "name = value", a line each. */
struct settings_list {
	char *text; /* what names and values are of */
	struct setting {
		const char *name, *value;
	} * items;
	size_t count;
};

struct postfix_service {
	const char *key;     /* "smtp/inet", as postconf writes it */
	const char *command; /* "smtpd -o ..." */
	bool chrooted;
};

struct postconf {
	const char *directory; /* of the configuration; NULL: Postfix's own choice */
	struct settings_list
		main; /* settings that the doctor asks for; without those that this Postfix does not know */
	struct settings_list fields;    /* SERVICE/TYPE/FIELD */
	struct settings_list overrides; /* SERVICE/TYPE/SETTING */
	struct postfix_service *services;
	size_t service_count;
};

/* Runs the program three times. False with the reason in why_out, and nothing to free. The strings outlive the result. */
bool
postconf_read(struct postconf *postconf, const char *program, const char *directory, char why_out[SUBPROCESS_WHY_MAX]);
void postconf_free(struct postconf *postconf);

/* What holds for the service, or with NULL for those that override nothing; NULL when this Postfix has no such setting. */
const char *postconf_value(const struct postconf *postconf, const struct postfix_service *service, const char *name);
/* What the service itself says; NULL: nothing. */
const char *postconf_override(const struct postconf *postconf, const struct postfix_service *service, const char *name);

/* Whether the service is run by this program: "smtpd". */
bool postfix_service_is(const struct postfix_service *service, const char *program);

/* Whether the list, of words between blanks and commas, has the word. */
bool postconf_list_has(const char *list, const char *word);

#endif
