/* SPDX-License-Identifier: BSD-2-Clause */
#include "conf/tables.h"

#include "conf/layers.h"
#include "conf/suggest.h"
#include "conf/value.h"
#include "policy/table_server.h"

#include <string.h>

enum { TIMEOUT_MOST_MS = 10000 }; /* a look-up blocks a thread, and its client waits */

static const char name_prefix[] = "table:";
static const char known_kinds[] = "file:, cdb:, sqlite:, regexp:, socketmap: or redis:";

const char *
table_use_name(const struct table_use *use)
{
	if (use->written == NULL || strncmp(use->written, name_prefix, sizeof name_prefix - 1) != 0)
		return NULL;
	return use->written + sizeof name_prefix - 1;
}

/* The policy's table, or NULL after it wrote the broken rule, empty when memory is refused. */
static const struct table *
open_source(struct load *load, const char *source, const char *query, unsigned timeout_ms,
	    char rule_out[REPLY_RULE_MAX])
{
	const struct table *table = policy_table(load->policy, source, query, timeout_ms, rule_out);
	struct table_server server;

	if (table == NULL && strcmp(rule_out, "out of memory") == 0) {
		conf_out_of_memory(load->errors);
		rule_out[0] = '\0';
	}
	if (table == NULL)
		return NULL;
	bool served = table->kind == TABLE_SOCKETMAP || table->kind == TABLE_REDIS;
	return !served || table_server_parse(table, &server, rule_out) ? table : NULL;
}

/* Whether the string is meant as a table outside, "file:PATH". */
static bool
is_source(const char *string)
{
	static const char *const others[] = { "rediss:", "redis+unix:" };

	for (enum table_kind kind = TABLE_FILE; kind < TABLE_KIND_COUNT; kind++) {
		size_t length = strlen(table_kind_names[kind]);

		if (strncmp(string, table_kind_names[kind], length) == 0 && string[length] == ':')
			return true;
	}
	for (size_t i = 0; i < sizeof others / sizeof others[0]; i++)
		if (strncmp(string, others[i], strlen(others[i])) == 0)
			return true;
	return false;
}

static bool
read_key(struct load *load, const config_setting_t *setting, size_t index, const char **key_out)
{
	const config_setting_t *item = value_item(setting, index);

	if (!value_string(load, item, key_out) || !value_is_new(load, setting, index))
		return false;
	if (is_source(*key_out) || strncmp(*key_out, name_prefix, sizeof name_prefix - 1) == 0)
		value_error(load, item, "a table stands alone, not in a list of keys: \"%.80s\"", *key_out);
	else if (strlen(*key_out) >= TABLE_KEY_MAX)
		value_error(load, item, "must have at most %d octets", TABLE_KEY_MAX - 1);
	else
		return true;
	return false;
}

static bool
read_keys(struct load *load, const config_setting_t *setting, struct table_use *use)
{
	size_t count = value_count(setting);
	const char **keys = load_alloc(load, (count + 1) * sizeof *keys);
	bool good = true;

	if (count == 0)
		value_error(load, setting, "must not be empty; \"none\" is no table");
	if (keys == NULL || count == 0 || !value_is_strings(load, setting))
		return false;
	for (size_t i = 0; i < count; i++)
		good = read_key(load, setting, i, &keys[i]) && good;
	use->table = policy_list_table(load->policy, (struct string_list){ keys, count });
	if (use->table == NULL)
		conf_out_of_memory(load->errors);
	return good && use->table != NULL;
}

static bool
read_source(struct load *load, const config_setting_t *setting, struct table_use *use)
{
	char rule[REPLY_RULE_MAX];

	if (!value_string(load, setting, &use->written))
		return false;
	if (strcmp(use->written, "none") == 0 || table_use_name(use) != NULL)
		return true;
	if (!is_source(use->written)) {
		value_error(load, setting, "must be a list of keys, like [ \"robin\" ], or begin with table:, %s",
			    known_kinds);
		return false;
	}
	use->table = open_source(load, use->written, NULL, TABLE_TIMEOUT_MS, rule);
	if (use->table == NULL && rule[0] != '\0')
		value_error(load, setting, "%s", rule);
	return use->table != NULL;
}

struct table_use *
table_use_read(struct load *load, const config_setting_t *setting)
{
	struct table_use *use = load_alloc(load, sizeof *use);
	bool list = config_setting_is_list(setting) || config_setting_is_array(setting);
	char path[TREE_PATH_MAX];

	if (use == NULL || tree_is_broken(setting))
		return NULL;
	if (!list && config_setting_type(setting) != CONFIG_TYPE_STRING) {
		value_error(load, setting, "must be a list of keys, or a string like \"file:/PATH\", not %s",
			    tree_type(setting));
		return NULL;
	}
	tree_path(setting, path);
	use->path = load_strdup(load, path);
	use->place = tree_value_place(setting);
	if (use->path == NULL || !(list ? read_keys(load, setting, use) : read_source(load, setting, use)))
		return NULL;
	use->next = load->layers->uses;
	load->layers->uses = use;
	return use;
}

static void
read_table_source(struct load *load, const config_setting_t *setting, void *data)
{
	struct named_table *table = data;

	table->source_set = tree_value_place(setting);
	value_string(load, setting, &table->source);
}

