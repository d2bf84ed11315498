/* SPDX-License-Identifier: BSD-2-Clause */
/* The file's octets stay where they were read, keys and values with NULs behind them; a hash table with open addressing points to them. */
#include "milter/stores/siphash.h"
#include "milter/tables/backend.h"
#include "milter/tables/text.h"
#include "milter/tables/watched.h"

#include <stdlib.h>
#include <string.h>

/* With their places, 40 MiB at most; more are better searched where they lie. */
enum { FILE_KEYS_MAX = 1000000 };

struct place {
	uint32_t hash; /* some bits of the key's, so that most others need not be compared */
	uint32_t key;  /* its offset in the text, and one: 0 is nothing */
	uint32_t value;
};

struct entries {
	char *text;
	struct place *places;
	size_t mask; /* one less than their number, a power of two, which is at least twice the number of keys */
	struct siphash_key hash_key; /* random: nobody can choose keys that meet */
};

struct file_table {
	struct backend backend;
	struct watched *watched;
};

static void
free_entries(void *contents)
{
	struct entries *entries = contents;

	free(entries->places);
	free(entries->text);
	free(entries);
}

/* The key's place, or the free one where it would be. There always is a free one. */
static struct place *
find_place(const struct entries *entries, const char *key, uint64_t hash)
{
	size_t i = (size_t)hash & entries->mask;

	while (entries->places[i].key != 0 && (entries->places[i].hash != (uint32_t)(hash >> 32) ||
					       strcmp(entries->text + entries->places[i].key - 1, key) != 0))
		i = (i + 1) & entries->mask;
	return &entries->places[i];
}

/* Cuts the line into key and value, in place. NULL: one of them is too long. */
static const char *
cut_line(char *line, size_t length, char **value_out)
{
	size_t key = 0;
	size_t value;

	while (key < length && !ascii_is_blank(line[key])) {
		line[key] = ascii_lower(line[key]);
		key++;
	}
	value = key;
	while (value < length && ascii_is_blank(line[value]))
		value++;
	if (key >= TABLE_KEY_MAX || length - value >= TABLE_VALUE_MAX)
		return NULL;
	line[length] = '\0';
	line[key] = '\0';
	*value_out = line + value;
	return line;
}

/* False when the line is broken; *again_out says whether an earlier one has its key. */
static bool
add_line(struct entries *entries, struct bytes line, bool *again_out)
{
	char *value;
	const char *key = cut_line(entries->text + (line.data - entries->text), line.length, &value);

	if (key == NULL)
		return false;
	uint64_t hash = siphash(&entries->hash_key, bytes_of(key));
	struct place *place = find_place(entries, key, hash);
	*again_out = place->key != 0;
	if (place->key == 0)
		*place = (struct place){ (uint32_t)(hash >> 32), (uint32_t)(key - entries->text) + 1,
					 (uint32_t)(value - entries->text) };
	return true;
}

static void
warn_of_repeated(struct trouble *trouble, unsigned first, unsigned count)
{
	char why[TROUBLE_WHY_MAX];

	if (count == 0) {
		trouble_clear(trouble, TROUBLE_CONTENT);
		return;
	}
	trouble_format(why, "line %u has the key of an earlier line, which counts (%u such lines)", first, count);
	trouble_set(trouble, TROUBLE_CONTENT, why);
}

/* The lines that hold something; too_long says whether there is one that cannot be. */
static size_t
count_lines(struct lines *lines)
{
	struct bytes line;
	size_t count = 0;

	while (lines_next(lines, &line))
		count++;
	return count;
}

static bool
add_lines(struct entries *entries, size_t length, struct trouble *trouble, char *why_out)
{
	struct lines lines = { .rest = { entries->text, length } };
	struct bytes line;
	unsigned repeated = 0, first_repeated = 0;
	bool again;

	while (lines_next(&lines, &line)) {
		if (!add_line(entries, line, &again)) {
			trouble_format(why_out, "line %u: a key has at most %d octets, a value %d", lines.number,
				       TABLE_KEY_MAX - 1, TABLE_VALUE_MAX - 1);
			return false;
		}
		if (again && repeated++ == 0)
			first_repeated = lines.number;
	}
	warn_of_repeated(trouble, first_repeated, repeated);
	return true;
}

/* False, and why: too many keys, a line too long, or no memory. */
static bool
make_places(struct entries *entries, size_t length, char *why_out)
{
	struct lines lines = { .rest = { entries->text, length } };
	size_t count = count_lines(&lines);
	size_t places = 2;

	if (lines.too_long) {
		trouble_format(why_out, "line %u is longer than %d octets", lines.number, TEXT_LINE_MAX);
		return false;
	}
	if (count > FILE_KEYS_MAX) {
		trouble_format(why_out, "the file has more than %d keys: make a cdb of it", FILE_KEYS_MAX);
		return false;
	}
	while (places < 2 * count)
		places *= 2;
	entries->places = calloc(places, sizeof entries->places[0]);
	entries->mask = places - 1;
	if (entries->places != NULL && siphash_key_random(&entries->hash_key))
		return true;
	trouble_format(why_out, "the system refuses memory for the keys");
	return false;
}

static void *
load_entries(int fd, const struct stat *status, void *data, char *why_out)
{
	struct entries *entries = calloc(1, sizeof *entries);
	size_t length;

	if (entries == NULL) {
		trouble_format(why_out, "the system refuses memory");
		return NULL;
	}
	entries->text = text_read(fd, status, &length, why_out);
	if (entries->text != NULL && make_places(entries, length, why_out) && add_lines(entries, length, data, why_out))
		return entries;
	free_entries(entries);
	return NULL;
}

static bool
file_table_open(struct backend *backend, char *why_out)
{
	return watched_open(((struct file_table *)backend)->watched, why_out);
}

static enum table_answer
file_table_find(struct backend *backend, const char *key, char *value_out, char *why_out)
{
	struct watched *watched = ((struct file_table *)backend)->watched;
	struct version *version = watched_acquire(watched, why_out);
	const struct entries *entries;
	const struct place *place;
	enum table_answer answer = TABLE_ABSENT;

	if (version == NULL)
		return TABLE_FAILED;
	entries = version->contents;
	place = find_place(entries, key, siphash(&entries->hash_key, bytes_of(key)));
	if (place->key != 0) {
		strcpy(value_out, entries->text + place->value);
		answer = TABLE_FOUND;
	}
	watched_release(watched, version);
	return answer;
}

static void
file_table_free(struct backend *backend)
{
	struct file_table *table = (struct file_table *)backend;

	watched_free(table->watched);
	free(table);
}

struct backend *
file_table_new(const struct table *table, struct trouble *trouble)
{
	static const struct backend_class class = { file_table_open, file_table_find, file_table_free };
	static const struct watched_class contents = { load_entries, free_entries };
	struct file_table *file = calloc(1, sizeof *file);

	if (file == NULL)
		return NULL;
	file->backend.class = &class;
	file->watched = watched_new(table->argument, &contents, table->timeout_ms, trouble, trouble);
	if (file->watched != NULL)
		return &file->backend;
	free(file);
	return NULL;
}
