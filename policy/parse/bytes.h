/* SPDX-License-Identifier: BSD-2-Clause */
/* bytes.h - a borrowed run of octets, and the few questions every parser asks of one.
 *
 * Nothing here allocates or fails. Octets may be any value, NUL included; case is folded for ASCII only
 * (RFC 5322 field names, RFC 2045 tokens and RFC 5321 domains are ASCII where case does not matter). */
#ifndef POSTERN_POLICY_PARSE_BYTES_H
#define POSTERN_POLICY_PARSE_BYTES_H

#include <stdbool.h>
#include <stddef.h>
#include <string.h>

struct bytes {
	const char *data; /* borrowed; may be NULL when length is 0 */
	size_t length;    /* octets */
};

static inline struct bytes bytes_of(const char *string);
bool bytes_equal(struct bytes a, struct bytes b);
bool bytes_equal_nocase(struct bytes a, struct bytes b);
static inline bool bytes_is(struct bytes a, const char *string); /* without regard to case */
bool bytes_starts_nocase(struct bytes a, const char *prefix);
struct bytes bytes_trim(struct bytes a); /* without SP, HTAB, CR and LF at both ends */
static inline struct bytes bytes_from(struct bytes a, size_t start);
static inline ptrdiff_t bytes_find(struct bytes a, char c); /* -1 when absent */

static inline char ascii_lower(char c);
static inline bool ascii_is_blank(char c); /* SP, HTAB, CR, LF */
static inline bool ascii_is_digit(char c);
static inline int ascii_hex_value(char c); /* -1 when not a hex digit */

/* Appends to the NUL-terminated string in buffer of size octets; what does not fit is cut.
 * Returns false when something was cut. */
bool buffer_append(char *buffer, size_t size, struct bytes more);

/* Asked of every octet, or of every header field for each name that matters: too small and too frequent for a call. */

static inline char
ascii_lower(char c)
{
	return c >= 'A' && c <= 'Z' ? (char)(c + ('a' - 'A')) : c;
}

static inline bool
ascii_is_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

static inline bool
ascii_is_digit(char c)
{
	return c >= '0' && c <= '9';
}

static inline int
ascii_hex_value(char c)
{
	if (ascii_is_digit(c))
		return c - '0';
	c = ascii_lower(c);
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

static inline struct bytes
bytes_of(const char *string)
{
	return (struct bytes){ string, strlen(string) };
}

static inline struct bytes
bytes_from(struct bytes a, size_t start)
{
	if (start >= a.length)
		return (struct bytes){ NULL, 0 };
	return (struct bytes){ a.data + start, a.length - start };
}

static inline ptrdiff_t
bytes_find(struct bytes a, char c)
{
	const char *at = a.length > 0 ? memchr(a.data, c, a.length) : NULL;

	return at != NULL ? at - a.data : -1;
}

static inline bool
bytes_is(struct bytes a, const char *string)
{
	size_t i = 0;

	while (i < a.length && string[i] != '\0' && ascii_lower(a.data[i]) == ascii_lower(string[i]))
		i++;
	return i == a.length && string[i] == '\0';
}

#endif
