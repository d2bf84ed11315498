/* SPDX-License-Identifier: BSD-2-Clause */
#define _POSIX_C_SOURCE 200809L
#include "tests/conf/support.h"

#include <stdlib.h>
#include <string.h>

static const char *const files[] = {
	"conf/postern.conf",
	"tests/conf/good/minimal.conf",
	"tests/conf/good/inheritance.conf",
	"tests/conf/good/language.conf",
	"tests/conf/good/sizes_and_choices.conf",
	"tests/conf/good/included.conf",
	"tests/conf/good/limits.conf",
};

/* A text without its comments. */
static char *
without_comments(const char *text)
{
	char *copy = strdup(text), *end = copy;

	for (const char *at = text; *at != '\0'; at++) {
		if (*at == '#')
			at += strcspn(at, "\n");
		*end++ = *at;
	}
	*end = '\0';
	return copy;
}

START_TEST(what_is_shown_gives_the_same_configuration_again)
{
	for (size_t i = 0; i < sizeof files / sizeof files[0]; i++) {
		struct conf *first = load_with(files[i], "");
		char *text = shown(first);
		struct conf *second = load_text(text);
		char *again = shown(second), *plain = without_comments(text), *plain_again = without_comments(again);

		assert_same_policy(first->policy, second->policy);
		assert_same_counters(&first->counters, &second->counters);
		ck_assert_pstr_eq(first->control, second->control);
		ck_assert_str_eq(plain, plain_again);
		conf_free(first);
		conf_free(second);
		free(text);
		free(again);
		free(plain);
		free(plain_again);
	}
}
END_TEST

/* The line of the text that holds both. */
static void
assert_line(const char *text, const char *setting, const char *comment)
{
	for (const char *at = strstr(text, setting); at != NULL; at = strstr(at + 1, setting)) {
		size_t length = strcspn(at, "\n"), tail = strlen(comment);

		if (length >= tail && strncmp(at + length - tail, comment, tail) == 0)
			return;
	}
	ck_abort_msg("no line with `%s` and `%s` in\n%s", setting, comment, text);
}

START_TEST(every_line_tells_where_it_was_set)
{
	struct conf *conf = load_with("tests/conf/good/inheritance.conf", "");
	char *text = shown(conf);

	assert_line(text, "listen = \"unix:", "# default");
	assert_line(text, "\nmode = \"tag\";", "");
	assert_line(text, "mode = \"tag\";", "# tests/conf/good/inheritance.conf:2");
	assert_line(text, "mode = \"hold\";", "# tests/conf/good/inheritance.conf:5");
	assert_line(text, "reply = \"550 5.7.1 Use your own domain\";", "# tests/conf/good/inheritance.conf:7");
	assert_line(text, "match = \"address\";", "# tests/conf/good/inheritance.conf:23");
	assert_line(text, "mode = \"observe\";", "# tests/conf/good/inheritance.conf:20");
	assert_line(text, "reply = \"554 5.6.0 Body not present\";", "# default");
	free(text);
	conf_free(conf);
}
END_TEST

START_TEST(tables_and_limits_are_shown_as_they_were_written)
{
	struct conf *conf = load_with("tests/conf/good/limits.conf", "");
	char *text = shown(conf);

	assert_line(text, "reply_set = \"ses\";", "# tests/conf/good/limits.conf:2");
	assert_line(text, "control = \"none\";", "# tests/conf/good/limits.conf:3");
	assert_line(text, "    store = \"rediss://redis.example.com:6380/3\";", "# tests/conf/good/limits.conf:5");
	assert_line(text, "    timeout = \"1500ms\";", "# tests/conf/good/limits.conf:8");
	assert_line(text, "    memory = \"451 Temporary service failure\";", "# default");
	assert_line(text, "    counters = \"accept\";", "# tests/conf/good/limits.conf:15");
	assert_line(text, "        query = \"SELECT v FROM t WHERE k = ? AND n <> '?'\";",
		    "# tests/conf/good/limits.conf:43");
	assert_line(text, "        timeout = \"100ms\";", "# default");
	assert_line(text, "        accounts = \"table:blocked\";", "# tests/conf/good/limits.conf:21");
	assert_line(text, "        identities = [ \"example.com\", \"*@example.org\" ];",
		    "# tests/conf/good/limits.conf:23");
	assert_line(text, "        reply = \"530 Authentication required\";", "# default");
	assert_line(text, "        per = [ \"sender_domain\", \"login\", \"all\" ];",
		    "# tests/conf/good/limits.conf:26");
	assert_line(text, "        rate = \"14/1s burst 28\";", "# tests/conf/good/limits.conf:26");
	assert_line(text, "        quota = [ \"10 GiB/24h\", \"1 GiB/1h\" ];", "# tests/conf/good/limits.conf:27");
	assert_line(text, "            login = \"table:bulk\";", "# tests/conf/good/limits.conf:31");
	assert_line(text, "                accounts = \"none\";", "# tests/conf/good/limits.conf:32");
	assert_line(text, "            network = [ \"192.0.2.0/24\", \"2001:db8::/32\" ];",
		    "# tests/conf/good/limits.conf:35");
	free(text);
	conf_free(conf);
}
END_TEST

START_TEST(included_settings_tell_the_included_file)
{
	struct conf *conf = load_with("tests/conf/good/included.conf", "");
	char *text = shown(conf);

	assert_line(text, "user = \"first\";", "# tests/conf/good/parts/first.conf:1");
	assert_line(text, "group = \"second\";", "# tests/conf/good/parts/second.conf:1");
	free(text);
	conf_free(conf);
}
END_TEST

START_TEST(what_could_break_out_of_a_string_or_comment_is_escaped)
{
	struct conf_errors errors;

	conf_errors_init(&errors);
	struct conf *first = conf_load_text("a\nuser = 1;", bytes_of("user = \"\\\"\\\\\\n\\xc3\\x01;\";"), &errors);
	conf_errors_reset(&errors);
	ck_assert_ptr_nonnull(first);

	char *text = shown(first);
	assert_line(text, "user = \"\\\"\\\\\\x0A\\xC3\\x01;\";", "# a\\x0Auser = 1;:1");
	struct conf *second = load_text(text);
	ck_assert_str_eq(first->user, second->user);
	free(text);
	conf_free(first);
	conf_free(second);
}
END_TEST

SUITE_MAIN(conf_show, what_is_shown_gives_the_same_configuration_again, every_line_tells_where_it_was_set,
	   tables_and_limits_are_shown_as_they_were_written, included_settings_tell_the_included_file,
	   what_could_break_out_of_a_string_or_comment_is_escaped)
