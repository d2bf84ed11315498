/* SPDX-License-Identifier: BSD-2-Clause */
/* Damaged configurations: each is either refused with an error or loaded whole, and nothing crashes or leaks. */
#define _POSIX_C_SOURCE 200809L
#include "conf/shipped.h"
#include "tests/conf/support.h"

#include <stdlib.h>
#include <string.h>

#include <unistd.h>

static const char small[] = "user=\"a\\x41\" /*c*/ \"b\" # d\nlog={decisions=\"all\",};workers=0x1L\n"
			    "trusted_networks=[\"::1\",\"10.0.0.0/8\"]\n"
			    "checks:{header_missing={mode=\"tag\";fields=(\"From\",\"Date\")};body_missing={};}\n"
			    "profiles=({name=\"p\";when={origin=\"local\"}},{name=\"q\"});";

/* Tables, limits and counters. */
static const char tabled[] =
	"tables={t={source=\"file:/x\"}};counters={store=\"redis://h:1/2\";timeout=\"9ms\"};control=\"/c\"\n"
	"checks:{account_blocked={accounts=\"table:t\"};send_rate={rate=\"1/1s\",per=\"all\"};\n"
	"daily_quota={quota=(\"9/1h\",\"2/1m\");overrides=\"cdb:/x\"}}\n"
	"profiles=({name=\"p\";when={login=[\"a\"];network=\"::1\";sender=\"regexp:/x\";listener=\"25\"}});";

enum { TEXT_MAX = 1000 };

/* Loads the text; says whether it gave a configuration. A syntax error that only libconfig found would be one that the scan
 * let through. */
static bool
load_damaged(const char *text, size_t length)
{
	struct conf_errors errors;

	conf_errors_init(&errors);
	struct conf *conf = conf_load_text("text", (struct bytes){ text, length }, &errors);
	bool loaded = conf != NULL;
	ck_assert_int_eq(loaded, !conf_errors_any(&errors));
	char *messages = printed(&errors);
	ck_assert_msg(strstr(messages, "libconfig") == NULL, "%.*s\n%s", (int)length, text, messages);
	free(messages);
	conf_free(conf);
	return loaded;
}

START_TEST(every_beginning_of_the_shipped_file)
{
	size_t length = strlen(conf_shipped);

	for (size_t i = 0; i < length; i++)
		load_damaged(conf_shipped, i);
	ck_assert(load_damaged(conf_shipped, length));
}
END_TEST

static void
leave_out_each(const char *whole)
{
	size_t length = strlen(whole);
	char text[TEXT_MAX];

	ck_assert(load_damaged(whole, length));
	for (size_t i = 0; i < length; i++) {
		memcpy(text, whole, i);
		memcpy(text + i, whole + i + 1, length - i - 1);
		load_damaged(text, length - 1);
	}
}

START_TEST(every_octet_left_out)
{
	leave_out_each(small);
	leave_out_each(tabled);
}
END_TEST

static void
replace_each(const char *whole)
{
	static const char octets[] = "\0\n\"\\{}[]()=:;,@#/*-+.0xLe _\x80";
	size_t length = strlen(whole);
	char text[TEXT_MAX];

	for (size_t i = 0; i < length; i++)
		for (size_t j = 0; j < sizeof octets; j++) {
			memcpy(text, whole, length);
			text[i] = octets[j];
			load_damaged(text, length);
		}
}

START_TEST(every_octet_replaced)
{
	replace_each(small);
	replace_each(tabled);
}
END_TEST

static void
insert_before_each(const char *whole)
{
	static const char octets[] = "\"{}[]()=;,@1-a";
	size_t length = strlen(whole);
	char text[TEXT_MAX];

	for (size_t i = 0; i <= length; i++)
		for (size_t j = 0; j + 1 < sizeof octets; j++) {
			memcpy(text, whole, i);
			text[i] = octets[j];
			memcpy(text + i + 1, whole + i, length - i);
			load_damaged(text, length + 1);
		}
}

START_TEST(every_octet_doubled_by_another)
{
	insert_before_each(small);
	insert_before_each(tabled);
}
END_TEST

/* A generator with a fixed start: the same tokens in each run. */
static unsigned
next_random(unsigned *state)
{
	*state = *state * 1664525u + 1013904223u;
	return *state >> 16;
}

START_TEST(tokens_in_any_order)
{
	static const char *const tokens[] = { "checks", "alignment", "mode", "fields",   "=",          ":",   "=",
					      "=",      ";",         ",",    "{",        "}",          "[",   "]",
					      "(",      ")",         "1",    "2L",       "0xFFFFFFFF", "1.5", "true",
					      "\"a\"",  "\"\"",      "{",    "profiles", "name",       "a" };
	unsigned state = 1;

	for (int i = 0; i < 50000; i++) {
		char text[600] = "";
		unsigned count = next_random(&state) % 24;

		for (unsigned j = 0; j < count; j++) {
			strcat(text, tokens[next_random(&state) % (sizeof tokens / sizeof tokens[0])]);
			strcat(text, " ");
		}
		load_damaged(text, strlen(text));
	}
}
END_TEST

START_TEST(thousands_of_errors_are_counted_and_the_first_are_shown)
{
	size_t size = 200000;
	char *text = malloc(size);
	struct conf_errors errors;

	text[0] = '\0';
	for (size_t i = 0, used = 0; i < 5000; i++)
		used += (size_t)snprintf(text + used, size - used, "nonsense-%zu = %zu;\n", i, i);
	conf_errors_init(&errors);
	ck_assert_ptr_null(conf_load_text("text", bytes_of(text), &errors));
	ck_assert_uint_eq(errors.errors, 5000);
	ck_assert_uint_eq(errors.count, CONF_ERRORS_MAX);
	char *messages = printed(&errors);
	ck_assert_ptr_nonnull(strstr(messages, "\n5000 errors\n"));
	free(messages);
	free(text);
}
END_TEST

SUITE_MAIN_TIMEOUT(conf_hostile, 300, every_beginning_of_the_shipped_file, every_octet_left_out, every_octet_replaced,
		   every_octet_doubled_by_another, tokens_in_any_order,
		   thousands_of_errors_are_counted_and_the_first_are_shown)
