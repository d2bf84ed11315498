/* SPDX-License-Identifier: BSD-2-Clause */
/* params.h - structured MIME field values: `token; name=value; ...` (RFC 2045 5.1, RFC 2183, RFC 2231), streaming.
 *
 *      params_init(&p);
 *      for each run of the field's value: params_feed(&p, run);
 *      params_finish(&p);
 *      p.value ... params_get(&p, PARAMS_BOUNDARY)
 *
 * Runs may be cut anywhere. Read as leniently as mail readers do:
 * - Comments and folding anywhere, blanks around `/`, `=` and `;`; a missing `;` after the main value or a quoted one.
 * - The main value may be quoted. Its blanks, comments and controls vanish.
 * - An unquoted value goes to the `;`, without blanks and comments at its ends; in a file name a comment that more
 *   text follows is no comment: `filename=report (1).pdf`. In others comments vanish.
 * - In quotes a backslash escapes what follows it; in a file name only a quote or another backslash, and before anything
 *   else it is itself: `filename="C:\dir\file"`. A quote or comment that is not closed goes to the end of the value.
 * - RFC 2231 sections may come in any order; missing ones are passed over. `name*` is preferred to `name*0`, and that to
 *   `name`; of several of one form the first is taken. Text that has no `charset'language'` is UTF-8.
 * - Line breaks and NUL vanish, other controls stay.
 *
 * Only the parameters listed here are kept. Memory is this struct, below 4 KiB. What does not fit is cut and flagged. */
#ifndef POSTERN_POLICY_PARSE_PARAMS_H
#define POSTERN_POLICY_PARSE_PARAMS_H

#include "policy/parse/bytes.h"

#include <stdint.h>

enum params_name {
	PARAMS_BOUNDARY,
	PARAMS_CHARSET,
	PARAMS_NAME,     /* of Content-Type */
	PARAMS_FILENAME, /* of Content-Disposition */
	PARAMS_REPORT_TYPE,
	PARAMS_PROTOCOL,
	PARAMS_SMIME_TYPE,
	PARAMS_COUNT
};

enum {
	PARAMS_VALUE_MAX = 128,     /* type "/" subtype: RFC 6838 4.2 has 127 each; registered ones have at most 80 */
	PARAMS_BOUNDARY_MAX = 1000, /* RFC 2046 5.1.1 has 70; readers take more; a line has 998 */
	PARAMS_CHARSET_MAX = 64,    /* registered names have at most 45 */
	PARAMS_FILE_MAX = 512,      /* of file names, before and after decoding: file systems take 255 octets */
	PARAMS_OTHER_MAX = 128,     /* as PARAMS_VALUE_MAX: protocol is a media type */
	PARAMS_TEXT_MAX = PARAMS_BOUNDARY_MAX + PARAMS_CHARSET_MAX + 2 * PARAMS_FILE_MAX + 3 * PARAMS_OTHER_MAX,
	PARAMS_SECTIONS_MAX = 32, /* 255 octets, each as %XX, need 11 lines of 78 */
	PARAMS_KEY_MAX = 24       /* "report-type*31*" and some more; a longer key is of no parameter kept here */
};

enum params_flaw {
	PARAMS_CUT = 1 << 0,       /* something did not fit */
	PARAMS_DUPLICATE = 1 << 1, /* a parameter, or a section of one, is given twice in one form */
	PARAMS_UNCLOSED = 1 << 2,  /* a quote or comment is not closed */
	PARAMS_UNDECODED = 1 << 3, /* a file name in an unknown charset, or the system refused: given as its octets */
	PARAMS_GAP = 1 << 4,       /* a section is missing */
	PARAMS_REFUSED = 1 << 5    /* the system refused memory for a file name's charset; with PARAMS_UNDECODED */
};

struct params {
	char value[PARAMS_VALUE_MAX]; /* the main value, lower-cased; or empty */
	uint32_t flaws;               /* of enum params_flaw */

	/* The rest is the parser's own: params.c reads the syntax, params_text.c keeps the texts. */
	uint8_t state;
	bool blank;      /* seen since the last octet of the main value or the key */
	bool begun;      /* the value has an octet that is neither blank nor comment */
	bool escaped;    /* a backslash came last */
	size_t comments; /* how many are open */
	size_t value_length;
	size_t key_length; /* above PARAMS_KEY_MAX: too long to be known */
	char key[PARAMS_KEY_MAX];
	struct params_reading {      /* the value being read */
		bool kept;           /* else the rest has no meaning */
		uint8_t name;        /* of enum params_name */
		uint8_t section;     /* 0 when it is the whole */
		bool extended;       /* RFC 2231: with percent signs */
		uint8_t quotes;      /* of `charset'language'`, apostrophes to come */
		uint8_t percent;     /* octets of a "%XX" that are held back */
		char percent_digit;  /* its first X */
		uint16_t start, end; /* of its text so far; what follows the end is blanks and comments */
	} reading;
	/* The last members, see params_init. */
	struct params_slot {     /* one parameter; the rest has no meaning while the form is none */
		uint8_t form;    /* of enum params_form in params_text.c */
		bool encoded;    /* some of it had percent signs */
		uint16_t length; /* octets collected */
		uint16_t charset_start, charset_length;
		uint32_t seen; /* of its sections, a bit each */
		struct params_section {
			uint16_t start, length;
		} sections[PARAMS_SECTIONS_MAX]; /* within its text, in any order */
	} slots[PARAMS_COUNT];
	char text[PARAMS_TEXT_MAX]; /* of all slots, each at its place */
};

void params_init(struct params *params);
void params_feed(struct params *params, struct bytes run);
void params_finish(struct params *params);

/* The parameter's text, as written with regard to case; "" when it is empty, NULL when it is absent. File names are
 * decoded to UTF-8 (RFC 2231, and RFC 2047 words as some mailers send them) where their charset is known; others come
 * as their octets, a boundary without blanks at its end. To be asked after params_finish. Lives with *params. */
const char *params_get(const struct params *params, enum params_name name);

#endif
