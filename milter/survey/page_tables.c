/* SPDX-License-Identifier: BSD-2-Clause */
/* The tables of the page. On a narrow screen a row becomes a box, in which each number has its column's heading beside it (data-label). */
#include "milter/survey/page.h"

#include "milter/survey/markup.h"
#include "policy/checks.h"

static void
add_cell(struct output *output, const char *label, const char *text)
{
	output_format(output, "<td data-label=\"%s\">", label);
	markup_text(output, bytes_of(text[0] != '\0' ? text : "\xe2\x80\x93"));
	markup_add(output, "</td>");
}

static void
add_number_cell(struct output *output, const char *label, size_t number)
{
	output_format(output, "<td class=\"number\" data-label=\"%s\">", label);
	markup_number(output, number);
	markup_add(output, "</td>");
}

static void
add_examples(struct output *output, const struct ledger_entry *entry)
{
	if (entry->example_count == 0)
		return;
	output_format(output, "<details><summary>Example%s</summary><ul>\n", entry->example_count > 1 ? "s" : "");
	for (size_t i = 0; i < entry->example_count; i++) {
		markup_add(output, "<li><code>");
		markup_text(output, bytes_of(entry->examples[i].where));
		markup_add(output, "</code> <bdi>");
		markup_text(output, bytes_of(entry->examples[i].what));
		markup_add(output, "</bdi></li>\n");
	}
	markup_add(output, "</ul></details>");
}

static void
add_finding(struct output *output, const struct ledger_entry *entry)
{
	const struct check *check = check_find(entry->names[0]);

	markup_add(output, "<tr><td class=\"name\"><b>");
	markup_text(output, bytes_of(entry->names[0]));
	markup_add(output, "</b>");
	if (check != NULL) {
		markup_add(output, "<p>");
		markup_text(output, bytes_of(check->what));
		markup_add(output, "</p>");
	}
	add_examples(output, entry);
	markup_add(output, "</td>");
	add_cell(output, "profile", entry->names[1]);
	add_cell(output, "mode", entry->names[2]);
	add_number_cell(output, "found", entry->counts[SURVEY_FOUND]);
	add_number_cell(output, "refused", entry->counts[SURVEY_REFUSED]);
	add_number_cell(output, "alone", entry->counts[SURVEY_ALONE]);
	markup_add(output, "</tr>\n");
}

void
page_findings(const struct account *account, struct output *output)
{
	const struct ledger *findings = &account->survey->findings;
	size_t more;
	size_t shown = account_rows(findings, &more);

	markup_add(output, "<section>\n<h2>What the checks found</h2>\n");
	if (findings->count == 0) {
		markup_add(output, "<p>Nothing.</p>\n</section>\n");
		return;
	}
	markup_add(
		output,
		"<p class=\"small\">In messages. Refused: the check\xe2\x80\x99s reply was the answer. Alone: no other "
		"check found anything in them.</p>\n<table>\n<thead><tr><th>check</th><th>profile</th><th>mode</th>"
		"<th class=\"number\">found</th><th class=\"number\">refused</th><th class=\"number\">alone</th></tr>"
		"</thead>\n<tbody>\n");
	for (size_t i = 0; i < shown; i++)
		add_finding(output, &findings->entries[i]);
	markup_add(output, "</tbody>\n</table>\n");
	if (more > 0)
		output_format(output,
			      "<p class=\"small\">And %zu more, of too many different checks and profiles.</p>\n",
			      more);
	markup_add(output, "</section>\n");
}

/* Names whole, and those that are not in the chart. */
void
page_domains(const struct survey *survey, struct output *output)
{
	const struct top *domains = &survey->domains;
	size_t shown = domains->count < ACCOUNT_DOMAINS_MAX ? domains->count : ACCOUNT_DOMAINS_MAX;

	markup_add(output,
		   "<details><summary>As a table</summary>\n<table>\n<thead><tr><th>domain</th>"
		   "<th class=\"number\">messages</th><th class=\"number\">refused</th></tr></thead>\n<tbody>\n");
	for (size_t i = 0; i < shown; i++) {
		const struct top_entry *entry = &domains->entries[i];

		markup_add(output, "<tr><td class=\"name\">");
		markup_text(output, bytes_of(account_domain(entry->name)));
		if (entry->over > 0)
			output_format(output, " <span class=\"small\">(at least %zu messages)</span>",
				      entry->count - entry->over);
		markup_add(output, "</td>");
		add_number_cell(output, "messages", entry->count);
		add_number_cell(output, "refused", entry->refused);
		markup_add(output, "</tr>\n");
	}
	markup_add(output, "</tbody>\n</table></details>\n");
}

static const char *const change_words[CHANGE_COUNT] = {
	[CHANGE_REFUSED] = "newly refused", [CHANGE_ACCEPTED] = "newly accepted", [CHANGE_REPLY] = "other reply",
	[CHANGE_HELD] = "newly held",       [CHANGE_RELEASED] = "no longer held",
};

static void
add_changed(struct output *output, const struct ledger *changed, size_t change)
{
	for (size_t i = 0; i < changed->count; i++) {
		const struct ledger_entry *entry = &changed->entries[i];

		if (strcmp(entry->names[0], survey_change_names[change]) != 0)
			continue;
		output_format(output, "<tr><td class=\"name\"><b>%s</b>", change_words[change]);
		add_examples(output, entry);
		markup_add(output, "</td>");
		add_cell(output, "check before", entry->names[1]);
		add_cell(output, "check now", entry->names[2]);
		add_number_cell(output, "messages", entry->counts[0]);
		markup_add(output, "</tr>\n");
	}
}

void
page_changes(const struct account *account, struct output *output)
{
	const struct survey *survey = account->survey;

	if (account->other == NULL)
		return;
	markup_add(output, "<section>\n<h2>What would change</h2>\n<p>With <code>");
	markup_text(output, bytes_of(account->other));
	markup_add(output, "</code> in the place of <code>");
	markup_text(output, bytes_of(account->config));
	markup_add(output, "</code>:</p>\n");
	if (survey->changed.count == 0) {
		markup_add(output, "<p>Nothing: every message gets the same answer.</p>\n</section>\n");
		return;
	}
	markup_add(output, "<table>\n<thead><tr><th>answer</th><th>check before</th><th>check now</th>"
			   "<th class=\"number\">messages</th></tr></thead>\n<tbody>\n");
	for (size_t i = 0; i < CHANGE_COUNT; i++)
		add_changed(output, &survey->changed, i);
	markup_add(output, "</tbody>\n</table>\n</section>\n");
}
