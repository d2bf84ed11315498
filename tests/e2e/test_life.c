/* SPDX-License-Identifier: BSD-2-Clause */
/* The life of the daemon as the mail server sees it: start, reload, crash and stop. */
#define _DEFAULT_SOURCE
#include "tests/e2e/support/expect.h"
#include "tests/e2e/support/patience.h"
#include "tests/support/suite.h"

#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sysexits.h>
#include <unistd.h>

enum {
	ORPHAN_PATIENCE = 5000, /* milliseconds that workers may outlive their supervisor */
};

static const char first_config[] = "checks = { attachment_empty = { reply = \"554 5.6.0 first policy\"; }; };\n";
static const char second_config[] = "checks = { attachment_empty = { reply = \"554 5.6.0 second policy\"; }; };\n";
static const char wrong_config[] = "checks = { attachment_empty = { replay = \"554 5.6.0 wrong policy\"; }; };\n";

static const char first_reply[] = "554 5.6.0 first policy";
static const char second_reply[] = "554 5.6.0 second policy";

static struct rig rig;

/* Those that postern_configure asks for, once they are there: the socket answers before. */
enum { WORKERS = 2 };

static void
find_workers(pid_t workers_out[WORKERS])
{
	struct deadline deadline = deadline_in(PATIENCE_MS);

	while (process_children(rig.postern.supervisor.pid, workers_out, WORKERS) != WORKERS)
		ck_assert_msg(deadline_nap(&deadline), "there are not %d workers", WORKERS);
}

static void
start_first(void)
{
	pid_t workers[WORKERS];

	postern_configure(&rig.postern, first_config);
	postern_start(&rig.postern);
	find_workers(workers);
}

static void
expect_answer(const char *reply)
{
	struct smtp client;

	open_session(&client, &rig);
	send_sample(&client, "empty-attachment", "life", reply);
	smtp_quit(&client);
}

/* Until new connections are answered by the second policy; none may be answered otherwise than by one of both. */
static void
await_second_policy(void)
{
	const struct sample *sample = sample_find("empty-attachment");
	const struct mail mail = { "life", sample->sender, sample->text };
	struct deadline deadline = deadline_in(PATIENCE_MS);
	struct smtp client;

	for (;;) {
		open_session(&client, &rig);
		smtp_send(&client, &mail);
		bool second = smtp_replied(&client, second_reply);
		if (!second)
			expect_reply(&client, first_reply, "a connection during the reload");
		smtp_close(&client);
		if (second)
			return;
		ck_assert_msg(deadline_nap(&deadline), "the new configuration is not used");
	}
}

/* The place that an error in postern_configure's text at this column has: the text comes after so many lines. */
static void
place_of_text(char *place_out, size_t size, size_t column)
{
	size_t length;
	size_t line = 1;
	char *config = file_read(rig.postern.config.text, &length);
	const char *text = strstr(config, "checks");

	for (const char *c = config; c < text; c++)
		line += *c == '\n';
	free(config);
	snprintf(place_out, size, "%s:%zu:%zu: error: ", rig.postern.config.text, line, column);
}

START_TEST(a_wrong_configuration_does_not_start)
{
	char place[PATH_TEXT_MAX + 64];

	postern_configure(&rig.postern, wrong_config);
	ck_assert_int_eq(postern_run(&rig.postern), EX_CONFIG);
	place_of_text(place, sizeof place, strlen("checks = { attachment_empty = { ") + 1);
	expect_logged(&rig.postern, place);
	expect_logged(&rig.postern, "did you mean");
	ck_assert(!path_exists(rig.postern.socket.text));
}
END_TEST

START_TEST(a_missing_configuration_does_not_start)
{
	unlink(rig.postern.config.text);
	ck_assert_int_eq(postern_run(&rig.postern), EX_CONFIG);
	expect_logged(&rig.postern, rig.postern.config.text);
}
END_TEST

START_TEST(a_reload_with_a_wrong_configuration_keeps_the_old_answers)
{
	char place[PATH_TEXT_MAX + 64];

	start_first();
	postern_configure(&rig.postern, wrong_config);
	place_of_text(place, sizeof place, strlen("checks = { attachment_empty = { ") + 1);
	ck_assert(postern_reload(&rig.postern, place));
	expect_answer(first_reply);
	expect_answer(first_reply);
	/* And it still takes a right one. */
	postern_configure(&rig.postern, second_config);
	process_signal(&rig.postern.supervisor, SIGHUP);
	await_second_policy();
	expect_answer(second_reply);
	postern_kill(&rig.postern);
}
END_TEST

