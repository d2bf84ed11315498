/* SPDX-License-Identifier: BSD-2-Clause */
/* Makes a fuzz target's first inputs of the strings on its standard input, which end in NUL each:
 *
 *      objcopy -O binary -j .rodata... test_header.o /dev/stdout | seeds header DIRECTORY
 *
 * Every string becomes a text, cut in one of a few ways, with a first line that the target's parser is told, if it needs one.
 * So the rows of the unit tests are inputs without being written down twice. */
#include "tests/fuzz/fuzz.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { LINES_MAX = 12, PATH_MAX_HERE = 1024 };

static const struct {
	const char *target;
	const char *lines[LINES_MAX]; /* taken in turns */
} first_lines[] = {
	{ "charset",
	  { "utf-8", "utf-16", "utf-32", "utf-7", "iso-2022-jp", "iso-2022-kr", "gb18030", "big5-hkscs", "shift_jis",
	    "windows-1258", "utf-16be", "koi8-r" } },
	{ "visible",
	  { "html utf-8", "text utf-8", "html iso-2022-jp", "html utf-16", "text utf-7", "html windows-1252" } },
	{ "decoder", { "base64", "quoted-printable", "x-uuencode", "8bit" } },
	{ "mime",
	  { "multipart/mixed; boundary=b", "multipart/related; boundary=\"b\"", "multipart/report; boundary=b",
	    "multipart/digest; boundary=b", "multipart/mixed; boundary=a", "text/plain" } },
	{ "message", { "<a@example.com>", "<>", "", "<a@example.org>" } },
};
static const char cuts[][FUZZ_STEPS + 1] = { "\1\1\1\1", "\3\1\7\2", "\20\100\2\377" };

static const char *
first_line(const char *target, size_t turn)
{
	for (size_t i = 0; i < sizeof first_lines / sizeof first_lines[0]; i++) {
		size_t count = 0;

		if (strcmp(first_lines[i].target, target) != 0)
			continue;
		while (count < LINES_MAX && first_lines[i].lines[count] != NULL)
			count++;
		return first_lines[i].lines[turn % count];
	}
	return NULL;
}

static void
write_seed(const char *target, const char *directory, size_t number, struct bytes text)
{
	char path[PATH_MAX_HERE];
	const char *line = first_line(target, number);

	snprintf(path, sizeof path, "%s/seed-%05zu", directory, number);
	FILE *file = fopen(path, "wb");
	if (file == NULL) {
		perror(path);
		exit(EXIT_FAILURE);
	}
	fwrite(cuts[number % (sizeof cuts / sizeof cuts[0])], 1, FUZZ_STEPS, file);
	if (line != NULL)
		fprintf(file, "%s\n", line);
	fwrite(text.data, 1, text.length, file);
	if (fclose(file) != 0) {
		perror(path);
		exit(EXIT_FAILURE);
	}
}

int
main(int argc, char **argv)
{
	static char text[FUZZ_INPUT_MAX / 2];
	size_t length = 0, number = 0;

	if (argc != 3) {
		fprintf(stderr, "usage: seeds TARGET DIRECTORY < STRINGS\n");
		return EXIT_FAILURE;
	}
	for (int c; (c = getchar()) != EOF;) {
		if (c != '\0' && length < sizeof text)
			text[length++] = (char)c;
		if (c != '\0' || length == 0)
			continue;
		write_seed(argv[1], argv[2], number++, (struct bytes){ text, length });
		length = 0;
	}
	return EXIT_SUCCESS;
}
