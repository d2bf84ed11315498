/* SPDX-License-Identifier: BSD-2-Clause */
#define _GNU_SOURCE
#include "milter/doctor/trial.h"

#include "conf/network.h"
#include "milter/doctor/wire.h"
#include "milter/world.h"
#include "policy/message.h"

#include <arpa/inet.h>
#include <libmilter/mfdef.h>
#include <stdlib.h>
#include <string.h>

static const char sender[] = "<doctor@example.com>", recipient[] = "<doctor@example.net>",
		  host[] = "doctor.example.com";
static const char queue_id[] = "doctor";

static const struct {
	const char *name, *value;
} fields[] = {
	{ "From", "doctor@example.org" },
	{ "MIME-Version", "1.0" },
	{ "Content-Type", "multipart/mixed; boundary=doctor" },
};

static const char body[] = "--doctor\r\nContent-Type: application/pdf; name=empty.pdf\r\n\r\n--doctor--\r\n";

struct patient {
	const char *address, *login;
};

/* --- what the policy says ----------------------------------------------------------------------------------------- */

static struct client
client_of(const struct conf *conf, const struct patient *who)
{
	struct client client = {
		.address_text = who->address,
		.login = who->login,
		.mechanism = "",
		.tls_version = "",
		.listener = "",
		.listener_port = "",
	};

	client.has_address = ip_address_parse(who->address, &client.address);
	client.origin = client_origin(&client, false, &conf->trusted_networks);
	return client;
}

static void
judge(struct message *message, const struct client *client)
{
	struct verdict verdict;

	message_connect(message, client);
	message_mail(message, &(struct envelope){ .client = client, .sender = sender });
	message_recipient(message, &(struct recipient){ .path = recipient }, &verdict);
	if (!verdict_is_final(&message->verdict) && verdict_is_final(&verdict))
		message->verdict = verdict;
	for (size_t i = 0; i < sizeof fields / sizeof fields[0]; i++)
		message_field(message, bytes_of(fields[i].name), bytes_of(fields[i].value));
	message_end_of_headers(message);
	message_body(message, bytes_of(body));
	message_end(message);
}

/* Whether this one's message is refused or deferred, and with which reply. */
static bool
expects_refusal(const struct world *world, struct message *message, const struct patient *who,
		char reply_out[TRIAL_REPLY_MAX])
{
	struct client client = client_of(world->conf, who);
	char reply[REPLY_STRING_MAX];

	message_init(message, world->conf->policy);
	message->services = &world->services;
	judge(message, &client);
	bool refused = verdict_is_final(&message->verdict) && !message->verdict.failed;
	if (refused) {
		reply_string(&message->verdict.reply, reply);
		snprintf(reply_out, TRIAL_REPLY_MAX, "%.*s", TRIAL_REPLY_MAX - 1, reply);
	}
	message_close(message);
	return refused;
}

/* --- what the daemon says ----------------------------------------------------------------------------------------- */

struct dialogue_run {
	struct wire wire;
	uint32_t protocol; /* as the daemon answered the offer */
	bool answered;     /* wire.kind and wire.data are its verdict */
};

/* Strings of a packet, each with its NUL, one after the other. */
struct strings {
	char data[512];
	size_t length;
};

static void
add(struct strings *strings, const char *string)
{
	size_t size = strlen(string) + 1;

	if (size > sizeof strings->data - strings->length)
		return;
	memcpy(strings->data + strings->length, string, size);
	strings->length += size;
}

static bool
negotiate(struct dialogue_run *run)
{
	const uint32_t offer[3] = { htonl(SMFI_PROT_VERSION), htonl(SMFI_CURR_ACTS), htonl(SMFI_CURR_PROT) };
	uint32_t answer[3];

	if (!wire_send(&run->wire, SMFIC_OPTNEG, offer, sizeof offer) || !wire_read(&run->wire))
		return false;
	if (run->wire.kind != SMFIC_OPTNEG || run->wire.length < sizeof answer) {
		snprintf(run->wire.why, sizeof run->wire.why, "what it says is not the milter protocol");
		return false;
	}
	memcpy(answer, run->wire.data, sizeof answer);
	run->protocol = ntohl(answer[2]);
	return true;
}

static bool
send_macros(struct dialogue_run *run, char event, const char *login)
{
	struct strings macros = { .data = { event }, .length = 1 };

	add(&macros, "i");
	add(&macros, queue_id);
	if (login[0] != '\0') {
		add(&macros, "{auth_authen}");
		add(&macros, login);
	}
	return wire_send(&run->wire, SMFIC_MACRO, macros.data, macros.length);
}

/* True: the dialogue goes on, unless it was answered. */
static bool
send_event(struct dialogue_run *run, char event, struct bytes data, unsigned long declined, unsigned long quiet)
{
	if (run->answered || (run->protocol & declined) != 0)
		return true;
	if (!wire_send(&run->wire, event, data.data, data.length))
		return false;
	if ((run->protocol & quiet) != 0)
		return true;
	do
		if (!wire_read(&run->wire))
			return false;
	while (run->wire.kind == SMFIR_PROGRESS);
	run->answered = run->wire.kind != SMFIR_CONTINUE && run->wire.kind != SMFIR_SKIP;
	return true;
}

static struct bytes
octets_of(const struct strings *strings)
{
	return (struct bytes){ strings->data, strings->length };
}

