/* SPDX-License-Identifier: BSD-2-Clause */
/* What the three kinds of telling have in common, and the plain text. JSON is in account_json.c, the page in page.c. */
#include "milter/survey/account.h"

#include <assert.h>
#include <stdio.h>

void
account_figure(struct account *account, const char *name, size_t value)
{
	assert(account->figure_count < ACCOUNT_FIGURES_MAX);
	account->figures[account->figure_count++] = (struct account_figure){ name, value };
}

size_t
account_rows(const struct ledger *findings, size_t *more_out)
{
	size_t shown = findings->count < ACCOUNT_ROWS_MAX ? findings->count : ACCOUNT_ROWS_MAX;

	*more_out = findings->lost;
	for (size_t i = shown; i < findings->count; i++)
		*more_out += findings->entries[i].counts[SURVEY_FOUND];
	return shown;
}

bool
account_note(struct bytes *notes, struct bytes *note_out)
{
	ptrdiff_t end = bytes_find(*notes, '\n');

	if (end < 0)
		return false;
	*note_out = (struct bytes){ notes->data, (size_t)end };
	*notes = bytes_from(*notes, (size_t)end + 1);
	return true;
}

void
account_period(int first, int last, char period_out[ACCOUNT_PERIOD_MAX])
{
	char begin[DAY_TEXT_MAX], end[DAY_TEXT_MAX];

	period_out[0] = '\0';
	if (first == DAY_UNKNOWN)
		return;
	day_text(first, begin);
	day_text(last, end);
	if (first == last)
		snprintf(period_out, ACCOUNT_PERIOD_MAX, "%s", begin);
	else
		snprintf(period_out, ACCOUNT_PERIOD_MAX, "%s to %s", begin, end);
}

const char *
account_domain(const char *domain)
{
	if (strcmp(domain, "<>") == 0)
		return "(null sender)";
	return domain[0] != '\0' ? domain : "(no domain)";
}

static void
add(struct output *output, const char *text)
{
	output_add(output, bytes_of(text));
}

static void
add_verdicts(struct output *output, const size_t verdicts[VERDICT_COUNT])
{
	const char *between = "";

	for (size_t i = 0; i < VERDICT_COUNT; i++) {
		if (verdicts[i] == 0)
			continue;
		output_format(output, "%s%zu %s", between, verdicts[i], verdict_names[i]);
		between = ", ";
	}
}

static void
add_notes(const struct account *account, struct output *output)
{
	struct bytes notes = { account->notes.data, account->notes.length };
	struct bytes note;

	while (account_note(&notes, &note)) {
		add(output, "  ");
		output_text(output, note);
		add(output, "\n");
	}
}

static void
add_head(const struct account *account, struct output *output)
{
	const struct survey *survey = account->survey;
	char period[ACCOUNT_PERIOD_MAX];

	account_period(survey->days.first, survey->days.last, period);
	output_format(output, "%s: %zu message%s", account->title, survey->messages, survey->messages == 1 ? "" : "s");
	output_format(output, "%s%s", period[0] != '\0' ? ", " : "", period);
	add(output, survey->messages > 0 ? "\n  " : "\n");
	add_verdicts(output, survey->verdicts);
	add(output, survey->messages > 0 ? "\n" : "");
	add_notes(account, output);
}

static void
add_examples(const struct ledger_entry *entry, const char *indent, struct output *output)
{
	for (size_t i = 0; i < entry->example_count; i++) {
		const struct ledger_example *example = &entry->examples[i];

		add(output, indent);
		output_text(output, bytes_of(example->where));
		add(output, example->what[0] != '\0' ? ": " : "");
		output_text(output, bytes_of(example->what));
		add(output, "\n");
	}
}

/* Columns, in which names of a log may have wider characters: then the line is not aligned, but readable. */
static int
column_width(const struct ledger *ledger, size_t column, const char *heading)
{
	size_t widest = strlen(heading);

	for (size_t i = 0; i < ledger->count; i++) {
		size_t width = strlen(ledger->entries[i].names[column]);

		if (width > widest)
			widest = width;
	}
	return (int)widest;
}

static void
add_cell(struct output *output, const char *text, int width)
{
	size_t length = strlen(text);

	output_text(output, bytes_of(text));
	output_format(output, "%*s", length < (size_t)width ? width - (int)length + 2 : 2, "");
}

