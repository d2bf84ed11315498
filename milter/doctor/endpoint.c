/* SPDX-License-Identifier: BSD-2-Clause */
#define _GNU_SOURCE
#include "milter/doctor/endpoint.h"

#include "policy/parse/bytes.h"

#include <limits.h>
#include <netdb.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>

static bool
copy(char *buffer, size_t size, struct bytes text)
{
	if (text.length >= size)
		return false;
	if (text.length > 0)
		memcpy(buffer, text.data, text.length);
	buffer[text.length] = '\0';
	return true;
}

static struct bytes
without_brackets(struct bytes host)
{
	if (host.length >= 2 && host.data[0] == '[' && host.data[host.length - 1] == ']')
		return (struct bytes){ host.data + 1, host.length - 2 };
	return host;
}

/* The last colon, as an IPv6 address has more of them; -1 when there is none. */
static ptrdiff_t
last_colon(struct bytes text)
{
	for (size_t i = text.length; i > 0; i--)
		if (text.data[i - 1] == ':')
			return (ptrdiff_t)i - 1;
	return -1;
}

static bool
read_inet(struct bytes text, enum endpoint_syntax syntax, struct endpoint *endpoint)
{
	ptrdiff_t at = bytes_find(text, '@');
	ptrdiff_t colon = last_colon(text);
	struct bytes port = text, host = { NULL, 0 };

	if (at >= 0) {
		port.length = (size_t)at;
		host = bytes_from(text, (size_t)at + 1);
	} else if (colon >= 0) {
		host = (struct bytes){ text.data, (size_t)colon };
		port = bytes_from(text, (size_t)colon + 1);
	}
	endpoint->swapped = syntax == ENDPOINT_POSTFIX ? at >= 0 : at < 0 && colon >= 0;
	return port.length > 0 && copy(endpoint->port, sizeof endpoint->port, port) &&
	       copy(endpoint->host, sizeof endpoint->host, without_brackets(host));
}

bool
endpoint_read(const char *text, size_t length, enum endpoint_syntax syntax, struct endpoint *endpoint_out)
{
	static const char *const unix_schemes[] = { "unix:", "local:" };
	struct bytes rest = { text, length };

	*endpoint_out = (struct endpoint){ .is_unix = false };
	for (size_t i = 0; i < sizeof unix_schemes / sizeof unix_schemes[0]; i++)
		if (bytes_starts_nocase(rest, unix_schemes[i])) {
			endpoint_out->is_unix = true;
			rest = bytes_from(rest, strlen(unix_schemes[i]));
		}
	if (syntax == ENDPOINT_LIBMILTER && length > 0 && text[0] == '/')
		endpoint_out->is_unix = true;
	if (endpoint_out->is_unix)
		return rest.length > 0 && copy(endpoint_out->path, sizeof endpoint_out->path, rest);
	if (bytes_starts_nocase(rest, "inet:"))
		rest = bytes_from(rest, strlen("inet:"));
	else if (bytes_starts_nocase(rest, "inet6:"))
		rest = bytes_from(rest, strlen("inet6:"));
	else if (syntax == ENDPOINT_LIBMILTER)
		return false;
	return read_inet(rest, syntax, endpoint_out);
}

static const char separators[] = ", \t";

bool
milter_item_next(const char **at, struct milter_item *item_out)
{
	const char *text = *at + strspn(*at, separators);
	bool braced = *text == '{';
	size_t length = braced ? strcspn(text, "}") + 1 : strcspn(text, separators);

	if (*text == '\0')
		return false;
	if (length > strlen(text))
		length = strlen(text); /* the brace is not closed: Postfix will say so */
	const char *where = text + (braced ? 1 + strspn(text + 1, separators) : 0);
	*item_out = (struct milter_item){ text, length, where, strcspn(where, braced ? ", \t}" : separators) };
	*at = text + length;
	return true;
}

bool
milter_item_option(const struct milter_item *item, const char *name, char value_out[MILTER_OPTION_MAX])
{
	const char *end = item->text + item->text_length;
	size_t name_length = strlen(name);

	for (const char *at = item->where + item->where_length; at < end;) {
		at += strspn(at, separators);
		size_t length = strcspn(at, ",}");

		if (at + length > end || length == 0)
			return false;
		struct bytes option = { at, length };
		at += length + 1;
		if (!bytes_starts_nocase(option, name))
			continue;
		option = bytes_trim(bytes_from(option, name_length));
		if (option.length > 0 && option.data[0] == '=')
			return copy(value_out, MILTER_OPTION_MAX, bytes_trim(bytes_from(option, 1)));
	}
	return false;
}

/* The directory is looked up, as it may have several names, and the last part is left alone, as it may not exist. */
static void
canonical(const char *path, char canonical_out[PATH_MAX])
{
	char directory[PATH_MAX], found[PATH_MAX];
	const char *slash = strrchr(path, '/');

	snprintf(canonical_out, PATH_MAX, "%s", path);
	if (slash == NULL || slash == path)
		return;
	if (!copy(directory, sizeof directory, (struct bytes){ path, (size_t)(slash - path) }) ||
	    realpath(directory, found) == NULL)
		return;
	canonical_out[0] = '\0';
	buffer_append(canonical_out, PATH_MAX, bytes_of(strcmp(found, "/") == 0 ? "" : found));
	buffer_append(canonical_out, PATH_MAX, bytes_of(slash));
}

static bool
same_path(const char *a, const char *b)
{
	char canonical_a[PATH_MAX], canonical_b[PATH_MAX];

	canonical(a, canonical_a);
	canonical(b, canonical_b);
	return strcmp(canonical_a, canonical_b) == 0;
}

static bool
is_any(const char *host)
{
	return host[0] == '\0' || strcmp(host, "0.0.0.0") == 0 || strcmp(host, "::") == 0;
}

static bool
share_address(const struct addrinfo *a, const struct addrinfo *b)
{
	for (; a != NULL; a = a->ai_next)
		for (const struct addrinfo *other = b; other != NULL; other = other->ai_next)
			if (a->ai_addrlen == other->ai_addrlen &&
			    memcmp(a->ai_addr, other->ai_addr, a->ai_addrlen) == 0)
				return true;
	return false;
}

static bool
same_port(const struct endpoint *a, const struct endpoint *b)
{
	static const struct addrinfo hints = { .ai_socktype = SOCK_STREAM };
	struct addrinfo *of_a = NULL, *of_b = NULL;
	bool same = false;

	if (is_any(a->host) || is_any(b->host))
		return strcmp(a->port, b->port) == 0;
	if (getaddrinfo(a->host, a->port, &hints, &of_a) == 0 && getaddrinfo(b->host, b->port, &hints, &of_b) == 0)
		same = share_address(of_a, of_b);
	if (of_a != NULL)
		freeaddrinfo(of_a);
	if (of_b != NULL)
		freeaddrinfo(of_b);
	return same;
}

bool
endpoint_same(const struct endpoint *a, const struct endpoint *b)
{
	if (a->is_unix != b->is_unix)
		return false;
	return a->is_unix ? same_path(a->path, b->path) : same_port(a, b);
}
