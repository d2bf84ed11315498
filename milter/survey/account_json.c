/* SPDX-License-Identifier: BSD-2-Clause */
#define _POSIX_C_SOURCE 200809L
#include "milter/survey/account.h"

#include <jansson.h>
#include <stdlib.h>

/* What is NULL for want of memory makes the whole NULL: jansson's functions hand it on. */

static json_t *
number(size_t value)
{
	return json_integer((json_int_t)value);
}

/* Any octets: what is no UTF-8 becomes U+FFFD. */
static json_t *
text(struct bytes octets)
{
	size_t size = octets.length * 3 + 1;
	char *utf8 = malloc(size);

	if (utf8 == NULL)
		return NULL;
	utf8[0] = '\0';
	output_utf8(utf8, size, octets);
	json_t *string = json_string(utf8);
	free(utf8);
	return string;
}

static json_t *
text_or_null(const char *string)
{
	return string[0] != '\0' ? text(bytes_of(string)) : json_null();
}

/* Takes the item over. An array that lacks one is none. */
static json_t *
with(json_t *array, json_t *item)
{
	if (json_array_append_new(array, item) == 0)
		return array;
	json_decref(array);
	return NULL;
}

static json_t *
figures_object(const struct account *account)
{
	json_t *object = json_object();
	bool complete = object != NULL;

	for (size_t i = 0; complete && i < account->figure_count; i++)
		complete =
			json_object_set_new(object, account->figures[i].name, number(account->figures[i].value)) == 0;
	if (complete)
		return object;
	json_decref(object);
	return NULL;
}

static json_t *
verdicts_object(const size_t verdicts[VERDICT_COUNT])
{
	return json_pack("{s:o, s:o, s:o, s:o}", verdict_names[VERDICT_ACCEPT], number(verdicts[VERDICT_ACCEPT]),
			 verdict_names[VERDICT_HOLD], number(verdicts[VERDICT_HOLD]), verdict_names[VERDICT_DEFER],
			 number(verdicts[VERDICT_DEFER]), verdict_names[VERDICT_REFUSE],
			 number(verdicts[VERDICT_REFUSE]));
}

static json_t *
notes_array(const struct account *account)
{
	struct bytes notes = { account->notes.data, account->notes.length };
	struct bytes note;
	json_t *array = json_array();

	while (array != NULL && account_note(&notes, &note))
		array = with(array, text(note));
	return array;
}

static json_t *
examples_array(const struct ledger_entry *entry, const char *what)
{
	json_t *array = json_array();

	for (size_t i = 0; array != NULL && i < entry->example_count; i++)
		array = with(array, json_pack("{s:o, s:o}", "where", text(bytes_of(entry->examples[i].where)), what,
					      text(bytes_of(entry->examples[i].what))));
	return array;
}

static json_t *
finding_object(const struct ledger_entry *entry)
{
	return json_pack("{s:o, s:o, s:o, s:o, s:o, s:o, s:o}", "check", text(bytes_of(entry->names[0])), "profile",
			 text(bytes_of(entry->names[1])), "mode", text(bytes_of(entry->names[2])), "found",
			 number(entry->counts[SURVEY_FOUND]), "refused", number(entry->counts[SURVEY_REFUSED]), "alone",
			 number(entry->counts[SURVEY_ALONE]), "examples", examples_array(entry, "detail"));
}

static json_t *
findings_array(const struct ledger *findings)
{
	json_t *array = json_array();

	for (size_t i = 0; array != NULL && i < findings->count; i++)
		array = with(array, finding_object(&findings->entries[i]));
	return array;
}

static json_t *
days_array(const struct days *days)
{
	json_t *array = json_array();
	char name[DAY_TEXT_MAX];

	if (days->first == DAY_UNKNOWN)
		return array;
	for (int day = days->first; array != NULL && day <= days->last; day++) {
		const struct day_counts *counts = &days->counts[day];

		if (counts->messages == 0)
			continue;
		day_text(day, name);
		array = with(array, json_pack("{s:s, s:o, s:o, s:o}", "day", name, "messages", number(counts->messages),
					      "refused", number(counts->refused), "found_only", number(counts->found)));
	}
	return array;
}

static json_t *
domains_array(const struct top *domains)
{
	json_t *array = json_array();

	for (size_t i = 0; array != NULL && i < domains->count; i++) {
		const struct top_entry *entry = &domains->entries[i];

		array = with(array, json_pack("{s:o, s:o, s:o, s:o}", "domain", text(bytes_of(entry->name)), "messages",
					      number(entry->count), "refused", number(entry->refused), "over",
					      number(entry->over)));
	}
	return array;
}

static json_t *
changed_array(const struct ledger *changed)
{
	json_t *array = json_array();

	for (size_t i = 0; array != NULL && i < changed->count; i++) {
		const struct ledger_entry *entry = &changed->entries[i];

		array = with(array, json_pack("{s:o, s:o, s:o, s:o, s:o}", "change", text(bytes_of(entry->names[0])),
					      "check_before", text_or_null(entry->names[1]), "check",
					      text_or_null(entry->names[2]), "messages", number(entry->counts[0]),
					      "examples", examples_array(entry, "answers")));
	}
	return array;
}

static json_t *
compared_object(const struct account *account)
{
	const struct survey *survey = account->survey;
	json_t *changes = json_object();
	bool complete = changes != NULL;

	if (account->other == NULL) {
		json_decref(changes);
		return json_null();
	}
	for (size_t i = 0; complete && i < CHANGE_COUNT; i++)
		complete = json_object_set_new(changes, survey_change_names[i], number(survey->changes[i])) == 0;
	if (!complete) {
		json_decref(changes);
		return NULL;
	}
	return json_pack("{s:o, s:o, s:o, s:o, s:o}", "before", text(bytes_of(account->config)), "with",
			 text(bytes_of(account->other)), "verdicts", verdicts_object(survey->other_verdicts), "changes",
			 changes, "changed", changed_array(&survey->changed));
}

static json_t *
account_object(const struct account *account)
{
	const struct survey *survey = account->survey;

	return json_pack("{s:s, s:b, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:b, s:o, s:o}", "kind",
			 account->kind, "complete", !account->partial, "messages", number(survey->messages), "verdicts",
			 verdicts_object(survey->verdicts), "failed", number(survey->failed), "source",
			 figures_object(account), "notes", notes_array(account), "findings",
			 findings_array(&survey->findings), "findings_lost", number(survey->findings.lost), "days",
			 days_array(&survey->days), "no_day", number(survey->days.unknown.messages),
			 "domains_approximate", survey->domains.approximate, "domains", domains_array(&survey->domains),
			 "compared", compared_object(account));
}

static int
add_chunk(const char *data, size_t length, void *output)
{
	output_add(output, (struct bytes){ data, length });
	return 0;
}

void
account_json(const struct account *account, struct output *output)
{
	json_t *object = account_object(account);

	if (object == NULL || json_dump_callback(object, add_chunk, output, JSON_COMPACT) != 0)
		output->refused = true;
	json_decref(object);
	output_add(output, bytes_of("\n"));
}
