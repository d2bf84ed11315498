/* SPDX-License-Identifier: BSD-2-Clause */
/* Settings of Postfix that decide what of a message Postern gets to see: fields that are dropped, filters that stand before it, line
 * ends, sizes. */
#define _GNU_SOURCE
#include "milter/doctor/postfix.h"

#include "policy/parse/bytes.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

/* Fields that checks look at or count. Postfix drops bcc and return-path by default, which is known and documented. */
static bool
is_needed(const char *word, size_t length, const void *data)
{
	static const char presets[] = "bcc content-length resent-bcc return-path";
	static const char fixed[] = "subject from sender auto-submitted mime-version";
	const struct policy *policy = data;
	char name[64];

	if (length >= sizeof name)
		return false;
	memcpy(name, word, length);
	name[length] = '\0';
	if (postconf_list_has(presets, name))
		return false;
	return postconf_list_has(fixed, name) || bytes_starts_nocase(bytes_of(name), "content-") ||
	       policy_counted_index(policy, bytes_of(name)) < policy->counted_field_count;
}

static bool
is_not_needed(const char *word, size_t length, const void *data)
{
	return !is_needed(word, length, data);
}

static void
judge_dropped(const struct postfix *postfix, const struct scope *scope, const char *value)
{
	const struct policy *policy = postfix->checkup->conf->policy;
	char *left = postfix_list_without(value, is_needed, policy);
	char *dropped = postfix_list_without(value, is_not_needed, policy);

	if (left != NULL && dropped != NULL && dropped[0] != '\0') {
		postfix_remark(postfix, SEVERITY_ERROR, "postfix_dropped_fields", scope, value,
			       "Postern is not shown header fields that it judges");
		diagnosis_why(postfix->checkup->diagnosis, "To its checks every message lacks %s.", dropped);
		postfix_mend(postfix, scope, left);
	}
	free(left);
	free(dropped);
}

/* Fields are dropped by cleanup, through which all mail goes, whoever is attached. */
static void
judge_all_dropped(const struct postfix *postfix)
{
	static const char name[] = "message_drop_headers";
	const struct postconf *postconf = &postfix->postconf;
	const char *value = postconf_value(postconf, NULL, name);

	if (value != NULL)
		judge_dropped(postfix, &(struct scope){ .name = name }, value);
	for (size_t i = 0; i < postconf->service_count; i++) {
		const struct postfix_service *service = &postconf->services[i];
		const char *own = postconf_override(postconf, service, name);

		if (own != NULL && postfix_service_is(service, "cleanup"))
			judge_dropped(postfix, &(struct scope){ .service = service, .name = name }, own);
	}
}

static void
judge_bare_newline(const struct postfix *postfix, const struct scope *scope, const char *value)
{
	if (strcmp(value, "no") != 0 && strcmp(value, "note") != 0)
		return;
	postfix_remark(postfix, SEVERITY_WARNING, "postfix_bare_newline", scope, value,
		       "a message can be smuggled in behind another one");
	diagnosis_why(postfix->checkup->diagnosis, "Lines that end in LF alone end messages here and not at the "
						   "sender's server (CVE-2023-51764). Postern sees "
						   "two whole messages and cannot tell.");
	postfix_mend(postfix, scope, "normalize");
}

/* Versions before 3.5.23, 3.6.13, 3.7.9 and 3.8.4 have no such setting. */
static void
judge_no_bare_newline(const struct postfix *postfix)
{
	if (postconf_value(&postfix->postconf, NULL, "smtpd_forbid_bare_newline") != NULL)
		return;
	diagnosis_add(
		postfix->checkup->diagnosis, SEVERITY_WARNING, "postfix_bare_newline",
		"Postfix: this version cannot forbid bare newlines: a message can be smuggled in behind another one");
	diagnosis_why(postfix->checkup->diagnosis, "A newer version has smtpd_forbid_bare_newline (CVE-2023-51764).");
	postfix_mend(postfix, &(struct scope){ .name = "smtpd_data_restrictions" }, "reject_unauth_pipelining");
}

