/* SPDX-License-Identifier: BSD-2-Clause */
#include "milter/survey/survey.h"

#include <stdio.h>

enum { CHANGE_TEXT_MAX = 2 * REPLY_STRING_MAX + 64 }; /* two verdicts with their replies */

const char *const survey_change_names[CHANGE_COUNT] = { "newly_refused", "newly_accepted", "other_reply", "newly_held",
							"no_longer_held" };

bool
survey_init(struct survey *survey)
{
	*survey = (struct survey){ .messages = 0 };
	if (days_init(&survey->days) && top_init(&survey->domains))
		return true;
	survey_free(survey);
	return false;
}

static bool
is_final(const struct sighted_answer *answer)
{
	return answer->kind == VERDICT_DEFER || answer->kind == VERDICT_REFUSE;
}

static void
add_findings(struct survey *survey, const struct sighting *sighting)
{
	for (size_t i = 0; i < sighting->finding_count; i++) {
		const struct sighted_finding *finding = &sighting->findings[i];
		const char *const names[LEDGER_NAMES] = { finding->check, sighting->profile,
							  mode_names[finding->mode] };
		struct ledger_entry *entry = ledger_at(&survey->findings, names);

		if (entry == NULL)
			continue;
		bool decided = is_final(&sighting->answer) && strcmp(finding->check, sighting->answer.check) == 0;
		entry->counts[SURVEY_FOUND]++;
		entry->counts[SURVEY_REFUSED] += decided ? 1 : 0;
		entry->counts[SURVEY_ALONE] += sighting->finding_count == 1 && !sighting->incomplete ? 1 : 0;
		ledger_example(&survey->findings, entry, finding->where, finding->detail);
	}
}

static enum survey_change
change_of(const struct sighted_answer *before, const struct sighted_answer *after)
{
	if (!is_final(before) && !is_final(after)) {
		if (before->kind == after->kind)
			return CHANGE_NONE;
		return after->kind == VERDICT_HOLD ? CHANGE_HELD : CHANGE_RELEASED;
	}
	if (!is_final(before))
		return CHANGE_REFUSED;
	if (!is_final(after))
		return CHANGE_ACCEPTED;
	return strcmp(before->reply, after->reply) == 0 ? CHANGE_NONE : CHANGE_REPLY;
}

static const char *
said(const struct sighted_answer *answer)
{
	return answer->reply[0] != '\0' ? answer->reply : verdict_names[answer->kind];
}

static void
add_change(struct survey *survey, const struct sighting *sighting)
{
	enum survey_change change = change_of(&sighting->answer, &sighting->other);
	char text[CHANGE_TEXT_MAX];

	survey->compared = true;
	survey->other_verdicts[sighting->other.kind]++;
	if (change == CHANGE_NONE)
		return;
	survey->changes[change]++;
	const char *const names[LEDGER_NAMES] = { survey_change_names[change], sighting->answer.check,
						  sighting->other.check };
	struct ledger_entry *entry = ledger_at(&survey->changed, names);
	if (entry == NULL)
		return;
	entry->counts[0]++;
	snprintf(text, sizeof text, "%s -> %s", said(&sighting->answer), said(&sighting->other));
	ledger_example(&survey->changed, entry, sighting->where, text);
}

void
survey_add(struct survey *survey, const struct sighting *sighting)
{
	bool refused = is_final(&sighting->answer);
	const struct day_counts one = { .messages = 1,
					.refused = refused ? 1 : 0,
					.found = !refused && sighting->finding_count > 0 ? 1 : 0 };

	survey->messages++;
	survey->verdicts[sighting->answer.kind]++;
	survey->failed += sighting->failed ? 1 : 0;
	days_add(&survey->days, sighting->day, &one);
	if (sighting->sender_known)
		top_add(&survey->domains, sighting->domain, refused);
	else
		survey->senders_unknown++;
	add_findings(survey, sighting);
	if (sighting->has_other)
		add_change(survey, sighting);
}

static void
sum_checks(struct survey *survey)
{
	for (size_t i = 0; i < survey->findings.count; i++) {
		const struct ledger_entry *finding = &survey->findings.entries[i];
		const char *const names[LEDGER_NAMES] = { finding->names[0], "", "" };
		struct ledger_entry *entry = ledger_at(&survey->checks, names);

		for (size_t j = 0; entry != NULL && j < LEDGER_COUNTS; j++)
			entry->counts[j] += finding->counts[j];
	}
}

void
survey_finish(struct survey *survey)
{
	ledger_sort(&survey->findings);
	sum_checks(survey);
	ledger_sort(&survey->checks);
	ledger_sort(&survey->changed);
	top_sort(&survey->domains);
}

bool
survey_refused(const struct survey *survey)
{
	return survey->findings.refused || survey->checks.refused || survey->changed.refused;
}

void
survey_free(struct survey *survey)
{
	ledger_free(&survey->findings);
	ledger_free(&survey->checks);
	ledger_free(&survey->changed);
	days_free(&survey->days);
	top_free(&survey->domains);
}
