/* SPDX-License-Identifier: BSD-2-Clause */
/* Which services of a Postfix have Postern among their filters. A filter is Postern when its path, seen from the service's own root
 * directory, is that of Postern's socket. A relative path is below the queue directory, where each service is at home in a chroot and
 * without one. */
#define _GNU_SOURCE
#include "milter/doctor/postfix.h"

#include "milter/output.h"

#include <limits.h>
#include <stdlib.h>
#include <string.h>

/* How a filter of a list stands to Postern. */
enum kinship {
	KIN_NONE,
	KIN_NAMESAKE,  /* it is called so, and leads elsewhere */
	KIN_IN_CHROOT, /* its path is right, but not in the service's chroot */
	KIN_SWAPPED,   /* it is written as libmilter writes it */
	KIN_SELF
};

static bool
path_is_own(const struct postfix *postfix, const char *directory, const char *path)
{
	struct endpoint there = { .is_unix = true };

	if ((size_t)snprintf(there.path, sizeof there.path, "%s%s%s", directory, directory[0] != '\0' ? "/" : "",
			     path) >= sizeof there.path)
		return false;
	return endpoint_same(&there, &postfix->checkup->own);
}

static enum kinship
kinship_of(const struct postfix *postfix, const struct postfix_service *service, const struct milter_item *item)
{
	struct endpoint endpoint;

	if (!endpoint_read(item->where, item->where_length, ENDPOINT_POSTFIX, &endpoint))
		return KIN_NONE;
	if (!endpoint.is_unix) {
		if (endpoint_same(&endpoint, &postfix->checkup->own))
			return endpoint.swapped ? KIN_SWAPPED : KIN_SELF;
		return KIN_NONE;
	}
	bool in_queue = endpoint.path[0] != '/' || service->chrooted;
	if (path_is_own(postfix, in_queue ? postfix->queue : "", endpoint.path))
		return KIN_SELF;
	if (service->chrooted && endpoint.path[0] == '/' && path_is_own(postfix, "", endpoint.path))
		return KIN_IN_CHROOT;
	return strstr(endpoint.path, "postern") != NULL ? KIN_NAMESAKE : KIN_NONE;
}

/* The filter of the list that is Postern, or else comes nearest to it. */
static enum kinship
find_in(const struct postfix *postfix, struct attachment *attachment)
{
	enum kinship best = KIN_NONE;
	struct milter_item item;

	for (const char *at = attachment->list; milter_item_next(&at, &item);) {
		enum kinship kinship = kinship_of(postfix, attachment->service, &item);

		if (kinship <= best)
			continue;
		best = kinship;
		attachment->item = item;
	}
	return best;
}

/* The socket's path below the queue directory, or NULL. */
static const char *
path_in_queue(const struct postfix *postfix)
{
	const struct endpoint *own = &postfix->checkup->own;
	size_t length = strlen(postfix->queue);

	if (!own->is_unix || strncmp(own->path, postfix->queue, length) != 0 || own->path[length] != '/')
		return NULL;
	return own->path + length + 1;
}

/* Postern as Postfix writes it. */
static void
own_word(const struct postfix *postfix, char word_out[PATH_MAX])
{
	const struct endpoint *own = &postfix->checkup->own;
	const char *inside = path_in_queue(postfix);
	const char *host = own->host[0] != '\0' ? own->host : "127.0.0.1";
	bool ipv6 = strchr(host, ':') != NULL;

	if (own->is_unix)
		snprintf(word_out, PATH_MAX, "unix:%.4000s", inside != NULL ? inside : own->path);
	else
		snprintf(word_out, PATH_MAX, "inet:%s%s%s:%s", ipv6 ? "[" : "", host, ipv6 ? "]" : "", own->port);
}

/* The list with Postern in the item's place, or behind all others without one; for free(). */
static char *
list_with_us(const struct postfix *postfix, const char *list, const struct milter_item *item)
{
	char word[PATH_MAX];
	struct output with = { 0 };

	own_word(postfix, word);
	if (item != NULL)
		output_add(&with, (struct bytes){ list, (size_t)(item->text - list) });
	else if (list[0] != '\0')
		output_format(&with, "%s, ", list);
	output_add(&with, bytes_of(word));
	if (item != NULL)
		output_add(&with, bytes_of(item->text + item->text_length));
	output_add(&with, (struct bytes){ "", 1 });
	if (!with.refused)
		return with.data;
	output_free(&with);
	return NULL;
}

static const char *
list_name(const struct attachment *attachment)
{
	return attachment->smtp ? "smtpd_milters" : "non_smtpd_milters";
}