static void
add_findings(const struct account *account, struct output *output)
{
	static const char *const headings[LEDGER_NAMES] = { "check", "profile", "mode" };
	const struct ledger *findings = &account->survey->findings;
	int widths[LEDGER_NAMES];
	size_t more;
	size_t shown = account_rows(findings, &more);

	if (findings->count == 0) {
		add(output, "\nNo check found anything.\n");
		return;
	}
	add(output, "\nWhat the checks found, in messages (alone: no other check found anything in them)\n");
	for (size_t i = 0; i < LEDGER_NAMES; i++) {
		widths[i] = column_width(findings, i, headings[i]);
		add_cell(output, headings[i], widths[i]);
	}
	add(output, "   found  refused    alone\n");
	for (size_t i = 0; i < shown; i++) {
		const struct ledger_entry *entry = &findings->entries[i];

		for (size_t j = 0; j < LEDGER_NAMES; j++)
			add_cell(output, entry->names[j], widths[j]);
		output_format(output, "%8zu %8zu %8zu\n", entry->counts[SURVEY_FOUND], entry->counts[SURVEY_REFUSED],
			      entry->counts[SURVEY_ALONE]);
		add_examples(entry, "    ", output);
	}
	if (more > 0)
		output_format(output, "  and %zu more, of too many different checks and profiles\n", more);
}

static void
add_changed(const struct account *account, size_t change, struct output *output)
{
	const struct ledger *changed = &account->survey->changed;
	const char *name = survey_change_names[change];

	if (account->survey->changes[change] == 0)
		return;
	output_format(output, "%s: %zu\n", name, account->survey->changes[change]);
	for (size_t i = 0; i < changed->count; i++) {
		const struct ledger_entry *entry = &changed->entries[i];

		if (strcmp(entry->names[0], name) != 0)
			continue;
		output_format(output, "    %zu by %s", entry->counts[0],
			      entry->names[2][0] != '\0' ? entry->names[2] : "no check");
		output_format(output, ", before by %s\n", entry->names[1][0] != '\0' ? entry->names[1] : "no check");
		add_examples(entry, "        ", output);
	}
}

static void
add_changes(const struct account *account, struct output *output)
{
	const struct survey *survey = account->survey;
	size_t all = 0;

	if (account->other == NULL)
		return;
	for (size_t i = 0; i < CHANGE_COUNT; i++)
		all += survey->changes[i];
	add(output, "\nWith ");
	output_text(output, bytes_of(account->other));
	add(output, " in the place of ");
	output_text(output, bytes_of(account->config));
	output_format(output, ": messages answered otherwise: %zu of %zu\n", all, survey->messages);
	if (survey->messages > 0) {
		add(output, "  ");
		add_verdicts(output, survey->other_verdicts);
		add(output, "\n");
	}
	for (size_t i = 0; i < CHANGE_COUNT; i++)
		add_changed(account, i, output);
}

static void
add_span(struct output *output, const char *name, const struct day_counts *counts)
{
	output_format(output, "%-10s  %8zu %8zu %11zu\n", name, counts->messages, counts->refused, counts->found);
}

static void
add_days(const struct account *account, struct output *output)
{
	const struct days *days = &account->survey->days;
	struct days_view view = days_view(days, ACCOUNT_TEXT_SPANS);
	struct day_counts counts;
	char text[DAY_TEXT_MAX];
	int day = view.first, first, last;

	if (view.count == 0)
		return;
	output_format(output, "\nby %-7s  messages  refused  found only\n", days_unit_names[view.unit]);
	while (days_next(&view, &day, &counts, &first, &last)) {
		day_text(first, text);
		add_span(output, text, &counts);
	}
	if (view.outside.messages > 0)
		add_span(output, "far away", &view.outside);
	if (days->unknown.messages > 0)
		add_span(output, "no date", &days->unknown);
}

static void
add_domains(const struct account *account, struct output *output)
{
	const struct top *domains = &account->survey->domains;
	size_t shown = domains->count < ACCOUNT_DOMAINS_MAX ? domains->count : ACCOUNT_DOMAINS_MAX;

	if (shown == 0)
		return;
	add(output, "\nSenders' domains with most messages\nmessages  refused\n");
	for (size_t i = 0; i < shown; i++) {
		const struct top_entry *entry = &domains->entries[i];

		output_format(output, "%8zu %8zu  ", entry->count, entry->refused);
		output_text(output, bytes_of(account_domain(entry->name)));
		if (entry->over > 0)
			output_format(output, " (at least %zu)", entry->count - entry->over);
		add(output, "\n");
	}
	if (domains->approximate)
		add(output, "  There were too many domains to count all: numbers are the most it can be.\n");
}

void
account_text(const struct account *account, struct output *output)
{
	add_head(account, output);
	add_findings(account, output);
	add_changes(account, output);
	add_days(account, output);
	add_domains(account, output);
}
