/* SPDX-License-Identifier: BSD-2-Clause */
/* UTF-8 is a state machine over octets: `missing` continuation octets are still to come, the next of them between
 * `lowest` and `highest`, which is where overlong forms, surrogates and points past U+10FFFF fail (Unicode table 3-7). An octet
 * that does not fit ends the broken character and is looked at again by itself.
 *
 * iconv reads from `input`, a small buffer that is filled from the chunk and in which a character waits for its other
 * half. Each call to iconv consumes something, waits for more, or has its first octet thrown out as invalid: so
 * no converter, whatever it does, can stall the loop. */
#include "policy/parse/charset.h"

#include "policy/parse/charset_names.h"

#include <assert.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

enum {
	POINT_MAX = 0x10ffff,
	SURROGATE_FIRST = 0xd800,
	SURROGATE_LAST = 0xdfff,
	POINT_REPLACEMENT = 0xfffd,
	UTF8_LENGTH_MAX = 4,
	/* glibc's largest converter, with the tables it shares with others, takes three quarters of that. */
	CONVERTER_OCTETS = 1024 * 1024
};

static bool
is_point(uint32_t point)
{
	return point <= POINT_MAX && !(point >= SURROGATE_FIRST && point <= SURROGATE_LAST);
}

/* How the methods that are UTF-16 or UTF-32 begin. */
static const struct charset_wide wide_methods[CHARSET_METHOD_COUNT] = {
	[CHARSET_AS_UTF16] = { .size = 2, .order = CHARSET_ORDER_ASK },
	[CHARSET_AS_UTF16_LITTLE] = { .size = 2, .order = CHARSET_ORDER_LITTLE },
	[CHARSET_AS_UTF16_BIG] = { .size = 2, .order = CHARSET_ORDER_BIG },
	[CHARSET_AS_UTF32] = { .size = 4, .order = CHARSET_ORDER_ASK },
	[CHARSET_AS_UTF32_LITTLE] = { .size = 4, .order = CHARSET_ORDER_LITTLE },
	[CHARSET_AS_UTF32_BIG] = { .size = 4, .order = CHARSET_ORDER_BIG },
};

static void
start(struct charset *charset, enum charset_method method, iconv_t descriptor)
{
	/* Not the buffers: they are as full as their lengths say. */
	memset(charset, 0, offsetof(struct charset, input));
	charset->method = method;
	charset->descriptor = descriptor;
	charset->wide = wide_methods[method];
}

/* The C library says EINVAL for a name it does not know, and also when it got no memory to load the converter with. So an EINVAL
 * counts only once a converter's memory can be had, and if it is said again then. With no file descriptor left it says EINVAL, too:
 * there is no telling that apart. */
static iconv_t
open_converter(const char *name)
{
	/* wchar_t is the code point itself with glibc, and the only target that takes iconv a single step. */
	iconv_t descriptor = iconv_open("WCHAR_T", name);

	if (descriptor != (iconv_t)-1 || errno != EINVAL)
		return descriptor;
	/* volatile: or else the compiler takes the request for granted and leaves it out. */
	void *volatile probe = malloc(CONVERTER_OCTETS);
	if (probe == NULL) {
		errno = ENOMEM;
		return (iconv_t)-1;
	}
	free(probe);
	return iconv_open("WCHAR_T", name);
}

enum charset_status
charset_open(struct charset *charset, struct bytes name)
{
	char iconv_name[CHARSET_NAME_MAX + 1];
	enum charset_method method;

	start(charset, CHARSET_AS_UTF8, NULL);
	if (!charset_name_lookup(name, &method, iconv_name))
		return CHARSET_UNKNOWN;
	if (method != CHARSET_BY_ICONV) {
		start(charset, method, NULL);
		return CHARSET_KNOWN;
	}
	iconv_t descriptor = open_converter(iconv_name);
	if (descriptor == (iconv_t)-1)
		return errno == EINVAL ? CHARSET_UNKNOWN : CHARSET_REFUSED;
	start(charset, CHARSET_BY_ICONV, descriptor);
	return CHARSET_KNOWN;
}

