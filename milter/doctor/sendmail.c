/* SPDX-License-Identifier: BSD-2-Clause */
#define _GNU_SOURCE
#include "milter/doctor/checkup.h"
#include "milter/doctor/postconf.h"
#include "milter/doctor/sendmail_cf.h"
#include "policy/parse/bytes.h"

#include <errno.h>
#include <inttypes.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sysexits.h>

struct sendmail {
	const struct checkup *checkup;
	const struct sendmail_cf *cf;
	const struct sendmail_filter *filter; /* Postern */
	struct endpoint endpoint;             /* where it is looked for */
};

/* The line of sendmail.mc that does it right. */
static void
mend_filter(const struct sendmail *sendmail)
{
	const struct endpoint *own = &sendmail->checkup->own;
	const char *name = sendmail->filter != NULL ? sendmail->filter->name : "postern";
	struct diagnosis *diagnosis = sendmail->checkup->diagnosis;

	if (own->is_unix)
		diagnosis_mend(diagnosis, "in sendmail.mc: INPUT_MAIL_FILTER(`%s', `S=local:%s, F=T')dnl", name,
			       own->path);
	else
		diagnosis_mend(diagnosis, "in sendmail.mc: INPUT_MAIL_FILTER(`%s', `S=inet:%s@%s, F=T')dnl", name,
			       own->port, own->host[0] != '\0' ? own->host : "127.0.0.1");
}

/* By its place; else by its name. */
static void
find_filter(struct sendmail *sendmail)
{
	for (size_t i = 0; i < sendmail->cf->filter_count; i++) {
		const struct sendmail_filter *filter = &sendmail->cf->filters[i];
		struct endpoint endpoint;

		if (!endpoint_read(filter->where, strlen(filter->where), ENDPOINT_LIBMILTER, &endpoint))
			continue;
		bool same = endpoint_same(&endpoint, &sendmail->checkup->own);
		if (!same && strstr(filter->name, "postern") == NULL && strstr(filter->where, "postern") == NULL)
			continue;
		sendmail->filter = filter;
		sendmail->endpoint = endpoint;
		if (same)
			return;
	}
}

/* False when there is nothing more to look at. */
static bool
check_attached(struct sendmail *sendmail)
{
	const char *filters = sendmail_cf_option(sendmail->cf, "InputMailFilters");
	struct diagnosis *diagnosis = sendmail->checkup->diagnosis;

	find_filter(sendmail);
	if (sendmail->filter == NULL) {
		diagnosis_add(diagnosis, SEVERITY_ERROR, "sendmail_not_attached", "Sendmail: no filter is Postern");
		mend_filter(sendmail);
		return false;
	}
	if (!endpoint_same(&sendmail->endpoint, &sendmail->checkup->own) || sendmail->endpoint.swapped) {
		diagnosis_add(diagnosis, SEVERITY_ERROR, "sendmail_elsewhere",
			      "Sendmail: filter %s has S=%s, and Postern listens at %s", sendmail->filter->name,
			      sendmail->filter->where, sendmail->checkup->conf->listen);
		mend_filter(sendmail);
		return false;
	}
	if (filters == NULL || !postconf_list_has(filters, sendmail->filter->name)) {
		diagnosis_add(diagnosis, SEVERITY_ERROR, "sendmail_not_used",
			      "Sendmail: filter %s is defined and not among the InputMailFilters",
			      sendmail->filter->name);
		diagnosis_why(diagnosis, "MAIL_FILTER only defines one; INPUT_MAIL_FILTER has it used, too.");
		mend_filter(sendmail);
		return false;
	}
	diagnosis_add(diagnosis, SEVERITY_OK, "sendmail_attached", "Sendmail: hands its mail to Postern (filter %s)",
		      sendmail->filter->name);
	return true;
}

