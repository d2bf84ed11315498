/* SPDX-License-Identifier: BSD-2-Clause */
/* Settings of Postfix about filters: what it does while one is away, how it talks to one, how long it waits. */
#define _GNU_SOURCE
#include "milter/doctor/postfix.h"

#include "milter/dialogue.h"
#include "policy/parse/bytes.h"

#include <stdlib.h>
#include <string.h>

static void
judge_action(const struct postfix *postfix, const struct scope *scope, const char *value)
{
	static const struct {
		const char *action;
		enum severity severity;
		const char *what;
	} known[] = {
		{ "tempfail", SEVERITY_OK, "while Postern is away, clients try again later" },
		{ "shutdown", SEVERITY_OK, "while Postern is away, clients try again later" },
		{ "accept", SEVERITY_WARNING, "while Postern is away, mail gets in unjudged" },
		{ "reject", SEVERITY_WARNING, "while Postern is away, all mail is refused for good" },
		{ "quarantine", SEVERITY_NOTE,
		  "while Postern is away, mail is put on hold, and somebody has to look at it" },
	};
	size_t i = 0;

	while (i < sizeof known / sizeof known[0] && strcmp(known[i].action, value) != 0)
		i++;
	bool found = i < sizeof known / sizeof known[0];
	postfix_remark(postfix, found ? known[i].severity : SEVERITY_WARNING, "postfix_default_action", scope, value,
		       found ? known[i].what : "this is no action that a filter should be away with");
	if (!found || known[i].severity != SEVERITY_OK)
		postfix_mend(postfix, scope, "tempfail");
}

enum { PROTOCOL_LEAST = 6 };

static void
judge_protocol(const struct postfix *postfix, const struct scope *scope, const char *value)
{
	if (strtol(value, NULL, 10) >= PROTOCOL_LEAST)
		return;
	postfix_remark(postfix, SEVERITY_WARNING, "postfix_protocol", scope, value,
		       "an old protocol, in which Postern cannot ask for what it needs to know");
	diagnosis_why(postfix->checkup->diagnosis,
		      "Logins and queue ids may be unknown to it, and each event waits for a reply.");
	postfix_mend(postfix, scope, "6");
}

/* "30s", "5m", "1h"; a bare number is of seconds. -1 when it is none. */
static long
seconds_of(const char *value)
{
	static const struct {
		char unit;
		long seconds;
	} units[] = { { '\0', 1 }, { 's', 1 }, { 'm', 60 }, { 'h', 3600 }, { 'd', 86400 }, { 'w', 604800 } };
	enum { MOST = 100000000 }; /* years: what is more is as good as for ever */
	char *end;
	long number = strtol(value, &end, 10);

	if (end == value || number < 0)
		return -1;
	for (size_t i = 0; i < sizeof units / sizeof units[0]; i++)
		if (*end == units[i].unit && (*end == '\0' || end[1] == '\0'))
			return number > MOST / units[i].seconds ? MOST : number * units[i].seconds;
	return -1;
}

/* What Postern may take: a store or a table has its own budget, and a worker that is replaced is back within seconds. What SMTP clients
 * wait (RFC 5321 4.5.3.2): 5 minutes for a command, 10 for the final dot. */
static const struct wait {
	const char *name, *option;
	long least, most; /* seconds */
	const char *preset;
} waits[] = {
	{ "milter_connect_timeout", "connect_timeout", 5, 300, "30s" },
	{ "milter_command_timeout", "command_timeout", 10, 300, "30s" },
	{ "milter_content_timeout", "content_timeout", 30, 600, "300s" },
};

static void
judge_wait(const struct postfix *postfix, const struct scope *scope, const char *value)
{
	const struct wait *wait = waits;
	long seconds = seconds_of(value);

	while (strcmp(wait->name, scope->name) != 0)
		wait++;
	if (seconds >= wait->least && seconds <= wait->most)
		return;
	postfix_remark(postfix, SEVERITY_WARNING, "postfix_timeout", scope, value,
		       seconds < wait->least
			       ? "too short for a busy host: a filter that is slow for once counts as away"
			       : "clients give up before Postfix does");
	postfix_mend(postfix, scope, wait->preset);
}

