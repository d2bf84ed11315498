/* SPDX-License-Identifier: BSD-2-Clause */
/* session.h - what is known of one SMTP session, and the message that is on its way in it. A session belongs to one
 * libmilter context, which calls from one thread at a time. Most sessions of a busy server wait for their client: the message,
 * some 20 KB, is there from MAIL to the answer and no longer. */
#ifndef POSTERN_MILTER_SESSION_H
#define POSTERN_MILTER_SESSION_H

#include "conf/network.h"
#include "milter/decision.h"
#include "policy/message.h"

enum { SESSION_CLIENT_MAX = 64 }; /* an IPv6 address in text has at most 45 octets */

struct session {
	const struct policy *policy;
	size_t message_size;        /* of that policy: message_size */
	struct message *message;    /* NULL: none is on its way, or memory for it was refused */
	enum origin network_origin; /* without regard to a login */
	enum origin origin;         /* of the message */
	char client[SESSION_CLIENT_MAX];
	char login[DECISION_LOGIN_MAX + 2]; /* one octet more than is shown, to tell that it was cut */
	char sender[DECISION_SENDER_MAX + 4];
	bool can_skip;      /* the MTA understands SMFIS_SKIP */
	bool headers_ended; /* message_end_of_headers was called */
	bool ended;         /* message_end was called, or there is nothing more to ask */
	bool in_flight;     /* is counted in session_messages_in_flight */
};

/* NULL when memory is refused. The policy outlives the session. */
struct session *session_new(const struct policy *policy);
void session_free(struct session *session); /* NULL is fine */

/* address: as libmilter gives it; NULL or of an unknown family is external. */
void session_connect(struct session *session, const struct sockaddr *address, const struct networks *trusted);

/* A new message begins; whatever was there of another is gone. path: as in MAIL FROM. The MTA's reading and the login
 * may be NULL. False when memory is refused: then there is no message. */
struct session_mail {
	const char *path;
	const char *path_by_mta;
	const char *login;
};
bool session_mail(struct session *session, const struct session_mail *mail);

/* Asks what is still to be asked of the message: at the end of the headers, and at that of the message. Each asks once. After a verdict
 * that refuses or defers there is nothing to ask: the answer is then the same however much of a message was seen. */
void session_end_headers(struct session *session);
void session_end_message(struct session *session);

/* The message was answered, or the MTA gave it up; or there was none. */
void session_forget(struct session *session);

/* Messages of this process whose MAIL was seen and that were not answered yet. Once told so, later ones are not counted. */
unsigned session_messages_in_flight(void);
void session_count_no_more(void);

#endif
