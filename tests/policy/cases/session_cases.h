/* SPDX-License-Identifier: BSD-2-Clause */
/* session_cases.h - sessions, and which check finds something in them: what cases.h is for checks of the content, for those of the client, the
 * envelope and the counters. All checks are at their presets but for `settings`. */
#ifndef POSTERN_TESTS_POLICY_CASES_SESSION_CASES_H
#define POSTERN_TESTS_POLICY_CASES_SESSION_CASES_H

#include "policy/message.h"
#include "tests/support/fake_services.h"

struct session_case {
	const char *check;
	bool fires;
	const char *sentence;
	const char *settings; /* "param=value; param=value" of the check, or NULL; see case_policy.h */
	/* The client. With a login it is authenticated, else external unless said. */
	enum origin origin;
	const char *login, *mechanism, *tls_version;
	unsigned connections, connections_of_client;
	/* The envelope. */
	bool no_envelope;
	const char *sender;        /* the path of MAIL FROM; NULL: <a@example.com> */
	const char *sender_by_mta; /* or NULL */
	bool smtputf8;
	uint64_t declared_size;
	const char *recipients;       /* paths of RCPT TO, between line breaks; NULL: <b@example.org> */
	const char *recipient_by_mta; /* of each, or NULL */
	const char *text;             /* the message, with LF; NULL: a plain one */
	/* The world outside: see fake_services.h. */
	const char *tables;
	bool nothing_left; /* every counter is used up */
	const char *value; /* what the finding must name: value, list, field or rule; NULL: anything */
};

struct session_cases {
	const struct session_case *cases;
	size_t count;
};

extern const struct session_cases client_cases, path_cases, sender_cases, identity_cases, limit_cases;
extern const struct session_cases *const all_session_cases[];
extern const size_t all_session_cases_count;

#define SESSION_CASES(name, array) const struct session_cases name = { array, sizeof array / sizeof array[0] }

/* The case's check has that mode, with its settings; the others are off. Free it. */
struct policy *session_case_policy(const struct session_case *row, enum mode mode);

/* Holds the whole session: connection, MAIL, recipients, the message. services may be changed before; the message is to be closed. *verdict_out is
 * the last one that a recipient was given. */
void session_case_run(const struct session_case *row, const struct policy *policy, struct fake_services *services,
		      struct message *message, struct verdict *verdict_out);

#endif
