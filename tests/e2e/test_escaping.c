/* SPDX-License-Identifier: BSD-2-Clause */
/* Whatever stands where a client writes its name, an address, a login, a field: of it no octet comes out unescaped in the log, a reply, a field that
 * is added, a key, a metric, or what the commands print as text, as JSON and as a page. */
#define _GNU_SOURCE
#include "tests/e2e/support/asking.h"
#include "tests/e2e/support/hostile_words.h"
#include "tests/e2e/support/sockets.h"
#include "tests/support/suite.h"
#include "tests/support/well_formed.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { ANSWER_MAX = 4096 };

static const char config[] =
	"metrics = { listen = \"unix:%s\"; };\n"
	"control = \"%s/control\";\n"
	"checks = {\n"
	"\tsender_invalid = { };\n"
	"\tsender_not_allowed = { senders = [ \"example.com\" ]; };\n"
	"\trecipient_invalid = { };\n"
	"\theader_missing = { };\n"
	"\tsubject_empty = { mode = \"tag\"; };\n"
	"\tsubject_too_long = { mode = \"observe\"; max_characters = 1; };\n"
	"\taddress_invalid = { mode = \"observe\"; };\n"
	"\tidentity_unverified = { identities = [ \"example.com\" ]; };\n"
	"\talignment = { mode = \"observe\"; };\n"
	"\tmime_invalid = { mode = \"observe\"; };\n"
	"\tattachment_empty = { mode = \"tag\"; };\n"
	"\tattachment_type = { mode = \"tag\"; names = [ \"*.exe\" ]; types = [ \"application/*\" ]; };\n"
	"\tsend_rate = { rate = \"100000/24h\"; per = [ \"login\" ]; };\n"
	"\tdaily_quota = { quota = \"1/1h\"; unit = \"messages\"; per = [ \"sender\" ]; };\n"
	"};\n";

/* What comes back of words: replies, fields to add, reasons for a quarantine. */
static void
expect_plain_answers(int fd, const char *where, const char *what)
{
	char command, text[ANSWER_MAX];

	while (wire_read(fd, &command, text, sizeof text)) {
		if (command != 'y' && command != 'h' && command != 'i' && command != 'q')
			continue;
		ck_assert_msg(hostile_not_plain(text) == NULL, "%s: %s: answered %s", where, what, text);
		ck_assert_msg(command != 'y' || strspn(text, "0123456789") == 3, "%s: %s: answered %s", where, what,
			      text);
	}
}

static void
visit(const struct words *words, const char *where, const char *what)
{
	struct wire wire = { .octets = NULL };
	int fd = connect_unix(asking.postern.socket.text);

	ck_assert_int_ge(fd, 0);
	hostile_session(&wire, words);
	ck_assert_msg(wire_send(fd, wire.octets, wire.length), "%s: %s: not taken", where, what);
	expect_plain_answers(fd, where, what);
	close(fd);
	wire_free(&wire);
}

/* --- what has come of it ---------------------------------------------------------------------------------------------- */

/* The lines of the log, which nobody but the daemon has begun; and of each session at least one, and two at most (a recipient is refused by
 * itself). */
static void
expect_plain_log(size_t sessions)
{
	size_t length, answers = 0;
	char *log = file_read(asking.postern.log.text, &length), *rest = log, *line;

	ck_assert_ptr_nonnull(log);
	ck_assert_msg(strlen(log) == length, "a NUL in the log");
	while ((line = strsep(&rest, "\n")) != NULL && rest != NULL) {
		const char *words = strstr(line, "]: ");

		ck_assert_msg(hostile_not_plain(line) == NULL, "not plain: %s", line);
		ck_assert_msg(strncmp(line, "postern[", 8) == 0 && words != NULL, "not begun by us: %s", line);
		ck_assert_msg(strncmp(words, "]: 4bQ2: ", 9) != 0 && strncmp(words, "]: stopped", 10) != 0,
			      "made up: %s", line);
		answers += strncmp(words, "]: 5cQ", 6) == 0;
	}
	ck_assert_uint_ge(answers, sessions);
	ck_assert_uint_le(answers, sessions + hostiles_count);
	free(log);
}