START_TEST(a_reload_changes_new_connections_and_leaves_open_ones_their_policy)
{
	struct smtp open;
	const struct sample *sample = sample_find("empty-attachment");
	const struct mail mail = { "life", sample->sender, sample->text };

	start_first();
	open_session(&open, &rig);
	ck_assert(smtp_begin(&open, &mail));
	postern_configure(&rig.postern, second_config);
	process_signal(&rig.postern.supervisor, SIGHUP);
	await_second_policy();
	smtp_write_mail(&open, &mail);
	smtp_end(&open);
	expect_reply(&open, first_reply, "a message in flight while the configuration changes");
	send_sample(&open, "empty-attachment", "life", first_reply);
	send_sample(&open, "plain", "reload-open", NULL);
	smtp_quit(&open);
	for (int i = 0; i < 8; i++)
		expect_answer(second_reply);
	expect_delivered(&rig.postfix, "reload-open", 1);
	postern_kill(&rig.postern);
}
END_TEST

START_TEST(a_reload_right_after_the_start_does_no_harm)
{
	postern_configure(&rig.postern, first_config);
	for (int round = 0; round < 5; round++) {
		postern_start(&rig.postern);
		process_signal(&rig.postern.supervisor, SIGHUP);
		expect_answer(first_reply);
		ck_assert(process_lives(rig.postern.supervisor.pid));
		postern_kill(&rig.postern);
	}
}
END_TEST

START_TEST(many_reloads_lose_nothing)
{
	start_first();
	for (int i = 0; i < 10; i++) {
		struct smtp client;
		char id[32];

		process_signal(&rig.postern.supervisor, SIGHUP);
		snprintf(id, sizeof id, "reloads-%d", i);
		open_session(&client, &rig);
		send_sample(&client, "attachment", id, NULL);
		send_sample(&client, "empty-attachment", id, first_reply);
		smtp_quit(&client);
		expect_delivered(&rig.postfix, id, 1);
	}
	ck_assert(process_lives(rig.postern.supervisor.pid));
	postern_kill(&rig.postern);
}
END_TEST

static void
kill_all_workers(void)
{
	pid_t all[WORKERS];

	find_workers(all);
	for (size_t i = 0; i < WORKERS; i++)
		kill(all[i], SIGKILL);
}

START_TEST(a_killed_worker_is_replaced)
{
	pid_t workers[WORKERS];
	struct deadline deadline = deadline_in(PATIENCE_MS);

	start_first();
	find_workers(workers);
	pid_t killed = workers[0];
	kill(killed, SIGKILL);
	expect_answer(first_reply);
	expect_answer(first_reply);
	do
		find_workers(workers);
	while ((workers[0] == killed || workers[1] == killed) && deadline_nap(&deadline));
	ck_assert_msg(workers[0] != killed && workers[1] != killed, "the killed worker is not replaced");
	postern_kill(&rig.postern);
}
END_TEST

START_TEST(when_all_workers_are_killed_the_next_connection_is_served)
{
	start_first();
	for (int round = 0; round < 3; round++) {
		kill_all_workers();
		expect_answer(first_reply);
	}
	postern_kill(&rig.postern);
}
END_TEST

START_TEST(nothing_is_lost_while_workers_are_killed)
{
	const struct sample *samples_sent[] = { sample_find("attachment"), sample_find("empty-attachment") };
	size_t accepted = 0;
	size_t deferred = 0;

	start_first();
	for (int i = 0; i < 12; i++) {
		const struct sample *sample = samples_sent[i % 2];
		struct smtp client;

		open_session(&client, &rig);
		bool begun = smtp_begin(&client, &(struct mail){ "killing", sample->sender, sample->text });
		if (i == 2 || i == 5)
			kill_all_workers();
		if (begun) {
			smtp_write_mail(&client, &(struct mail){ "killing", sample->sender, sample->text });
			smtp_end(&client);
		}
		accepted += smtp_replied_code(&client, 250);
		deferred += smtp_replied_code(&client, 451);
		if (sample->check != NULL && !smtp_replied_code(&client, 451))
			expect_reply(&client, first_reply, "a bad message while workers are killed");
		smtp_quit(&client);
	}
	ck_assert_uint_gt(accepted, 0);
	ck_assert_uint_gt(deferred, 0);
	expect_delivered(&rig.postfix, "killing", accepted);
	postern_kill(&rig.postern);
}
END_TEST

START_TEST(a_message_in_a_killed_worker_is_deferred_not_accepted)
{
	const struct sample *sample = sample_find("empty-attachment");
	const struct mail mail = { "in-killed", sample->sender, sample->text };
	struct smtp client;

	start_first();
	open_session(&client, &rig);
	ck_assert(smtp_begin(&client, &mail));
	kill_all_workers();
	smtp_write_mail(&client, &mail);
	smtp_end(&client);
	expect_reply(&client, "451 4.7.1 Service unavailable - try again later", "a message whose worker was killed");
	smtp_quit(&client);
	expect_answer(first_reply);
	expect_delivered(&rig.postfix, "in-killed", 0);
	postern_kill(&rig.postern);
}
END_TEST

