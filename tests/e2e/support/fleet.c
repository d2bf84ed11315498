/* SPDX-License-Identifier: BSD-2-Clause */
#define _GNU_SOURCE
#include "tests/e2e/support/fleet.h"

#include "tests/e2e/support/patience.h"

#include <check.h>
#include <string.h>

const char fleet_quota_exceeded[] = "454 Throttling failure: Daily message quota exceeded";
const char fleet_temporary_failure[] = "451 4.3.0 Temporary service failure";
static const char no_milter[] = "451 4.7.1 Service unavailable - try again later";
static const char text[] = "From: robin@example.com\nSubject: x\n\nGood morning.\n";

enum { COME_AGAIN_MS = 20 };

bool
fleet_open(struct fleet *fleet)
{
	const char *missing = submission_missing();
	char name[16];

	if (missing != NULL) {
		fprintf(stderr, "skipped: %s\n", missing);
		return false;
	}
	*fleet = (struct fleet){ .serving = 0 };
	tempdir_make(&fleet->dir);
	for (size_t i = 0; i < FLEET_SHIPS; i++) {
		struct fleet_ship *ship = &fleet->ships[i];

		snprintf(name, sizeof name, "postern-%zu", i);
		postern_prepare(&ship->postern, &fleet->dir, name);
		snprintf(name, sizeof name, "postfix-%zu", i);
		submission_start(&ship->postfix, &fleet->dir, name, &ship->postern);
	}
	return true;
}

void
fleet_close(struct fleet *fleet)
{
	for (size_t i = 0; i < FLEET_SHIPS; i++) {
		postfix_stop(&fleet->ships[i].postfix);
		postern_kill(&fleet->ships[i].postern);
	}
	tempdir_remove(&fleet->dir);
}

void
fleet_serve(struct fleet *fleet, size_t ships, const char *config)
{
	fleet->serving = ships;
	for (size_t i = 0; i < ships; i++) {
		postern_configure(&fleet->ships[i].postern, config);
		postern_start(&fleet->ships[i].postern);
	}
}

void
fleet_halt(struct fleet *fleet)
{
	for (size_t i = 0; i < fleet->serving; i++)
		postern_kill(&fleet->ships[i].postern);
}

/* --- a client ------------------------------------------------------------------------------------------------------- */

/* Postfix does not let anybody log in whom it cannot tell its milter of. False when the deadline passes. */
static bool
log_in(const struct fleet_client *self, struct smtp *client, const struct deadline *deadline)
{
	const struct visit visit = { .login = "robin", .tls = self->encrypts ? "TLSv1.3" : NULL };

	while (!visit_begin(client, &self->ship->postfix, &visit)) {
		self->fleet->shut_out++;
		smtp_close(client);
		nap_ms(COME_AGAIN_MS);
		if (now_ms() >= deadline->at_ms)
			return false;
	}
	return true;
}

/* Counts a refusal. True when it is the quota's, for so many recipients. */
static bool
is_over(struct fleet *fleet, const struct smtp *client, atomic_int *over, int recipients)
{
	if (smtp_replied(client, fleet_quota_exceeded)) {
		*over += recipients;
		return true;
	}
	if (smtp_replied(client, fleet_temporary_failure)) {
		fleet->deferred++;
	} else if (smtp_replied(client, no_milter)) {
		fleet->shut_out++;
	} else {
		memcpy(fleet->strange_reply, client->reply, sizeof client->reply);
		fleet->strange++;
	}
	return false;
}

/* How many of the recipients are accepted; -1 when the message is to come again. */
static int
name_recipients(struct fleet *fleet, struct smtp *client, int recipients)
{
	int accepted = 0;

	for (int i = 0; i < recipients; i++) {
		smtp_command(client, "RCPT TO:<r%d@dest.example.org>", i);
		if (smtp_replied_code(client, 250))
			accepted++;
		else if (!is_over(fleet, client, &fleet->over_at_rcpt, 1))
			return -1;
	}
	return accepted;
}

