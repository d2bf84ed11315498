/* SPDX-License-Identifier: BSD-2-Clause */
/* The group `log`. */
#include "conf/daemon.h"
#include "conf/layers.h"
#include "conf/value.h"

#include <syslog.h>

const char *const log_decision_names[LOG_DECISIONS_COUNT] = { "all", "findings" };

static const char *const facility_names[] = { "mail",   "daemon", "user",   "local0", "local1", "local2",
					      "local3", "local4", "local5", "local6", "local7" };
static const int facilities[] = { LOG_MAIL,   LOG_DAEMON, LOG_USER,   LOG_LOCAL0, LOG_LOCAL1, LOG_LOCAL2,
				  LOG_LOCAL3, LOG_LOCAL4, LOG_LOCAL5, LOG_LOCAL6, LOG_LOCAL7 };
enum { FACILITIES = sizeof facilities / sizeof facilities[0] };
_Static_assert(sizeof facility_names / sizeof facility_names[0] == FACILITIES, "each facility has a name");

const char *
daemon_facility_name(int facility)
{
	for (size_t i = 0; i < FACILITIES; i++)
		if (facilities[i] == facility)
			return facility_names[i];
	return facility_names[0];
}

static void
read_facility(struct load *load, const config_setting_t *setting, void *data)
{
	size_t index;

	(void)data;
	if (!value_choice(load, setting, facility_names, FACILITIES, &index))
		return;
	load->conf->log_facility = facilities[index];
	load->layers->set.log_facility = tree_name_place(setting);
}

static void
read_decisions(struct load *load, const config_setting_t *setting, void *data)
{
	size_t index;

	(void)data;
	if (!value_choice(load, setting, log_decision_names, LOG_DECISIONS_COUNT, &index))
		return;
	load->conf->log_decisions = (enum log_decisions)index;
	load->layers->set.log_decisions = tree_name_place(setting);
}

const struct key log_keys[] = {
	{ "facility", KEY_CHOICE, "The facility of syslog. It has no effect in the foreground.",
	  .choices = facility_names, .choice_count = FACILITIES, .preset = "\"mail\"", .read = read_facility },
	{ "decisions", KEY_CHOICE,
	  "Which messages have a line in the log: all of them, or those in which a check found something or Postern "
	  "failed.",
	  .choices = log_decision_names, .choice_count = LOG_DECISIONS_COUNT, .preset = "\"all\"",
	  .read = read_decisions },
	{ 0 },
};
