/* SPDX-License-Identifier: BSD-2-Clause */
#define _GNU_SOURCE
#include "tests/e2e/support/files.h"

#include "tests/e2e/support/patience.h"

#include <dirent.h>
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

void
fail(const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	vfprintf(stderr, format, arguments);
	va_end(arguments);
	fputc('\n', stderr);
	exit(EXIT_FAILURE);
}

struct path
path_join(const char *directory, const char *name)
{
	struct path path;
	int length = snprintf(path.text, sizeof path.text, "%s/%s", directory, name);

	if (length < 0 || (size_t)length >= sizeof path.text)
		fail("path too long: %s/%s", directory, name);
	return path;
}

struct path
path_beside_us(const char *name)
{
	struct path self = { "" };

	if (readlink("/proc/self/exe", self.text, sizeof self.text - 1) < 0)
		fail("cannot read /proc/self/exe: %s", strerror(errno));
	*strrchr(self.text, '/') = '\0';
	return path_join(self.text, name);
}

char *
file_read(const char *path, size_t *length_out)
{
	char *text = NULL;
	size_t size = 0;
	FILE *file = fopen(path, "r");

	if (file == NULL)
		return NULL;
	FILE *copy = open_memstream(&text, &size);
	if (copy == NULL)
		fail("out of memory");
	char chunk[4096];
	size_t got;
	while ((got = fread(chunk, 1, sizeof chunk, file)) > 0)
		fwrite(chunk, 1, got, copy);
	fclose(file);
	fclose(copy);
	*length_out = size;
	return text;
}

void
file_write(const char *path, const char *text)
{
	FILE *file = fopen(path, "w");

	if (file == NULL || fputs(text, file) == EOF || fclose(file) != 0)
		fail("cannot write %s: %s", path, strerror(errno));
}

bool
file_has(const char *path, const char *text)
{
	size_t length;
	char *content = file_read(path, &length);
	bool found = content != NULL && memmem(content, length, text, strlen(text)) != NULL;

	free(content);
	return found;
}

bool
file_comes_to_have(const char *path, const char *text, int timeout_ms)
{
	struct deadline deadline = deadline_in(timeout_ms);

	while (!file_has(path, text))
		if (!deadline_nap(&deadline))
			return false;
	return true;
}

bool
path_exists(const char *path)
{
	struct stat status;

	return lstat(path, &status) == 0;
}

/* Counts, and when first_out is not NULL stops at the first one and gives its content. */
static size_t
directory_search(const char *directory, const char *text, char **first_out)
{
	size_t count = 0;
	DIR *stream = opendir(directory);
	const struct dirent *entry;

	if (stream == NULL)
		return 0;
	while ((entry = readdir(stream)) != NULL) {
		struct path path = path_join(directory, entry->d_name);

		if (entry->d_name[0] == '.' || !file_has(path.text, text))
			continue;
		count++;
		if (first_out != NULL) {
			size_t length;

			*first_out = file_read(path.text, &length);
			break;
		}
	}
	closedir(stream);
	return count;
}

size_t
directory_count(const char *directory, const char *text)
{
	return directory_search(directory, text, NULL);
}

char *
directory_find(const char *directory, const char *text)
{
	char *content = NULL;

	directory_search(directory, text, &content);
	return content;
}

void
directory_make(const char *path, mode_t mode, uid_t uid, gid_t gid)
{
	if (mkdir(path, 0700) != 0 || chown(path, uid, gid) != 0 || chmod(path, mode) != 0)
		fail("cannot make %s: %s", path, strerror(errno));
}
