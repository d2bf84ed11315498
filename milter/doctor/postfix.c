/* SPDX-License-Identifier: BSD-2-Clause */
#define _GNU_SOURCE
#include "milter/doctor/postfix.h"

#include "milter/output.h"

#include <errno.h>
#include <limits.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sysexits.h>

/* The command up to its options, for the configuration that is examined. */
static char *
postconf_command(const struct postfix *postfix)
{
	const char *directory = postfix->postconf.directory;
	char *word = directory != NULL ? shell_word(directory) : NULL;
	char *command = NULL;

	if (asprintf(&command, "postconf%s%s", word != NULL ? " -c " : "", word != NULL ? word : "") < 0)
		command = NULL;
	free(word);
	return command;
}

/* In braces: the filter without them, so that the settings outside hold for it. */
static void
mend_braces(const struct postfix *postfix, const struct attachment *attachment)
{
	const struct milter_item *item = &attachment->item;
	size_t before = (size_t)(item->text - attachment->list);
	struct scope scope = {
		.service = attachment->inherited ? NULL : attachment->service,
		.name = attachment->smtp ? "smtpd_milters" : "non_smtpd_milters",
	};
	char *list = NULL;

	if (asprintf(&list, "%.*s%.*s%s", (int)before, attachment->list, (int)item->where_length, item->where,
		     item->text + item->text_length) < 0)
		return;
	postfix_mend(postfix, &scope, list);
	free(list);
}

void
postfix_mend(const struct postfix *postfix, const struct scope *scope, const char *value)
{
	char *setting = NULL;

	if (scope->in_braces != NULL) {
		mend_braces(postfix, scope->in_braces);
		return;
	}
	if (asprintf(&setting, "%s%s%s =%s%s", scope->service != NULL ? scope->service->key : "",
		     scope->service != NULL ? "/" : "", scope->name, value[0] != '\0' ? " " : "", value) < 0)
		return;
	char *command = postconf_command(postfix);
	char *word = shell_word(setting);
	if (command != NULL && word != NULL)
		diagnosis_mend(postfix->checkup->diagnosis, "%s %s %s", command, scope->service != NULL ? "-P" : "-e",
			       word);
	free(command);
	free(word);
	free(setting);
}

void
postfix_remark(const struct postfix *postfix, enum severity severity, const char *remark, const struct scope *scope,
	       const char *value, const char *what)
{
	diagnosis_add(postfix->checkup->diagnosis, severity, remark, "Postfix: %s%s%s = %s%s: %s",
		      scope->service != NULL ? scope->service->key : "", scope->service != NULL ? ": " : "",
		      scope->name, value, scope->in_braces != NULL ? " (in braces)" : "", what);
}

static bool
braces_seen(const struct postfix *postfix, size_t index)
{
	for (size_t i = 0; i < index; i++)
		if (postfix->attachments[i].item.text == postfix->attachments[index].item.text)
			return true;
	return false;
}

void
postfix_each_scope(const struct postfix *postfix, const char *name, const char *option, bool smtp_only,
		   void (*judge)(const struct postfix *postfix, const struct scope *scope, const char *value))
{
	bool main_judged = false;
	char own[MILTER_OPTION_MAX];

	for (size_t i = 0; i < postfix->attachment_count; i++) {
		const struct attachment *attachment = &postfix->attachments[i];
		struct scope scope = { .name = name };

		if (smtp_only && !attachment->smtp)
			continue;
		if (option != NULL && milter_item_option(&attachment->item, option, own)) {
			scope.in_braces = attachment;
			scope.service = attachment->inherited ? NULL : attachment->service;
			if (!braces_seen(postfix, i))
				judge(postfix, &scope, own);
			continue;
		}
		const char *value = postconf_override(&postfix->postconf, attachment->service, name);
		if (value != NULL)
			scope.service = attachment->service;
		else if (!main_judged)
			value = postconf_value(&postfix->postconf, NULL, name);
		main_judged = main_judged || scope.service == NULL;
		if (value != NULL)
			judge(postfix, &scope, value);
	}
}

char *
postfix_list_without(const char *list, bool (*drop)(const char *word, size_t length, const void *data),
		     const void *data)
{
	struct output left = { 0 };

	for (size_t length; *list != '\0'; list += length) {
		list += strspn(list, ", \t");
		length = strcspn(list, ", \t");
		if (length == 0 || drop(list, length, data))
			continue;
		if (left.length > 0)
			output_add(&left, bytes_of(", "));
		output_add(&left, (struct bytes){ list, length });
	}
	output_add(&left, (struct bytes){ "", 1 });
	if (!left.refused)
		return left.data;
	output_free(&left);
	return NULL;
}

/* By the process number that its master leaves in the queue, behind blanks. */
static void
check_running(const struct postfix *postfix)
{
	char path[PATH_MAX], line[64] = "";
	FILE *file = NULL;

	if ((size_t)snprintf(path, sizeof path, "%s/pid/master.pid", postfix->queue) < sizeof path)
		file = fopen(path, "r");
	if (file == NULL && errno == EACCES)
		return;
	if (file != NULL && fgets(line, sizeof line, file) == NULL)
		line[0] = '\0';
	if (file != NULL)
		fclose(file);
	long pid = strtol(line, NULL, 10);
	if (pid > 0 && (kill((pid_t)pid, 0) == 0 || errno == EPERM))
		return;
	diagnosis_add(postfix->checkup->diagnosis, SEVERITY_NOTE, "postfix_stopped", "Postfix: is not running");
}

static void
tell_after(const struct postfix *postfix)
{
	const char *directory = postfix->postconf.directory;
	char *word = directory != NULL ? shell_word(directory) : NULL;

	diagnosis_after(postfix->checkup->diagnosis, "postfix%s%s reload", word != NULL ? " -c " : "",
			word != NULL ? word : "");
	free(word);
}

static void
examine(struct postfix *postfix)
{
	const char *owner = postconf_value(&postfix->postconf, NULL, "mail_owner");
	const struct endpoint *own = &postfix->checkup->own;

	tell_after(postfix);
	check_running(postfix);
	postfix_attachments(postfix);
	if (postfix->attachment_count == 0)
		return;
	if (own->is_unix)
		checkup_reach(postfix->checkup, "Postfix", own->path, owner != NULL ? owner : "postfix");
	postfix_settings(postfix);
	postfix_content(postfix);
}

int
postfix_check(const struct checkup *checkup, const char *postconf, const char *directory)
{
	struct postfix *postfix = calloc(1, sizeof *postfix);
	char why[SUBPROCESS_WHY_MAX];

	if (postfix == NULL) {
		checkup->diagnosis->refused = true;
		return EX_OSERR;
	}
	postfix->checkup = checkup;
	if (!postconf_read(&postfix->postconf, postconf, directory, why)) {
		diagnosis_add(checkup->diagnosis, SEVERITY_ERROR, "postfix_unreadable",
			      "Postfix: its configuration cannot be read: %s", why);
		free(postfix);
		return EX_NOINPUT;
	}
	int status = EX_OK;
	postfix->queue = postconf_value(&postfix->postconf, NULL, "queue_directory");
	if (postfix->queue != NULL && postfix->queue[0] == '/') {
		examine(postfix);
	} else {
		diagnosis_add(checkup->diagnosis, SEVERITY_ERROR, "postfix_unreadable",
			      "Postfix: %s does not tell a queue_directory", postconf);
		status = EX_NOINPUT;
	}
	postconf_free(&postfix->postconf);
	free(postfix);
	return status;
}
