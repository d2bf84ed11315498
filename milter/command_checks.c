/* SPDX-License-Identifier: BSD-2-Clause */
#define _GNU_SOURCE
#include "milter/command.h"

#include "policy/checks.h"

#include <getopt.h>
#include <string.h>
#include <sysexits.h>

static const char *const type_names[] = {
	[PARAM_BOOLEAN] = "true or false",
	[PARAM_CHOICE] = "one of",
	[PARAM_NUMBER] = "a number",
	[PARAM_FIELDS] = "a list of header field names",
	[PARAM_PATTERNS] = "a list of patterns",
};

static void
list(void)
{
	printf("%-20s %-8s %s\n", "CHECK", "STAGE", "DEFAULT REPLY");
	for (size_t i = 0; i < checks_count; i++)
		printf("%-20s %-8s %s\n", checks[i].name, stage_names[checks[i].stage], checks[i].reply);
}

static void
explain_param(const struct param *param)
{
	printf("    %s: %s", param->name, type_names[param->type]);
	for (size_t i = 0; param->choices != NULL && param->choices[i] != NULL; i++)
		printf("%s %s", i > 0 ? "," : "", param->choices[i]);
	if (param->type == PARAM_NUMBER)
		printf(" from %lld to %lld %s", (long long)param->least, (long long)param->most,
		       param->unit != NULL ? param->unit : "");
	printf("; default: %s\n        %s\n", param->preset[0] != '\0' ? param->preset : "none", param->what);
}

static void
explain(const struct check *check)
{
	printf("%s\n    %s\n    stage: %s\n    default reply: %s\n    source: %s\n", check->name, check->what,
	       stage_names[check->stage], check->reply, check->source);
	for (size_t i = 0; check->params != NULL && check->params[i].name != NULL; i++)
		explain_param(&check->params[i]);
}

/* The table of the README, in Markdown. */
static void
print_markdown(void)
{
	puts("| check | stage | default reply | it finds | settings (defaults) |\n|---|---|---|---|---|");
	for (size_t i = 0; i < checks_count; i++) {
		const struct check *check = &checks[i];

		printf("| `%s` | %s | `%s` | %s |", check->name, stage_names[check->stage], check->reply, check->what);
		for (size_t j = 0; check->params != NULL && check->params[j].name != NULL; j++) {
			printf("%s `%s`", j > 0 ? "," : "", check->params[j].name);
			if (check->params[j].preset[0] != '\0')
				printf(" (%s)", check->params[j].preset);
		}
		puts(" |");
	}
}

int
command_checks(int argc, char **argv)
{
	static const struct option long_options[] = {
		{ "markdown", no_argument, NULL, 'm' },
		{ NULL, 0, NULL, 0 },
	};
	bool markdown = false;

	for (int c; (c = getopt_long(argc, argv, "", long_options, NULL)) != -1;) {
		if (c != 'm')
			return command_usage("checks");
		markdown = true;
	}
	if (markdown)
		print_markdown();
	else if (optind == argc)
		list();
	for (int i = optind; i < argc; i++) {
		const struct check *check = check_find(argv[i]);

		if (check == NULL) {
			fprintf(stderr, "postern: there is no check \"%s\"; `postern checks` lists them\n", argv[i]);
			return EX_USAGE;
		}
		explain(check);
	}
	return EX_OK;
}