/* False when the message is to come again. */
static bool
send_message(struct fleet *fleet, struct smtp *client, int recipients)
{
	smtp_command(client, "MAIL FROM:<robin@example.com>");
	if (!smtp_replied_code(client, 250))
		return is_over(fleet, client, &fleet->over_at_mail, recipients);
	int accepted = name_recipients(fleet, client, recipients);
	if (accepted <= 0) {
		smtp_command(client, "RSET");
		return accepted == 0;
	}
	smtp_command(client, "DATA");
	if (!smtp_replied_code(client, 354))
		return is_over(fleet, client, &fleet->over_at_end, accepted);
	smtp_write_mail(client, &(struct mail){ fleet->run, NULL, text });
	smtp_end(client);
	if (!smtp_replied_code(client, 250))
		return is_over(fleet, client, &fleet->over_at_end, accepted);
	fleet->accepted += accepted;
	return true;
}

/* Messages of several sizes one after the other, so that what is left is used up to the last one. */
static void *
send_all(void *data)
{
	static const int sizes[] = { FLEET_MESSAGE_MAX, 1, 5, 2 };
	struct fleet_client *self = data;
	const struct deadline deadline = deadline_in(FLEET_PATIENCE_MS);
	struct smtp client;

	if (!log_in(self, &client, &deadline))
		return NULL;
	for (size_t i = 0; self->tries > 0 && now_ms() < deadline.at_ms; i++) {
		int recipients = sizes[i % (sizeof sizes / sizeof sizes[0])];

		if (recipients > self->tries)
			recipients = self->tries;
		if (send_message(self->fleet, &client, recipients)) {
			self->tries -= recipients;
			continue;
		}
		/* Postfix does not ask a milter again in a session in which it failed. */
		smtp_quit(&client);
		nap_ms(COME_AGAIN_MS);
		if (!log_in(self, &client, &deadline))
			return NULL;
	}
	smtp_quit(&client);
	return NULL;
}

void
fleet_start(struct fleet *fleet, const char *run, int tries)
{
	int clients = (int)fleet->serving * FLEET_SHIP_CLIENTS;

	fleet->run = run;
	fleet->accepted = fleet->over_at_mail = fleet->over_at_rcpt = fleet->over_at_end = 0;
	fleet->deferred = fleet->shut_out = fleet->strange = 0;
	for (int i = 0; i < clients; i++) {
		struct fleet_client *client = &fleet->clients[i];

		*client = (struct fleet_client){
			.fleet = fleet,
			.ship = &fleet->ships[i / FLEET_SHIP_CLIENTS],
			.encrypts = i % 2 == 0,
			.tries = tries / clients + (i < tries % clients),
		};
		ck_assert_int_eq(pthread_create(&client->thread, NULL, send_all, client), 0);
	}
}

void
fleet_finish(struct fleet *fleet)
{
	for (size_t i = 0; i < fleet->serving * FLEET_SHIP_CLIENTS; i++)
		pthread_join(fleet->clients[i].thread, NULL);
	for (size_t i = 0; i < fleet->serving * FLEET_SHIP_CLIENTS; i++)
		ck_assert_msg(fleet->clients[i].tries == 0, "client %zu has %d recipients left to try", i,
			      fleet->clients[i].tries);
	ck_assert_msg(fleet->strange == 0, "%d strange replies, among them %s", fleet->strange, fleet->strange_reply);
}

int
fleet_pass(struct fleet *fleet, size_t ship, const char *run, int messages)
{
	const struct visit visit = { .login = "robin", .id = run, .text = text };
	struct smtp client;
	int accepted = 0;

	ck_assert_msg(visit_begin(&client, &fleet->ships[ship].postfix, &visit), "%s", client.reply);
	for (int i = 0; i < messages; i++) {
		enum visit_end end = visit_send(&client, &visit);

		accepted += end == VISIT_ACCEPTED;
		if (end != VISIT_ACCEPTED)
			expect_reply(&client, fleet_quota_exceeded, run);
	}
	smtp_quit(&client);
	return accepted;
}

int
fleet_delivered(const struct fleet *fleet, const char *run)
{
	char field[64];
	size_t delivered = 0;

	snprintf(field, sizeof field, "X-Id: %s\n", run);
	for (size_t i = 0; i < FLEET_SHIPS; i++) {
		ck_assert_msg(postfix_settles(&fleet->ships[i].postfix), "a queue does not empty");
		delivered += postfix_delivered(&fleet->ships[i].postfix, field);
	}
	return (int)delivered;
}
