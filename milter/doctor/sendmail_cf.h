/* SPDX-License-Identifier: BSD-2-Clause */
/* sendmail_cf.h - the lines of a sendmail.cf that are about filters: options (`O Name=value`) and filters (`Xname, S=..., F=...,
 * T=...`). A line that begins with a blank goes on with the one before it. */
#ifndef POSTERN_MILTER_DOCTOR_SENDMAIL_CF_H
#define POSTERN_MILTER_DOCTOR_SENDMAIL_CF_H

#include <stdbool.h>
#include <stddef.h>

enum {
	SENDMAIL_CF_MAX = 4 * 1024 * 1024, /* octets; the one that m4 makes has 60 KB */
	SENDMAIL_FILTERS_MAX = 32,         /* Sendmail itself takes 25 */
	SENDMAIL_OPTIONS_MAX = 1024        /* it knows 200; more are not looked at */
};

struct sendmail_filter {
	const char *name;
	const char *where; /* S=; empty without */
	const char *flags; /* F=; empty without */
	const char *times; /* T=; empty without */
};

struct sendmail_cf {
	char *text; /* what the strings are of */
	struct {
		const char *name, *value;
	} options[SENDMAIL_OPTIONS_MAX];
	size_t option_count;
	struct sendmail_filter filters[SENDMAIL_FILTERS_MAX];
	size_t filter_count;
};

/* NULL, with errno, when it cannot be read. EFBIG: it is too large. */
struct sendmail_cf *sendmail_cf_read(const char *path);
void sendmail_cf_free(struct sendmail_cf *cf); /* NULL is fine */

/* The last one counts, as for Sendmail; NULL: it is not set. Case does not matter. */
const char *sendmail_cf_option(const struct sendmail_cf *cf, const char *name);

#endif
