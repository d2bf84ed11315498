/* SPDX-License-Identifier: BSD-2-Clause */
/* Messages as Postern's parsers read them and as GMime does: parts in order and their numbers, type, disposition, name,
 * encoding, and what is decoded. Each message of the corpus and each that is made of those must read the same, or differ
 * for reasons that differences.c gives.
 *
 *      test_gmime [MESSAGES [SEED]]    how many are made, and from which seed: the same ones each time */
#include "tests/differential/corpus.h"
#include "tests/differential/differences.h"
#include "tests/differential/mutate.h"
#include "tests/differential/reading.h"
#include "tests/differential/reduce.h"
#include "tests/support/suite.h"

#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
	MESSAGES = 2000, /* made; a second */
	SAMPLE_MAX = 256 << 10,
	SAME_PERCENT_MIN = 60, /* of those made: one that reads the same without any edit tests more */
	UNEXPLAINED_SHOWN = 5,
	TIMEOUT_S = 3600
};

static size_t messages = MESSAGES;
static uint64_t seed = 1;

struct tally {
	struct trace postern, gmime;
	size_t messages, same, unexplained;
	size_t by_row[DIFFERENCES_MAX];
};

static bool
is_unexplained(struct bytes message)
{
	struct trace postern = { 0 }, gmime = { 0 };
	bool same = same_reading(message, &postern, &gmime);

	free(postern.text);
	free(gmime.text);
	return !same && !explained(message, NULL);
}

static void
write_file(const char *kind, size_t number, struct bytes message)
{
	const char *folder = getenv("TMPDIR");
	char path[PATH_MAX];

	snprintf(path, sizeof path, "%s/postern-differential-%zu-%s.eml", folder != NULL ? folder : "/tmp", number,
		 kind);
	FILE *file = fopen(path, "wb");
	ck_assert_msg(file != NULL, "cannot write %s", path);
	fwrite(message.data, 1, message.length, file);
	ck_assert_int_eq(fclose(file), 0);
	printf("%s\n", path);
	fflush(stdout); /* a test that fails leaves its process without this */
}

/* Shows the difference at its smallest, and writes both messages to files. */
static void
report(struct tally *tally, const char *name, struct bytes message)
{
	struct text reduced = { 0 };
	struct trace shown = { 0 };

	text_add(&reduced, message);
	reduce(&reduced, is_unexplained);
	same_reading(text_bytes(&reduced), &tally->postern, &tally->gmime);
	trace_add_bytes(&shown, text_bytes(&reduced));
	printf("message %zu (%s) reads differently:\n%s\nPostern:\n%sGMime:\n%s", tally->messages, name, shown.text,
	       tally->postern.text, tally->gmime.text);
	write_file("whole", tally->messages, message);
	write_file("reduced", tally->messages, text_bytes(&reduced));
	free(shown.text);
	text_free(&reduced);
}

static void
compare(struct tally *tally, const char *name, struct bytes message)
{
	tally->messages++;
	if (same_reading(message, &tally->postern, &tally->gmime))
		tally->same++;
	else if (!explained(message, tally->by_row) && tally->unexplained++ < UNEXPLAINED_SHOWN)
		report(tally, name, message);
}

static void
finish(struct tally *tally)
{
	printf("%zu messages, %zu read the same, %zu differ and nobody knows why; differences by row:\n",
	       tally->messages, tally->same, tally->unexplained);
	for (size_t i = 0; i < difference_count; i++)
		printf("%8zu %s\n", tally->by_row[i], differences[i].name);
	fflush(stdout);
	free(tally->postern.text);
	free(tally->gmime.text);
	ck_assert_uint_eq(tally->unexplained, 0);
}

static void
check_example(const struct difference *row)
{
	struct trace postern = { 0 }, gmime = { 0 }, edited = { 0 };
	struct text made = { 0 };

	ck_assert_msg(!same_reading(row->example, &postern, &gmime), "%s: no difference", row->name);
	for (const struct difference *other = differences; other < row; other++)
		ck_assert_msg(!explained_by(other, row->example), "%s: is %s", row->name, other->name);
	ck_assert_msg(explained_by(row, row->example), "%s: the edit does not help", row->name);
	row->edit(row->example, &made);
	read_by_postern(text_bytes(&made), &edited);
	ck_assert_msg(row->alters != (strcmp(postern.text, edited.text) == 0), "%s: Postern reads\n%sand edited\n%s",
		      row->name, postern.text, edited.text);
	text_free(&made);
	free(postern.text);
	free(gmime.text);
	free(edited.text);
}

START_TEST(every_row_has_an_example_that_it_alone_explains)
{
	for (size_t i = 0; i < difference_count; i++)
		check_example(&differences[i]);
}
END_TEST

START_TEST(messages_of_the_corpus_read_the_same)
{
	struct tally tally = { 0 };
	struct corpus corpus;

	corpus_load(&corpus, SIZE_MAX);
	for (size_t i = 0; i < corpus.count; i++)
		compare(&tally, corpus.samples[i].name, text_bytes(&corpus.samples[i].text));
	corpus_free(&corpus);
	finish(&tally);
}
END_TEST

START_TEST(messages_made_of_them_read_the_same)
{
	struct tally tally = { 0 };
	struct corpus corpus;
	struct mutator mutator;
	struct text text = { 0 };

	corpus_load(&corpus, SAMPLE_MAX);
	mutator_init(&mutator, &corpus, seed);
	for (size_t i = 0; i < messages; i++) {
		mutator_next(&mutator, &text);
		compare(&tally, "made", text_bytes(&text));
	}
	mutator_free(&mutator);
	text_free(&text);
	corpus_free(&corpus);
	ck_assert_uint_ge(tally.same * 100, tally.messages * SAME_PERCENT_MIN);
	finish(&tally);
}
END_TEST

int
main(int argc, char **argv)
{
	const TTest *const tests[] = {
		every_row_has_an_example_that_it_alone_explains,
		messages_of_the_corpus_read_the_same,
		messages_made_of_them_read_the_same,
	};

	if (argc > 1)
		messages = strtoul(argv[1], NULL, 10);
	if (argc > 2)
		seed = strtoul(argv[2], NULL, 10);
	return suite_run("gmime", tests, sizeof tests / sizeof tests[0], TIMEOUT_S);
}
