/* SPDX-License-Identifier: BSD-2-Clause */
/* address.h - the mailboxes of an address list (RFC 5322 3.4 with the obsolete forms of 4.4, groups of RFC 6854,
 * UTF-8 of RFC 6532), as a push parser.
 *
 *      address_init(&a);
 *      for each chunk: address_feed(&a, chunk); while (address_next(&a, &ev)) ...
 *      address_finish(&a); while (address_next(&a, &ev)) ...
 *
 * Chunks may be cut anywhere; the events are the same. Comments and folding vanish, quoted local parts come without
 * their quotes and backslashes, domains as written (not lower-cased, no IDNA here). Nothing allocates or fails.
 *
 * What can be read in two ways is given in every way: `a@example.org <b@example.com>` is a mailbox b@example.com and before
 * it a reading a@example.org, since a program that looks for the first address finds that one; so are the domains of a
 * source route. A judge who forbids an address forbids it in any reading; one who demands an address demands it of all.
 *
 * An address inside an encoded word is none: the list is parsed first and words are decoded after (RFC 2047 5). */
#ifndef POSTERN_POLICY_PARSE_ADDRESS_H
#define POSTERN_POLICY_PARSE_ADDRESS_H

#include "policy/parse/bytes.h"

#include <stdint.h>

enum {
	ADDRESS_LOCAL_MAX = 512,   /* RFC 5321 4.5.3.1.1 has 64; VERP and SRS are longer in practice */
	ADDRESS_DOMAIN_MAX = 1024, /* RFC 5321 4.5.3.1.2 has 255; U-labels in UTF-8 are longer than their A-labels */
};

enum address_event_type {
	ADDRESS_MAILBOX,    /* one mailbox; flaws say what is wrong with it, when anything is */
	ADDRESS_READING,    /* another reading of the mailbox that comes next */
	ADDRESS_GROUP,      /* `name:` seen */
	ADDRESS_GROUP_END   /* `;` seen, or end of input within a group */
};

void address_init(struct address_parser *parser);
void address_feed(struct address_parser *parser, struct bytes chunk);
bool address_next(struct address_parser *parser, struct address_event *event_out);
void address_finish(struct address_parser *parser);

/* The rule a flaw breaks, in plain words as the documented reply has them: "Local address ends with dot". Of several
 * flaws, the first. */
const char *address_flaw_text(uint32_t flaws);

/* An SMTP path as it stands in MAIL FROM and RCPT TO (RFC 5321 4.1.2), or as an MTA hands it over: with or without <>,
 * with a source route, white space around it. The outputs are as in struct address_event; a null path has neither. */
struct address_path {
	bool null; /* <> or nothing at all */
	char local[ADDRESS_LOCAL_MAX];
	char domain[ADDRESS_DOMAIN_MAX]; /* empty when there is none */
	uint32_t flaws;
};
void address_parse_path(struct bytes path, struct address_path *path_out);

#endif
