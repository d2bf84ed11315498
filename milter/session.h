/* SPDX-License-Identifier: BSD-2-Clause */
/* session.h - what is known of one SMTP session, and the message that is on its way in it. A session belongs to one
 * libmilter context, which calls from one thread at a time. Most sessions of a busy server wait for their client: the message,
 * some 20 KB, is there from MAIL to the answer and no longer. */
#ifndef POSTERN_MILTER_SESSION_H
#define POSTERN_MILTER_SESSION_H

#include "milter/decision.h"
#include "milter/world.h"

enum {
	SESSION_CLIENT_MAX = 64,  /* an IPv6 address in text has at most 45 octets */
	SESSION_LISTENER_MAX = 64 /* octets with NUL: a host's name or a word; longer ones are cut */
};

struct session {
	const struct world *world;
	size_t message_size;     /* of its policy: message_size */
	struct message *message; /* NULL: none is on its way, or memory for it was refused */
	bool local;              /* the client hands messages over on the MTA's host */
	struct client client;    /* strings are those below */
	char address[SESSION_CLIENT_MAX];
	char login[TABLE_KEY_MAX + 1]; /* one octet more than a key has: a longer one is in no table, cut or whole */
	char mechanism[SESSION_LISTENER_MAX], tls_version[SESSION_LISTENER_MAX];
	char listener[SESSION_LISTENER_MAX], listener_port[SESSION_LISTENER_MAX];
	char sender[DECISION_SENDER_MAX + 4];
	struct connection connection; /* as it was counted */
	bool counted;
	bool starved;           /* memory for the message was refused */
	bool connection_judged; /* session_judge_connection was called */
	bool can_skip;          /* the MTA understands SMFIS_SKIP */
	bool headers_ended;     /* message_end_of_headers was called */
	bool ended;             /* message_end was called, or there is nothing more to ask */
	bool in_flight;         /* is counted in session_messages_in_flight */
	bool open;              /* is counted among the open sessions */
	bool measured;          /* milter/stopwatch.h measures the header of this message, */
	unsigned mails;         /* one of so many in this session, */
	int64_t header_ns;      /* and it has taken so long */
};

/* NULL when memory is refused. The world outlives the session. */
struct session *session_new(const struct world *world);
void session_free(struct session *session); /* NULL is fine */

/* Strings may be NULL: not known. */
struct session_connection {
	const struct sockaddr *address; /* as libmilter gives it; NULL or of an unknown family is external */
	const char *listener;
	const char *listener_port;
	bool counts; /* some check wants to know how many connections there are */
};
void session_connect(struct session *session, const struct session_connection *connection);

/* Asks the checks of the connection, once. True: session->message holds a verdict that refuses or defers. */
bool session_judge_connection(struct session *session);

/* A new message begins; whatever was there of another is gone. Strings may be NULL, but for the path. False when memory
 * is refused: then there is no message. */
struct session_mail {
	const char *path; /* as in MAIL FROM */
	const char *path_by_mta;
	const char *login;
	const char *mechanism;
	const char *tls_version;
	char **parameters;   /* of MAIL, NULL ends them; may be NULL */
	bool queue_id_known; /* there is a queue id before any recipient: a local submission to Postfix has one */
};
bool session_mail(struct session *session, const struct session_mail *mail);

/* Asks what is still to be asked of the message: at the end of the headers, and at that of the message. Each asks once. After a verdict
 * that refuses or defers there is nothing to ask: the answer is then the same however much of a message was seen. */
void session_end_headers(struct session *session);
void session_end_message(struct session *session);

/* The client for the log: its address, `local` or `unknown`. */
const char *session_client(const struct session *session);

/* The message was answered, or the MTA gave it up; or there was none. */
void session_forget(struct session *session);

/* Messages of this process whose MAIL was seen and that were not answered yet. Once told so, later ones are not counted. */
unsigned session_messages_in_flight(void);
void session_count_no_more(void);

#endif
