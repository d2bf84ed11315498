/* SPDX-License-Identifier: BSD-2-Clause */
#define _GNU_SOURCE
#include "tests/load/footprint.h"

#include "tests/e2e/support/patience.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { CHILDREN_MAX = 256, NAME_MAX_HERE = 64, MOMENT_MS = 500 };

static size_t
count_descriptors(pid_t pid)
{
	char name[NAME_MAX_HERE];
	size_t count = 0;

	snprintf(name, sizeof name, "/proc/%d/fd", (int)pid);
	DIR *directory = opendir(name);
	if (directory == NULL)
		return 0;
	for (const struct dirent *entry; (entry = readdir(directory)) != NULL;)
		count += entry->d_name[0] != '.';
	closedir(directory);
	return count;
}

/* A line "Name:   123 kB" of smaps_rollup, in octets. */
static double
figure(const char *text, const char *name)
{
	const char *at = strstr(text, name);

	return at != NULL ? strtod(at + strlen(name), NULL) * 1024 : 0;
}

/* A process that has just ended counts nothing. */
static void
add_process(struct usage *usage, pid_t pid)
{
	char name[NAME_MAX_HERE];
	size_t length;

	snprintf(name, sizeof name, "/proc/%d/smaps_rollup", (int)pid);
	char *text = file_read(name, &length);
	if (text == NULL)
		return;
	usage->processes++;
	usage->descriptors += count_descriptors(pid);
	usage->rss += figure(text, "\nRss:");
	usage->pss += figure(text, "\nPss:");
	free(text);
}

void
footprint_read(struct footprint *footprint, const struct postern *postern)
{
	pid_t children[CHILDREN_MAX];
	size_t count = process_children(postern->supervisor.pid, children, CHILDREN_MAX);

	*footprint = (struct footprint){ 0 };
	add_process(&footprint->supervisor, postern->supervisor.pid);
	for (size_t i = 0; i < count && i < CHILDREN_MAX; i++)
		add_process(&footprint->workers, children[i]);
}

size_t
footprint_descriptors(const struct footprint *footprint)
{
	return footprint->supervisor.descriptors + footprint->workers.descriptors;
}

double
footprint_pss(const struct footprint *footprint)
{
	return footprint->supervisor.pss + footprint->workers.pss;
}

bool
footprint_settles(struct footprint *footprint, const struct postern *postern, size_t descriptors)
{
	struct deadline deadline = deadline_in(PATIENCE_MS);

	do
		footprint_read(footprint, postern);
	while (footprint_descriptors(footprint) > descriptors && deadline_nap(&deadline));
	return footprint_descriptors(footprint) <= descriptors;
}

void
footprint_at_rest(struct footprint *footprint, const struct postern *postern)
{
	size_t before;

	footprint_read(footprint, postern);
	do {
		before = footprint_descriptors(footprint);
		nap_ms(MOMENT_MS);
		footprint_read(footprint, postern);
	} while (footprint_descriptors(footprint) < before);
}
