/* SPDX-License-Identifier: BSD-2-Clause */
#define _POSIX_C_SOURCE 200809L
#include "tests/differential/corpus.h"
#include "tests/policy/cases/cases.h"

#include <check.h>
#include <glob.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char pattern[] = "tests/data/*.eml";

/* Takes over the text. */
static void
add(struct corpus *corpus, const char *name, struct text text)
{
	size_t size = (corpus->count + 1) * sizeof corpus->samples[0];

	corpus->samples = realloc(corpus->samples, size);
	ck_assert_ptr_nonnull(corpus->samples);
	char *copy = strdup(name);
	ck_assert_ptr_nonnull(copy);
	corpus->samples[corpus->count++] = (struct sample){ copy, text };
}

static void
add_cases(struct corpus *corpus, const struct message_cases *cases)
{
	for (size_t i = 0; i < cases->count; i++) {
		struct text text = { 0 };

		text_add_string(&text, cases->cases[i].text);
		add(corpus, cases->cases[i].sentence, text);
	}
}

static void
add_file(struct corpus *corpus, const char *path, size_t maximum)
{
	char block[4096];
	struct text text = { 0 };
	size_t length;
	FILE *file = fopen(path, "rb");

	ck_assert_msg(file != NULL, "cannot open %s", path);
	while ((length = fread(block, 1, sizeof block, file)) > 0)
		text_add(&text, (struct bytes){ block, length });
	ck_assert_msg(!ferror(file), "cannot read %s", path);
	fclose(file);
	if (text.length <= maximum)
		add(corpus, path, text);
	else
		text_free(&text);
}

void
corpus_load(struct corpus *corpus, size_t maximum)
{
	glob_t files;

	*corpus = (struct corpus){ 0 };
	for (size_t i = 0; i < all_cases_count; i++)
		add_cases(corpus, all_cases[i]);
	ck_assert_msg(glob(pattern, 0, NULL, &files) == 0, "no %s here", pattern);
	for (size_t i = 0; i < files.gl_pathc; i++)
		add_file(corpus, files.gl_pathv[i], maximum);
	globfree(&files);
}

void
corpus_free(struct corpus *corpus)
{
	for (size_t i = 0; i < corpus->count; i++) {
		free(corpus->samples[i].name);
		text_free(&corpus->samples[i].text);
	}
	free(corpus->samples);
	*corpus = (struct corpus){ 0 };
}
