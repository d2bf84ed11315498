/* SPDX-License-Identifier: BSD-2-Clause */
/* A libFuzzer program for the callbacks, by way of tests/support/caller.h: any of them, in any order, with any arguments and macros, by a policy
 * that has checks at each stage and another that tags and holds. An input is a row of events:
 *
 *      an octet that says which, modulo EVENT_COUNT; then its strings, each a length of two octets and so many
 *
 * What must hold: nothing is touched that is not ours, nothing is left behind, no answer refuses or defers without a reply of its class, and what is
 * handed to libmilter is printable ASCII. */
#define _POSIX_C_SOURCE 200809L
#include "milter/callbacks.h"
#include "policy/parse/bytes.h"
#include "tests/support/caller.h"

#include <check.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { ARGUMENTS_MAX = 4, CALLERS = 2 };

/* There is no Check to tell. */
void
_mark_point(const char *file, int line)
{
	(void)file;
	(void)line;
}

void
_ck_assert_failed(const char *file, int line, const char *expression, const char *message, ...)
{
	(void)message;
	printf("%s:%d: %s\n", file, line, expression);
	fflush(stdout);
	abort();
}

enum event {
	EVENT_NEGOTIATE,
	EVENT_CONNECT,
	EVENT_HELO,
	EVENT_MAIL,
	EVENT_RCPT,
	EVENT_HEADER,
	EVENT_EOH,
	EVENT_BODY,
	EVENT_END,
	EVENT_ABORT,
	EVENT_CLOSE,
	EVENT_MACRO,
	EVENT_NO_MACRO,
	EVENT_COUNT
};

static const char *const configs[CALLERS] = {
	"checks = { null_sender = { allow = \"reports\"; }; sender_invalid = { }; "
	"recipient_invalid = { }; "
	"recipients_too_many = { limit = 3; }; connections_per_client = { limit = 1; }; header_missing = { }; "
	"header_duplicate = { }; "
	"subject_missing = { }; subject_empty = { }; alignment = { }; inline_image_empty = { }; attachment_empty = { "
	"}; body_missing = { }; "
	"send_rate = { rate = \"2/1s\"; per = [ \"all\" ]; }; };",
	"checks = { null_sender = { mode = \"tag\"; }; subject_missing = { mode = \"hold\"; "
	"}; "
	"attachment_empty = { mode = \"tag\"; }; body_missing = { mode = \"observe\"; }; auth_required = { mode = "
	"\"tag\"; }; "
	"daily_quota = { quota = \"5/1h\"; per = [ \"all\" ]; }; };",
};

static const char *const macro_names[] = {
	"i",           "{auth_authen}", "{mail_addr}",  "{auth_type}", "{tls_version}",
	"{rcpt_addr}", "{daemon_name}", "{daemon_port}"
};
enum { MACRO_COUNT = sizeof macro_names / sizeof macro_names[0] };
_Static_assert((int)MACRO_COUNT <= FAKE_MACROS_MAX, "all of them fit");

static char *macro_values[MACRO_COUNT];

static struct bytes rest;

static unsigned
take_octet(void)
{
	if (rest.length == 0)
		return 0;
	unsigned octet = (unsigned char)rest.data[0];
	rest = bytes_from(rest, 1);
	return octet;
}

/* For free(), and no octet longer than it is. */
static char *
take_octets(size_t *length_out)
{
	size_t length = take_octet();

	length = length << 8 | take_octet();
	if (length > rest.length)
		length = rest.length;
	char *octets = malloc(length > 0 ? length : 1);
	if (octets == NULL)
		abort();
	if (length > 0)
		memcpy(octets, rest.data, length);
	rest = bytes_from(rest, length);
	*length_out = length;
	return octets;
}

/* The same, up to its first NUL. */
static char *
take_string(void)
{
	size_t length;
	char *octets = take_octets(&length);
	char *string = malloc(length + 1), *shorter;

	if (string == NULL)
		abort();
	memcpy(string, octets, length);
	string[length] = '\0';
	free(octets);
	shorter = strdup(string);
	free(string);
	return shorter;
}

static sfsistat
connect_client(struct caller *caller)
{
	static const sa_family_t families[] = { AF_INET, AF_INET6, AF_UNIX, AF_UNSPEC, 77 };
	union caller_client client;
	char *host = take_string();
	size_t length;
	char *address = take_octets(&length);

	memset(&client, 0, sizeof client);
	memcpy(&client, address, length < sizeof client ? length : sizeof client);
	unsigned family = take_octet();
	client.sa.sa_family = families[family % 5];
	sfsistat status = caller->filter.xxfi_connect(caller->context, host, family > 250 ? NULL : &client.sa);
	free(host);
	free(address);
	return status;
}

