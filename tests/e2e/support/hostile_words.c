/* SPDX-License-Identifier: BSD-2-Clause */
#include "tests/e2e/support/hostile_words.h"

#include "tests/e2e/support/files.h"

#include <stdio.h>
#include <string.h>

enum { PACKET_MAX = 4096 };

const struct hostile_place hostile_places[HOSTILE_PLACES] = {
	{ "the client's name", offsetof(struct words, host), "@@.example.com" },
	{ "HELO", offsetof(struct words, helo), "@@.example.com" },
	{ "the login", offsetof(struct words, login), "@@" },
	{ "the queue id", offsetof(struct words, id), "@@" },
	{ "MAIL", offsetof(struct words, sender), "<@@@example.com>" },
	{ "RCPT", offsetof(struct words, recipient), "<@@@dest.example.org>" },
	{ "a field's name", offsetof(struct words, field), "X-@@" },
	{ "Subject", offsetof(struct words, subject), "@@" },
	{ "From", offsetof(struct words, from), "\"@@\" <@@@@@.example.net>" },
	{ "a media type", offsetof(struct words, type), "application/@@" },
	{ "a file's name", offsetof(struct words, file), "@@.exe" },
};

struct words
hostile_good_words(size_t session)
{
	struct words words = { .host = "client.example.com",
			       .helo = "client.example.com",
			       .login = "robin",
			       .recipient = "<reader@dest.example.org>",
			       .field = "X-Mailer",
			       .subject = "good morning",
			       .from = "Robin <robin@example.com>",
			       .type = "application/pdf",
			       .file = "a.pdf" };

	snprintf(words.id, sizeof words.id, "5cQ%zu", session);
	snprintf(words.sender, sizeof words.sender, "<robin%zu@example.com>", session);
	return words;
}

struct words
hostile_words(size_t session, const struct hostile_place *place, const struct hostile *hostile)
{
	struct words words = hostile_good_words(session);
	char *text = (char *)&words + place->at;
	/* The id stays the session's own. */
	size_t used = place->at == offsetof(struct words, id) ? strlen(text) : 0;

	for (const char *from = place->around; *from != '\0' && used < HOSTILE_TEXT_MAX; from++) {
		bool there = strncmp(from, "@@", 2) == 0;

		used += (size_t)snprintf(text + used, HOSTILE_TEXT_MAX - used, "%.*s", there ? HOSTILE_TEXT_MAX : 1,
					 there ? hostile->text : from);
		from += there;
	}
	return words;
}

/* Strings, each with its NUL, NULL behind the last; behind an octet unless that is zero. */
static void
add_strings(struct wire *wire, char command, char first, const char *const strings[])
{
	char data[PACKET_MAX];
	size_t used = 0;

	if (first != '\0')
		data[used++] = first;
	for (; *strings != NULL; strings++) {
		if (used + strlen(*strings) + 1 > sizeof data)
			fail("too much for a packet of strings");
		strcpy(data + used, *strings);
		used += strlen(*strings) + 1;
	}
	wire_add(wire, command, data, used);
}
#define STRINGS(...) ((const char *const[]){ __VA_ARGS__, NULL })

static void
add_message(struct wire *wire, const struct words *words)
{
	char type[3 * HOSTILE_TEXT_MAX], body[4 * HOSTILE_TEXT_MAX];

	add_strings(wire, 'D', 'M', STRINGS("i", words->id, "{auth_authen}", words->login, "{auth_type}", "PLAIN"));
	add_strings(wire, 'M', 0, STRINGS(words->sender));
	add_strings(wire, 'R', 0, STRINGS(words->recipient));
	wire_add(wire, 'T', NULL, 0);
	add_strings(wire, 'L', 0, STRINGS("From", words->from));
	add_strings(wire, 'L', 0, STRINGS("Subject", words->subject));
	add_strings(wire, 'L', 0, STRINGS(words->field, words->subject));
	add_strings(wire, 'L', 0, STRINGS("MIME-Version", "1.0"));
	snprintf(type, sizeof type, "multipart/mixed; boundary=b; x=\"%s\"", words->file);
	add_strings(wire, 'L', 0, STRINGS("Content-Type", type));
	wire_add(wire, 'N', NULL, 0);
	snprintf(body, sizeof body, "--b\r\n\r\nhello\r\n--b\r\nContent-Type: %s; name=\"%s\"\r\n\r\n--b--\r\n",
		 words->type, words->file);
	wire_add(wire, 'B', body, strlen(body));
	wire_add(wire, 'E', NULL, 0);
	wire_add(wire, 'Q', NULL, 0);
}

void
hostile_session(struct wire *wire, const struct words *words)
{
	wire_add_offer(wire);
	add_strings(wire, 'D', 'C', STRINGS("{client_addr}", "192.0.2.1", "j", words->host));
	add_strings(wire, 'C', 0,
		    STRINGS(words->host, "4\x30\x39"
					 "192.0.2.1"));
	add_strings(wire, 'H', 0, STRINGS(words->helo));
	add_message(wire, words);
}
