/* SPDX-License-Identifier: BSD-2-Clause */
/* smtp.h - an SMTP client (RFC 5321) that keeps every octet of what the server answers.
 *
 *      struct smtp client;
 *      smtp_open(&client, port, NULL);
 *      smtp_command(&client, "EHLO client.example.com");
 *      smtp_send(&client, &mail);
 *      ... client.reply is the last answer ...
 *      smtp_close(&client);
 *
 * Waits for each reply as long as PATIENCE_MS. A server that says nothing or hangs up leaves an empty reply: that is
 * for the test to judge. */
#ifndef POSTERN_TESTS_E2E_SUPPORT_SMTP_H
#define POSTERN_TESTS_E2E_SUPPORT_SMTP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>
#include <sys/types.h>

enum { SMTP_REPLY_MAX = 8192 }; /* eight full lines are 4 KB */

struct smtp;

/* What the octets go through: the socket, or TLS upon it. Results are those of recv and send. */
struct smtp_wire {
	ssize_t (*receive)(struct smtp *client, char *octets, size_t size);
	ssize_t (*send)(struct smtp *client, const char *octets, size_t length);
	void (*close)(struct smtp *client);
};

struct smtp {
	int fd;
	const struct smtp_wire *wire;
	void *tls;                  /* of smtp_tls.h; NULL: in clear */
	FILE *transcript;           /* where the dialogue is written as C: and S: lines, or NULL */
	char reply[SMTP_REPLY_MAX]; /* the last reply as it came, with its CRLFs; empty when none came */
	char input[SMTP_REPLY_MAX]; /* read and not yet looked at */
	size_t input_length;
};

/* A message and its envelope. */
struct mail {
	const char *id;     /* when not NULL sent as a field "X-Id:" before all others */
	const char *sender; /* MAIL FROM, between the <> */
	const char *text;   /* header section and body with LF line ends; dots are stuffed on the way */
};

extern const char smtp_recipient[]; /* to whom all mails go */

/* Connects to the loopback and reads the greeting; ends the program when there is nobody. */
void smtp_open(struct smtp *client, int port, FILE *transcript);
/* The same from another address of the loopback: see connect_from. */
void smtp_open_from(struct smtp *client, const char *source, int port, FILE *transcript);
/* Hangs up, without QUIT. */
void smtp_close(struct smtp *client);

/* Sends one line and reads its reply. */
void smtp_command(struct smtp *client, const char *format, ...) __attribute__((format(printf, 2, 3)));
/* EHLO, and QUIT with smtp_close. */
void smtp_hello(struct smtp *client);
void smtp_quit(struct smtp *client);

/* MAIL, RCPT, DATA and the message, up to the first answer that is not the hoped one. Returns whether all is accepted. */
bool smtp_send(struct smtp *client, const struct mail *mail);
/* The same up to the answer to DATA, 354; and then the message, whole but for the final dot. */
bool smtp_begin(struct smtp *client, const struct mail *mail);
void smtp_write_mail(struct smtp *client, const struct mail *mail);
/* The final dot, and its reply. */
void smtp_end(struct smtp *client);

/* Octets as they are, and the next reply. */
void smtp_write(struct smtp *client, const char *octets, size_t length);
void smtp_read_reply(struct smtp *client);

/* Whether the reply is this line, ended by one CRLF and nothing more. */
bool smtp_replied(const struct smtp *client, const char *line);
/* Whether it has this reply code. */
bool smtp_replied_code(const struct smtp *client, int code);

#endif