static void
check_flags(const struct sendmail *sendmail)
{
	struct diagnosis *diagnosis = sendmail->checkup->diagnosis;
	const struct sendmail_filter *filter = sendmail->filter;

	switch (filter->flags[0]) {
	case 'T':
	case '4':
		diagnosis_add(diagnosis, SEVERITY_OK, "sendmail_flags",
			      "Sendmail: F=%c: while Postern is away, clients try again later", filter->flags[0]);
		return;
	case 'R':
		diagnosis_add(diagnosis, SEVERITY_WARNING, "sendmail_flags",
			      "Sendmail: filter %s has F=R: while Postern is away, all mail is refused for good",
			      filter->name);
		break;
	default:
		diagnosis_add(diagnosis, SEVERITY_WARNING, "sendmail_flags",
			      "Sendmail: filter %s has no F=T: while Postern is away, mail gets in unjudged",
			      filter->name);
		break;
	}
	mend_filter(sendmail);
}

/* "4m", "10s"; a bare number is of seconds; -1 when it is none. */
static long
seconds_of(struct bytes text)
{
	long number = 0;
	size_t i = 0;

	for (; i < text.length && ascii_is_digit(text.data[i]) && number < 1000000; i++)
		number = number * 10 + (text.data[i] - '0');
	if (i == 0)
		return -1;
	return number * (i < text.length && text.data[i] == 'm'   ? 60
			 : i < text.length && text.data[i] == 'h' ? 3600
								  : 1);
}

/* What Postern may take, as for Postfix: to be reached, to be told, to answer, and at the end of the message. */
static long
least_wait(char which)
{
	switch (which) {
	case 'C':
		return 5;
	case 'S':
	case 'R':
		return 10;
	case 'E':
		return 30;
	default:
		return 0;
	}
}

static void
check_times(const struct sendmail *sendmail)
{
	struct diagnosis *diagnosis = sendmail->checkup->diagnosis;

	for (struct bytes rest = bytes_of(sendmail->filter->times); rest.length > 2;) {
		ptrdiff_t end = bytes_find(rest, ';');
		struct bytes one = bytes_trim((struct bytes){ rest.data, end >= 0 ? (size_t)end : rest.length });

		rest = end >= 0 ? bytes_from(rest, (size_t)end + 1) : (struct bytes){ NULL, 0 };
		if (one.length < 3 || one.data[1] != ':')
			continue;
		long seconds = seconds_of(bytes_from(one, 2));
		if (seconds < 0 || seconds >= least_wait(one.data[0]) || (one.data[0] == 'C' && seconds == 0))
			continue;
		diagnosis_add(diagnosis, SEVERITY_WARNING, "sendmail_timeout",
			      "Sendmail: filter %s has T=%.*s: too short for a busy host", sendmail->filter->name,
			      (int)one.length, one.data);
		diagnosis_why(
			diagnosis,
			"A filter that is slow for once counts as away. The defaults will do: C:5m;S:10s;R:10s;E:5m");
		mend_filter(sendmail);
	}
}

/* Sendmail trusts no socket below a directory that others may write to, the sticky bit or not. */
static void
check_path(const struct sendmail *sendmail)
{
	const char *path = sendmail->endpoint.path;
	const char *blame = sendmail_cf_option(sendmail->cf, "DontBlameSendmail");
	bool group_is_safe = blame != NULL && postconf_list_has(blame, "GroupWritableDirPathSafe");
	mode_t unsafe = group_is_safe ? S_IWOTH : S_IWOTH | S_IWGRP;
	char at[PATH_MAX];
	struct stat status;

	for (size_t length = 1; path[length] != '\0';) {
		snprintf(at, sizeof at, "%.*s", (int)length, path);
		if (stat(at, &status) == 0 && S_ISDIR(status.st_mode) && (status.st_mode & unsafe) != 0) {
			bool world = (status.st_mode & S_IWOTH) != 0;

			diagnosis_add(sendmail->checkup->diagnosis, SEVERITY_ERROR, "sendmail_unsafe_path",
				      "Sendmail: trusts no socket below %s, which %s may write to (mode %04o)", at,
				      world ? "everybody" : "its group", (unsigned)status.st_mode & 07777);
			diagnosis_why(
				sendmail->checkup->diagnosis,
				"It treats all mail as if Postern were away. A directory like /run/postern is safe.");
			checkup_mend_own(sendmail->checkup, "listen = \"unix:/run/postern/postern.sock\";");
			return;
		}
		length += strspn(path + length, "/");
		length += strcspn(path + length, "/");
	}
}

