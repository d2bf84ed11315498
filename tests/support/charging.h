/* SPDX-License-Identifier: BSD-2-Clause */
/* charging.h - a message of client_robin's on its way past rates and quotas.
 *
 *      static struct charging it;
 *      charging_set_up(&it, "robin 5/1h\n");                     rows of every table, or NULL
 *      charging_limit(&it, "daily_quota", "quota=50000/24h");
 *      charging_send(&it);                                       or begin, recipients, and finish
 *      fake_services_check(&it.fake, "a sentence", "look ...");
 *      charging_end(&it); */
#ifndef POSTERN_TESTS_SUPPORT_CHARGING_H
#define POSTERN_TESTS_SUPPORT_CHARGING_H

#include "policy/message.h"
#include "tests/support/fake_services.h"

struct charging {
	struct policy *policy;
	struct fake_services fake;
	struct message message;
	struct client client;
	struct envelope envelope; /* from <Robin.H@Example.com> */
};

/* The size of the message that charging_finish sends. */
enum { CHARGING_OCTETS = 4 + 2 + 1 + 2 + 2 + 7 /* From: a, the empty line, and hello */ };

void charging_set_up(struct charging *it, const char *rows);
void charging_end(struct charging *it);

/* Of the default profile. */
struct settings *charging_settings(struct charging *it, const char *check);
/* Enforces the check with these settings, as case_set reads them. */
void charging_limit(struct charging *it, const char *check, const char *settings);

/* MAIL; a recipient; and all behind it. */
void charging_begin(struct charging *it);
enum verdict_kind charging_recipient(struct charging *it, const char *path);
void charging_finish(struct charging *it);
/* All of it, with one recipient. */
void charging_send(struct charging *it);

/* Fails the running Check test unless the message is deferred so. */
void charging_assert_deferred(const struct charging *it, const char *reply);

#endif