/* What the configuration has Postern ask for, and of that what this list has by default. */
struct macros {
	const char *name;
	const char *preset; /* the default, as far as Postern needs it */
};

static bool
is_word(const char *word, size_t length, const void *data)
{
	return postconf_list_has(data, strndupa(word, length));
}

static void
judge_macros_of(const struct postfix *postfix, const struct macros *macros)
{
	const char *protocol = postconf_value(&postfix->postconf, NULL, "milter_protocol");
	const char *value = postconf_value(&postfix->postconf, NULL, macros->name);
	struct scope scope = { .name = macros->name };
	char *list = NULL;

	char *missing = value != NULL ? postfix_list_without(macros->preset, is_word, value) : NULL;
	if (missing == NULL || missing[0] == '\0') {
		free(missing);
		return;
	}
	bool asks = protocol == NULL || strtol(protocol, NULL, 10) >= PROTOCOL_LEAST;
	diagnosis_add(postfix->checkup->diagnosis, asks ? SEVERITY_NOTE : SEVERITY_WARNING, "postfix_macros",
		      "Postfix: %s lacks %s", macros->name, missing);
	diagnosis_why(
		postfix->checkup->diagnosis,
		asks ? "It does no harm: in milter protocol 6 Postern asks for what it needs."
		     : "Postern is not told logins, queue ids and the like, and takes their mail for somebody else's.");
	if (asprintf(&list, "%s%s%s", value, value[0] != '\0' ? " " : "", missing) >= 0)
		postfix_mend(postfix, &scope, list);
	free(list);
	free(missing);
}

static void
judge_macros(const struct postfix *postfix)
{
	static const struct macros lists[] = {
		{ "milter_connect_macros", "j {daemon_name}" },
		{ "milter_mail_macros", "i {auth_type} {auth_authen} {mail_addr}" },
		{ "milter_rcpt_macros", "{rcpt_addr}" },
		{ "milter_end_of_header_macros", "i" },
		{ "milter_end_of_data_macros", "i" },
	};

	for (size_t i = 0; i < sizeof lists / sizeof lists[0]; i++)
		judge_macros_of(postfix, &lists[i]);
}

/* A profile for a listener that no service is called by is used for no mail. */
static bool
fits_a_service(const struct postfix *postfix, const struct string_list *listeners)
{
	for (size_t i = 0; i < postfix->attachment_count; i++) {
		const struct postfix_service *service = postfix->attachments[i].service;
		const char *name = postconf_value(&postfix->postconf, service, "milter_macro_daemon_name");

		if (name != NULL && string_list_matches(listeners, name))
			return true;
		/* A port is written as a number by those who mean it so; names of services are not looked up. */
		for (size_t j = 0; j < listeners->count; j++)
			if (strspn(listeners->items[j], "0123456789*?") == strlen(listeners->items[j]))
				return true;
	}
	return false;
}

static void
judge_listeners(const struct postfix *postfix)
{
	const struct policy *policy = postfix->checkup->conf->policy;

	for (size_t i = 0; i < policy->profile_count; i++) {
		const struct profile *profile = &policy->profiles[i];
		const struct string_list *listeners = &profile->when.listeners;

		if (listeners->count == 0 || fits_a_service(postfix, listeners))
			continue;
		diagnosis_add(postfix->checkup->diagnosis, SEVERITY_WARNING, "postfix_listener",
			      "Postfix: no attached service is called \"%s\": profile %s is used for no mail",
			      listeners->items[0], profile->name);
		diagnosis_why(
			postfix->checkup->diagnosis,
			"Filters know a service by its milter_macro_daemon_name, which is the host's name by default.");
		postfix_mend(postfix,
			     &(struct scope){ .service = postfix->attachments[0].service,
					      .name = "milter_macro_daemon_name" },
			     listeners->items[0]);
	}
}

void
postfix_settings(struct postfix *postfix)
{
	postfix_each_scope(postfix, "milter_default_action", "default_action", false, judge_action);
	postfix_each_scope(postfix, "milter_protocol", "protocol", false, judge_protocol);
	for (size_t i = 0; i < sizeof waits / sizeof waits[0]; i++)
		postfix_each_scope(postfix, waits[i].name, waits[i].option, false, judge_wait);
	judge_macros(postfix);
	judge_listeners(postfix);
}
