/* SPDX-License-Identifier: BSD-2-Clause */
/* Checks of how much a client may send. What is counted, and when, is in policy/charges.h. */
#include "policy/charges.h"
#include "policy/checks/rows.h"

enum { PER, UNIT, LIMITS, OVERRIDES };

#define PER_PARAM                                                                                    \
	{                                                                                            \
		.name = "per", .type = PARAM_CHOICES, .preset = "login client",                      \
		.what = "Whose: the first of these that is known. `all` counts everybody together.", \
		.choices = limit_key_names                                                           \
	}
#define UNIT_PARAM                                                                                                     \
	{                                                                                                              \
		.name = "unit", .type = PARAM_CHOICE, .preset = "recipients",                                          \
		.what = "What is counted: a message with 16 recipients is 16 recipients.", .choices = limit_unit_names \
	}
#define OVERRIDES_PARAM                                                                                               \
	{                                                                                                             \
		.name = "overrides", .type = PARAM_TABLE, .preset = "none",                                           \
		.what = "Other limits for some logins, addresses, domains or clients, whichever it goes by; several " \
			"windows are between commas, and \"none\" is no limit."                                       \
	}

const struct param send_rate_params[] = {
	[PER] = PER_PARAM,
	[UNIT] = UNIT_PARAM,
	[LIMITS] = {
		.name = "rate",
		.type = PARAM_RATES,
		.preset = "none",
		.what = "How many in which time, evenly: \"14/1s\"; as many may come at once, or \"14/1s burst 28\". Several: all hold.",
	},
	[OVERRIDES] = OVERRIDES_PARAM,
	{ .name = NULL },
};

const struct param daily_quota_params[] = {
	[PER] = PER_PARAM,
	[UNIT] = UNIT_PARAM,
	[LIMITS] = {
		.name = "quota",
		.type = PARAM_QUOTAS,
		.preset = "none",
		.what = "How many within any such time: \"50000/24h\". Several: all hold.",
	},
	[OVERRIDES] = OVERRIDES_PARAM,
	{ .name = NULL },
};

const struct limit_check limit_settings = { .per = PER, .unit = UNIT, .limits = LIMITS, .overrides = OVERRIDES };

/* At the message's end it is asked by being counted, and finds nothing before. */
bool
limit_asked_again(const struct settings *settings, enum stage stage)
{
	(void)settings;
	return stage == STAGE_RCPT || stage == STAGE_MESSAGE;
}

/* Octets have to be counted to the last one. */
bool
limit_settled(const struct message *message, const struct settings *settings)
{
	(void)message;
	return settings->values[UNIT].number != UNIT_BYTES;
}

bool
send_rate(struct message *message, const struct settings *settings, struct finding *finding_out)
{
	(void)settings;
	return charges_over(message, check_find("send_rate"), finding_out);
}

bool
daily_quota(struct message *message, const struct settings *settings, struct finding *finding_out)
{
	(void)settings;
	return charges_over(message, check_find("daily_quota"), finding_out);
}
