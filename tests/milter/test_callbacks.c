/* SPDX-License-Identifier: BSD-2-Clause */
/* The callbacks in the order in which an MTA that holds the negotiated dialogue calls them. */
#define _POSIX_C_SOURCE 200809L
#include "milter/callbacks.h"
#include "tests/support/fake_milter.h"
#include "tests/support/suite.h"

#include <arpa/inet.h>
#include <libmilter/mfdef.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/un.h>

enum { ALL_ACTIONS = 0x1ff, ALL_PROTOCOL = 0x1fffff }; /* what Postfix 3.7 and Sendmail 8.17 offer */

/* libmilter's own address has room for all of these. */
union client {
	struct sockaddr sa;
	struct sockaddr_in sin;
	struct sockaddr_in6 sin6;
	struct sockaddr_un sun;
};

/* A filter with its configuration, and one session with an MTA. */
struct rig {
	struct conf *conf;
	struct smfiDesc filter;
	struct fake_milter fake;
	SMFICTX *context;
	unsigned long actions, protocol;
};

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
note(struct rig *rig, const char *event, sfsistat status)
{
	fake_milter_note(&rig->fake, "%s: %s\n", event, status_name(status));
}

static void
negotiate(struct rig *rig, unsigned long offered)
{
	unsigned long f2, f3;

	ck_assert_int_eq(rig->filter.xxfi_negotiate(rig->context, ALL_ACTIONS, offered, 0, 0, &rig->actions,
						    &rig->protocol, &f2, &f3),
			 SMFIS_CONTINUE);
	rig->fake.trace[0] = '\0';
}

static void
rig_init(struct rig *rig, const char *config)
{
	struct conf_errors errors;

	conf_errors_init(&errors);
	rig->conf = conf_load_text("test", bytes_of(config), &errors);
	if (rig->conf == NULL)
		conf_errors_print(&errors, stderr);
	ck_assert_msg(rig->conf != NULL, "the configuration is wrong: %s", config);
	conf_errors_reset(&errors);
	fake_milter_init(&rig->fake);
	rig->context = fake_milter_context(&rig->fake);
	rig->filter = callbacks_filter(rig->conf);
	negotiate(rig, ALL_PROTOCOL);
}

static void
rig_close(struct rig *rig)
{
	rig->fake.private_lost = false;
	rig->filter.xxfi_close(rig->context);
	ck_assert_ptr_null(rig->fake.private);
	conf_free(rig->conf);
}

static void
connect_from(struct rig *rig, const char *address, unsigned short port)
{
	union client client;
	char host[] = "client.example.com";

	memset(&client, 0, sizeof client);
	client.sin.sin_family = AF_INET;
	client.sin.sin_port = htons(port);
	ck_assert_int_eq(inet_pton(AF_INET, address, &client.sin.sin_addr), 1);
	ck_assert_int_eq(rig->filter.xxfi_connect(rig->context, host, &client.sa), SMFIS_NOREPLY);
}

static void
mail(struct rig *rig, const char *path)
{
	char *arguments[] = { strdup(path), NULL };

	note(rig, "mail", rig->filter.xxfi_envfrom(rig->context, arguments));
	free(arguments[0]);
}

static void
header(struct rig *rig, const char *name, const char *value)
{
	char *name_copy = strdup(name), *value_copy = strdup(value);

	note(rig, name, rig->filter.xxfi_header(rig->context, name_copy, value_copy));
	free(name_copy);
	free(value_copy);
}

static void
end_headers(struct rig *rig)
{
	note(rig, "eoh", rig->filter.xxfi_eoh(rig->context));
}

static void
body(struct rig *rig, const char *text)
{
	size_t length = strlen(text);
	unsigned char *copy = malloc(length + 1); /* exactly so long that a sanitizer sees what is read beyond */

	memcpy(copy, text, length);
	note(rig, "body", rig->filter.xxfi_body(rig->context, copy, length));
	free(copy);
}

static void
end(struct rig *rig)
{
	note(rig, "end", rig->filter.xxfi_eom(rig->context));
}

static void
check_trace(struct rig *rig, const char *sentence, const char *expected)
{
	ck_assert_msg(strcmp(rig->fake.trace, expected) == 0, "%s\n expected:\n%s but got:\n%s", sentence, expected,
		      rig->fake.trace);
	rig->fake.trace[0] = '\0';
}

