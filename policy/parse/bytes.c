/* SPDX-License-Identifier: BSD-2-Clause */
#include "policy/parse/bytes.h"

bool
bytes_equal(struct bytes a, struct bytes b)
{
	return a.length == b.length && (a.length == 0 || memcmp(a.data, b.data, a.length) == 0);
}

bool
bytes_equal_nocase(struct bytes a, struct bytes b)
{
	if (a.length != b.length)
		return false;
	for (size_t i = 0; i < a.length; i++)
		if (ascii_lower(a.data[i]) != ascii_lower(b.data[i]))
			return false;
	return true;
}

bool
bytes_starts_nocase(struct bytes a, const char *prefix)
{
	size_t length = strlen(prefix);

	return a.length >= length && bytes_is((struct bytes){ a.data, length }, prefix);
}

struct bytes
bytes_trim(struct bytes a)
{
	while (a.length > 0 && ascii_is_blank(a.data[a.length - 1]))
		a.length--;
	while (a.length > 0 && ascii_is_blank(a.data[0])) {
		a.data++;
		a.length--;
	}
	return a;
}

bool
buffer_append(char *buffer, size_t size, struct bytes more)
{
	size_t used = strlen(buffer);
	size_t room = size - 1 - used;
	size_t take = more.length < room ? more.length : room;

	if (take > 0)
		memcpy(buffer + used, more.data, take);
	buffer[used + take] = '\0';
	return take == more.length;
}
