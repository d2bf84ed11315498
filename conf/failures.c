/* SPDX-License-Identifier: BSD-2-Clause */
/* The group `failures`: what is answered when nothing can be said of a message. */
#include "conf/layers.h"
#include "conf/value.h"

#include <string.h>

static void
read_failure(struct load *load, const config_setting_t *setting, enum failure failure)
{
	struct failure_answer *answer = &load->layers->failures[failure];
	char rule[REPLY_RULE_MAX];
	const char *string;

	if (!value_string(load, setting, &string))
		return;
	load->layers->failures_set[failure] = tree_name_place(setting);
	answer->accept = strcmp(string, "accept") == 0;
	if (!answer->accept && !reply_parse(string, &answer->reply, rule))
		value_error(load, setting, "must be \"accept\" or a reply: %s", rule);
}

static void
read_memory(struct load *load, const config_setting_t *setting, void *data)
{
	(void)data;
	read_failure(load, setting, FAILURE_MEMORY);
}

static void
read_internal(struct load *load, const config_setting_t *setting, void *data)
{
	(void)data;
	read_failure(load, setting, FAILURE_INTERNAL);
}

static void
read_tables(struct load *load, const config_setting_t *setting, void *data)
{
	(void)data;
	read_failure(load, setting, FAILURE_TABLES);
}

static void
read_counters(struct load *load, const config_setting_t *setting, void *data)
{
	(void)data;
	read_failure(load, setting, FAILURE_COUNTERS);
}

static const char takes[] = "a reply, or accept to let the message pass";
/* Of every reply set but that of SES, whose text lacks the enhanced code. */
static const char preset[] = "\"451 4.3.0 Temporary service failure\"";

/* failure_names holds the names. */
const struct key failure_keys[] = {
	{ "memory", KEY_SPECIAL, "The system refuses memory.", .takes = takes, .preset = preset, .read = read_memory },
	{ "internal", KEY_SPECIAL, "libmilter did not do what it was told, or what must not happen did.",
	  .takes = takes, .preset = preset, .read = read_internal },
	{ "tables", KEY_SPECIAL, "A look-up table cannot tell.", .takes = takes, .preset = preset,
	  .read = read_tables },
	{ "counters", KEY_SPECIAL, "Rates and quotas cannot be counted.", .takes = takes, .preset = preset,
	  .read = read_counters },
	{ 0 },
};