static void
check_socket(const struct sendmail *sendmail)
{
	const char *user = sendmail_cf_option(sendmail->cf, "RunAsUser");
	char name[UNIX_USER_NAME_MAX] = "root";

	if (!sendmail->endpoint.is_unix) {
		diagnosis_add(sendmail->checkup->diagnosis, SEVERITY_NOTE, "sendmail_inet",
			      "Sendmail: reaches Postern by TCP, which takes some 40 ms more for each command than a "
			      "Unix socket");
		return;
	}
	check_path(sendmail);
	if (user != NULL && user[0] != '\0')
		snprintf(name, sizeof name, "%.*s", (int)strcspn(user, ":."), user);
	checkup_reach(sendmail->checkup, "Sendmail", sendmail->endpoint.path, name);
}

/* It is told here and asked for there: smfi_setsymlist. */
static void
check_macros(const struct sendmail *sendmail)
{
	const char *macros = sendmail_cf_option(sendmail->cf, "Milter.macros.envfrom");
	struct diagnosis *diagnosis = sendmail->checkup->diagnosis;

	if (macros != NULL && postconf_list_has(macros, "i") && postconf_list_has(macros, "{auth_authen}"))
		return;
	diagnosis_add(diagnosis, SEVERITY_NOTE, "sendmail_macros",
		      "Sendmail: Milter.macros.envfrom lacks i or {auth_authen}");
	diagnosis_why(diagnosis, "It does no harm: Postern asks for what it needs.");
}

static void
check_size(const struct sendmail *sendmail)
{
	const char *text = sendmail_cf_option(sendmail->cf, "MaxMessageSize");
	const struct policy *policy = sendmail->checkup->conf->policy;
	size_t index = check_index(check_find("size_exceeded"));
	unsigned long long limit = text != NULL ? strtoull(text, NULL, 10) : 0;
	uint64_t own = 0;

	for (size_t i = 0; i < policy->profile_count; i++) {
		const struct settings *settings = &policy->profiles[i].checks[index];

		if (settings->mode == MODE_ENFORCE && (uint64_t)settings->values[0].number > own)
			own = (uint64_t)settings->values[0].number;
	}
	if (limit == 0 || own <= limit)
		return;
	diagnosis_add(sendmail->checkup->diagnosis, SEVERITY_WARNING, "sendmail_size_limit",
		      "Sendmail: MaxMessageSize=%llu refuses messages before Postern's limit of %" PRIu64
		      " octets is reached",
		      limit, own);
	diagnosis_mend(sendmail->checkup->diagnosis, "in sendmail.mc: define(`confMAX_MESSAGE_SIZE', `%" PRIu64 "')dnl",
		       own);
}

int
sendmail_check(const struct checkup *checkup, const char *path)
{
	struct sendmail_cf *cf = sendmail_cf_read(path);
	struct sendmail sendmail = { .checkup = checkup, .cf = cf };

	if (cf == NULL) {
		diagnosis_add(checkup->diagnosis, SEVERITY_ERROR, "sendmail_unreadable", "Sendmail: %s: %s", path,
			      strerror(errno));
		return EX_NOINPUT;
	}
	diagnosis_after(checkup->diagnosis, "make -C /etc/mail && systemctl restart sendmail");
	if (check_attached(&sendmail)) {
		check_flags(&sendmail);
		check_times(&sendmail);
		check_socket(&sendmail);
		check_macros(&sendmail);
		check_size(&sendmail);
	}
	sendmail_cf_free(cf);
	return EX_OK;
}
