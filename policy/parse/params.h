/* SPDX-License-Identifier: BSD-2-Clause */
/* params.h - structured MIME field values: `token; name=value; ...` (RFC 2045 5.1, RFC 2183, RFC 2231), streaming.
 *
 *      params_init(&p);
 *      for each run of the field's value: params_feed(&p, run);
 *      params_finish(&p);
 *      p.value ... params_get(&p, PARAMS_BOUNDARY)
 *
 * Runs may be cut anywhere. Read as leniently as mail readers do: comments and folding anywhere, blanks around `=` and `;`,
 * missing `;`, unquoted values with spaces or specials, a quote that is not closed, RFC 2231 continuations (in any order, with or without charset), encoded words in
 * quoted values. Only the parameters listed here are kept. Nothing allocates or fails; what does not fit is cut and flagged. */
#ifndef POSTERN_POLICY_PARSE_PARAMS_H
#define POSTERN_POLICY_PARSE_PARAMS_H

#include "policy/parse/bytes.h"

#include <stdint.h>

enum params_name {
	PARAMS_BOUNDARY,
	PARAMS_CHARSET,
	PARAMS_NAME,        /* of Content-Type */
	PARAMS_FILENAME,    /* of Content-Disposition */
	PARAMS_REPORT_TYPE,
	PARAMS_PROTOCOL,
	PARAMS_SMIME_TYPE,
	PARAMS_COUNT
};

enum {
	PARAMS_VALUE_MAX = 128,   /* type "/" subtype: RFC 6838 4.2 has 127 each; registered ones have at most 80 */
	PARAMS_BOUNDARY_MAX = 1000 /* RFC 2046 5.1.1 has 70; readers take more; a line has 998 */
};

void params_init(struct params *params);
void params_feed(struct params *params, struct bytes run);
void params_finish(struct params *params);
/* Decoded to UTF-8 where its charset is known and has no NUL; NULL when absent. Lives with *params. */
const char *params_get(const struct params *params, enum params_name name);

#endif