START_TEST(no_worker_outlives_a_killed_supervisor)
{
	pid_t workers[WORKERS];
	int status;

	start_first();
	find_workers(workers);
	struct deadline deadline = deadline_in(ORPHAN_PATIENCE);
	process_signal(&rig.postern.supervisor, SIGKILL);
	ck_assert(process_wait(&rig.postern.supervisor, PATIENCE_MS, &status));
	for (size_t i = 0; i < WORKERS; i++)
		while (process_lives(workers[i]))
			ck_assert_msg(deadline_nap(&deadline), "worker %d outlives its supervisor", (int)workers[i]);
	/* What the killed one left behind does not stop the next. */
	postern_start(&rig.postern);
	expect_answer(first_reply);
	postern_kill(&rig.postern);
}
END_TEST

START_TEST(sigterm_answers_the_message_in_flight_and_leaves_no_socket)
{
	const struct sample *sample = sample_find("empty-attachment");
	const struct mail mail = { "in-flight", sample->sender, sample->text };
	struct smtp client;
	int status;

	start_first();
	open_session(&client, &rig);
	ck_assert(smtp_begin(&client, &mail));
	/* Postfix awaited no answer to MAIL: the worker may be about to read it. */
	process_signal(&rig.postern.supervisor, SIGTERM);
	ck_assert_msg(!process_wait(&rig.postern.supervisor, 300, &status),
		      "it did not wait for the message in flight");
	smtp_write_mail(&client, &mail);
	smtp_end(&client);
	expect_reply(&client, first_reply, "a message in flight while the daemon stops");
	smtp_quit(&client);
	ck_assert_msg(process_wait(&rig.postern.supervisor, PATIENCE_MS, &status), "it does not stop");
	ck_assert_int_eq(status, 0);
	ck_assert(!path_exists(rig.postern.socket.text));
}
END_TEST

START_TEST(sigterm_without_sessions_stops_at_once)
{
	start_first();
	expect_answer(first_reply);
	int64_t started = now_ms();
	ck_assert_int_eq(postern_stop(&rig.postern), 0);
	/* libmilter looks for its end every five seconds when no connection comes. */
	ck_assert_int_le(now_ms() - started, 6000);
	ck_assert(!path_exists(rig.postern.socket.text));
}
END_TEST

START_TEST(a_stopping_instance_leaves_the_socket_of_another)
{
	struct postern other;

	start_first();
	postern_prepare(&other, &rig.dir, "other");
	other.socket = rig.postern.socket;
	/* The first one's socket makes way for the second one's, as after a botched upgrade. */
	unlink(rig.postern.socket.text);
	postern_configure(&other, second_config);
	postern_start(&other);
	ck_assert_int_eq(postern_stop(&rig.postern), 0);
	ck_assert(path_exists(other.socket.text));
	expect_answer(second_reply);
	ck_assert_int_eq(postern_stop(&other), 0);
	ck_assert(!path_exists(other.socket.text));
}
END_TEST

START_TEST(what_lies_at_the_socket_path_and_is_no_socket_is_kept)
{
	/* postern_run clears the place of the socket that it knows; the configuration names another. */
	struct postern other = rig.postern;
	other.socket = path_join(rig.postern.directory.text, "precious");
	postern_configure(&other, first_config);
	file_write(other.socket.text, "a regular file\n");
	ck_assert_int_ne(postern_run(&rig.postern), 0);
	ck_assert(file_has(other.socket.text, "a regular file\n"));
	unlink(other.socket.text);
}
END_TEST

RIG_MAIN(rig, life, NULL, a_wrong_configuration_does_not_start, a_missing_configuration_does_not_start,
	 a_reload_with_a_wrong_configuration_keeps_the_old_answers,
	 a_reload_changes_new_connections_and_leaves_open_ones_their_policy,
	 a_reload_right_after_the_start_does_no_harm, many_reloads_lose_nothing, a_killed_worker_is_replaced,
	 when_all_workers_are_killed_the_next_connection_is_served, nothing_is_lost_while_workers_are_killed,
	 a_message_in_a_killed_worker_is_deferred_not_accepted, no_worker_outlives_a_killed_supervisor,
	 sigterm_answers_the_message_in_flight_and_leaves_no_socket, sigterm_without_sessions_stops_at_once,
	 a_stopping_instance_leaves_the_socket_of_another, what_lies_at_the_socket_path_and_is_no_socket_is_kept)
