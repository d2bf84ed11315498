/* SPDX-License-Identifier: BSD-2-Clause */
/* What MAIL, RCPT, the connection and macros may say, and never should: each is answered as it is specified, and nothing breaks. */
#include "tests/e2e/support/health.h"
#include "tests/e2e/support/sockets.h"
#include "tests/e2e/support/wire.h"
#include "tests/support/suite.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define BAD_SENDER "y501 5.1.7 Bad sender address "
#define NULL_SENDER "y550 5.7.1 Empty sender not allowed"
#define SENT "c"

static const char checks[] = "null_sender = { }; sender_invalid = { }; recipient_invalid = { }; subject_missing = { };";

struct said {
	const char *octets;
	size_t length;
};
#define SAID(literal)                    \
	{                                \
		literal, sizeof(literal) \
	}

static void
begin(void)
{
	health_configure(checks);
	asking_launch();
	health_remember();
}

/* The last answer to the offer, the client, MAIL and perhaps RCPT, "y501 ...", must begin so. */
static void
expect_answer(const struct wire *wire, unsigned answers, const char *expected, const char *sentence)
{
	char answer[1024] = "";
	int fd = connect_unix(asking.postern.socket.text);

	ck_assert(fd >= 0 && wire_send(fd, wire->octets, wire->length));
	while (answers-- > 0)
		ck_assert_msg(wire_read(fd, answer, answer + 1, sizeof answer - 1), "%s: no answer", sentence);
	ck_assert_msg(strncmp(answer, expected, strlen(expected)) == 0, "%s: %s", sentence, answer);
	close(fd);
}

static const struct row {
	const char *sentence;
	struct said said;
	const char *answer; /* to MAIL */
} rows[] = {
	{ "a path", SAID("<a@example.com>"), SENT },
	{ "no brackets, as a local submission to Postfix has it", SAID("a@example.com"), SENT },
	{ "a null sender", SAID("<>"), NULL_SENDER },
	{ "nothing", SAID(""), NULL_SENDER },
	{ "a route", SAID("<@a.example.com,@b.example.com:x@example.com>"), SENT },
	{ "an @ in quotes", SAID("<\"a@b\"@example.com>"), SENT },
	{ "a dot behind the domain", SAID("<a@example.com.>"), BAD_SENDER },
	{ "octets beyond ASCII that nobody announced", SAID("<\xc3\xa4@example.com>"), BAD_SENDER },
	{ "octets beyond ASCII that are announced", SAID("<\xc3\xa4@example.com>\0SMTPUTF8"), SENT },
	{ "capitals", SAID("<A@EXAMPLE.COM>"), SENT },
	{ "two at signs", SAID("<a@b@example.com>"), BAD_SENDER },
	{ "a bracket that is not closed", SAID("<a@example.com"), BAD_SENDER },
	{ "control characters", SAID("<a\r\n\x1b[2J@example.com>"), BAD_SENDER },
	{ "percent signs", SAID("<%s%n%n@example.com>"), SENT },
	{ "parameters without a value", SAID("<a@example.com>\0SIZE=\0BODY\0=\0\0"), SENT },
	{ "a size beyond any", SAID("<a@example.com>\0SIZE=99999999999999999999999999"), SENT },
};

START_TEST(each_sender_is_answered_as_specified)
{
	begin();
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		struct wire wire = { 0 };

		wire_add_offer(&wire);
		wire_add(&wire, 'M', rows[i].said.octets, rows[i].said.length);
		expect_answer(&wire, 2, rows[i].answer, rows[i].sentence);
		wire_free(&wire);
	}
	health_expect_same();
	postern_stop(&asking.postern);
}
END_TEST