void
charset_reset(struct charset *charset)
{
	if (charset->method == CHARSET_BY_ICONV)
		iconv(charset->descriptor, NULL, NULL, NULL, NULL);
	start(charset, charset->method, charset->descriptor);
}

void
charset_close(struct charset *charset)
{
	if (charset->method == CHARSET_BY_ICONV)
		iconv_close(charset->descriptor);
	start(charset, CHARSET_AS_UTF8, NULL);
}

void
charset_feed(struct charset *charset, struct bytes chunk)
{
	assert(charset->rest.length == 0 && !charset->finished);
	charset->rest = chunk;
}

void
charset_finish(struct charset *charset)
{
	assert(charset->rest.length == 0);
	charset->finished = true;
}

/* Takes an octet that no character has begun before. Returns its point when it is a whole character. */
static bool
utf8_begin(struct charset *charset, unsigned char octet, uint32_t *point_out)
{
	charset->lowest = 0x80;
	charset->highest = 0xbf;
	if (octet < 0x80) {
		*point_out = octet;
		return true;
	}
	if (octet < 0xc2 || octet > 0xf4) {
		*point_out = CHARSET_INVALID;
		return true;
	}
	if (octet < 0xe0) {
		charset->missing = 1;
		charset->partial = octet & 0x1f;
	} else if (octet < 0xf0) {
		charset->missing = 2;
		charset->partial = octet & 0x0f;
		charset->lowest = octet == 0xe0 ? 0xa0 : 0x80;
		charset->highest = octet == 0xed ? 0x9f : 0xbf;
	} else {
		charset->missing = 3;
		charset->partial = octet & 0x07;
		charset->lowest = octet == 0xf0 ? 0x90 : 0x80;
		charset->highest = octet == 0xf4 ? 0x8f : 0xbf;
	}
	return false;
}

static bool
utf8_next(struct charset *charset, uint32_t *point_out)
{
	while (charset->rest.length > 0) {
		unsigned char octet = (unsigned char)charset->rest.data[0];

		if (charset->missing > 0 && (octet < charset->lowest || octet > charset->highest))
			break;
		charset->rest.data++;
		charset->rest.length--;
		if (charset->missing == 0) {
			if (utf8_begin(charset, octet, point_out))
				return true;
			continue;
		}
		charset->partial = charset->partial << 6 | (octet & 0x3f);
		charset->lowest = 0x80;
		charset->highest = 0xbf;
		charset->missing--;
		if (charset->missing == 0) {
			*point_out = charset->partial;
			return true;
		}
	}
	if (charset->missing == 0 || (charset->rest.length == 0 && !charset->finished))
		return false;
	charset->missing = 0;
	*point_out = CHARSET_INVALID;
	return true;
}

static bool
latin1_next(struct charset *charset, uint32_t *point_out)
{
	if (charset->rest.length == 0)
		return false;
	*point_out = (unsigned char)charset->rest.data[0];
	charset->rest.data++;
	charset->rest.length--;
	return true;
}

static bool
wide_next(struct charset *charset, uint32_t *point_out)
{
	if (!charset_wide_next(&charset->wide, &charset->rest, point_out)) {
		if (!charset->finished || !charset_wide_cut(&charset->wide))
			return false;
		charset->wide = wide_methods[charset->method];
		*point_out = CHARSET_INVALID;
	}
	if (!is_point(*point_out))
		*point_out = CHARSET_INVALID;
	return true;
}

static void
input_fill(struct charset *charset)
{
	size_t room = CHARSET_INPUT_MAX - charset->input_length;
	size_t take = charset->rest.length < room ? charset->rest.length : room;

	if (take > 0)
		memcpy(charset->input + charset->input_length, charset->rest.data, take);
	charset->input_length += take;
	charset->rest = bytes_from(charset->rest, take);
}

static void
input_drop(struct charset *charset, size_t length)
{
	charset->input_length -= length;
	memmove(charset->input, charset->input + length, charset->input_length);
}

