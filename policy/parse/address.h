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
 * source route, and a domain up to the first blank or comment beside one of its dots. A judge who forbids an address
 * forbids it in any reading; one who demands an address demands it of all. Where readers are known to see what cannot be
 * given so, the mailbox has a flaw of ADDRESS_UNREADABLE.
 *
 * Read as mail readers do where RFC 5322 is silent: `;` separates outside groups, too; brackets in display names are
 * letters; apostrophes around a name that is an address are none of it; control characters in display names do no harm, but for NUL, bare CR and ESC. A parser must not be copied or
 * moved while events are due.
 *
 * An address inside an encoded word is none: the list is parsed first and words are decoded after (RFC 2047 5). */
#ifndef POSTERN_POLICY_PARSE_ADDRESS_H
#define POSTERN_POLICY_PARSE_ADDRESS_H

#include "policy/parse/bytes.h"

#include <stdint.h>

enum {
	ADDRESS_LOCAL_MAX = 512,  /* RFC 5321 4.5.3.1.1 has 64; VERP and SRS are longer in practice */
	ADDRESS_DOMAIN_MAX = 1024 /* RFC 5321 4.5.3.1.2 has 255; U-labels in UTF-8 are longer than their A-labels */
};

enum address_flaw {
	/* Readers may disagree on where the mail is from, or there is nothing to read: */
	ADDRESS_NONE_THERE = 1 << 0, /* words, and no address */
	ADDRESS_DOMAIN_MISSING = 1 << 1,
	ADDRESS_QUOTE_OPEN = 1 << 2,
	ADDRESS_COMMENT_OPEN = 1 << 3,
	ADDRESS_ANGLE_OPEN = 1 << 4,
	ADDRESS_LITERAL_OPEN = 1 << 5,
	/* A control character in the address, NUL or a bare CR anywhere, ESC outside quotes and comments. */
	ADDRESS_CONTROL = 1 << 6,
	ADDRESS_SEVERAL_AT = 1 << 7,
	ADDRESS_BLANK = 1 << 8, /* a blank or comment within the address, other than beside `.` or `@` */
	ADDRESS_DOMAIN_QUOTED = 1 << 9,
	ADDRESS_TOO_LONG = 1 << 10,         /* past ADDRESS_LOCAL_MAX or ADDRESS_DOMAIN_MAX: cut */
	ADDRESS_QUOTE_UNCLEAR = 1 << 11,    /* readers may see it end elsewhere, or see an address in it */
	ADDRESS_DOMAIN_CHARACTER = 1 << 12, /* ASCII other than letters, digits, hyphen, underscore: some stop there */
	ADDRESS_SPECIAL = 1 << 13,          /* one of ( ) [ ] \ " : ; > unquoted within the address: likewise */
	/* The address is plain all the same: */
	ADDRESS_LOCAL_MISSING = 1 << 14,
	ADDRESS_LOCAL_STARTS_WITH_DOT = 1 << 15,
	ADDRESS_LOCAL_ENDS_WITH_DOT = 1 << 16,
	ADDRESS_LOCAL_TWO_DOTS = 1 << 17,
	ADDRESS_DOMAIN_EMPTY_LABEL = 1 << 18, /* two dots, or one at either end */
	ADDRESS_DOMAIN_HYPHEN = 1 << 19,      /* a label begins or ends with one */
	ADDRESS_ROUTE = 1 << 20,              /* a source route went before (RFC 5322 4.4) */
	/* Some readers take more or less for the local part, though the domain is plain: */
	ADDRESS_EXTRA = 1 << 21,  /* text or brackets around the address that belong to nothing */
	ADDRESS_SPREAD = 1 << 22, /* blanks or comments at the dots of the local part (RFC 5322 4.4) */

	ADDRESS_UNREADABLE = (1 << 14) - 1
};

