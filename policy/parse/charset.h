/* SPDX-License-Identifier: BSD-2-Clause */
/* charset.h - octets in a named charset to Unicode code points, chunks cut anywhere.
 *
 *      if (charset_open(&c, name) == CHARSET_REFUSED) ...
 *      charset_feed(&c, chunk); while (charset_next(&c, &point)) ...
 *      charset_finish(&c); while (charset_next(&c, &point)) ...
 *      charset_close(&c);
 *
 * UTF-8, US-ASCII (read as UTF-8, as mail readers do), an empty name, ISO-8859-1, UTF-16 and UTF-32 are decoded here;
 * everything else by iconv, under the names mail uses where iconv has other ones; but ISO-2022-CN-EXT, whose converter sees
 * where chunks are cut, is no charset here. Every chunk is drained before the next
 * is fed, and stays in place until then.
 *
 * Points are below U+110000 and no surrogates. Octets that are no character come as CHARSET_INVALID, at least once for
 * each run of them, and decoding goes on behind; so does a character that is incomplete at the end. A byte order mark
 * is a point as any other. UTF-16 and UTF-32 that have none, and no order in their name, are read so that the first unit
 * is the smaller number: RFC 2781 4.3 has the big end first, most writers the little one, and most text begins with ASCII.
 * What only switches a charset's state (ISO-2022, UTF-7) gives no point. */
#ifndef POSTERN_POLICY_PARSE_CHARSET_H
#define POSTERN_POLICY_PARSE_CHARSET_H

#include "policy/parse/bytes.h"
#include "policy/parse/charset_wide.h"

#include <iconv.h>
#include <stdint.h>

enum {
	CHARSET_NAME_MAX = 64,   /* RFC 2978 2.3 has 40 */
	CHARSET_INPUT_MAX = 32,  /* octets given to iconv at a time: more than any character or escape sequence has */
	CHARSET_POINTS_MAX = 128 /* so that no input of that length can run out of room */
};
#define CHARSET_INVALID UINT32_MAX

enum charset_status {
	CHARSET_KNOWN,
	CHARSET_UNKNOWN, /* no such charset; the struct still decodes, as UTF-8 */
	CHARSET_REFUSED  /* the system refused memory or descriptors; nothing is open */
};

enum charset_method {
	CHARSET_AS_UTF8,
	CHARSET_AS_LATIN1,
	CHARSET_AS_UTF16,
	CHARSET_AS_UTF16_LITTLE,
	CHARSET_AS_UTF16_BIG,
	CHARSET_AS_UTF32,
	CHARSET_AS_UTF32_LITTLE,
	CHARSET_AS_UTF32_BIG,
	CHARSET_BY_ICONV,
	CHARSET_METHOD_COUNT
};

struct charset {
	enum charset_method method;
	bool finished;
	struct bytes rest; /* of the chunk */

	/* UTF-8: the character that has begun. */
	uint32_t partial;
	unsigned missing;              /* octets still to come */
	unsigned char lowest, highest; /* that the next of them may be */

	struct charset_wide wide; /* UTF-16 and UTF-32 */

	/* iconv: octets that it has not consumed, points that nobody has fetched. */
	iconv_t descriptor;
	bool flushed;
	size_t input_length, points_at, points_end;
	char input[CHARSET_INPUT_MAX];
	uint32_t points[CHARSET_POINTS_MAX];
};

enum charset_status charset_open(struct charset *charset, struct bytes name);
void charset_reset(struct charset *charset); /* as after charset_open, for other octets in the same charset */
void charset_feed(struct charset *charset, struct bytes chunk);
bool charset_next(struct charset *charset, uint32_t *point_out);
/* Instead of asking for each point by itself: those that come next as far as they are printable ASCII, which may be none. Lies
 * in the chunk. */
struct bytes charset_next_ascii(struct charset *charset);
void charset_finish(struct charset *charset);
void charset_close(struct charset *charset); /* also of one zeroed or never opened with success; twice is no harm */

/* Appends the point as UTF-8 to the NUL-terminated buffer (U+FFFD for what is none, and for NUL, which no string can
 * hold). False when it did not fit: then nothing is appended. */
bool charset_append_utf8(char *buffer, size_t size, uint32_t point);

#endif
