/* SPDX-License-Identifier: BSD-2-Clause */
#include "milter/survey/charts.h"

#include "milter/survey/markup.h"

enum {
	/* Of a bar with its words above it, in pixels. */
	ROW_HEIGHT = 46,
	ROW_WORDS = 16,
	ROW_BAR = 24,
	ROW_BAR_HEIGHT = 10,
	BARS_MAX = 10,  /* of domains: the list below has more */
	LABEL_MAX = 22, /* octets of a name that a phone has room for beside a number */

	/* Of the columns. */
	PLOT_TOP = 22,
	PLOT_HEIGHT = 150,
	PLOT_WORDS = 192,
	PLOT_FULL_HEIGHT = 200,
	COLUMNS_MIN = 7, /* fewer ones are no wider than these */
	LABELS_APART = 6 /* columns that two dates below need between them */
};

/* A name that is too long shows its end, where of a domain its owner stands. */
static void
add_label(struct output *output, const char *name)
{
	struct bytes text = bytes_of(name);
	bool is_cut = text.length > LABEL_MAX;

	if (is_cut) {
		text = bytes_from(text, text.length - LABEL_MAX);
		while (text.length > 0 && ((unsigned char)text.data[0] & 0xc0) == 0x80)
			text = bytes_from(text, 1);
		markup_add(output, "\xe2\x80\xa6");
	}
	markup_text(output, text);
}

struct bar {
	const char *name;
	const char *class; /* of what is not refused */
	size_t refused, all;
	size_t widest; /* all, of the longest bar */
};

static void
add_bar(struct output *output, size_t row, const struct bar *bar)
{
	size_t y = row * ROW_HEIGHT;

	markup_add(output, "<g><title>");
	markup_text(output, bytes_of(bar->name));
	output_format(output, ": %zu of %zu refused</title>", bar->refused, bar->all);
	output_format(output, "<text x=\"0\" y=\"%zu\">", y + ROW_WORDS);
	add_label(output, bar->name);
	output_format(output, "</text><text class=\"value\" x=\"100%%\" y=\"%zu\">", y + ROW_WORDS);
	markup_number(output, bar->refused);
	markup_add(output, "<tspan class=\"of\"> of ");
	markup_number(output, bar->all);
	output_format(output, "</tspan></text><rect class=\"%s\" x=\"0\" y=\"%zu\" height=\"%d\" rx=\"2\" width=\"",
		      bar->class, y + ROW_BAR, ROW_BAR_HEIGHT);
	markup_percent(output, bar->all, bar->widest);
	markup_add(output, "%\"/>");
	if (bar->refused > 0) {
		output_format(output, "<rect class=\"refused\" x=\"0\" y=\"%zu\" height=\"%d\" rx=\"2\" width=\"",
			      y + ROW_BAR, ROW_BAR_HEIGHT);
		markup_percent(output, bar->refused, bar->widest);
		markup_add(output, "%\"/>");
	}
	markup_add(output, "</g>\n");
}

static void
begin_bars(struct output *output, size_t rows, const char *label)
{
	output_format(output, "<svg class=\"bars\" role=\"img\" width=\"100%%\" height=\"%zu\" aria-label=\"%s\">\n",
		      rows * ROW_HEIGHT, label);
}

void
chart_checks(const struct survey *survey, struct output *output)
{
	const struct ledger *checks_seen = &survey->checks;
	size_t shown = checks_seen->count < ACCOUNT_CHECKS_MAX ? checks_seen->count : ACCOUNT_CHECKS_MAX;

	begin_bars(output, shown, "Refusals by check");
	for (size_t i = 0; i < shown; i++) {
		const struct ledger_entry *entry = &checks_seen->entries[i];

		add_bar(output, i,
			&(struct bar){ .name = entry->names[0],
				       .class = "found",
				       .refused = entry->counts[SURVEY_REFUSED],
				       .all = entry->counts[SURVEY_FOUND],
				       .widest = checks_seen->entries[0].counts[SURVEY_FOUND] });
	}
	markup_add(output, "</svg>\n");
	if (checks_seen->count > shown)
		output_format(output, "<p class=\"small\">and %zu more in the table</p>\n", checks_seen->count - shown);
}

void
chart_domains(const struct survey *survey, struct output *output)
{
	const struct top *domains = &survey->domains;
	size_t shown = domains->count < BARS_MAX ? domains->count : BARS_MAX;

	begin_bars(output, shown, "Senders' domains with most messages");
	for (size_t i = 0; i < shown; i++) {
		const struct top_entry *entry = &domains->entries[i];

		add_bar(output, i,
			&(struct bar){ .name = account_domain(entry->name),
				       .class = "passed",
				       .refused = entry->refused,
				       .all = entry->count,
				       .widest = domains->entries[0].count });
	}
	markup_add(output, "</svg>\n");
	if (domains->approximate)
		markup_add(output, "<p class=\"small\">There were too many domains to count all exactly: the numbers "
				   "of messages are "
				   "the most it can be.</p>\n");
}