static char *
printed(void)
{
	size_t length;
	char *text = file_read(asking.output.text, &length);

	ck_assert_ptr_nonnull(text);
	ck_assert_msg(strlen(text) == length, "a NUL is printed");
	return text;
}

/* Runs `postern ARGUMENTS`, with what it prints on standard output in asking.output. */
static void
run(const char *arguments)
{
	char *command;

	ck_assert_int_gt(asprintf(&command, "exec '%s' %s >'%s' 2>'%s.errors'", asking.postern.program.text, arguments,
				  asking.output.text, asking.output.text),
			 0);
	process_run((const char *const[]){ "/bin/sh", "-c", command, NULL }, "/dev/null");
	free(command);
}

static void
expect_harmless(const char *arguments)
{
	run(arguments);
	char *text = printed();
	const char *at = hostile_not_harmless(text);

	ck_assert_msg(at == NULL, "%s prints %02x before %.60s", arguments, at != NULL ? (unsigned char)*at : 0, at);
	ck_assert_msg(text[0] != '\0', "%s prints nothing", arguments);
	free(text);
}

/* One JSON value, or one on each line. */
static void
expect_json(const char *arguments)
{
	json_error_t error;

	run(arguments);
	FILE *file = fopen(asking.output.text, "r");
	ck_assert_ptr_nonnull(file);
	size_t values = 0;
	for (int c; (c = getc(file)) != EOF;) {
		if (c == '\n')
			continue;
		ungetc(c, file);
		json_t *value = json_loadf(file, JSON_DISABLE_EOF_CHECK | JSON_REJECT_DUPLICATES, &error);
		ck_assert_msg(value != NULL, "%s: value %zu: %s", arguments, values, error.text);
		json_decref(value);
		values++;
	}
	ck_assert_uint_gt(values, 0);
	fclose(file);
	char *text = printed();
	for (const char *c = text; *c != '\0'; c++)
		ck_assert_msg((unsigned char)*c >= 0x20 || *c == '\n', "%s prints a control", arguments);
	free(text);
}

static void
expect_page(const char *arguments)
{
	const char *at = NULL;
	size_t length;

	expect_harmless(arguments);
	char *page = file_read(path_join(asking.postern.directory.text, "page").text, &length);
	ck_assert_ptr_nonnull(page);
	const char *wrong = well_formed(page, &at);
	ck_assert_msg(wrong == NULL, "%s: %s: %.80s", arguments, wrong, at);
	at = hostile_not_harmless(page);
	ck_assert_msg(at == NULL, "%s writes %02x before %.60s", arguments, at != NULL ? (unsigned char)*at : 0, at);
	ck_assert_ptr_nonnull(strstr(page, hostile_mark));
	free(page);
}

static void
expect_nothing_of_it(const char *text, const char *where)
{
	ck_assert_msg(strstr(text, hostile_mark) == NULL, "%s holds what somebody wrote: %.80s", where,
		      strstr(text, hostile_mark));
}

static void
expect_nothing_of_it_in_metrics(void)
{
	static const char request[] = "GET /metrics HTTP/1.0\r\n\r\n";
	static char text[1 << 18];
	size_t used = 0;
	int fd = connect_unix(asking.metrics.text);

	ck_assert_int_ge(fd, 0);
	ck_assert(wire_send(fd, request, sizeof request - 1));
	for (ssize_t got; used < sizeof text - 1 && (got = read(fd, text + used, sizeof text - 1 - used)) > 0;)
		used += (size_t)got;
	text[used] = '\0';
	ck_assert_ptr_nonnull(strstr(text, "postern_messages_total"));
	expect_nothing_of_it(text, "metrics");
	close(fd);
}

/* --- the tests -------------------------------------------------------------------------------------------------------- */

/* For arguments, too. */
static void
configure(void)
{
	char text[4096];

	snprintf(text, sizeof text, config, asking.metrics.text, asking.postern.directory.text);
	postern_configure(&asking.postern, text);
	setenv("CONFIG", asking.postern.config.text, 1);
	setenv("FOLDER", asking.postern.directory.text, 1);
}

