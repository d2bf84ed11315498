/* SPDX-License-Identifier: BSD-2-Clause */
/* reply.h - an SMTP reply: reply code, enhanced status code, text (RFC 5321 4.2, RFC 3463, RFC 2034).
 *
 * A reply is validated once, when configuration is read or by the table test, and only then used. Its class follows
 * from its code, so that a refusal and its text cannot disagree. The text may hold places in braces, {name} and the
 * like, that reply_format fills with what the check found. */
#ifndef POSTERN_POLICY_REPLY_H
#define POSTERN_POLICY_REPLY_H

#include "policy/parse/bytes.h"

enum {
	REPLY_MAX = 980, /* octets of a whole configured reply; libmilter refuses longer texts */
	REPLY_LINE_MAX =
		400, /* octets of a line's text: RFC 5321 4.5.3.1.5 has 512 with code and CRLF; Sendmail may prefix an address */
	REPLY_LINES_MAX = 8, /* Sendmail loses the last line of replies over 16 KB; nobody reads more */
	REPLY_RULE_MAX = 256
};

struct reply {
	int code;          /* 400 to 599 */
	char enhanced[12]; /* "5.6.0", or empty where the documented reply has none */
	char text[REPLY_MAX + 1];
};

/* Whose wording the defaults have. */
enum reply_set {
	REPLY_SET_INFOBIP,
	REPLY_SET_SES,
	REPLY_SET_STANDARD, /* the first one's wording with enhanced codes as IANA's registry means them */
	REPLY_SET_COUNT
};
extern const char *const reply_set_names[REPLY_SET_COUNT]; /* infobip, ses, standard */

/* Whether a place begins at `at`, and how long it is. {login} and {region} are the client's login, and the setting. */
enum reply_place {
	REPLY_PLACE_NONE,
	REPLY_PLACE_NAME,
	REPLY_PLACE_VALUE,
	REPLY_PLACE_RULE,
	REPLY_PLACE_LOGIN,
	REPLY_PLACE_REGION
};
enum reply_place reply_place_at(const char *at, size_t *length_out);

/* Reads "554 5.6.0 Attachment is empty". On failure returns false, leaves *reply_out alone and writes the rule that was
 * broken, in plain words, into rule_out (REPLY_RULE_MAX octets). The rules: code 4xx or 5xx; an enhanced code of the same class when there
 * is one; printable ASCII, no `%`; braces for known places only; a text; REPLY_MAX octets. */
bool reply_parse(const char *string, struct reply *reply_out, char *rule_out);

bool reply_defers(const struct reply *reply); /* 4xx */

/* The whole reply on one line, "554 5.6.0 Attachment is empty", as an SMTP client reads it. */
enum { REPLY_STRING_MAX = REPLY_LINE_MAX * REPLY_LINES_MAX + 32 };
void reply_string(const struct reply *reply, char string_out[REPLY_STRING_MAX]);

/* Splits the text into lines of at most REPLY_LINE_MAX octets, at blanks where it can. Returns the number of lines, 1 to
 * REPLY_LINES_MAX. The lines are NUL-terminated copies. */
size_t reply_lines(const struct reply *reply, char lines_out[REPLY_LINES_MAX][REPLY_LINE_MAX + 1]);

/* A copy of more into buffer (size octets) that is fit for a reply: printable ASCII; anything else becomes `?`. Appends. */
void reply_append_safe(char *buffer, size_t size, struct bytes more);

#endif
