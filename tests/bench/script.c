/* SPDX-License-Identifier: BSD-2-Clause */
#define _GNU_SOURCE
#include "tests/bench/script.h"

#include "tests/e2e/support/files.h"
#include "tests/e2e/support/milter_client.h"
#include "tests/e2e/support/milter_protocol.h"

#include <arpa/inet.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
	CHUNK = 65535,     /* what both MTAs put into a packet of the body */
	ADDRESS_MAX = 320, /* of the letters that are sent here */
	ROOM_MIN = 16384
};

/* A kind of event, the bits that concern it, and the macros that precede it: name, value, each with its NUL. */
struct event {
	char kind;
	uint32_t declined, quiet;
	const char *macros;
	size_t macros_length;
};

#define MACROS(text) (text), sizeof(text)

static const struct event connect_event = { 'C', MILTER_NO_CONNECT, MILTER_QUIET_CONNECT, MACROS("j\0mx.example.net") };
static const struct event helo_event = { 'H', MILTER_NO_HELO, MILTER_QUIET_HELO, NULL, 0 };
static const struct event mail_event = { 'M', MILTER_NO_MAIL, MILTER_QUIET_MAIL,
					 MACROS("{mail_addr}\0alice@example.com") };
static const struct event rcpt_event = { 'R', MILTER_NO_RCPT, MILTER_QUIET_RCPT,
					 MACROS("{rcpt_addr}\0bob@example.org") };
static const struct event data_event = { 'T', MILTER_NO_DATA, MILTER_QUIET_DATA, MACROS("i\0004bQ2x13ZpWz2") };
static const struct event header_event = { 'L', MILTER_NO_HEADERS, MILTER_QUIET_HEADERS, NULL, 0 };
static const struct event eoh_event = { 'N', MILTER_NO_EOH, MILTER_QUIET_EOH, MACROS("i\0004bQ2x13ZpWz2") };
static const struct event body_event = { 'B', MILTER_NO_BODY, MILTER_QUIET_BODY, NULL, 0 };
static const struct event end_event = { 'E', MILTER_NEVER, MILTER_NEVER, MACROS("i\0004bQ2x13ZpWz2") };

/* Name and value, each with its NUL. */
static const struct {
	const char *octets;
	size_t length;
} fields[] = {
	{ MACROS("Received\0from client.example.com (client.example.com [192.0.2.7])\n\tby mx.example.net (Postfix) "
		 "with ESMTPS id 4bQ2x13ZpWz2\n\tfor <bob@example.org>; Mon,  6 Jan 2025 10:00:00 +0100 (CET)") },
	{ MACROS("Received\0by client.example.com with local id 1tUj2K-0000000001-3F2b; Mon, 06 Jan 2025 10:00:00 "
		 "+0100") },
	{ MACROS("Date\0Mon, 6 Jan 2025 10:00:00 +0100") },
	{ MACROS("From\0Alice Example <alice@example.com>") },
	{ MACROS("To\0Bob Example <bob@example.org>") },
	{ MACROS("Subject\0=?utf-8?Q?Gr=C3=BC=C3=9Fe?= and the report of last week") },
	{ MACROS("Message-ID\0<20250106100000.3F2b@client.example.com>") },
	{ MACROS("MIME-Version\0001.0") },
	{ MACROS("User-Agent\0Example Mail 3.2") },
};
static const char text_type[] = "Content-Type\0text/plain; charset=utf-8";
static const char mixed_type[] = "Content-Type\0multipart/mixed; boundary=\"=_5f3a9c01\"";

static const char text_line[] = "The quick brown fox jumps over the lazy dog, and then it does so again.\r\n";
static const char base64_line[] = "QUJDREVGR0hJSktMTU5PUFFSU1RVVldYWVphYmNkZWZnaGlqa2xtbm9wcXJzdHV2d3h5ejAxMjM0\r\n";
static const char text_part[] = "--=_5f3a9c01\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n";
static const char file_part[] = "--=_5f3a9c01\r\nContent-Type: application/pdf; name=\"report.pdf\"\r\n"
				"Content-Transfer-Encoding: base64\r\n"
				"Content-Disposition: attachment; filename=\"report.pdf\"\r\n\r\n";
static const char close_delimiter[] = "--=_5f3a9c01--\r\n";

static void
add(struct script *script, const void *octets, size_t length)
{
	if (script->room - script->length < length) {
		script->room = 2 * script->room + length + ROOM_MIN;
		script->octets = realloc(script->octets, script->room);
		if (script->octets == NULL)
			fail("out of memory");
	}
	if (length > 0)
		memcpy(script->octets + script->length, octets, length);
	script->length += length;
}

static void
add_packet(struct script *script, char kind, const void *data, size_t length)
{
	uint32_t size = htonl((uint32_t)length + 1);

	add(script, &size, sizeof size);
	add(script, &kind, 1);
	add(script, data, length);
}

static void
end_step(struct script *script, bool awaits, unsigned chunk)
{
	if (script->count == script->steps_room) {
		script->steps_room = 2 * script->steps_room + 16;
		script->steps = realloc(script->steps, script->steps_room * sizeof *script->steps);
		if (script->steps == NULL)
			fail("out of memory");
	}
	script->steps[script->count++] = (struct step){ script->length, awaits, chunk };
}

static void
add_event(struct script *script, uint32_t protocol, const struct event *event, const void *data, size_t length)
{
	if ((protocol & event->declined) != 0)
		return;
	if (event->macros != NULL) {
		uint32_t size = htonl((uint32_t)event->macros_length + 2);

		add(script, &size, sizeof size);
		add(script, "D", 1);
		add(script, &event->kind, 1);
		add(script, event->macros, event->macros_length);
	}
	if (event->kind == body_event.kind)
		script->chunks++;
	add_packet(script, event->kind, data, length);
	if ((protocol & event->quiet) == 0)
		end_step(script, true, event->kind == body_event.kind ? script->chunks : 0);
}