START_TEST(sixty_kilobytes_are_no_address)
{
	static const char commands[] = "MR";
	static char path[60 * 1024];

	begin();
	memset(path, 'a', sizeof path - 1);
	memcpy(path, "<", 1);
	memcpy(path + sizeof path - 14, "@example.com>", 14);
	for (const char *command = commands; *command != '\0'; command++) {
		struct wire wire = { 0 };

		wire_add_offer(&wire);
		if (*command == 'R')
			WIRE_STRINGS(&wire, 'M', "<a@example.com>");
		wire_add(&wire, *command, path, sizeof path);
		expect_answer(&wire, *command == 'R' ? 3 : 2, "y501 5.1.7 Bad ", "60 KB");
		wire_free(&wire);
	}
	health_expect_same();
	postern_stop(&asking.postern);
}
END_TEST

static const struct said clients[] = {
	SAID("client.example.com\0U"),
	SAID("\0U"),
	SAID("client.example.com\0"
	     "6\x30\x39"
	     "2001:db8::1"),
	SAID("client.example.com\0"
	     "6\x30\x39"
	     "IPv6:2001:db8::1"),
	SAID("localhost\0L\0\0/run/x"),
	SAID("localhost\0L\0\0"),
	SAID("client.example.com\0X\x30\x39"
	     "192.0.2.1"),
	SAID("client.example.com\0"
	     "4\0\0"
	     "999.0.2.1"),
	SAID("%s\r\n\x1b[2J\0"
	     "4\x30\x39"
	     "192.0.2.1"),
	SAID("client.example.com"),
	SAID(""),
};

static const struct said macros[] = {
	SAID("Mi"),
	SAID("Mi\0"),
	SAID("M{auth_authen}\0\r\n\x1b[2J%s\"\\"),
	SAID("M{mail_addr}\0"),
	SAID("M{mail_addr}\0\xff@@@"),
	SAID("M\0\0\0\0"),
	SAID("C{daemon_name}\0{daemon_port}"),
	SAID(""),
	SAID("?i\0x"),
};

/* A session goes on, or ends: it is the daemon that has to stay. */
static void
try_client(const struct said *client, const struct said *macro)
{
	struct wire wire = { 0 };
	int fd = connect_unix(asking.postern.socket.text);

	wire_add_offer(&wire);
	wire_add(&wire, 'C', client->octets, client->length);
	WIRE_STRINGS(&wire, 'H', "");
	wire_add(&wire, 'D', macro->octets, macro->length);
	WIRE_STRINGS(&wire, 'M', "<a@example.com>");
	WIRE_STRINGS(&wire, 'R', "<b@example.com>");
	wire_add(&wire, 'N', NULL, 0);
	wire_add(&wire, 'B', "text\r\n", 6);
	ck_assert_int_ge(fd, 0);
	if (wire_send(fd, wire.octets, wire.length))
		wire_drain(fd, 1);
	close(fd);
	wire_free(&wire);
}

START_TEST(odd_clients_and_macros_do_no_harm)
{
	begin();
	for (size_t i = 0; i < sizeof clients / sizeof clients[0]; i++)
		for (size_t j = 0; j < sizeof macros / sizeof macros[0]; j++)
			try_client(&clients[i], &macros[j]);
	health_expect_same();
	postern_stop(&asking.postern);
}
END_TEST

/* Macros that an MTA does not send are not needed: the message is judged without. */
START_TEST(without_macros_a_message_is_judged)
{
	struct wire wire = { 0 };

	begin();
	wire_add_offer(&wire);
	WIRE_STRINGS(&wire, 'M', "<a@example.com>");
	WIRE_STRINGS(&wire, 'R', "<b@example.com>");
	WIRE_STRINGS(&wire, 'L', "From\0a@example.com");
	wire_add(&wire, 'N', NULL, 0);
	wire_add(&wire, 'E', NULL, 0);
	expect_answer(&wire, 4, "y554 5.6.0 Subject not present", "neither client nor queue id");
	ck_assert(postern_logs(&asking.postern, "NOQUEUE: refuse \"554 5.6.0 Subject not present\""));
	wire_free(&wire);
	health_expect_same();
	postern_stop(&asking.postern);
}
END_TEST

HOSTILE_MAIN(hostile_arguments, each_sender_is_answered_as_specified, sixty_kilobytes_are_no_address,
	     odd_clients_and_macros_do_no_harm, without_macros_a_message_is_judged)
