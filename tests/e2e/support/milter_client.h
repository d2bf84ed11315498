/* SPDX-License-Identifier: BSD-2-Clause */
/* milter_client.h - the MTA's side of the milter protocol, version 6, spoken to a filter over a unix socket.
 *
 *      struct milter_client client;
 *      milter_open(&client, "/run/postern.sock");
 *      milter_connect(&client, "client.example.com", "192.0.2.1");
 *      milter_mail(&client, "<a@example.com>");
 *      milter_header(&client, "Subject", "hi"); ...
 *      milter_eoh(&client); milter_body(&client, chunk, length); ... milter_end(&client);
 *      ... milter_verdict(&client) and client.changes say what the filter made of it ...
 *      milter_close(&client);
 *
 * Keeps to what was negotiated as an MTA does: an event the filter does not want is not sent, no reply is awaited
 * where the filter gives none, no body follows its SKIP, and nothing of a message follows its verdict on it. When the
 * protocol is broken or the connection ends, the verdict is "lost". */
#ifndef POSTERN_TESTS_E2E_SUPPORT_MILTER_CLIENT_H
#define POSTERN_TESTS_E2E_SUPPORT_MILTER_CLIENT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
	MILTER_VERDICT_MAX = 1024, /* a reply is at most 980 octets of text */
	MILTER_CHANGES_MAX = 2048,
	MILTER_BODY_MAX = 65535, /* octets in one body packet: what libmilter takes */
};

struct milter_client {
	int fd;
	uint32_t actions, protocol;       /* as the filter answered the offer */
	bool skipping;                    /* the filter wants no more of this body */
	bool ended;                       /* the end of the message was sent */
	char verdict[MILTER_VERDICT_MAX]; /* empty while the message is still open */
	char changes[MILTER_CHANGES_MAX]; /* "add NAME: VALUE\n" and "hold REASON\n", in order */
};

/* Connects and negotiates. The verdict is "lost" when there is nobody or nothing in common. */
void milter_open(struct milter_client *client, const char *socket_path);
void milter_close(struct milter_client *client);

/* The client's host name and IPv4 address, with its {client_addr}; then HELO. */
void milter_connect(struct milter_client *client, const char *host, const char *address);
/* A new message from the sender as written in MAIL, for one recipient; up to DATA. The queue id is its macro `i`. */
void milter_mail(struct milter_client *client, const char *sender, const char *queue_id);
/* A field; the value without the blank after the colon, folds as LF and blank. */
void milter_header(struct milter_client *client, const char *name, const char *value);
void milter_eoh(struct milter_client *client);
/* At most MILTER_BODY_MAX octets; none are not sent. */
void milter_body(struct milter_client *client, const char *octets, size_t length);
void milter_end(struct milter_client *client);
/* The message is given up, by its client or for the filter's verdict. Nothing happens when it has come to its end. */
void milter_abort(struct milter_client *client);

/* What was decided: "accept", "reply 554 5.6.0 Text", "reject", "tempfail", "discard" or "lost"; "open" as long as
 * nothing is. */
const char *milter_verdict(const struct milter_client *client);

/* A whole message, LF line ends, sent as an MTA would: fields one by one, the body with CRLFs in chunks of `first` and
 * then of `step` octets. */
struct milter_cut {
	size_t first, step; /* octets; 0: all that is left */
};
void milter_message(struct milter_client *client, const char *text, struct milter_cut cut);
/* The length of the field that the text begins with, its last LF included; 0 when it begins with none. */
size_t milter_field_of(const char *text);
/* The octets that milter_message sends as the body of the text; for free(). */
char *milter_body_of(const char *text, size_t *length_out);

#endif
