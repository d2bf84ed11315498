/* SPDX-License-Identifier: BSD-2-Clause */
#define _POSIX_C_SOURCE 200809L
#include "conf/suggest.h"

#include "policy/parse/bytes.h"

#include <string.h>

static size_t
least(size_t a, size_t b)
{
	return a < b ? a : b;
}

static char
fold(char c)
{
	return c == '-' ? '_' : ascii_lower(c);
}

/* How many octets to insert, delete, replace or swap with their neighbour, by dynamic programming over three rows. Case, and
 * `-` for `_`, cost nothing. */
static size_t
distance(const char *a, const char *b)
{
	size_t rows[3][SUGGEST_NAME_MAX + 1] = { { 0 } };
	size_t columns = strlen(b);

	for (size_t j = 0; j <= columns; j++)
		rows[0][j] = j;
	for (size_t i = 1; a[i - 1] != '\0'; i++) {
		size_t *row = rows[i % 3], *above = rows[(i + 2) % 3], *before = rows[(i + 1) % 3];

		row[0] = i;
		for (size_t j = 1; j <= columns; j++) {
			char c = fold(a[i - 1]), d = fold(b[j - 1]);

			row[j] = least(least(above[j], row[j - 1]) + 1, above[j - 1] + (c != d));
			if (i > 1 && j > 1 && c == fold(b[j - 2]) && d == fold(a[i - 2]))
				row[j] = least(row[j], before[j - 2] + 1);
		}
	}
	return rows[strlen(a) % 3][columns];
}

/* Near is a third of the word, but no more than three octets. */
void
suggest_init(struct suggestion *suggestion, const char *word)
{
	*suggestion = (struct suggestion){ word, NULL, least(strlen(word) / 3 + 1, 4) };
}

void
suggest_try(struct suggestion *suggestion, const char *name)
{
	if (strlen(suggestion->word) > SUGGEST_NAME_MAX || strlen(name) > SUGGEST_NAME_MAX)
		return;

	size_t found = distance(suggestion->word, name);
	if (found < suggestion->distance) {
		suggestion->distance = found;
		suggestion->best = name;
	}
}
