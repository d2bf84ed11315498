/* SPDX-License-Identifier: BSD-2-Clause */
/* Every string of the unit tests, given to every parser with each request for memory refused in turn: what comes of it is the same, or
 * the parser says that it was refused. Most never ask.
 *
 * The strings lie beside this program, in a file of its name with `.texts` behind, each with a NUL behind it. */
#define _GNU_SOURCE
#include "policy/domain.h"
#include "policy/parse/address.h"
#include "policy/parse/header.h"
#include "policy/parse/mime.h"
#include "policy/parse/visible.h"
#include "policy/parse/words.h"
#include "policy/sender.h"
#include "tests/faults/faults.h"
#include "tests/support/suite.h"

#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { TEXTS_MIN = 1000, TEST_S = 600 };

/* What a parser gave, as a number that hardly anything else has (FNV-1a), and whether it was refused memory. */
struct outcome {
	uint64_t sum;
	bool refused;
};

static void
add_bytes(struct outcome *outcome, struct bytes bytes)
{
	for (size_t i = 0; i < bytes.length; i++)
		outcome->sum = (outcome->sum ^ (unsigned char)bytes.data[i]) * UINT64_C(0x100000001b3);
}

static void
add_number(struct outcome *outcome, uint64_t number)
{
	add_bytes(outcome, (struct bytes){ (const char *)&number, sizeof number });
}

static void
parse_words(struct bytes text, struct outcome *outcome)
{
	struct words words;
	uint32_t point;

	words_init(&words, text);
	while (words_next(&words, &point))
		add_number(outcome, point);
	outcome->refused = words.refused;
	words_close(&words);
}

static void
parse_params(struct bytes text, struct outcome *outcome)
{
	struct params params;

	params_init(&params);
	params_feed(&params, bytes_of("attachment; filename="));
	params_feed(&params, text);
	params_finish(&params);
	add_number(outcome, params.flaws);
	add_bytes(outcome, bytes_of(params.value));
	for (int name = 0; name < PARAMS_COUNT; name++)
		if (params_get(&params, (enum params_name)name) != NULL)
			add_bytes(outcome, bytes_of(params_get(&params, (enum params_name)name)));
	outcome->refused = (params.flaws & PARAMS_REFUSED) != 0;
}

static void
parse_domain(struct bytes text, struct outcome *outcome)
{
	char normal[DOMAIN_MAX] = "";
	enum domain_status status = domain_normalize(text, normal);

	add_number(outcome, status);
	add_bytes(outcome, bytes_of(normal));
	outcome->refused = status == DOMAIN_REFUSED;
}

static void
parse_sender(struct bytes text, struct outcome *outcome)
{
	struct sender sender = { .known = false };
	enum domain_status status = sender_read(text.data, NULL, &sender);

	add_number(outcome, status);
	add_bytes(outcome, bytes_of(sender.literal.local));
	add_bytes(outcome, bytes_of(sender.literal.domain));
	add_bytes(outcome, bytes_of(sender.wrapped.local));
	add_bytes(outcome, bytes_of(sender.wrapped.domain));
	outcome->refused = status == DOMAIN_REFUSED;
}

static const char some_text[] = "a \033$B!!\033(B +AKA- \xa1\xa1 \xe3\x80\x80 <p>&nbsp;</p>";

static void
parse_charset(struct bytes text, struct outcome *outcome)
{
	struct charset charset;
	uint32_t point;
	enum charset_status status = charset_open(&charset, text);

	outcome->refused = status == CHARSET_REFUSED;
	add_number(outcome, status);
	if (status == CHARSET_REFUSED)
		return;
	charset_feed(&charset, bytes_of(some_text));
	while (charset_next(&charset, &point))
		add_number(outcome, point);
	charset_finish(&charset);
	while (charset_next(&charset, &point))
		add_number(outcome, point);
	charset_close(&charset);
}

static void
parse_visible(struct bytes text, struct outcome *outcome)
{
	struct visible visible;
	enum charset_status status = visible_open(&visible, text, VISIBLE_HTML);

	outcome->refused = status == CHARSET_REFUSED;
	add_number(outcome, status);
	if (status != CHARSET_REFUSED) {
		visible_feed(&visible, bytes_of(some_text + 1));
		visible_finish(&visible);
		add_number(outcome, visible.seen);
	}
	visible_close(&visible);
}

static void
drain_mime(struct mime *mime, struct outcome *outcome)
{
	struct mime_event event;

	while (mime_next(mime, &event)) {
		add_number(outcome, event.type);
		if (event.type == MIME_DATA)
			add_bytes(outcome, event.data);
		if (event.type != MIME_PART)
			continue;
		add_bytes(outcome, bytes_of(event.part->type));
		add_bytes(outcome, bytes_of(event.part->name));
		add_bytes(outcome, bytes_of(event.part->other_name));
		outcome->refused |= event.part->name_refused;
	}
}