static const char subject_only[] = "checks = { subject_missing = { mode = \"enforce\"; }; };";
static const char null_sender_only[] = "checks = { null_sender = { mode = \"enforce\"; }; };";
static const char subject_and_body[] =
	"checks = { subject_missing = { mode = \"enforce\"; }; body_missing = { mode = \"enforce\"; }; };";
static const char everything_early[] = "checks = { null_sender = { mode = \"enforce\"; }; subject_missing = { mode = "
				       "\"enforce\"; }; body_missing = { mode = \"enforce\"; }; };";

enum { NEVER = SMFIP_NOHELO | SMFIP_NORCPT | SMFIP_NODATA | SMFIP_NOUNKNOWN | SMFIP_NR_CONN | SMFIP_SKIP };

static const struct {
	const char *sentence, *config;
	unsigned long protocol, actions;
} dialogues[] = {
	{ "checks on the message: all of it, with replies to the body", subject_and_body,
	  NEVER | SMFIP_NR_MAIL | SMFIP_NR_HDR | SMFIP_NR_EOH, SMFIF_SETSYMLIST },
	{ "checks on MAIL besides: it gets a reply", everything_early, NEVER | SMFIP_NR_HDR | SMFIP_NR_EOH,
	  SMFIF_SETSYMLIST },
	{ "checks on the headers alone: no body", subject_only, NEVER | SMFIP_NR_MAIL | SMFIP_NR_HDR | SMFIP_NOBODY,
	  SMFIF_SETSYMLIST },
	{ "checks on MAIL alone: nothing of the content", null_sender_only,
	  NEVER | SMFIP_NOHDRS | SMFIP_NOEOH | SMFIP_NOBODY, SMFIF_SETSYMLIST },
	{ "no checks at all: the same", "checks = { };", NEVER | SMFIP_NOHDRS | SMFIP_NOEOH | SMFIP_NOBODY,
	  SMFIF_SETSYMLIST },
	{ "tags need a right", "checks = { subject_missing = { mode = \"tag\"; }; };",
	  NEVER | SMFIP_NR_MAIL | SMFIP_NR_HDR | SMFIP_NOBODY, SMFIF_SETSYMLIST | SMFIF_ADDHDRS },
	{ "so does hold", "checks = { subject_missing = { mode = \"hold\"; }; };",
	  NEVER | SMFIP_NR_MAIL | SMFIP_NR_HDR | SMFIP_NOBODY, SMFIF_SETSYMLIST | SMFIF_QUARANTINE },
};

START_TEST(only_what_the_policy_needs_is_negotiated)
{
	for (size_t i = 0; i < sizeof dialogues / sizeof dialogues[0]; i++) {
		struct rig rig;

		rig_init(&rig, dialogues[i].config);
		ck_assert_msg(rig.protocol == dialogues[i].protocol, "%s: protocol %#lx, expected %#lx",
			      dialogues[i].sentence, rig.protocol, dialogues[i].protocol);
		ck_assert_msg(rig.actions == dialogues[i].actions, "%s: actions %#lx", dialogues[i].sentence,
			      rig.actions);
		rig_close(&rig);
	}
}
END_TEST

START_TEST(what_is_not_offered_is_not_asked_for)
{
	struct rig rig;
	unsigned long f2, f3;

	rig_init(&rig, "checks = { subject_missing = { mode = \"hold\"; }; };");
	rig.filter.xxfi_negotiate(rig.context, SMFIF_ADDHDRS, SMFIP_NOHELO, 0, 0, &rig.actions, &rig.protocol, &f2,
				  &f3);
	ck_assert_uint_eq(rig.protocol, SMFIP_NOHELO);
	/* What the policy cannot do without is asked for all the same: libmilter then ends the session. */
	ck_assert_uint_eq(rig.actions, SMFIF_QUARANTINE);
	ck_assert_str_eq(rig.fake.trace, "");
	rig_close(&rig);
}
END_TEST

START_TEST(a_message_that_is_clean_early_needs_no_end)
{
	struct rig rig;

	rig_init(&rig, subject_and_body);
	connect_from(&rig, "192.0.2.1", 4000);
	mail(&rig, "<a@example.com>");
	header(&rig, "Subject", "hi");
	end_headers(&rig);
	body(&rig, "some text\r\n");
	check_trace(&rig, "the first visible text settles it", "mail: -\nSubject: -\neoh: -\nbody: accept\n");
	rig_close(&rig);
}
END_TEST

