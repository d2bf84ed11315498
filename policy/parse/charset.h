/* SPDX-License-Identifier: BSD-2-Clause */
/* charset.h - octets in a named charset to Unicode code points, chunks cut anywhere.
 *
 *      if (charset_open(&c, name) == CHARSET_REFUSED) ...
 *      charset_feed(&c, chunk); while (charset_next(&c, &point)) ...
 *      charset_finish(&c); while (charset_next(&c, &point)) ...
 *      charset_close(&c);
 *
 * UTF-8, US-ASCII (read as UTF-8, as mail readers do) and an empty name are decoded here; everything else by iconv.
 * Octets that are no character come as CHARSET_INVALID, each at least once, and decoding goes on. */
#ifndef POSTERN_POLICY_PARSE_CHARSET_H
#define POSTERN_POLICY_PARSE_CHARSET_H

#include "policy/parse/bytes.h"

#include <iconv.h>
#include <stdint.h>

enum { CHARSET_NAME_MAX = 64 };
#define CHARSET_INVALID UINT32_MAX

enum charset_status {
	CHARSET_KNOWN,
	CHARSET_UNKNOWN, /* no such charset; the struct still decodes, as UTF-8 */
	CHARSET_REFUSED  /* the system refused memory or descriptors; nothing is open */
};

enum charset_status charset_open(struct charset *charset, struct bytes name);
void charset_feed(struct charset *charset, struct bytes chunk);
bool charset_next(struct charset *charset, uint32_t *point_out);
void charset_finish(struct charset *charset);
void charset_close(struct charset *charset); /* also of one zeroed or never opened with success; twice is no harm */

/* Appends the point as UTF-8 to the NUL-terminated buffer (U+FFFD for what is none). False when it did not fit. */
bool charset_append_utf8(char *buffer, size_t size, uint32_t point);

#endif