static void
parse_mime(struct bytes text, struct outcome *outcome)
{
	struct mime mime;

	mime_init(&mime);
	mime_field(&mime, bytes_of("Content-Type"), bytes_of("multipart/mixed; boundary=b"));
	mime_field(&mime, bytes_of("Content-Disposition"), text);
	mime_end_of_headers(&mime, 1);
	drain_mime(&mime, outcome);
	mime_feed(&mime, bytes_of("--b\r\nContent-Type: a/b; name="));
	drain_mime(&mime, outcome);
	mime_feed(&mime, text);
	drain_mime(&mime, outcome);
	mime_finish(&mime);
	drain_mime(&mime, outcome);
	add_number(outcome, mime.flaws);
}

static void
parse_header(struct bytes text, struct outcome *outcome)
{
	struct header header;
	struct header_event event;

	header_init(&header);
	header_feed(&header, text);
	while (header_next(&header, &event))
		add_number(outcome, event.type);
}

static void
parse_addresses(struct bytes text, struct outcome *outcome)
{
	struct address_parser parser;
	struct address_event event;

	address_init(&parser);
	address_feed(&parser, text);
	while (address_next(&parser, &event))
		add_number(outcome, event.type);
	address_finish(&parser);
	while (address_next(&parser, &event))
		add_number(outcome, event.type);
}

static const struct parser {
	const char *name;
	void (*parse)(struct bytes text, struct outcome *outcome);
	bool asks; /* for memory, sometimes */
} parsers[] = {
	{ "words", parse_words, true },   { "params", parse_params, true },   { "domain", parse_domain, true },
	{ "sender", parse_sender, true }, { "charset", parse_charset, true }, { "visible", parse_visible, true },
	{ "mime", parse_mime, true },     { "header", parse_header, false },  { "addresses", parse_addresses, false },
};
enum { PARSERS = sizeof parsers / sizeof parsers[0] };

struct attempt {
	const struct parser *parser;
	struct bytes text;
	struct outcome expected, outcome;
};

static void
run(void *context)
{
	struct attempt *attempt = context;

	attempt->outcome = (struct outcome){ .sum = 0 };
	attempt->parser->parse(attempt->text, &attempt->outcome);
}

static const char *
wrong(void *context)
{
	struct attempt *attempt = context;

	if (!attempt->outcome.refused && attempt->outcome.sum != attempt->expected.sum)
		return "it gives something else, and does not say why";
	run(attempt);
	return attempt->outcome.refused || attempt->outcome.sum != attempt->expected.sum
		       ? "it gives something else, although there is memory again"
		       : NULL;
}

/* Returns how many requests it makes. */
static size_t
try_text(const struct parser *parser, struct bytes text)
{
	char name[128];
	struct attempt attempt = { .parser = parser, .text = text };
	struct faults_work work = { .name = name, .run = run, .wrong = wrong, .context = &attempt };

	snprintf(name, sizeof name, "%s of `%.90s`", parser->name, text.data);
	run(&attempt);
	attempt.expected = attempt.outcome;
	return faults_each(&work);
}

/* With a NUL behind it. */
static struct bytes
read_texts(void)
{
	char path[PATH_MAX];
	struct stat status;
	ssize_t length = readlink("/proc/self/exe", path, sizeof path - sizeof ".texts");

	ck_assert_int_gt(length, 0);
	memcpy(path + length, ".texts", sizeof ".texts");
	FILE *file = fopen(path, "r");
	ck_assert_msg(file != NULL, "%s is missing", path);
	ck_assert_int_eq(fstat(fileno(file), &status), 0);
	size_t size = (size_t)status.st_size;
	char *data = calloc(1, size + 1);
	ck_assert_ptr_nonnull(data);
	ck_assert_uint_eq(fread(data, 1, size, file), size);
	fclose(file);
	return (struct bytes){ data, size };
}

START_TEST(texts_of_the_unit_tests)
{
	size_t requests[PARSERS] = { 0 }, count = 0;
	struct bytes all = read_texts();

	for (struct bytes rest = all; rest.length > 0;) {
		struct bytes text = bytes_of(rest.data);

		rest = bytes_from(rest, text.length < rest.length ? text.length + 1 : rest.length);
		if (text.length == 0)
			continue;
		for (size_t i = 0; i < PARSERS; i++)
			requests[i] += try_text(&parsers[i], text);
		count++;
	}
	ck_assert_uint_gt(count, TEXTS_MIN);
	for (size_t i = 0; i < PARSERS; i++)
		ck_assert_msg((requests[i] > 0) == parsers[i].asks, "%s: %zu requests", parsers[i].name, requests[i]);
	free((char *)all.data);
}
END_TEST

SUITE_MAIN_TIMEOUT(faults_parsers, TEST_S, texts_of_the_unit_tests)