static size_t
visit_all(void)
{
	size_t sessions = 0;

	for (size_t i = 0; i < HOSTILE_PLACES; i++) {
		for (size_t j = 0; j < hostiles_count; j++) {
			const struct words words = hostile_words(sessions++, &hostile_places[i], &hostiles[j]);

			visit(&words, hostile_places[i].name, hostiles[j].name);
		}
	}
	return sessions;
}

START_TEST(what_a_client_writes_stays_where_it_belongs)
{
	configure();
	asking_launch();
	size_t sessions = visit_all();
	struct words last = hostile_good_words(sessions);
	visit(&last, "a good message", "at the end");
	ck_assert(postern_logs(&asking.postern, last.sender));
	expect_plain_log(sessions + 1);
	ck_assert(postern_logs(&asking.postern, "evil\\x1b[2J\\x1b]0;title\\x07"));
	expect_harmless("status -c $CONFIG");
	expect_json("status --json -c $CONFIG");
	char *status = printed();
	expect_nothing_of_it(status, "status");
	free(status);
	expect_nothing_of_it_in_metrics();
	expect_harmless("limits -c $CONFIG list");
	ck_assert(asking_printed("login=evil"));
	expect_json("limits --json -c $CONFIG list");
	expect_harmless("report $FOLDER/log");
	ck_assert(asking_printed(hostile_mark));
	expect_json("report --json $FOLDER/log");
	expect_page("report --html $FOLDER/page $FOLDER/log");
	postern_stop(&asking.postern);
}
END_TEST

/* The same in files, where a NUL may stand as well. */
static void
write_message(const char *path, const struct words *words)
{
	FILE *file = fopen(path, "w");

	ck_assert_ptr_nonnull(file);
	fprintf(file, "Return-Path: %s\nDelivered-To: %s\nReceived: from %s (%s)\nFrom: %s\nSubject: %s\n",
		words->sender, words->recipient, words->helo, words->host, words->from, words->subject);
	fprintf(file,
		"%s: x\nContent-Type: multipart/mixed; boundary=b\n\n--b\n\nhello\n--b\nContent-Type: ", words->field);
	fprintf(file, "%s; name=\"%s%c\"\n\n--b--\n", words->type, words->file, '\0');
	ck_assert_int_eq(fclose(file), 0);
}

static void
write_all(const char *folder)
{
	char path[2 * PATH_TEXT_MAX];

	directory_make(folder, 0755, geteuid(), getegid());
	for (size_t i = 0; i < HOSTILE_PLACES; i++) {
		for (size_t j = 0; j < hostiles_count; j++) {
			const struct words words = hostile_words(i, &hostile_places[i], &hostiles[j]);

			/* Its own name is as bad, where it can be one. */
			snprintf(path, sizeof path, "%s/%zu-%s.eml", folder, i,
				 strchr(hostiles[j].text, '/') == NULL ? hostiles[j].text : "evil");
			write_message(path, &words);
		}
	}
}

START_TEST(what_is_in_files_stays_where_it_belongs)
{
	configure();
	write_all(path_join(asking.postern.directory.text, "mails").text);
	expect_harmless("check -c $CONFIG --login x --color=never $FOLDER/mails");
	ck_assert(asking_printed(hostile_mark));
	expect_json("check -c $CONFIG --json --login x $FOLDER/mails");
	expect_harmless("replay -c $CONFIG $FOLDER/mails");
	expect_json("replay -c $CONFIG --json $FOLDER/mails");
	expect_page("replay -c $CONFIG --html $FOLDER/page $FOLDER/mails");
}
END_TEST

int
main(void)
{
	const TTest *const tests[] = { what_a_client_writes_stays_where_it_belongs,
				       what_is_in_files_stays_where_it_belongs };

	asking_begin();
	int status = suite_run("escaping", tests, sizeof tests / sizeof tests[0], 120);
	asking_end();
	return status;
}
