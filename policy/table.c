/* SPDX-License-Identifier: BSD-2-Clause */
#include "policy/table.h"

#include "policy/services.h"

#include <string.h>

/* False when the text is longer than a key can be: no table has it. */
static bool
append_lower(char key[TABLE_KEY_MAX], const char *text)
{
	size_t used = strlen(key);
	size_t length = strlen(text);

	if (length >= TABLE_KEY_MAX - used)
		return false;
	for (size_t i = 0; i <= length; i++)
		key[used + i] = ascii_lower(text[i]);
	return true;
}

enum table_answer
table_find(const struct table *table, const struct services *services, const char *key, char *value_out)
{
	char lower[TABLE_KEY_MAX] = "";

	if (!append_lower(lower, key))
		return TABLE_ABSENT;
	if (table->kind != TABLE_LIST)
		return services == NULL || services->find == NULL
			       ? TABLE_FAILED
			       : services->find(services->data, table, lower, value_out);
	if (!string_list_matches(&table->items, lower))
		return TABLE_ABSENT;
	if (value_out != NULL)
		value_out[0] = '\0';
	return TABLE_FOUND;
}

static enum table_answer
find_joined(const struct table *table, const struct services *services, const char *const parts[3], char *value_out)
{
	char key[TABLE_KEY_MAX] = "";

	for (size_t i = 0; i < 3; i++)
		if (!append_lower(key, parts[i]))
			return TABLE_ABSENT;
	return table_find(table, services, key, value_out);
}

const char *
table_first_parent(const char *domain)
{
	const char *at = domain + strlen(domain);
	const char *parent = NULL;
	size_t labels = 0;

	if (domain[0] == '[') /* an address literal: its dots separate no labels */
		return NULL;
	while (at > domain && labels < TABLE_LABELS_MAX) {
		at--;
		if (*at == '.') {
			parent = at;
			labels++;
		}
	}
	return parent;
}

enum table_answer
table_find_address(const struct table *table, const struct services *services, const char *local, const char *domain,
		   char *value_out)
{
	enum table_answer answer = TABLE_ABSENT;

	if (local[0] != '\0') {
		const char *parts[] = { local, domain[0] != '\0' ? "@" : "", domain };
		answer = find_joined(table, services, parts, value_out);
	}
	if (answer != TABLE_ABSENT || domain[0] == '\0')
		return answer;
	answer = find_joined(table, services, (const char *[]){ "@", domain, "" }, value_out);
	if (answer == TABLE_ABSENT)
		answer = table_find(table, services, domain, value_out);
	for (const char *parent = table_first_parent(domain); parent != NULL && answer == TABLE_ABSENT;
	     parent = strchr(parent + 1, '.'))
		answer = table_find(table, services, parent, value_out);
	return answer;
}

static bool
is_separator(char c)
{
	return c == ',' || ascii_is_blank(c);
}

/* Below, not the domain itself; the item begins with its dot. */
static bool
lies_below(struct bytes domain, struct bytes item)
{
	return item.length > 1 && domain.length > item.length && domain.data[0] != '[' &&
	       bytes_equal_nocase(bytes_from(domain, domain.length - item.length), item);
}

static bool
is_address(struct bytes item, struct bytes local, struct bytes domain)
{
	if (local.length == 0)
		return false;
	if (domain.length == 0)
		return bytes_equal_nocase(item, local);
	return item.length == local.length + 1 + domain.length && item.data[local.length] == '@' &&
	       bytes_equal_nocase((struct bytes){ item.data, local.length }, local) &&
	       bytes_equal_nocase(bytes_from(item, local.length + 1), domain);
}

static bool
item_covers(struct bytes item, struct bytes local, struct bytes domain)
{
	if (bytes_is(item, "*") || is_address(item, local, domain))
		return true;
	if (domain.length == 0)
		return false;
	if (item.data[0] == '.')
		return lies_below(domain, item);
	if (item.data[0] == '@')
		item = bytes_from(item, 1);
	return bytes_equal_nocase(item, domain);
}

bool
table_value_covers(const char *value, const char *local, const char *domain)
{
	const char *at = value;

	while (*at != '\0') {
		const char *end = at;

		while (*end != '\0' && !is_separator(*end))
			end++;
		if (end > at &&
		    item_covers((struct bytes){ at, (size_t)(end - at) }, bytes_of(local), bytes_of(domain)))
			return true;
		at = *end != '\0' ? end + 1 : end;
	}
	return false;
}