START_TEST(a_header_refusal_is_answered_at_the_first_chunk)
{
	struct rig rig;

	rig_init(&rig, subject_and_body);
	connect_from(&rig, "192.0.2.1", 4000);
	mail(&rig, "<a@example.com>");
	header(&rig, "From", "a@example.com");
	end_headers(&rig);
	body(&rig, "x");
	check_trace(&rig, "with a body",
		    "mail: -\nFrom: -\neoh: -\nreply 554 5.6.0 [Subject not present]\nbody: reject\n");
	mail(&rig, "<a@example.com>");
	end_headers(&rig);
	end(&rig);
	check_trace(&rig, "without a body, at the end",
		    "mail: -\neoh: -\nreply 554 5.6.0 [Subject not present]\nend: reject\n");
	rig_close(&rig);
}
END_TEST

START_TEST(what_only_the_end_can_tell_is_answered_there)
{
	struct rig rig;

	rig_init(&rig, subject_and_body);
	connect_from(&rig, "192.0.2.1", 4000);
	mail(&rig, "<a@example.com>");
	header(&rig, "Subject", "hi");
	end_headers(&rig);
	body(&rig, "\r\n");
	body(&rig, " \r\n");
	end(&rig);
	check_trace(&rig, "a body without anything visible",
		    "mail: -\nSubject: -\neoh: -\nbody: continue\nbody: continue\nreply 554 5.6.0 [Body not "
		    "present]\nend: reject\n");
	rig_close(&rig);
}
END_TEST

START_TEST(mail_is_answered_when_a_check_can_refuse_there)
{
	struct rig rig;

	rig_init(&rig, everything_early);
	connect_from(&rig, "192.0.2.1", 4000);
	mail(&rig, "<>");
	mail(&rig, "");
	mail(&rig, "<a@example.com>");
	check_trace(&rig, "the null sender in both forms, and another",
		    "reply 550 5.7.1 [Empty sender not allowed]\nmail: reject\n"
		    "reply 550 5.7.1 [Empty sender not allowed]\nmail: reject\n"
		    "mail: continue\n");
	rig_close(&rig);
}
END_TEST

START_TEST(checks_on_mail_alone_accept_there)
{
	struct rig rig;

	rig_init(&rig, null_sender_only);
	connect_from(&rig, "192.0.2.1", 4000);
	mail(&rig, "<a@example.com>");
	check_trace(&rig, "accepted at MAIL", "mail: accept\n");
	rig_close(&rig);
}
END_TEST

START_TEST(checks_on_headers_alone_answer_at_their_end)
{
	struct rig rig;

	rig_init(&rig, subject_only);
	connect_from(&rig, "192.0.2.1", 4000);
	mail(&rig, "<a@example.com>");
	header(&rig, "Subject", "hi");
	end_headers(&rig);
	mail(&rig, "<a@example.com>");
	end_headers(&rig);
	check_trace(&rig, "accepted, then refused",
		    "mail: -\nSubject: -\neoh: accept\nmail: -\nreply 554 5.6.0 [Subject not present]\neoh: reject\n");
	rig_close(&rig);
}
END_TEST

START_TEST(tag_and_hold_wait_for_the_end)
{
	struct rig rig;

	rig_init(&rig, "checks = { subject_missing = { mode = \"tag\"; }; body_missing = { mode = \"enforce\"; }; };");
	connect_from(&rig, "192.0.2.1", 4000);
	mail(&rig, "<a@example.com>");
	end_headers(&rig);
	body(&rig, "text\r\n");
	end(&rig);
	check_trace(&rig, "the rest of the body is skipped",
		    "mail: -\neoh: -\nbody: skip\nadd Postern-Findings: subject_missing\nend: accept\n");
	negotiate(&rig, ALL_PROTOCOL & ~(unsigned long)SMFIP_SKIP);
	mail(&rig, "<a@example.com>");
	end_headers(&rig);
	body(&rig, "text\r\n");
	body(&rig, "more\r\n");
	end(&rig);
	check_trace(&rig, "or read, by an MTA that cannot skip",
		    "mail: -\neoh: -\nbody: continue\nbody: continue\nadd Postern-Findings: subject_missing\nend: "
		    "accept\n");
	rig_close(&rig);
	rig_init(&rig, "checks = { subject_missing = { mode = \"hold\"; }; };");
	mail(&rig, "<a@example.com>");
	end_headers(&rig);
	end(&rig);
	check_trace(&rig, "without a body to be had",
		    "mail: -\neoh: continue\nquarantine subject_missing\nend: accept\n");
	rig_close(&rig);
}
END_TEST

