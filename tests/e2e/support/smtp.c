/* SPDX-License-Identifier: BSD-2-Clause */
#define _GNU_SOURCE
#include "tests/e2e/support/smtp.h"

#include "tests/e2e/support/files.h"
#include "tests/e2e/support/sockets.h"

#include <errno.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

enum { COMMAND_MAX = 2048, REPLY_CODE_LENGTH = 3 };

const char smtp_recipient[] = "reader@dest.example.org";

static ssize_t
socket_receive(struct smtp *client, char *octets, size_t size)
{
	return recv(client->fd, octets, size, 0);
}

static ssize_t
socket_send(struct smtp *client, const char *octets, size_t length)
{
	return send(client->fd, octets, length, MSG_NOSIGNAL);
}

static void
socket_close(struct smtp *client)
{
	close(client->fd);
}

static const struct smtp_wire in_clear = { socket_receive, socket_send, socket_close };

static void
begin(struct smtp *client, int fd, int port, FILE *transcript)
{
	*client = (struct smtp){ .fd = fd, .wire = &in_clear, .transcript = transcript };
	if (client->fd < 0)
		fail("cannot connect to port %d: %s", port, strerror(errno));
	smtp_read_reply(client);
}

void
smtp_open(struct smtp *client, int port, FILE *transcript)
{
	begin(client, connect_loopback(port), port, transcript);
}

void
smtp_open_from(struct smtp *client, const char *source, int port, FILE *transcript)
{
	begin(client, connect_from(source, port), port, transcript);
}

void
smtp_close(struct smtp *client)
{
	client->wire->close(client);
	client->fd = -1;
}

/* Each line of text, which ends in LF or CRLF, after the speaker's mark. */
static void
transcribe(const struct smtp *client, const char *mark, const char *text)
{
	if (client->transcript == NULL)
		return;
	while (*text != '\0') {
		size_t length = strcspn(text, "\r\n");

		fprintf(client->transcript, "%s %.*s\n", mark, (int)length, text);
		text += length;
		text += strspn(text, "\r");
		text += *text == '\n';
	}
}

void
smtp_write(struct smtp *client, const char *octets, size_t length)
{
	while (length > 0) {
		ssize_t sent = client->wire->send(client, octets, length);

		/* Whoever hung up on us will not answer either, and that is what gets looked at. */
		if (sent <= 0)
			return;
		octets += sent;
		length -= (size_t)sent;
	}
}

/* The length of the complete reply at the start of the input, 0 when more must be read. A line with a hyphen after its
 * code is not the last one (RFC 5321 4.2.1). */
static size_t
complete_reply(const struct smtp *client)
{
	size_t start = 0;

	for (;;) {
		const char *line = client->input + start;
		const char *end = memmem(line, client->input_length - start, "\r\n", 2);

		if (end == NULL)
			return 0;
		start = (size_t)(end + 2 - client->input);
		if (end - line <= REPLY_CODE_LENGTH || line[REPLY_CODE_LENGTH] != '-')
			return start;
	}
}

void
smtp_read_reply(struct smtp *client)
{
	size_t length;

	client->reply[0] = '\0';
	while ((length = complete_reply(client)) == 0) {
		size_t room = sizeof client->input - client->input_length;
		ssize_t got = client->wire->receive(client, client->input + client->input_length, room);

		if (got <= 0)
			return;
		client->input_length += (size_t)got;
	}
	/* Not more than fits: a reply as long as the input has no room for its NUL. */
	if (length == sizeof client->reply)
		fail("a reply of more than %d octets", SMTP_REPLY_MAX - 1);
	memcpy(client->reply, client->input, length);
	client->reply[length] = '\0';
	client->input_length -= length;
	memmove(client->input, client->input + length, client->input_length);
	transcribe(client, "S:", client->reply);
}

void
smtp_command(struct smtp *client, const char *format, ...)
{
	char line[COMMAND_MAX];
	va_list arguments;

	va_start(arguments, format);
	int length = vsnprintf(line, sizeof line - 2, format, arguments);
	va_end(arguments);
	if (length < 0 || (size_t)length >= sizeof line - 2)
		fail("command too long: %s", format);
	strcat(line, "\r\n");
	transcribe(client, "C:", line);
	smtp_write(client, line, strlen(line));
	smtp_read_reply(client);
}

void
smtp_hello(struct smtp *client)
{
	smtp_command(client, "EHLO client.example.com");
}

void
smtp_quit(struct smtp *client)
{
	smtp_command(client, "QUIT");
	smtp_close(client);
}

bool
smtp_replied(const struct smtp *client, const char *line)
{
	size_t length = strlen(line);

	return strncmp(client->reply, line, length) == 0 && strcmp(client->reply + length, "\r\n") == 0;
}

bool
smtp_replied_code(const struct smtp *client, int code)
{
	char digits[16];

	snprintf(digits, sizeof digits, "%d", code);
	return strncmp(client->reply, digits, REPLY_CODE_LENGTH) == 0;
}

bool
smtp_begin(struct smtp *client, const struct mail *mail)
{
	smtp_command(client, "MAIL FROM:<%s>", mail->sender);
	if (!smtp_replied_code(client, 250))
		return false;
	smtp_command(client, "RCPT TO:<%s>", smtp_recipient);
	if (!smtp_replied_code(client, 250))
		return false;
	smtp_command(client, "DATA");
	return smtp_replied_code(client, 354);
}

void
smtp_write_mail(struct smtp *client, const struct mail *mail)
{
	char *wire = NULL;
	size_t length = 0;
	FILE *out = open_memstream(&wire, &length);

	if (out == NULL)
		fail("out of memory");
	if (mail->id != NULL)
		fprintf(out, "X-Id: %s\r\n", mail->id);
	for (const char *line = mail->text; *line != '\0';) {
		size_t end = strcspn(line, "\n");

		/* RFC 5321 4.5.2: a dot at the start of a line is doubled. */
		fprintf(out, "%s%.*s\r\n", line[0] == '.' ? "." : "", (int)end, line);
		line += end + (line[end] == '\n');
	}
	fclose(out);
	transcribe(client, "C:", wire);
	smtp_write(client, wire, length);
	free(wire);
}

void
smtp_end(struct smtp *client)
{
	smtp_command(client, ".");
}

bool
smtp_send(struct smtp *client, const struct mail *mail)
{
	if (!smtp_begin(client, mail))
		return false;
	smtp_write_mail(client, mail);
	smtp_end(client);
	return smtp_replied_code(client, 250);
}