enum address_event_type {
	ADDRESS_MAILBOX,  /* an element of the list; every one that holds more than comments and blanks */
	ADDRESS_READING,  /* another address some reader would see in the element: before its mailbox */
	ADDRESS_GROUP,    /* `name:` seen */
	ADDRESS_GROUP_END /* `;` seen, or the end of input within a group */
};

struct address_event {
	enum address_event_type type;
	/* Of a mailbox or reading, valid until the next call. Empty where missing; the local part of a route's domain is. */
	struct bytes local, domain;
	uint32_t flaws; /* of enum address_flaw */
};

/* An address being read: local part, `@`, domain. */
struct address_spec {
	enum address_spec_state {
		ADDRESS_SPEC_EMPTY,
		ADDRESS_SPEC_WORD, /* a word of the local part, or of a phrase */
		ADDRESS_SPEC_DOT,  /* a dot behind it */
		ADDRESS_SPEC_AT,
		ADDRESS_SPEC_LABEL, /* in the domain */
		ADDRESS_SPEC_LABEL_DOT
	} state;
	uint32_t flaws;
	bool shortened; /* the domain up to its first blank was given as a reading */
	size_t local_length, domain_length;
	char local[ADDRESS_LOCAL_MAX];
	char domain[ADDRESS_DOMAIN_MAX];
};

struct address_parser {
	struct bytes chunk; /* what is unread of it */
	bool finished, ended;

	/* Where the octets are, from the outside in. */
	enum address_place {
		ADDRESS_BARE,
		ADDRESS_IN_ANGLE,
		ADDRESS_IN_ROUTE,
		ADDRESS_BEHIND_ANGLE
	} place; /* in the element */
	enum address_within { ADDRESS_PLAIN, ADDRESS_IN_QUOTE, ADDRESS_IN_COMMENT, ADDRESS_IN_LITERAL } within;
	size_t comment_depth;
	bool escaped; /* a backslash came */
	bool in_atom; /* the last octet was of an atom */
	bool in_group;
	bool words;                         /* words that are no address came before `bare` */
	bool quoted_at;                     /* the element holds an at sign in quotes */
	char before;                        /* the last octet */
	unsigned encoded_marks;             /* question marks of =?charset?encoding?text?= so far */
	enum address_within encoded_within; /* where it began */
	uint32_t element_flaws;

	/* Events that are due, in order; `spec` is emptied once its event was taken, unless it goes on. */
	struct {
		enum address_event_type type;
		struct address_spec *spec;
		bool goes_on;
	} due[4];
	size_t due_count;
	bool element_ends;               /* all that is due ends the element */
	struct address_spec *spec_taken; /* to be emptied at the next call */

	/* The last members, see address_init. */
	struct address_spec bare;  /* outside angle brackets */
	struct address_spec angle; /* inside */
};

void address_init(struct address_parser *parser);
void address_feed(struct address_parser *parser, struct bytes chunk);
bool address_next(struct address_parser *parser, struct address_event *event_out);
void address_finish(struct address_parser *parser);

/* The rule a flaw breaks, in plain words as the documented reply has them: "Local address ends with dot". Of several
 * flaws, the first. */
const char *address_flaw_text(uint32_t flaws);

/* Appends `local@domain`, or the local part alone where there is no domain. False when it was cut, see buffer_append. */
bool address_append(char *buffer, size_t size, struct bytes local, struct bytes domain);

/* An SMTP path as it stands in MAIL FROM and RCPT TO (RFC 5321 4.1.2), or as an MTA hands it over: with or without <>,
 * with a source route, white space around it, comments within it, which MTAs drop. Anything that is not one path has a flaw of
 * ADDRESS_UNREADABLE. */
struct address_path {
	bool null; /* <> or nothing at all, blanks aside */
	char local[ADDRESS_LOCAL_MAX];
	char domain[ADDRESS_DOMAIN_MAX]; /* empty when there is none */
	uint32_t flaws;
};
void address_parse_path(struct bytes path, struct address_path *path_out);

#endif
