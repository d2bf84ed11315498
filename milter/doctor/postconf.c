/* SPDX-License-Identifier: BSD-2-Clause */
#define _GNU_SOURCE
#include "milter/doctor/postconf.h"

#include "policy/parse/bytes.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char *const asked[] = {
	"compatibility_level",
	"content_filter",
	"mail_owner",
	"mail_version",
	"message_drop_headers",
	"message_size_limit",
	"milter_command_timeout",
	"milter_connect_macros",
	"milter_connect_timeout",
	"milter_content_timeout",
	"milter_default_action",
	"milter_end_of_data_macros",
	"milter_end_of_header_macros",
	"milter_macro_daemon_name",
	"milter_mail_macros",
	"milter_protocol",
	"milter_rcpt_macros",
	"non_smtpd_milters",
	"queue_directory",
	"receive_override_options",
	"smtpd_forbid_bare_newline",
	"smtpd_milter_maps",
	"smtpd_milters",
	"smtpd_proxy_filter",
};

enum { ASKED_COUNT = sizeof asked / sizeof asked[0], ARGUMENTS_MAX = ASKED_COUNT + 8 };

static void
free_list(struct settings_list *list)
{
	free(list->items);
	free(list->text);
}

void
postconf_free(struct postconf *postconf)
{
	free_list(&postconf->main);
	free_list(&postconf->fields);
	free_list(&postconf->overrides);
	free(postconf->services);
	*postconf = (struct postconf){ .directory = NULL };
}

/* Cuts it into name and value; lines of another form are passed over. */
static void
take_line(struct settings_list *list, char *line)
{
	char *equals = strstr(line, " =");

	if (equals == NULL || list->count == POSTCONF_LINES_MAX)
		return;
	*equals = '\0';
	const char *value = equals + 2 + strspn(equals + 2, " ");
	list->items[list->count++] = (struct setting){ line, value };
}

/* The program with -c DIRECTORY, these options, and with names of settings when they are for main.cf. */
static bool
ask(struct settings_list *list, const char *const *program_and_options, bool names, char *why_out)
{
	const char *arguments[ARGUMENTS_MAX] = { NULL };
	size_t count = 0;

	for (; program_and_options[count] != NULL; count++)
		arguments[count] = program_and_options[count];
	for (size_t i = 0; names && i < ASKED_COUNT; i++)
		arguments[count++] = asked[i];
	list->text = subprocess_output(arguments, why_out);
	list->items = calloc(POSTCONF_LINES_MAX, sizeof *list->items);
	if (list->text != NULL && list->items == NULL)
		snprintf(why_out, SUBPROCESS_WHY_MAX, "out of memory");
	if (list->text == NULL || list->items == NULL)
		return false;
	char *rest = list->text;
	for (char *line; (line = strsep(&rest, "\n")) != NULL;)
		take_line(list, line);
	return true;
}

static const char *
find(const struct settings_list *list, const char *name)
{
	for (size_t i = 0; i < list->count; i++)
		if (strcmp(list->items[i].name, name) == 0)
			return list->items[i].value;
	return NULL;
}

/* Whether the name is KEY/NAME. */
static bool
is_of(const char *full, const char *key, const char *name)
{
	size_t length = strlen(key);

	return strncmp(full, key, length) == 0 && full[length] == '/' && strcmp(full + length + 1, name) == 0;
}

const char *
postconf_override(const struct postconf *postconf, const struct postfix_service *service, const char *name)
{
	const struct settings_list *list = &postconf->overrides;

	for (size_t i = 0; i < list->count; i++)
		if (is_of(list->items[i].name, service->key, name))
			return list->items[i].value;
	return NULL;
}

const char *
postconf_value(const struct postconf *postconf, const struct postfix_service *service, const char *name)
{
	const char *own = service != NULL ? postconf_override(postconf, service, name) : NULL;

	return own != NULL ? own : find(&postconf->main, name);
}

bool
postfix_service_is(const struct postfix_service *service, const char *program)
{
	size_t length = strlen(program);

	return strncmp(service->command, program, length) == 0 && strchr(" \t", service->command[length]) != NULL;
}

/* The default of the column was `y` before compatibility level 1. */
static bool
default_chroot(const struct postconf *postconf)
{
	const char *level = find(&postconf->main, "compatibility_level");

	return level == NULL || strcmp(level, "0") == 0;
}

/* The fields of a service come one after the other, the one of its program last. */
static bool
list_services(struct postconf *postconf)
{
	bool chrooted = false;

	postconf->services = calloc(POSTCONF_SERVICES_MAX, sizeof *postconf->services);
	for (size_t i = 0; postconf->services != NULL && i < postconf->fields.count; i++) {
		struct setting *field = &postconf->fields.items[i];
		char *slash = strrchr(field->name, '/');
		const char *name = slash != NULL ? slash + 1 : "";

		if (strcmp(name, "chroot") == 0)
			chrooted = field->value[0] == 'y' || (field->value[0] == '-' && default_chroot(postconf));
		if (strcmp(name, "command") != 0 || postconf->service_count == POSTCONF_SERVICES_MAX)
			continue;
		*slash = '\0';
		postconf->services[postconf->service_count++] =
			(struct postfix_service){ .key = field->name, .command = field->value, .chrooted = chrooted };
	}
	return postconf->services != NULL;
}

bool
postconf_read(struct postconf *postconf, const char *program, const char *directory, char why_out[SUBPROCESS_WHY_MAX])
{
	const char *c = directory != NULL ? "-c" : "-x";
	const char *of = directory != NULL ? directory : "-x"; /* once more does no harm */
	const char *const of_main[] = { program, c, of, "-x", NULL };
	const char *const of_fields[] = { program, c, of, "-F", NULL };
	const char *const of_overrides[] = { program, c, of, "-P", "-x", NULL };

	*postconf = (struct postconf){ .directory = directory };
	if (ask(&postconf->main, of_main, true, why_out) && ask(&postconf->fields, of_fields, false, why_out) &&
	    ask(&postconf->overrides, of_overrides, false, why_out)) {
		if (list_services(postconf))
			return true;
		snprintf(why_out, SUBPROCESS_WHY_MAX, "out of memory");
	}
	postconf_free(postconf);
	return false;
}

bool
postconf_list_has(const char *list, const char *word)
{
	for (size_t length; *list != '\0'; list += length) {
		list += strspn(list, ", \t");
		length = strcspn(list, ", \t");
		if (length > 0 && bytes_is((struct bytes){ list, length }, word))
			return true;
	}
	return false;
}