void
script_opening(struct script *script, uint32_t protocol)
{
	static const char client[] = "client.example.com\0004\x30\x39"
				     "127.0.0.1";
	const uint32_t offer[3] = { htonl(MILTER_VERSION), htonl(MILTER_ALL_ACTIONS), htonl(MILTER_ALL_PROTOCOL) };

	*script = (struct script){ 0 };
	add_packet(script, 'O', offer, sizeof offer);
	end_step(script, true, 0);
	add_event(script, protocol, &connect_event, client, sizeof client);
	add_event(script, protocol, &helo_event, "client.example.com", sizeof "client.example.com");
	end_step(script, false, 0);
}

static void
add_lines(struct script *body, const char *line, size_t octets)
{
	size_t length = strlen(line);

	for (size_t done = 0; done < octets; done += length)
		add(body, line, length);
}

/* Of a mail with attachments the text is an eighth. */
static void
make_body(struct script *body, const struct mail *mail)
{
	if (mail->attachments == 0) {
		add_lines(body, text_line, mail->size);
		return;
	}
	add(body, text_part, strlen(text_part));
	add_lines(body, text_line, mail->size / 8);
	for (unsigned i = 0; i < mail->attachments; i++) {
		add(body, file_part, strlen(file_part));
		add_lines(body, base64_line, mail->size / 8 * 7 / mail->attachments);
	}
	add(body, close_delimiter, strlen(close_delimiter));
}

static void
add_body(struct script *script, uint32_t protocol, const char *body, size_t length)
{
	for (size_t at = 0; at < length; at += CHUNK)
		add_event(script, protocol, &body_event, body + at, length - at < CHUNK ? length - at : CHUNK);
}

void
script_message(struct script *script, uint32_t protocol, const struct mail *mail)
{
	struct script body = { 0 };

	make_body(&body, mail);
	*script = (struct script){ 0 };
	add_packet(script, 'A', NULL, 0);
	script->start = script->length;
	add_event(script, protocol, &mail_event, "<alice@example.com>", sizeof "<alice@example.com>");
	add_event(script, protocol, &rcpt_event, "<bob@example.org>", sizeof "<bob@example.org>");
	add_event(script, protocol, &data_event, NULL, 0);
	for (size_t i = 0; i < sizeof fields / sizeof fields[0]; i++)
		add_event(script, protocol, &header_event, fields[i].octets, fields[i].length);
	if (mail->attachments > 0)
		add_event(script, protocol, &header_event, mixed_type, sizeof mixed_type);
	else
		add_event(script, protocol, &header_event, text_type, sizeof text_type);
	add_event(script, protocol, &eoh_event, NULL, 0);
	add_body(script, protocol, body.octets, body.length);
	add_event(script, protocol, &end_event, NULL, 0);
	script_free(&body);
}

/* MAIL as mail_event has it, with this sender. */
static void
add_sender(struct script *script, uint32_t protocol, const char *sender)
{
	static const char macro[] = "{mail_addr}";
	char macros[sizeof macro + ADDRESS_MAX];
	char path[ADDRESS_MAX + 2];
	struct event event = mail_event;

	if (strlen(sender) >= ADDRESS_MAX)
		fail("a sender of %zu octets", strlen(sender));
	memcpy(macros, macro, sizeof macro);
	strcpy(macros + sizeof macro, sender);
	event.macros = macros;
	event.macros_length = sizeof macro + strlen(sender) + 1;
	snprintf(path, sizeof path, "<%s>", sender);
	add_event(script, protocol, &event, path, strlen(path) + 1);
}

/* A field as an MTA hands it over: without the blank behind the colon. */
static void
add_field(struct script *script, uint32_t protocol, const char *text, size_t length)
{
	char *field = strndup(text, length - (text[length - 1] == '\n'));
	char *colon = field != NULL ? strchr(field, ':') : NULL;

	if (colon == NULL)
		fail("a field cannot be sent");
	*colon = '\0';
	if (colon[1] == ' ')
		memmove(colon + 1, colon + 2, strlen(colon + 1));
	add_event(script, protocol, &header_event, field, (size_t)(colon - field) + 1 + strlen(colon + 1) + 1);
	free(field);
}

void
script_letter(struct script *script, uint32_t protocol, const struct letter *letter)
{
	size_t body_length;
	char *body = milter_body_of(letter->text, &body_length);

	*script = (struct script){ 0 };
	add_packet(script, 'A', NULL, 0);
	script->start = script->length;
	add_sender(script, protocol, letter->sender);
	add_event(script, protocol, &rcpt_event, "<bob@example.org>", sizeof "<bob@example.org>");
	add_event(script, protocol, &data_event, NULL, 0);
	const char *text = letter->text;
	for (size_t field; (field = milter_field_of(text)) > 0; text += field)
		add_field(script, protocol, text, field);
	add_event(script, protocol, &eoh_event, NULL, 0);
	add_body(script, protocol, body, body_length);
	add_event(script, protocol, &end_event, NULL, 0);
	free(body);
}

void
script_closing(struct script *script)
{
	*script = (struct script){ 0 };
	add_packet(script, 'Q', NULL, 0);
	end_step(script, false, 0);
}

void
script_free(struct script *script)
{
	free(script->octets);
	free(script->steps);
	*script = (struct script){ 0 };
}