static void
mend_list(const struct postfix *postfix, const struct attachment *attachment, const struct milter_item *item)
{
	struct scope scope = {
		.service = attachment->inherited ? NULL : attachment->service,
		.name = list_name(attachment),
	};
	char *list = list_with_us(postfix, attachment->list, item);

	if (list != NULL)
		postfix_mend(postfix, &scope, list);
	free(list);
}

/* A socket outside of the queue cannot be seen from a chroot: the socket has to move, or the chroot to go. */
static void
mend_chroot(const struct postfix *postfix, const struct attachment *attachment)
{
	const char *directory = postfix->postconf.directory;
	char *word = directory != NULL ? shell_word(directory) : NULL;

	if (path_in_queue(postfix) != NULL)
		mend_list(postfix, attachment, &attachment->item);
	else
		diagnosis_mend(postfix->checkup->diagnosis, "postconf%s%s -F '%s/chroot = n'",
			       word != NULL ? " -c " : "", word != NULL ? word : "", attachment->service->key);
	free(word);
}

static void
tell_kinship(const struct postfix *postfix, const struct attachment *attachment, enum kinship kinship)
{
	struct diagnosis *diagnosis = postfix->checkup->diagnosis;
	const char *key = attachment->service->key;
	int length = (int)attachment->item.where_length;
	const char *where = attachment->item.where;

	if (kinship == KIN_IN_CHROOT) {
		diagnosis_add(diagnosis, SEVERITY_ERROR, "postfix_chroot",
			      "Postfix: %s runs in a chroot, where %.*s is not Postern's socket", key, length, where);
		diagnosis_why(
			diagnosis,
			"It looks for %s%s. A path relative to the queue directory is right in and out of a chroot.",
			postfix->queue, postfix->checkup->own.path);
		mend_chroot(postfix, attachment);
	} else if (kinship == KIN_SWAPPED) {
		diagnosis_add(diagnosis, SEVERITY_ERROR, "postfix_inet_syntax",
			      "Postfix: %s: %s names %.*s, and Postfix wants inet:HOST:PORT", key,
			      list_name(attachment), length, where);
		mend_list(postfix, attachment, &attachment->item);
	} else {
		diagnosis_add(diagnosis, SEVERITY_ERROR, "postfix_elsewhere",
			      "Postfix: %s: %s names %.*s, and Postern listens at %s", key, list_name(attachment),
			      length, where, postfix->checkup->conf->listen);
		mend_list(postfix, attachment, &attachment->item);
	}
}

/* A port that only this host reaches: where content filters bring mail back, most often. */
static bool
is_internal(const struct postfix_service *service)
{
	static const char *const prefixes[] = { "127.", "localhost:", "[::1]:", "::1:" };

	for (size_t i = 0; i < sizeof prefixes / sizeof prefixes[0]; i++)
		if (strncmp(service->key, prefixes[i], strlen(prefixes[i])) == 0)
			return true;
	return strstr(service->key, "/unix") != NULL;
}

/* Once Postern is in main.cf, a service without it says so itself. */
static void
tell_detached(const struct postfix *postfix, const struct attachment *attachment, bool main_attached)
{
	struct diagnosis *diagnosis = postfix->checkup->diagnosis;
	bool outside = main_attached && !is_internal(attachment->service);

	diagnosis_add(diagnosis, outside ? SEVERITY_WARNING : SEVERITY_NOTE, "postfix_service_detached",
		      "Postfix: mail that comes in at %s is not handed to Postern", attachment->service->key);
	if (!outside)
		return;
	diagnosis_why(diagnosis, "master.cf overrides smtpd_milters there.");
	mend_list(postfix, attachment, NULL);
}

static void
tell_local(const struct postfix *postfix, const struct attachment *attachment)
{
	struct diagnosis *diagnosis = postfix->checkup->diagnosis;

	diagnosis_add(diagnosis, SEVERITY_NOTE, "postfix_local_detached",
		      "Postfix: mail of programs on this host (sendmail command) is not handed to Postern");
	mend_list(postfix, attachment, NULL);
}

static bool
smtp_is_chrooted(const struct postfix *postfix)
{
	for (size_t i = 0; i < postfix->postconf.service_count; i++)
		if (postfix->postconf.services[i].chrooted &&
		    postfix_service_is(&postfix->postconf.services[i], "smtpd"))
			return true;
	return false;
}