static bool
send_session(struct dialogue_run *run, const struct patient *who)
{
	static const char family_and_port[] = { SMFIA_INET, 0x30, 0x39 };
	struct strings connection = { .length = 0 }, helo = { .length = 0 };

	add(&connection, host);
	memcpy(connection.data + connection.length, family_and_port, sizeof family_and_port);
	connection.length += sizeof family_and_port;
	add(&connection, who->address);
	add(&helo, host);
	return send_event(run, SMFIC_CONNECT, octets_of(&connection), SMFIP_NOCONNECT, SMFIP_NR_CONN) &&
	       send_event(run, SMFIC_HELO, octets_of(&helo), SMFIP_NOHELO, SMFIP_NR_HELO);
}

static bool
send_envelope(struct dialogue_run *run, const struct patient *who)
{
	struct strings mail = { .length = 0 }, rcpt = { .length = 0 };

	add(&mail, sender);
	add(&rcpt, recipient);
	return send_macros(run, SMFIC_MAIL, who->login) &&
	       send_event(run, SMFIC_MAIL, octets_of(&mail), SMFIP_NOMAIL, SMFIP_NR_MAIL) &&
	       send_event(run, SMFIC_RCPT, octets_of(&rcpt), SMFIP_NORCPT, SMFIP_NR_RCPT) &&
	       send_event(run, SMFIC_DATA, bytes_of(""), SMFIP_NODATA, SMFIP_NR_DATA);
}

static bool
send_header(struct dialogue_run *run)
{
	bool sent = true;

	for (size_t i = 0; sent && i < sizeof fields / sizeof fields[0]; i++) {
		struct strings field = { .length = 0 };

		add(&field, fields[i].name);
		add(&field, fields[i].value);
		sent = send_event(run, SMFIC_HEADER, octets_of(&field), SMFIP_NOHDRS, SMFIP_NR_HDR);
	}
	return sent;
}

/* The end of the header is answered, where it is, with a verdict; so it is sent to hear that and not otherwise. */
static bool
hold_dialogue(struct dialogue_run *run, const struct patient *who, bool to_verdict)
{
	if (!negotiate(run) || !send_session(run, who) || !send_envelope(run, who) || !send_header(run))
		return false;
	if (to_verdict && !(send_event(run, SMFIC_EOH, bytes_of(""), SMFIP_NOEOH, SMFIP_NR_EOH) &&
			    send_event(run, SMFIC_BODY, bytes_of(body), SMFIP_NOBODY, SMFIP_NR_BODY)))
		return false;
	if (!run->answered)
		wire_send(&run->wire, SMFIC_ABORT, NULL, 0);
	wire_send(&run->wire, SMFIC_QUIT, NULL, 0);
	return true;
}

/* On one line and without what doubles percent signs (answer.h): of several lines the first, which is all that is compared. */
static void
note_answer(const struct wire *wire, char answered_out[TRIAL_REPLY_MAX])
{
	size_t length = 0;

	if (wire->kind != SMFIR_REPLYCODE) {
		snprintf(answered_out, TRIAL_REPLY_MAX, "%s",
			 wire->kind == SMFIR_ACCEPT     ? "accept"
			 : wire->kind == SMFIR_TEMPFAIL ? "a temporary failure"
			 : wire->kind == SMFIR_REJECT   ? "a refusal without a text"
							: "something unknown");
		return;
	}
	for (const char *c = wire->data; *c != '\0' && *c != '\r' && *c != '\n' && length < TRIAL_REPLY_MAX - 1; c++) {
		answered_out[length++] = *c;
		c += c[0] == '%' && c[1] == '%';
	}
	answered_out[length] = '\0';
	if (length > 3 && answered_out[3] == '-')
		answered_out[3] = ' ';
}

static void
talk(const struct listen_address *address, const struct patient *who, struct trial *trial)
{
	struct dialogue_run run = { .answered = false };
	bool to_verdict = trial->expected[0] != '\0';

	if (!wire_open(&run.wire, address) || !hold_dialogue(&run, who, to_verdict)) {
		trial->result = TRIAL_BROKEN;
		snprintf(trial->why, sizeof trial->why, "%s", run.wire.why);
		wire_close(&run.wire);
		return;
	}
	wire_close(&run.wire);
	trial->result = TRIAL_OPEN;
	if (!run.answered)
		return;
	note_answer(&run.wire, trial->answered);
	bool same = to_verdict && strncmp(trial->expected, trial->answered, strlen(trial->answered)) == 0;
	trial->result = same ? TRIAL_RIGHT : TRIAL_OTHER;
}

void
trial_run(const struct conf *conf, const struct listen_address *address, struct trial *trial_out)
{
	static const struct patient patients[] = {
		{ "127.0.0.1", "" },
		{ "192.0.2.1", "" },
		{ "192.0.2.1", "doctor" },
	};
	struct message *message = malloc(sizeof *message);
	struct world world;
	size_t i = 0;

	*trial_out = (struct trial){ .result = TRIAL_FAILED };
	if (message == NULL || !world_open(&world, conf, NULL, WORLD_NO_SLOT)) {
		free(message);
		return;
	}
	while (i < sizeof patients / sizeof patients[0] &&
	       !expects_refusal(&world, message, &patients[i], trial_out->expected))
		i++;
	world_close(&world);
	free(message);
	talk(address, &patients[i < sizeof patients / sizeof patients[0] ? i : 0], trial_out);
}