/* Columns, and what they are measured by. */
struct columns {
	struct days_view view;
	size_t slots; /* columns that there is room for */
	size_t highest;
};

static size_t
find_highest(const struct days_view *view)
{
	struct day_counts counts;
	size_t highest = 0;
	int day = view->first, first, last;

	while (days_next(view, &day, &counts, &first, &last))
		if (counts.messages > highest)
			highest = counts.messages;
	return highest;
}

/* Some part of a column, from `below` on upwards; what there is one of can be seen. */
static void
add_block(const struct columns *columns, size_t slot, const char *class, size_t below, size_t count,
	  struct output *output)
{
	double unit = (double)PLOT_HEIGHT / (double)columns->highest;
	unsigned base = (unsigned)((double)below * unit + 0.5);
	unsigned top = (unsigned)((double)(below + count) * unit + 0.5);

	if (count == 0)
		return;
	if (top == base)
		top++;
	output_format(output, "<rect class=\"%s\" y=\"%u\" height=\"%u\" x=\"", class, PLOT_TOP + PLOT_HEIGHT - top,
		      top - base);
	markup_percent(output, slot * 10 + 1, columns->slots * 10);
	markup_add(output, "%\" width=\"");
	markup_percent(output, 8, columns->slots * 10);
	markup_add(output, "%\"/>");
}

static void
add_column(const struct columns *columns, size_t slot, const struct day_counts *counts, const char *name,
	   struct output *output)
{
	size_t marked = counts->refused + counts->found;

	output_format(output, "<g><title>%s: %zu messages, %zu refused, %zu found only</title>", name, counts->messages,
		      counts->refused, counts->found);
	add_block(columns, slot, "passed", marked, counts->messages - marked, output);
	add_block(columns, slot, "found", counts->refused, counts->found, output);
	add_block(columns, slot, "refused", 0, counts->refused, output);
	markup_add(output, "</g>\n");
}

static void
add_axis(const struct columns *columns, struct output *output)
{
	const struct days_view *view = &columns->view;
	char first[ACCOUNT_PERIOD_MAX], last[DAY_TEXT_MAX];

	output_format(
		output,
		"<line x1=\"0\" x2=\"100%%\" y1=\"%d\" y2=\"%d\"/><line x1=\"0\" x2=\"100%%\" y1=\"%d\" y2=\"%d\"/>",
		PLOT_TOP, PLOT_TOP, PLOT_TOP + PLOT_HEIGHT, PLOT_TOP + PLOT_HEIGHT);
	output_format(output, "<text class=\"value\" x=\"100%%\" y=\"%d\">", PLOT_TOP - 6);
	markup_number(output, columns->highest);
	output_format(output, " a %s</text>\n", days_unit_names[view->unit]);
	if (view->count < LABELS_APART) {
		account_period(view->first, view->last, first);
		output_format(output, "<text x=\"0\" y=\"%d\">%s</text>\n", PLOT_WORDS, first);
		return;
	}
	day_text(view->first, first);
	day_text(view->last, last);
	output_format(output, "<text x=\"0\" y=\"%d\">%s</text><text class=\"value\" y=\"%d\" x=\"", PLOT_WORDS, first,
		      PLOT_WORDS);
	markup_percent(output, view->count, columns->slots);
	output_format(output, "%%\">%s</text>\n", last);
}

void
chart_days(const struct survey *survey, struct output *output)
{
	struct columns columns = { .view = days_view(&survey->days, ACCOUNT_PAGE_SPANS) };
	const struct days_view *view = &columns.view;
	struct day_counts counts;
	char name[ACCOUNT_PERIOD_MAX];
	int day = view->first, first, last;

	columns.slots = view->count < COLUMNS_MIN ? COLUMNS_MIN : view->count;
	columns.highest = find_highest(view);
	output_format(
		output,
		"<svg class=\"columns\" role=\"img\" width=\"100%%\" height=\"%d\" aria-label=\"Messages by %s\">\n",
		PLOT_FULL_HEIGHT, days_unit_names[view->unit]);
	add_axis(&columns, output);
	for (size_t slot = 0; days_next(view, &day, &counts, &first, &last); slot++) {
		account_period(first, last, name);
		add_column(&columns, slot, &counts, name, output);
	}
	markup_add(output, "</svg>\n");
	size_t left_out = view->outside.messages + survey->days.unknown.messages;
	if (left_out > 0)
		output_format(
			output,
			"<p class=\"small\">%zu messages without a date, or with one far away, are not shown.</p>\n",
			left_out);
}
