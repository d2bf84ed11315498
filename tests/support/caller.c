/* SPDX-License-Identifier: BSD-2-Clause */
#define _POSIX_C_SOURCE 200809L
#include "tests/support/caller.h"

#include "milter/callbacks.h"
#include "milter/stores/memory.h"
#include "tests/support/suite.h"

#include <arpa/inet.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

const char caller_subject_only[] = "checks = { subject_missing = { mode = \"enforce\"; }; };";
const char caller_null_sender_only[] = "checks = { null_sender = { mode = \"enforce\"; }; };";
const char caller_subject_and_body[] =
	"checks = { subject_missing = { mode = \"enforce\"; }; body_missing = { mode = \"enforce\"; }; };";
const char caller_everything_early[] = "checks = { null_sender = { mode = \"enforce\"; }; subject_missing = { mode = "
				       "\"enforce\"; }; body_missing = { mode = \"enforce\"; }; };";

static const char *
status_name(sfsistat status)
{
	switch (status) {
	case SMFIS_ACCEPT:
		return "accept";
	case SMFIS_REJECT:
		return "reject";
	case SMFIS_TEMPFAIL:
		return "tempfail";
	case SMFIS_CONTINUE:
		return "continue";
	case SMFIS_SKIP:
		return "skip";
	case SMFIS_NOREPLY:
		return "-";
	default:
		return "something else";
	}
}

static void
note(struct caller *caller, const char *event, sfsistat status)
{
	fake_milter_note(&caller->fake, "%s: %s\n", event, status_name(status));
}

void
caller_negotiate(struct caller *caller, unsigned long offered)
{
	unsigned long f2, f3;

	ck_assert_int_eq(caller->filter.xxfi_negotiate(caller->context, CALLER_ALL_ACTIONS, offered, 0, 0,
						       &caller->actions, &caller->protocol, &f2, &f3),
			 SMFIS_CONTINUE);
	caller->fake.trace[0] = '\0';
}

void
caller_init(struct caller *caller, const char *config)
{
	struct conf_errors errors;

	conf_errors_init(&errors);
	caller->conf = conf_load_text("test", bytes_of(config), &errors);
	if (caller->conf == NULL)
		conf_errors_print(&errors, stderr);
	ck_assert_msg(caller->conf != NULL, "the configuration is wrong: %s", config);
	conf_errors_reset(&errors);
	fake_milter_init(&caller->fake);
	caller->context = fake_milter_context(&caller->fake);
	shared_init(&caller->shared, MEMORY_STORE_KEYS_MIN);
	ck_assert(world_open(&caller->world, caller->conf, &caller->shared, 0));
	caller->filter = callbacks_filter(&caller->world);
	caller_negotiate(caller, CALLER_ALL_PROTOCOL);
}

void
caller_close(struct caller *caller)
{
	caller->fake.private_lost = false;
	caller->filter.xxfi_close(caller->context);
	ck_assert_ptr_null(caller->fake.private);
	world_close(&caller->world);
	caller->shared.memory->class->free(caller->shared.memory);
	connections_free(caller->shared.connections);
	statistics_free(caller->shared.statistics);
	conf_free(caller->conf);
}

void
caller_connect(struct caller *caller, const char *address, unsigned short port)
{
	union caller_client client;
	char host[] = "client.example.com";

	memset(&client, 0, sizeof client);
	client.sin.sin_family = AF_INET;
	client.sin.sin_port = htons(port);
	ck_assert_int_eq(inet_pton(AF_INET, address, &client.sin.sin_addr), 1);
	sfsistat status = caller->filter.xxfi_connect(caller->context, host, &client.sa);
	ck_assert(status == SMFIS_NOREPLY || status == SMFIS_CONTINUE);
}

void
caller_helo(struct caller *caller)
{
	char name[] = "client.example.com";

	note(caller, "helo", caller->filter.xxfi_helo(caller->context, name));
}

void
caller_mail_with(struct caller *caller, const char *path, const char *parameter)
{
	char *arguments[] = { strdup(path), parameter != NULL ? strdup(parameter) : NULL, NULL };

	note(caller, "mail", caller->filter.xxfi_envfrom(caller->context, arguments));
	free(arguments[0]);
	free(arguments[1]);
}

void
caller_mail(struct caller *caller, const char *path)
{
	caller_mail_with(caller, path, NULL);
}

void
caller_recipient(struct caller *caller, const char *path)
{
	char *arguments[] = { strdup(path), NULL };

	note(caller, "rcpt", caller->filter.xxfi_envrcpt(caller->context, arguments));
	free(arguments[0]);
}

void
caller_abort(struct caller *caller)
{
	caller->filter.xxfi_abort(caller->context);
}

void
caller_set_macro(struct caller *caller, const char *name, const char *value)
{
	for (size_t i = 0; i < FAKE_MACROS_MAX; i++) {
		const char *known = caller->fake.macros[i].name;

		if (known != NULL && strcmp(known, name) != 0)
			continue;
		caller->fake.macros[i].name = name;
		caller->fake.macros[i].value = value;
		return;
	}
	ck_abort_msg("too many macros");
}

void
caller_header(struct caller *caller, const char *name, const char *value)
{
	char *name_copy = strdup(name), *value_copy = strdup(value);

	note(caller, name, caller->filter.xxfi_header(caller->context, name_copy, value_copy));
	free(name_copy);
	free(value_copy);
}

void
caller_end_headers(struct caller *caller)
{
	note(caller, "eoh", caller->filter.xxfi_eoh(caller->context));
}

void
caller_body(struct caller *caller, const char *text)
{
	size_t length = strlen(text);
	unsigned char *copy = malloc(length > 0 ? length : 1); /* so that a sanitizer sees what is read beyond */

	memcpy(copy, text, length);
	note(caller, "body", caller->filter.xxfi_body(caller->context, copy, length));
	free(copy);
}

void
caller_end(struct caller *caller)
{
	note(caller, "end", caller->filter.xxfi_eom(caller->context));
}

void
caller_check_trace(struct caller *caller, const char *sentence, const char *expected)
{
	ck_assert_msg(strcmp(caller->fake.trace, expected) == 0, "%s\n expected:\n%s but got:\n%s", sentence, expected,
		      caller->fake.trace);
	caller->fake.trace[0] = '\0';
}