START_TEST(nothing_of_a_message_is_left_for_the_next)
{
	struct rig rig;

	rig_init(&rig, subject_and_body);
	connect_from(&rig, "192.0.2.1", 4000);
	mail(&rig, "<a@example.com>");
	header(&rig, "Subject", "hi");
	rig.filter.xxfi_abort(rig.context);
	rig.fake.trace[0] = '\0';
	mail(&rig, "<a@example.com>");
	end_headers(&rig);
	body(&rig, "text");
	check_trace(&rig, "the subject of an aborted one",
		    "mail: -\neoh: -\nreply 554 5.6.0 [Subject not present]\nbody: reject\n");
	mail(&rig, "<a@example.com>");
	header(&rig, "Subject", "hi");
	end_headers(&rig);
	body(&rig, "text");
	check_trace(&rig, "the refusal of the one before", "mail: -\nSubject: -\neoh: -\nbody: accept\n");
	rig_close(&rig);
}
END_TEST

/* Profiles that show where a message is taken to come from. */
static const char by_origin[] = "trusted_networks = [ \"192.0.2.0/24\" ];\n"
				"checks = { subject_missing = { mode = \"enforce\"; }; };\n"
				"profiles = (\n"
				"  { name = \"a\"; when = { origin = \"authenticated\"; };\n"
				"    checks = { subject_missing = { reply = \"554 5.6.0 authenticated\"; }; }; },\n"
				"  { name = \"l\"; when = { origin = \"local\"; }; checks = { subject_missing = { "
				"reply = \"554 5.6.0 local\"; }; }; },\n"
				"  { name = \"t\"; when = { origin = \"trusted\"; }; checks = { subject_missing = { "
				"reply = \"554 5.6.0 trusted\"; }; }; },\n"
				"  { name = \"e\"; when = { origin = \"external\"; }; checks = { subject_missing = { "
				"reply = \"554 5.6.0 external\"; }; }; }\n"
				");\n";

static const struct {
	const char *sentence;
	int family; /* AF_UNSPEC: none is known */
	const char *address;
	unsigned short port;
	const char *login;
	const char *expected;
} origins[] = {
	{ "anybody", AF_INET, "198.51.100.1", 4000, NULL, "external" },
	{ "a trusted network", AF_INET, "192.0.2.77", 4000, NULL, "trusted" },
	{ "a trusted address as IPv6 maps it", AF_INET6, "::ffff:192.0.2.77", 4000, NULL, "trusted" },
	{ "IPv6", AF_INET6, "2001:db8::1", 4000, NULL, "external" },
	{ "no address", AF_UNSPEC, NULL, 0, NULL, "external" },
	{ "sendmail(1) through Postfix", AF_INET, "127.0.0.1", 0, NULL, "local" },
	{ "the same with IPv6", AF_INET6, "::1", 0, NULL, "local" },
	{ "the same as IPv6 maps it", AF_INET6, "::ffff:127.0.0.1", 0, NULL, "local" },
	{ "a connection over loopback", AF_INET, "127.0.0.1", 4000, NULL, "external" },
	{ "port 0 at another address", AF_INET, "198.51.100.1", 0, NULL, "external" },
	{ "a Unix socket", AF_UNIX, NULL, 0, NULL, "local" },
	{ "a login, from anywhere", AF_INET, "198.51.100.1", 4000, "alice", "authenticated" },
	{ "an empty login", AF_INET, "198.51.100.1", 4000, "", "external" },
};

static void
connect_as(struct rig *rig, size_t row)
{
	union client client;
	char host[] = "client.example.com";

	memset(&client, 0, sizeof client);
	client.sa.sa_family = (sa_family_t)origins[row].family;
	if (origins[row].family == AF_INET) {
		client.sin.sin_port = htons(origins[row].port);
		ck_assert_int_eq(inet_pton(AF_INET, origins[row].address, &client.sin.sin_addr), 1);
	} else if (origins[row].family == AF_INET6) {
		client.sin6.sin6_port = htons(origins[row].port);
		ck_assert_int_eq(inet_pton(AF_INET6, origins[row].address, &client.sin6.sin6_addr), 1);
	}
	rig->filter.xxfi_connect(rig->context, host, origins[row].family != AF_UNSPEC ? &client.sa : NULL);
}