static void
read_query(struct load *load, const config_setting_t *setting, void *data)
{
	struct named_table *table = data;

	if (value_string(load, setting, &table->query))
		table->query_set = tree_value_place(setting);
}

static void
read_timeout(struct load *load, const config_setting_t *setting, void *data)
{
	struct named_table *table = data;

	if (value_milliseconds(load, setting, 1, TIMEOUT_MOST_MS, &table->timeout_ms))
		table->timeout_set = tree_value_place(setting);
}

/* The table of that name so far, or a new one; NULL after an error. */
static struct named_table *
named_table(struct load *load, const config_setting_t *setting)
{
	struct layers *layers = load->layers;
	const char *name = config_setting_name(setting);

	for (size_t i = 0; i < layers->named_table_count; i++)
		if (strcmp(layers->named_tables[i]->name, name) == 0)
			return layers->named_tables[i];
	if (layers->named_table_count == TABLES_MAX) {
		value_error(load, setting, "more than %d tables", TABLES_MAX);
		return NULL;
	}
	struct named_table *table = load_alloc(load, sizeof *table);
	if (table == NULL || (table->name = load_strdup(load, name)) == NULL)
		return NULL;
	table->place = tree_name_place(setting);
	table->timeout_ms = TABLE_TIMEOUT_MS;
	layers->named_tables[layers->named_table_count++] = table;
	return table;
}

const struct key table_keys[] = {
	{ "source", KEY_SPECIAL, "Where it lies; must be there.",
	  .takes = "file:PATH, cdb:PATH, sqlite:PATH, regexp:PATH, socketmap:SERVER:MAP or redis://HOST",
	  .read = read_table_source },
	{ "query", KEY_SPECIAL,
	  "For sqlite the query, with one ? for the key; for redis what goes in front of each key. Other kinds have "
	  "none.",
	  .takes = "a string", .read = read_query },
	{ "timeout", KEY_MILLISECONDS, "What a look-up in a database or at a server may take.", .least = 1,
	  .most = TIMEOUT_MOST_MS, .preset = "\"100ms\"", .read = read_timeout },
	{ 0 },
};

void
layers_read_tables(struct load *load, const config_setting_t *setting, void *data)
{
	(void)data;
	if (!value_is_group(load, setting))
		return;
	for (int i = 0; i < config_setting_length(setting); i++) {
		const config_setting_t *member = config_setting_get_elem(setting, (unsigned)i);
		struct named_table *table = value_is_group(load, member) ? named_table(load, member) : NULL;

		if (table != NULL)
			value_group(load, member, table_keys, table);
	}
}

/* `?` outside of the literals and names that SQL quotes. */
static size_t
places_in(const char *query)
{
	size_t count = 0;
	char quote = '\0';

	for (; *query != '\0'; query++) {
		if (quote != '\0')
			quote = *query == quote ? '\0' : quote;
		else if (*query == '\'' || *query == '"' || *query == '`')
			quote = *query;
		else
			count += *query == '?';
	}
	return count;
}

static void
check_query(struct load *load, const struct named_table *table)
{
	if (table->query == NULL)
		return;
	if (table->table->kind == TABLE_SQLITE && places_in(table->query) == 0)
		conf_error(load->errors, table->query_set, "tables.%s.query: must hold `?`, the place of the key",
			   table->name);
	if (table->table->kind != TABLE_SQLITE && table->table->kind != TABLE_REDIS)
		conf_error(load->errors, table->query_set,
			   "tables.%s.query: is for tables of the kinds sqlite: and redis:", table->name);
}

static void
resolve_named(struct load *load, struct named_table *table)
{
	char rule[REPLY_RULE_MAX];

	if (!place_is_set(table->source_set))
		conf_error(load->errors, table->place, "tables.%s: must have a source", table->name);
	if (table->source == NULL)
		return;
	if (!is_source(table->source)) {
		conf_error(load->errors, table->source_set, "tables.%s.source: must begin with %s", table->name,
			   known_kinds);
		return;
	}
	table->table = open_source(load, table->source, table->query, table->timeout_ms, rule);
	if (table->table != NULL)
		check_query(load, table);
	else if (rule[0] != '\0')
		conf_error(load->errors, table->source_set, "tables.%s.source: %s", table->name, rule);
}

static void
resolve_use(struct load *load, struct table_use *use)
{
	const struct layers *layers = load->layers;
	const char *name = table_use_name(use);
	struct suggestion suggestion;

	if (name == NULL)
		return;
	suggest_init(&suggestion, name);
	for (size_t i = 0; i < layers->named_table_count; i++) {
		if (strcmp(layers->named_tables[i]->name, name) == 0) {
			use->table = layers->named_tables[i]->table;
			return;
		}
		suggest_try(&suggestion, layers->named_tables[i]->name);
	}
	if (suggestion.best != NULL)
		conf_error(load->errors, use->place, "%s: `tables` has no \"%.80s\"; did you mean \"%s\"?", use->path,
			   name, suggestion.best);
	else
		conf_error(load->errors, use->place, "%s: `tables` has no \"%.80s\"", use->path, name);
}

void
layers_resolve_tables(struct load *load)
{
	for (size_t i = 0; i < load->layers->named_table_count; i++)
		resolve_named(load, load->layers->named_tables[i]);
	for (struct table_use *use = load->layers->uses; use != NULL; use = use->next)
		resolve_use(load, use);
}
