/* SPDX-License-Identifier: BSD-2-Clause */
#define _POSIX_C_SOURCE 200809L
#include "milter/explain.h"

#include "conf/effective.h"
#include "milter/command_options.h"
#include "milter/tables/tables.h"
#include "policy/domain.h"

#include <stdlib.h>
#include <string.h>
#include <sysexits.h>

/* As the daemon decides it, unless it is said. */
static bool
read_origin(struct explanation *explanation, const char *name)
{
	struct client *client = &explanation->client;

	client->origin = client_origin(client, false, &explanation->conf->trusted_networks);
	for (enum origin i = 0; name != NULL && i <= ORIGIN_COUNT; i++) {
		if (i == ORIGIN_COUNT) {
			fprintf(stderr, "postern: --origin %s: must be authenticated, local, trusted or external\n",
				name);
			return false;
		}
		if (strcmp(origin_names[i], name) == 0) {
			client->origin = i;
			break;
		}
	}
	return true;
}

/* What cannot be read has no domain. False when memory is refused. */
static bool
read_address(const char *written, struct explain_address *address_out, bool *null_out)
{
	struct address_path path;

	*address_out = (struct explain_address){ .written = written };
	address_parse_path(bytes_of(written), &path);
	*null_out = path.null;
	if (path.null || (path.flaws & ADDRESS_UNREADABLE) != 0)
		return true;
	enum domain_status status = domain_normalize(bytes_of(path.domain), address_out->domain);
	if (status != DOMAIN_READABLE)
		address_out->domain[0] = '\0';
	else
		buffer_append(address_out->local, sizeof address_out->local, bytes_of(path.local));
	return status != DOMAIN_REFUSED;
}

static bool
read_addresses(struct explanation *explanation, const struct explain_mail *mail)
{
	struct circumstances *circumstances = &explanation->circumstances;
	const struct policy *policy = explanation->conf->policy;
	bool null = false;

	circumstances->client = &explanation->client;
	circumstances->sender_known = mail->sender != NULL;
	circumstances->recipients_known = mail->recipient_count > 0;
	if (mail->sender != NULL && !read_address(mail->sender, &explanation->sender, &circumstances->sender_null))
		return false;
	circumstances->sender_local = explanation->sender.local;
	circumstances->sender_domain = explanation->sender.domain;
	for (size_t i = 0; i < mail->recipient_count; i++) {
		struct explain_address *recipient = &explanation->recipients[i];

		if (!read_address(mail->recipients[i], recipient, &null))
			return false;
		explanation->recipient_count++;
		if (!profiles_note_recipient(policy->profiles, policy->profile_count, recipient->local,
					     recipient->domain, explanation->services, circumstances))
			explanation->recipients_failed = true;
	}
	return true;
}

static void
look(struct explanation *explanation)
{
	const struct policy *policy = explanation->conf->policy;

	for (size_t i = 0; i < policy->profile_count && !explanation->decided; i++) {
		struct explain_step *step = &explanation->steps[explanation->step_count++];
		bool asks = policy->profiles[i].when.all_recipients != NULL;

		*step = (struct explain_step){ .profile = i };
		step->missed = profile_misses(&policy->profiles[i], &explanation->circumstances, explanation->services,
					      &step->failed);
		if (asks && explanation->recipients_failed && step->missed >= CONDITION_ALL_RECIPIENTS) {
			step->missed = CONDITION_ALL_RECIPIENTS;
			step->failed = true;
		}
		if (step->failed)
			return;
		explanation->decided = step->missed == CONDITION_COUNT;
	}
}

/* The first recipient that is not among those demanded. */
static const char *
given_recipient(const struct explanation *explanation, size_t profile)
{
	const struct table *demanded = explanation->conf->policy->profiles[profile].when.all_recipients;

	for (size_t i = 0; i < explanation->recipient_count; i++) {
		const struct explain_address *recipient = &explanation->recipients[i];

		if (table_find_address(demanded, explanation->services, recipient->local, recipient->domain, NULL) !=
		    TABLE_FOUND)
			return recipient->written;
	}
	return NULL;
}

static const char *
or_null(const char *text)
{
	return text[0] != '\0' ? text : NULL;
}

const char *
explain_given(const struct explanation *explanation, const struct explain_step *step)
{
	const struct client *client = &explanation->client;

	switch (step->missed) {
	case CONDITION_ORIGIN:
		return origin_names[client->origin];
	case CONDITION_NETWORK:
		return or_null(client->address_text);
	case CONDITION_LISTENER:
		return or_null(client->listener);
	case CONDITION_LOGIN:
		return or_null(client->login);
	case CONDITION_SENDER:
		return explanation->sender.written;
	case CONDITION_SENDER_DOMAIN:
		return explanation->sender.domain[0] != '\0' ? explanation->sender.domain : explanation->sender.written;
	case CONDITION_ALL_RECIPIENTS:
		return given_recipient(explanation, step->profile);
	case CONDITION_COUNT:
		break;
	}
	return NULL;
}

static int
answer(struct explanation *explanation, const struct explain_mail *mail, bool json)
{
	if (!option_client_address(mail->client, &explanation->client) || !read_origin(explanation, mail->origin))
		return EX_USAGE;
	if (!read_addresses(explanation, mail))
		return EX_OSERR;
	look(explanation);
	if (!json)
		explain_text(explanation, stdout);
	else if (!explain_json(explanation, stdout))
		return EX_OSERR;
	return explanation->decided ? EX_OK : EX_TEMPFAIL;
}

int
explain(const struct conf *conf, const struct explain_mail *mail, bool json)
{
	struct tables *tables = tables_new(conf->policy);
	struct explanation *explanation = calloc(1, sizeof *explanation);
	const struct services services = { .data = tables, .find = tables_find };
	int status = EX_OSERR;

	if (tables != NULL && explanation != NULL) {
		explanation->conf = conf;
		explanation->services = &services;
		explanation->client = (struct client){
			.address_text = "",
			.login = mail->login != NULL ? mail->login : "",
			.mechanism = "",
			.tls_version = "",
			.listener = mail->listener != NULL ? mail->listener : "",
			.listener_port = "",
		};
		status = answer(explanation, mail, json);
	}
	if (status == EX_OSERR)
		fputs("postern: out of memory\n", stderr);
	free(explanation);
	tables_free(tables);
	return status;
}
