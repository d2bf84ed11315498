/* SPDX-License-Identifier: BSD-2-Clause */
/* What `postern doctor` reads of other programs' configurations, piece by piece; tests/e2e/test_doctor_*.c try it as a whole. */
#define _GNU_SOURCE
#include "milter/doctor/diagnosis.h"
#include "milter/doctor/endpoint.h"
#include "milter/doctor/postconf.h"
#include "milter/doctor/sendmail_cf.h"
#include "tests/support/suite.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* "unix PATH", "inet HOST PORT", with " swapped" behind it; "none". */
static const struct {
	const char *what, *text;
	enum endpoint_syntax syntax;
	const char *endpoint;
} endpoints[] = {
	{ "a path", "unix:/run/s", ENDPOINT_POSTFIX, "unix /run/s" },
	{ "a relative path", "unix:postern/s", ENDPOINT_POSTFIX, "unix postern/s" },
	{ "the other name of it", "local:/run/s", ENDPOINT_POSTFIX, "unix /run/s" },
	{ "no path", "unix:", ENDPOINT_POSTFIX, "none" },
	{ "a host and a port", "inet:mx.example.org:8025", ENDPOINT_POSTFIX, "inet mx.example.org 8025" },
	{ "no scheme", "localhost:8025", ENDPOINT_POSTFIX, "inet localhost 8025" },
	{ "an IPv6 address", "inet:[::1]:8025", ENDPOINT_POSTFIX, "inet ::1 8025" },
	{ "libmilter's order", "inet:8025@localhost", ENDPOINT_POSTFIX, "inet localhost 8025 swapped" },
	{ "libmilter's order where it belongs", "inet:8025@localhost", ENDPOINT_LIBMILTER, "inet localhost 8025" },
	{ "a port of any address", "inet:8025", ENDPOINT_LIBMILTER, "inet  8025" },
	{ "an IPv6 address in libmilter's order", "inet6:8025@[::1]", ENDPOINT_LIBMILTER, "inet ::1 8025" },
	{ "Postfix's order in Sendmail", "inet:localhost:8025", ENDPOINT_LIBMILTER, "inet localhost 8025 swapped" },
	{ "a bare path", "/run/s", ENDPOINT_LIBMILTER, "unix /run/s" },
	{ "nothing", "", ENDPOINT_LIBMILTER, "none" },
	{ "a host and no port", "inet:localhost:", ENDPOINT_POSTFIX, "none" },
};

static void
describe(const char *text, size_t length, enum endpoint_syntax syntax, char description_out[256])
{
	struct endpoint endpoint;

	if (!endpoint_read(text, length, syntax, &endpoint))
		strcpy(description_out, "none");
	else if (endpoint.is_unix)
		snprintf(description_out, 256, "unix %.200s", endpoint.path);
	else
		snprintf(description_out, 256, "inet %.100s %s%s", endpoint.host, endpoint.port,
			 endpoint.swapped ? " swapped" : "");
}

START_TEST(endpoints_are_read_in_each_server_s_way)
{
	char description[256];

	for (size_t i = 0; i < sizeof endpoints / sizeof endpoints[0]; i++) {
		describe(endpoints[i].text, strlen(endpoints[i].text), endpoints[i].syntax, description);
		ck_assert_msg(strcmp(description, endpoints[i].endpoint) == 0, "%s: %s", endpoints[i].what,
			      description);
	}
}
END_TEST

START_TEST(what_is_too_long_is_none)
{
	static char text[2 * ENDPOINT_PATH_MAX];
	char description[256];

	memset(text, 'a', sizeof text - 1);
	memcpy(text, "unix:/", 6);
	describe(text, strlen(text), ENDPOINT_POSTFIX, description);
	ck_assert_str_eq(description, "none");
	memcpy(text, "inet::", 6);
	describe(text, strlen(text), ENDPOINT_POSTFIX, description);
	ck_assert_str_eq(description, "none");
}
END_TEST

START_TEST(one_place_may_be_written_in_several_ways)
{
	static const struct {
		const char *a, *b;
		bool same;
	} rows[] = {
		{ "unix:/usr/bin/x", "unix:/usr/../usr/bin/x", true },
		{ "unix:/nonexistent/x", "unix:/nonexistent/x", true },
		{ "unix:/usr/x", "unix:/usr/y", false },
		{ "unix:/x", "inet:127.0.0.1:1", false },
		{ "inet:127.0.0.1:8025", "inet:127.0.0.1:8025", true },
		{ "inet:127.0.0.1:8025", "inet:127.0.0.1:8026", false },
		{ "inet:127.0.0.1:8025", "inet:0.0.0.0:8025", true },
		{ "inet:127.0.0.1:8025", "inet:127.0.0.2:8025", false },
	};

	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		struct endpoint a, b;

		ck_assert(endpoint_read(rows[i].a, strlen(rows[i].a), ENDPOINT_POSTFIX, &a));
		ck_assert(endpoint_read(rows[i].b, strlen(rows[i].b), ENDPOINT_POSTFIX, &b));
		ck_assert_msg(endpoint_same(&a, &b) == rows[i].same, "%s %s", rows[i].a, rows[i].b);
	}
}
END_TEST