/* Where services run in a chroot, the socket has to be in the queue before anything else is worth while. */
static void
tell_unattached(const struct postfix *postfix)
{
	struct attachment nobody = { .smtp = true, .inherited = true };
	const char *list = postconf_value(&postfix->postconf, NULL, "smtpd_milters");
	struct diagnosis *diagnosis = postfix->checkup->diagnosis;
	char line[PATH_MAX];

	diagnosis_add(diagnosis, SEVERITY_ERROR, "postfix_not_attached",
		      "Postfix: no service hands its mail to Postern");
	nobody.list = list != NULL ? list : "";
	mend_list(postfix, &nobody, NULL);
	if (!postfix->checkup->own.is_unix || path_in_queue(postfix) != NULL || !smtp_is_chrooted(postfix))
		return;
	diagnosis_add(diagnosis, SEVERITY_ERROR, "postfix_outside",
		      "Postfix: its services run in a chroot, and Postern's socket is outside of it: %s",
		      postfix->checkup->own.path);
	snprintf(line, sizeof line, "listen = \"unix:%.3900s/postern/postern.sock\";", postfix->queue);
	checkup_mend_own(postfix->checkup, line);
}

static void
tell_attached(const struct postfix *postfix)
{
	struct output names = { 0 };

	for (size_t i = 0; i < postfix->attachment_count; i++)
		output_format(&names, "%s%s", i > 0 ? ", " : "", postfix->attachments[i].service->key);
	output_add(&names, (struct bytes){ "", 1 });
	if (!names.refused)
		diagnosis_add(postfix->checkup->diagnosis, SEVERITY_OK, "postfix_attached",
			      "Postfix: hands its mail to Postern from %s", names.data);
	output_free(&names);
}

/* Fills in what the service says of its filters; false when it is none that asks filters. */
static bool
describe(const struct postfix *postfix, const struct postfix_service *service, struct attachment *attachment_out)
{
	struct attachment attachment = { .service = service, .smtp = postfix_service_is(service, "smtpd") };

	if (!attachment.smtp && !postfix_service_is(service, "cleanup"))
		return false;
	attachment.list = postconf_override(&postfix->postconf, service, list_name(&attachment));
	attachment.inherited = attachment.list == NULL;
	if (attachment.inherited)
		attachment.list = postconf_value(&postfix->postconf, NULL, list_name(&attachment));
	if (attachment.list == NULL)
		attachment.list = "";
	*attachment_out = attachment;
	return true;
}

struct survey {
	bool main_attached; /* some service inherits Postern from main.cf */
	bool misled;        /* some smtpd names Postern wrongly */
	bool main_misled;   /* that has been said of main.cf */
};

/* What is wrong in main.cf is wrong for every service, and said once; but a chroot that has to go is the service's own. */
static void
take_service(struct postfix *postfix, const struct attachment *attachment, enum kinship kinship, struct survey *survey)
{
	bool again = attachment->inherited && survey->main_misled && attachment->smtp;

	if (kinship == KIN_SELF) {
		postfix->attachments[postfix->attachment_count++] = *attachment;
		survey->main_attached = survey->main_attached || (attachment->inherited && attachment->smtp);
	} else if (kinship != KIN_NONE) {
		if (!again || (kinship == KIN_IN_CHROOT && path_in_queue(postfix) == NULL))
			tell_kinship(postfix, attachment, kinship);
		survey->misled = survey->misled || attachment->smtp;
		survey->main_misled = survey->main_misled || (attachment->inherited && attachment->smtp);
	}
}

/* Mail of local programs alone is not what anybody attaches Postern for. */
static bool
smtp_is_attached(const struct postfix *postfix)
{
	for (size_t i = 0; i < postfix->attachment_count; i++)
		if (postfix->attachments[i].smtp)
			return true;
	return false;
}

/* The services that have no filter which could be Postern. */
static void
tell_others(const struct postfix *postfix, const struct survey *survey)
{
	const struct postconf *postconf = &postfix->postconf;
	bool smtp = smtp_is_attached(postfix) || survey->misled; /* or will be, once that is mended */
	struct attachment attachment;

	for (size_t i = 0; i < postconf->service_count; i++) {
		if (!describe(postfix, &postconf->services[i], &attachment) ||
		    find_in(postfix, &attachment) != KIN_NONE)
			continue;
		if (!attachment.smtp)
			tell_local(postfix, &attachment);
		else if (smtp)
			tell_detached(postfix, &attachment, survey->main_attached || survey->main_misled);
	}
}

void
postfix_attachments(struct postfix *postfix)
{
	const struct postconf *postconf = &postfix->postconf;
	struct attachment attachment;
	struct survey survey = { .misled = false };

	for (size_t i = 0; i < postconf->service_count; i++)
		if (describe(postfix, &postconf->services[i], &attachment))
			take_service(postfix, &attachment, find_in(postfix, &attachment), &survey);
	if (!smtp_is_attached(postfix) && !survey.misled)
		tell_unattached(postfix);
	if (postfix->attachment_count > 0)
		tell_attached(postfix);
	tell_others(postfix, &survey);
}