static sfsistat
call_with_arguments(struct caller *caller, sfsistat (*callback)(SMFICTX *, char **))
{
	char *arguments[ARGUMENTS_MAX + 1] = { NULL };
	unsigned count = take_octet() % (ARGUMENTS_MAX + 1);

	for (unsigned i = 0; i < count; i++)
		arguments[i] = take_string();
	sfsistat status = callback(caller->context, arguments);
	for (unsigned i = 0; i < count; i++)
		free(arguments[i]);
	return status;
}

static sfsistat
call_with_strings(struct caller *caller, enum event event)
{
	char *one = take_string(), *other = event == EVENT_HEADER ? take_string() : NULL;
	sfsistat status = event == EVENT_HEADER ? caller->filter.xxfi_header(caller->context, one, other)
						: caller->filter.xxfi_helo(caller->context, one);

	free(one);
	free(other);
	return status;
}

static sfsistat
call_body(struct caller *caller)
{
	size_t length;
	char *octets = take_octets(&length);
	sfsistat status = caller->filter.xxfi_body(caller->context, (unsigned char *)octets, length);

	free(octets);
	return status;
}

static sfsistat
negotiate(struct caller *caller)
{
	unsigned long offered = take_octet();

	caller_negotiate(caller, (offered << 8 | take_octet()) << 5 | 0x1f);
	return SMFIS_CONTINUE;
}

static sfsistat
set_macro(struct caller *caller, bool present)
{
	unsigned which = take_octet() % MACRO_COUNT;

	free(macro_values[which]);
	macro_values[which] = present ? take_string() : NULL;
	caller_set_macro(caller, macro_names[which], macro_values[which]);
	return SMFIS_CONTINUE;
}

static sfsistat
call(struct caller *caller, enum event event)
{
	switch (event) {
	case EVENT_NEGOTIATE:
		return negotiate(caller);
	case EVENT_CONNECT:
		return connect_client(caller);
	case EVENT_HELO:
	case EVENT_HEADER:
		return call_with_strings(caller, event);
	case EVENT_MAIL:
		return call_with_arguments(caller, caller->filter.xxfi_envfrom);
	case EVENT_RCPT:
		return call_with_arguments(caller, caller->filter.xxfi_envrcpt);
	case EVENT_EOH:
		return caller->filter.xxfi_eoh(caller->context);
	case EVENT_BODY:
		return call_body(caller);
	case EVENT_END:
		return caller->filter.xxfi_eom(caller->context);
	case EVENT_ABORT:
		return caller->filter.xxfi_abort(caller->context);
	case EVENT_CLOSE:
		return caller->filter.xxfi_close(caller->context);
	default:
		return set_macro(caller, event == EVENT_MACRO);
	}
}

static void
expect(bool holds, const char *what, enum event event, const struct caller *caller)
{
	if (holds)
		return;
	printf("event %d: %s\n%s", (int)event, what, caller->fake.trace);
	fflush(stdout);
	abort();
}

static void
check_answer(const struct caller *caller, enum event event, sfsistat status)
{
	const char *trace = caller->fake.trace;
	bool silent = status == SMFIS_CONTINUE || status == SMFIS_NOREPLY;

	for (const char *c = trace; *c != '\0'; c++)
		expect(*c == '\n' || (*c >= ' ' && *c < 0x7f), "not printable", event, caller);
	if (status == SMFIS_REJECT)
		expect(strstr(trace, "reply 5") != NULL, "refused without a reply", event, caller);
	else if (status == SMFIS_TEMPFAIL)
		expect(strstr(trace, "reply 4") != NULL, "deferred without a reply", event, caller);
	else if (status == SMFIS_SKIP)
		expect(event == EVENT_BODY, "skipped", event, caller);
	else
		expect(silent || status == SMFIS_ACCEPT, "no answer that there is", event, caller);
}

/* Its configuration is loaded once; what was counted stays, as it does in a daemon. */
static struct caller *
caller_of(unsigned number)
{
	static struct caller callers[CALLERS];
	struct caller *caller = &callers[number % CALLERS];

	if (caller->conf == NULL)
		caller_init(caller, configs[number % CALLERS]);
	caller->filter = callbacks_filter(&caller->world); /* there is one of a process */
	return caller;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	if (size < 2)
		return 0;
	rest = (struct bytes){ (const char *)data, size };
	struct caller *caller = caller_of(take_octet());
	caller_negotiate(caller, CALLER_ALL_PROTOCOL);
	while (rest.length > 0) {
		enum event event = take_octet() % EVENT_COUNT;

		caller->fake.trace[0] = '\0';
		check_answer(caller, event, call(caller, event));
	}
	caller->filter.xxfi_close(caller->context);
	expect(caller->fake.private == NULL, "a session is left", EVENT_CLOSE, caller);
	for (size_t i = 0; i < MACRO_COUNT; i++) {
		free(macro_values[i]);
		macro_values[i] = NULL;
		caller_set_macro(caller, macro_names[i], NULL);
	}
	return 0;
}