static void
judge_proxy(const struct postfix *postfix, const struct scope *scope, const char *value)
{
	if (value[0] == '\0')
		return;
	postfix_remark(postfix, SEVERITY_ERROR, "postfix_proxy_filter", scope, value,
		       "filters see no content of mail that goes through a proxy");
	diagnosis_why(postfix->checkup->diagnosis, "Only the envelope is judged. Do without the proxy, or attach "
						   "Postern to the service behind it instead.");
	postfix_mend(postfix, scope, "");
}

static bool
is_no_milters(const char *word, size_t length, const void *data)
{
	(void)data;
	return bytes_is((struct bytes){ word, length }, "no_milters");
}

static void
judge_override(const struct postfix *postfix, const struct scope *scope, const char *value)
{
	if (!postconf_list_has(value, "no_milters"))
		return;
	char *left = postfix_list_without(value, is_no_milters, NULL);
	postfix_remark(postfix, SEVERITY_ERROR, "postfix_no_milters", scope, value,
		       "mail is handed to no filter, whatever smtpd_milters says");
	if (left != NULL)
		postfix_mend(postfix, scope, left);
	free(left);
}

/* A service that takes mail back from a content filter says so by having none itself. */
static void
judge_content_filter(const struct postfix *postfix)
{
	const struct postconf *postconf = &postfix->postconf;
	const char *filter = postconf_value(postconf, NULL, "content_filter");

	for (size_t i = 0; filter != NULL && filter[0] != '\0' && i < postfix->attachment_count; i++) {
		const struct attachment *attachment = &postfix->attachments[i];
		const char *own = postconf_override(postconf, attachment->service, "content_filter");

		if (!attachment->smtp || own == NULL || own[0] != '\0')
			continue;
		diagnosis_add(postfix->checkup->diagnosis, SEVERITY_WARNING, "postfix_judged_twice",
			      "Postfix: mail that comes back from content_filter %s at %s is judged once more", filter,
			      attachment->service->key);
		diagnosis_why(postfix->checkup->diagnosis,
			      "Rates and quotas count it twice, and a refusal becomes a bounce.");
		postfix_mend(postfix, &(struct scope){ .service = attachment->service, .name = "smtpd_milters" }, "");
	}
}

static void
judge_maps(const struct postfix *postfix, const struct scope *scope, const char *value)
{
	if (value[0] == '\0')
		return;
	postfix_remark(postfix, SEVERITY_NOTE, "postfix_milter_maps", scope, value,
		       "the clients in it are not judged, or by other filters");
}

/* The largest limit that a profile enforces; 0: none does. */
static uint64_t
size_limit(const struct policy *policy, const char *check)
{
	size_t index = check_index(check_find(check));
	uint64_t most = 0;

	for (size_t i = 0; i < policy->profile_count; i++) {
		const struct settings *settings = &policy->profiles[i].checks[index];
		uint64_t limit = (uint64_t)settings->values[0].number;

		if (settings->mode == MODE_ENFORCE && limit > most)
			most = limit;
	}
	return most;
}

static void
judge_size(const struct postfix *postfix, const struct scope *scope, const char *value)
{
	const struct policy *policy = postfix->checkup->conf->policy;
	uint64_t own = size_limit(policy, "size_exceeded");
	unsigned long long limit = strtoull(value, NULL, 10);
	char octets[32];

	if (own == 0)
		own = size_limit(policy, "size_declared");
	if (limit == 0 || own <= limit)
		return;
	snprintf(octets, sizeof octets, "%" PRIu64, own);
	postfix_remark(postfix, SEVERITY_WARNING, "postfix_size_limit", scope, value,
		       "messages are refused for their size before Postern's limit is reached");
	diagnosis_why(postfix->checkup->diagnosis, "Its own limit is %s octets.", octets);
	postfix_mend(postfix, scope, octets);
}

void
postfix_content(struct postfix *postfix)
{
	judge_all_dropped(postfix);
	postfix_each_scope(postfix, "receive_override_options", NULL, false, judge_override);
	postfix_each_scope(postfix, "smtpd_proxy_filter", NULL, true, judge_proxy);
	judge_content_filter(postfix);
	postfix_each_scope(postfix, "smtpd_forbid_bare_newline", NULL, true, judge_bare_newline);
	judge_no_bare_newline(postfix);
	postfix_each_scope(postfix, "smtpd_milter_maps", NULL, true, judge_maps);
	postfix_each_scope(postfix, "message_size_limit", NULL, true, judge_size);
}
