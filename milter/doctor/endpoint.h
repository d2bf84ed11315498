/* SPDX-License-Identifier: BSD-2-Clause */
/* endpoint.h - where a mail server looks for a filter, in the three ways to write it: Postfix has unix:PATH and inet:HOST:PORT,
 * Sendmail and Postern have unix:PATH, local:PATH, a bare path, and inet:PORT@HOST. */
#ifndef POSTERN_MILTER_DOCTOR_ENDPOINT_H
#define POSTERN_MILTER_DOCTOR_ENDPOINT_H

#include <stdbool.h>
#include <stddef.h>

enum {
	ENDPOINT_PATH_MAX = 4096, /* Linux' PATH_MAX */
	ENDPOINT_HOST_MAX = 256,  /* octets of a host name with its NUL: RFC 1035 2.3.4 */
	ENDPOINT_PORT_MAX = 32    /* a number, or the name of a service */
};

struct endpoint {
	bool is_unix;
	bool swapped; /* of inet: the mail server reads HOST:PORT and it says PORT@HOST, or the reverse */
	char path[ENDPOINT_PATH_MAX];
	char host[ENDPOINT_HOST_MAX]; /* without brackets; "" where the text has none */
	char port[ENDPOINT_PORT_MAX];
};

enum endpoint_syntax { ENDPOINT_POSTFIX, ENDPOINT_LIBMILTER };

/* False when it is none. */
bool endpoint_read(const char *text, size_t length, enum endpoint_syntax syntax, struct endpoint *endpoint_out);

/* One filter of Postfix's smtpd_milters: a word, or `{ word, name=value, ... }`. */
struct milter_item {
	const char *text; /* all of it, */
	size_t text_length;
	const char *where; /* and the word */
	size_t where_length;
};

/* The next one of the list; *at is moved on behind it. False when there is none. */
bool milter_item_next(const char **at, struct milter_item *item_out);

enum { MILTER_OPTION_MAX = 64 };

/* What the item itself says of default_action, command_timeout and the like; false: nothing. */
bool milter_item_option(const struct milter_item *item, const char *name, char value_out[MILTER_OPTION_MAX]);

/* Whether both reach the same socket: paths that end up at one place, existing or not; or one port of one host, as far as addresses
 * tell. */
bool endpoint_same(const struct endpoint *a, const struct endpoint *b);

#endif