START_TEST(the_origin_follows_from_address_port_and_login)
{
	for (size_t i = 0; i < sizeof origins / sizeof origins[0]; i++) {
		struct rig rig;
		char expected[128];

		rig_init(&rig, by_origin);
		connect_as(&rig, i);
		rig.fake.macros[0].name = "{auth_authen}";
		rig.fake.macros[0].value = origins[i].login;
		mail(&rig, "<a@example.com>");
		end_headers(&rig);
		snprintf(expected, sizeof expected, "mail: -\nreply 554 5.6.0 [%s]\neoh: reject\n",
			 origins[i].expected);
		check_trace(&rig, origins[i].sentence, expected);
		rig_close(&rig);
	}
}
END_TEST

START_TEST(a_session_without_memory_never_accepts_by_accident)
{
	struct rig rig;

	rig_init(&rig, subject_and_body);
	rig.fake.private_lost = true;
	mail(&rig, "<a@example.com>");
	header(&rig, "Subject", "hi");
	end_headers(&rig);
	body(&rig, "text");
	end(&rig);
	check_trace(&rig, "at the first event that has a reply",
		    "mail: -\nSubject: -\neoh: -\n"
		    "reply 451 4.3.0 [Temporary service failure]\nbody: tempfail\n"
		    "reply 451 4.3.0 [Temporary service failure]\nend: tempfail\n");
	rig_close(&rig);
	rig_init(&rig, everything_early);
	rig.fake.private_lost = true;
	mail(&rig, "<a@example.com>");
	check_trace(&rig, "at MAIL", "reply 451 4.3.0 [Temporary service failure]\nmail: tempfail\n");
	rig_close(&rig);
	rig_init(&rig, subject_only);
	rig.fake.private_lost = true;
	mail(&rig, "<a@example.com>");
	end_headers(&rig);
	check_trace(&rig, "at the end of the headers",
		    "mail: -\nreply 451 4.3.0 [Temporary service failure]\neoh: tempfail\n");
	rig_close(&rig);
}
END_TEST

START_TEST(a_context_is_used_again_after_close)
{
	struct rig rig;

	rig_init(&rig, subject_only);
	rig.filter.xxfi_close(rig.context);
	rig.filter.xxfi_close(rig.context);
	connect_from(&rig, "192.0.2.1", 4000);
	mail(&rig, "<a@example.com>");
	header(&rig, "Subject", "hi");
	end_headers(&rig);
	check_trace(&rig, "without a new negotiation", "mail: -\nSubject: -\neoh: accept\n");
	rig_close(&rig);
}
END_TEST

START_TEST(an_answer_is_the_same_however_the_body_is_cut)
{
	static const char text[] = "--b\r\nContent-Type: text/plain\r\n\r\nhi\r\n"
				   "--b\r\nContent-Disposition: attachment; filename=a.pdf\r\n\r\n\r\n--b--\r\n";

	for (size_t cut = 1; cut < sizeof text - 1; cut++) {
		struct rig rig;
		char first[sizeof text];

		rig_init(&rig, "checks = { attachment_empty = { mode = \"enforce\"; }; };");
		mail(&rig, "<a@example.com>");
		header(&rig, "MIME-Version", "1.0");
		header(&rig, "Content-Type", "multipart/mixed; boundary=b");
		end_headers(&rig);
		memcpy(first, text, cut);
		first[cut] = '\0';
		body(&rig, first);
		if (strstr(rig.fake.trace, "body: continue") != NULL)
			body(&rig, text + cut);
		if (strstr(rig.fake.trace, "ject") == NULL)
			end(&rig);
		ck_assert_msg(strstr(rig.fake.trace, "reply 554 5.6.0 [Attachment is empty]\n") != NULL,
			      "cut at %zu:\n%s", cut, rig.fake.trace);
		rig_close(&rig);
	}
}
END_TEST

SUITE_MAIN(callbacks, only_what_the_policy_needs_is_negotiated, what_is_not_offered_is_not_asked_for,
	   a_message_that_is_clean_early_needs_no_end, a_header_refusal_is_answered_at_the_first_chunk,
	   what_only_the_end_can_tell_is_answered_there, mail_is_answered_when_a_check_can_refuse_there,
	   checks_on_mail_alone_accept_there, checks_on_headers_alone_answer_at_their_end,
	   tag_and_hold_wait_for_the_end, nothing_of_a_message_is_left_for_the_next,
	   the_origin_follows_from_address_port_and_login, a_session_without_memory_never_accepts_by_accident,
	   a_context_is_used_again_after_close, an_answer_is_the_same_however_the_body_is_cut)
