/* SPDX-License-Identifier: BSD-2-Clause */
/* postfix.h - a Postfix while it is examined: which of its services hand their mail to Postern. Inside milter/doctor/ only.
 *
 * A setting has a scope: main.cf, or a service of master.cf that overrides it, or the braces of one filter in smtpd_milters. It is judged once
 * in each scope that some attached service uses. */
#ifndef POSTERN_MILTER_DOCTOR_POSTFIX_H
#define POSTERN_MILTER_DOCTOR_POSTFIX_H

#include "milter/doctor/checkup.h"
#include "milter/doctor/postconf.h"

struct attachment {
	const struct postfix_service *service;
	bool smtp;               /* smtpd; else cleanup, for mail that did not come by SMTP */
	bool inherited;          /* the list of filters is that of main.cf */
	const char *list;        /* of filters, */
	struct milter_item item; /* of which this one is Postern */
};

struct postfix {
	const struct checkup *checkup;
	struct postconf postconf;
	const char *queue; /* queue_directory */
	struct attachment attachments[POSTCONF_SERVICES_MAX];
	size_t attachment_count;
};

struct scope {
	const struct postfix_service *service; /* NULL: main.cf */
	const char *name;                      /* of the setting */
	const struct attachment *in_braces;    /* NULL: the setting stands by itself */
};

/* Which services are attached, and what is wrong with that. */
void postfix_attachments(struct postfix *postfix);

/* How the settings of attached services are. */
void postfix_settings(struct postfix *postfix);
void postfix_content(struct postfix *postfix);

/* Judges the setting in each scope that attached services use. option: its name in braces, or NULL. A setting that this
 * Postfix does not have is not judged. */
void postfix_each_scope(const struct postfix *postfix, const char *name, const char *option, bool smtp_only,
			void (*judge)(const struct postfix *postfix, const struct scope *scope, const char *value));

/* A remark that begins with the scope: "Postfix: smtp/inet: NAME = VALUE: " and the text. */
void postfix_remark(const struct postfix *postfix, enum severity severity, const char *remark,
		    const struct scope *scope, const char *value, const char *what);

/* Mends the last remark: a command that gives the setting this value in its scope. */
void postfix_mend(const struct postfix *postfix, const struct scope *scope, const char *value);

/* The list without the words that drop wants, for free(); NULL when memory is refused. */
char *postfix_list_without(const char *list, bool (*drop)(const char *word, size_t length, const void *data),
			   const void *data);

#endif
