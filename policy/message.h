/* SPDX-License-Identifier: BSD-2-Clause */
/* message.h - one message on its way: facts in, verdict out. The daemon and the commands drive the same calls.
 *
 *      message_init(&m, policy);
 *      message_connect(&m, &client);                 verdict on the connection, where MAIL is too late for it
 *      message_mail(&m, &envelope);                  verdict after MAIL
 *      message_recipient(&m, &recipient, &verdict);  verdict on this recipient alone; for each
 *      message_field(&m, name, value); ...           in order, every field
 *      message_end_of_headers(&m);                   verdict after the header section
 *      message_body(&m, chunk); ...                  until message_settled, cut anywhere
 *      message_end(&m);                              verdict of the whole
 *      message_reset(&m);                            before the next message,
 *      message_close(&m);                            and at the end
 *
 * A verdict that refuses or defers stands: what is fed after it only adds findings. Memory is this struct and does not grow with the
 * message. Nothing in a message makes these calls fail; when the system refuses memory (charset conversion, IDNA) the
 * verdict is the configured answer to that, never an accident. */
#ifndef POSTERN_POLICY_MESSAGE_H
#define POSTERN_POLICY_MESSAGE_H

#include "policy/facts.h"
#include "policy/policy.h"

struct envelope {
	enum origin origin; /* where client is NULL */
	/* Whose message it is, for checks of the session; outlives the message. NULL: nothing but its origin is known. */
	const struct client *client;
	/* The path as given in MAIL FROM, with or without <>, without parameters; "" or "<>" is the null sender.
	 * NULL: not known (a file is judged without its envelope): no check that needs the sender applies. */
	const char *sender;
	/* The MTA's own reading of it ({mail_addr}), used when sender has no domain; or NULL. */
	const char *sender_by_mta;
	/* The message's text is stored with LF for line ends, and not as it would be sent. */
	bool line_feeds;
	bool smtputf8;          /* the client asked for it (RFC 6531) */
	uint64_t declared_size; /* SIZE= of MAIL (RFC 1870), octets; 0: not given */
	/* A recipient cannot be refused by itself: Postfix keeps a local submission for ever then. A refusal becomes the message's. */
	bool recipients_wait;
	/* Of a message that is judged from a file: those of its recipients that are known, NULL ends them; or NULL. */
	const char *const *recipients;
};

struct recipient {
	const char *path;        /* as given in RCPT TO, with or without <>, without parameters */
	const char *path_by_mta; /* the MTA's own reading of it ({rcpt_addr}), or NULL */
};

enum verdict_kind { VERDICT_ACCEPT, VERDICT_HOLD, VERDICT_DEFER, VERDICT_REFUSE, VERDICT_COUNT };
extern const char *const verdict_names[VERDICT_COUNT]; /* accept, hold, defer, refuse */

struct verdict {
	enum verdict_kind kind;
	enum stage stage;          /* at which it was decided */
	const struct check *check; /* that decided it; NULL when none did */
	bool failed;               /* it is the answer to a failure of our own: */
	enum failure failure;
	struct reply reply; /* of VERDICT_DEFER and VERDICT_REFUSE */
};

/* It refuses or defers: it stands, and has a reply. */
bool verdict_is_final(const struct verdict *verdict);

/* What is asked of the profile's checks that are on; bit sets of 1u << check_index. */
struct questions {
	uint32_t stages[STAGE_COUNT]; /* at that stage, whether it fires */
	uint32_t gathers;             /* of each header field */
	uint32_t fields;              /* at each header field */
	uint32_t leaves;              /* at each leaf's end */
	uint32_t found;               /* it has a finding: it is not asked any more */
};
_Static_assert(CHECKS_MAX <= 32, "checks are bits of questions");

struct message {
	const struct policy *policy;
	const struct services *services; /* NULL: no tables but lists, and no counters */
	/* Chosen at the connection, by MAIL, and once more behind the recipients if some profile asks for those. */
	const struct profile *profile;
	struct circumstances circumstances;
	enum stage stage; /* whose checks were asked last */
	struct questions questions;
	struct verdict verdict;
	struct facts facts;
	size_t finding_count;
	struct finding
		findings[CHECKS_MAX]; /* one a check at most, in the order found; the last member, see message_size */
};

/* The octets of a struct message that are used with this policy: all but the room for findings of checks that are off. Who has
 * many messages at a time may leave the rest away. */
size_t message_size(const struct policy *policy);
/* services may be set after it; they are kept by message_reset. */
void message_init(struct message *message, const struct policy *policy);
void message_reset(struct message *message);
void message_close(struct message *message); /* before its memory is given up, instead of a reset */
void message_connect(struct message *message, const struct client *client);
void message_mail(struct message *message, const struct envelope *envelope);
/* A recipient that is refused is none of the message; the others go on, and so does message->verdict, but where recipients wait. */
void message_recipient(struct message *message, const struct recipient *recipient, struct verdict *verdict_out);
void message_field(struct message *message, struct bytes name, struct bytes value);
void message_end_of_headers(struct message *message);
void message_body(struct message *message, struct bytes chunk);
void message_end(struct message *message);

/* Whether message_end counts the message against rates and quotas, unless it refuses it. Best called when nobody else can refuse it. */
bool message_counts(const struct message *message);
/* What message_end counted against rates and quotas does not count: the message was not accepted after all. */
void message_release(struct message *message);

/* A failure of our own happened outside (the session's memory, a call into the MTA's library). */
void message_fail(struct message *message, enum failure failure);

/* Nothing that may still come in the body can change the verdict or add a finding. */
bool message_settled(const struct message *message);

#endif