START_TEST(a_list_of_filters_is_cut_into_items)
{
	const char *at = " unix:a,\tinet:b:1 { unix:c, default_action = accept,command_timeout=5s } {unix:d";
	static const char *const wheres[] = { "unix:a", "inet:b:1", "unix:c", "unix:d" };
	struct milter_item item;
	char value[MILTER_OPTION_MAX] = "";

	for (size_t i = 0; i < sizeof wheres / sizeof wheres[0]; i++) {
		ck_assert(milter_item_next(&at, &item));
		ck_assert_msg(item.where_length == strlen(wheres[i]) &&
				      strncmp(item.where, wheres[i], item.where_length) == 0,
			      "%s", wheres[i]);
		ck_assert(milter_item_option(&item, "default_action", value) == (i == 2));
	}
	ck_assert_str_eq(value, "accept");
	ck_assert(!milter_item_next(&at, &item));
}
END_TEST

START_TEST(an_option_belongs_to_its_own_item)
{
	const char *at = "{ unix:a, command_timeout=5s } { unix:b, default_action=accept }";
	struct milter_item item;
	char value[MILTER_OPTION_MAX];

	ck_assert(milter_item_next(&at, &item));
	ck_assert(!milter_item_option(&item, "default_action", value));
	ck_assert(milter_item_option(&item, "command_timeout", value));
	ck_assert_str_eq(value, "5s");
	ck_assert(milter_item_next(&at, &item));
	ck_assert(milter_item_option(&item, "default_action", value));
}
END_TEST

START_TEST(a_word_of_the_shell_stays_one)
{
	char *word = shell_word("it's; $(rm) `rm` \"x\"");

	ck_assert_str_eq(word, "'it'\\''s; $(rm) `rm` \"x\"'");
	free(word);
	word = shell_word("/var/spool/postfix");
	ck_assert_str_eq(word, "/var/spool/postfix");
	free(word);
	word = shell_word("");
	ck_assert_str_eq(word, "''");
	free(word);
}
END_TEST

START_TEST(words_of_a_list_are_found_whole)
{
	ck_assert(postconf_list_has("a, b c", "b"));
	ck_assert(postconf_list_has("A", "a"));
	ck_assert(!postconf_list_has("ab", "a"));
	ck_assert(!postconf_list_has("", "a"));
}
END_TEST

START_TEST(a_sendmail_cf_is_read_with_lines_that_go_on)
{
	static const char text[] =
		"# O InputMailFilters=comment\nO InputMailFilters=first\nO inputmailfilters = postern \n"
		"Xpostern, S=local:/run/s,\n\tF=T,\n T=C:5m;\n\tR:10s\nX\nXempty,\nOshort\nO x";
	char path[] = "/tmp/postern-cf-XXXXXX";
	int fd = mkstemp(path);

	ck_assert_int_eq(write(fd, text, sizeof text - 1), sizeof text - 1);
	close(fd);
	struct sendmail_cf *cf = sendmail_cf_read(path);
	unlink(path);
	ck_assert_ptr_nonnull(cf);
	ck_assert_str_eq(sendmail_cf_option(cf, "InputMailFilters"), "postern");
	ck_assert_ptr_null(sendmail_cf_option(cf, "MaxMessageSize"));
	ck_assert_uint_eq(cf->filter_count, 3);
	ck_assert_str_eq(cf->filters[0].name, "postern");
	ck_assert_str_eq(cf->filters[0].where, "local:/run/s");
	ck_assert_str_eq(cf->filters[0].flags, "T");
	ck_assert_ptr_nonnull(strstr(cf->filters[0].times, "R:10s"));
	ck_assert_str_eq(cf->filters[1].name, "");
	ck_assert_str_eq(cf->filters[2].flags, "");
	sendmail_cf_free(cf);
}
END_TEST

START_TEST(a_sendmail_cf_without_end_is_refused)
{
	ck_assert_ptr_null(sendmail_cf_read("/dev/zero"));
	ck_assert_int_eq(errno, EFBIG);
	ck_assert_ptr_null(sendmail_cf_read("/nonexistent"));
	ck_assert_int_eq(errno, ENOENT);
	ck_assert_ptr_null(sendmail_cf_read("/tmp"));
}
END_TEST

START_TEST(what_others_wrote_is_shown_escaped)
{
	struct diagnosis diagnosis = { .refused = false };
	char *text = NULL;
	size_t length;
	FILE *stream = open_memstream(&text, &length);

	diagnosis_add(&diagnosis, SEVERITY_ERROR, "name", "a \033[2J%s", "\xff");
	diagnosis_why(&diagnosis, "first\nsecond\r");
	diagnosis_mend(&diagnosis, "mend");
	ck_assert(diagnosis_print(&diagnosis, stream, false));
	ck_assert(diagnosis_json(&diagnosis, stream));
	fclose(stream);
	ck_assert_str_eq(text, "error: a \\x1b[2J\xef\xbf\xbd\n    first\n    second\\x0d\n    # mend\n"
			       "1 error, 0 warnings, 0 notes, 0 ok\n"
			       "{\"severity\":\"error\",\"name\":\"name\",\"what\":\"a \\\\x1b[2J\xef\xbf\xbd\","
			       "\"why\":\"first\\nsecond\\\\x0d\",\"mend\":\"mend\"}\n");
	ck_assert(diagnosis_is_bad(&diagnosis));
	diagnosis_free(&diagnosis);
	free(text);
}
END_TEST

SUITE_MAIN(doctor_parts, endpoints_are_read_in_each_server_s_way, what_is_too_long_is_none,
	   one_place_may_be_written_in_several_ways, a_list_of_filters_is_cut_into_items,
	   an_option_belongs_to_its_own_item, a_word_of_the_shell_stays_one, words_of_a_list_are_found_whole,
	   a_sendmail_cf_is_read_with_lines_that_go_on, a_sendmail_cf_without_end_is_refused,
	   what_others_wrote_is_shown_escaped)