/* Converts from the input to the points, both of which may be NULL with iconv's meaning. Leaves iconv's errno, or 0. */
static int
convert(struct charset *charset, char **input, size_t *input_left)
{
	/* One point stays free for a CHARSET_INVALID behind what iconv gives. */
	size_t points_left = (CHARSET_POINTS_MAX - 1) * sizeof charset->points[0];
	char *points = (char *)charset->points;
	size_t result = iconv(charset->descriptor, input, input_left, &points, &points_left);

	charset->points_at = 0;
	charset->points_end = CHARSET_POINTS_MAX - 1 - points_left / sizeof charset->points[0];
	return result == (size_t)-1 ? errno : 0;
}

static void
points_add_invalid(struct charset *charset)
{
	charset->points[charset->points_end++] = CHARSET_INVALID;
}

/* What is left at the end: a character that the converter held back to see what would follow, and octets that begin one. */
static bool
iconv_flush(struct charset *charset)
{
	if (charset->flushed)
		return false;
	charset->flushed = true;
	convert(charset, NULL, NULL);
	if (charset->input_length > 0)
		points_add_invalid(charset);
	charset->input_length = 0;
	return true;
}

/* Goes one step further. Returns false when there is nothing to be done before the next chunk. */
static bool
iconv_step(struct charset *charset)
{
	input_fill(charset);
	if (charset->input_length == 0)
		return charset->finished && iconv_flush(charset);

	char *input = charset->input;
	size_t left = charset->input_length;
	int error = convert(charset, &input, &left);
	size_t consumed = charset->input_length - left;
	bool waits = error == EINVAL && left < CHARSET_INPUT_MAX;

	input_drop(charset, consumed);
	if (error == EILSEQ || (consumed == 0 && !waits)) {
		points_add_invalid(charset);
		if (left > 0)
			input_drop(charset, 1);
		return true;
	}
	if (consumed > 0 || charset->points_end > 0)
		return true;
	return charset->finished && iconv_flush(charset);
}

static bool
iconv_next(struct charset *charset, uint32_t *point_out)
{
	while (charset->points_at == charset->points_end)
		if (!iconv_step(charset))
			return false;
	uint32_t point = charset->points[charset->points_at++];
	*point_out = is_point(point) ? point : CHARSET_INVALID;
	return true;
}

bool
charset_next(struct charset *charset, uint32_t *point_out)
{
	switch (charset->method) {
	case CHARSET_AS_UTF8:
		return utf8_next(charset, point_out);
	case CHARSET_AS_LATIN1:
		return latin1_next(charset, point_out);
	case CHARSET_BY_ICONV:
		return iconv_next(charset, point_out);
	default:
		return wide_next(charset, point_out);
	}
}

struct bytes
charset_next_ascii(struct charset *charset)
{
	struct bytes run = { charset->rest.data, 0 };

	if ((charset->method != CHARSET_AS_UTF8 && charset->method != CHARSET_AS_LATIN1) || charset->missing > 0)
		return run;
	while (run.length < charset->rest.length && run.data[run.length] >= ' ' && run.data[run.length] <= '~')
		run.length++;
	charset->rest = bytes_from(charset->rest, run.length);
	return run;
}

bool
charset_append_utf8(char *buffer, size_t size, uint32_t point)
{
	/* What stands above the payload bits of the first octet, by the number of octets. */
	static const unsigned char lead[UTF8_LENGTH_MAX + 1] = { 0, 0x00, 0xc0, 0xe0, 0xf0 };
	size_t used = strlen(buffer);
	char *octets = buffer + used;

	if (point == 0 || !is_point(point))
		point = POINT_REPLACEMENT;
	size_t length = point < 0x80 ? 1 : point < 0x800 ? 2 : point < 0x10000 ? 3 : 4;
	if (size - used <= length)
		return false;
	octets[length] = '\0';
	for (size_t i = length - 1; i > 0; i--) {
		octets[i] = (char)(0x80 | (point & 0x3f));
		point >>= 6;
	}
	octets[0] = (char)(lead[length] | point);
	return true;
}
