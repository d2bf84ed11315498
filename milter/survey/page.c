/* SPDX-License-Identifier: BSD-2-Clause */
#include "milter/survey/page.h"

#include "milter/survey/charts.h"
#include "milter/survey/markup.h"

/* Even if something got through as markup, no browser would run or load it. */
#define POLICY "default-src 'none'; style-src 'unsafe-inline'"

static void
add_head(const struct account *account, struct output *output)
{
	markup_add(output, "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\"/>\n"
			   "<meta http-equiv=\"Content-Security-Policy\" content=\"" POLICY "\"/>\n"
			   "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\"/>\n"
			   "<meta name=\"color-scheme\" content=\"light dark\"/>\n"
			   "<meta name=\"referrer\" content=\"no-referrer\"/>\n"
			   "<meta name=\"generator\" content=\"postern " POSTERN_VERSION "\"/>\n<title>");
	markup_text(output, bytes_of(account->title));
	markup_add(output, "</title>\n<style>\n");
	markup_add(output, page_style);
	markup_add(output, "</style>\n</head>\n<body>\n<main>\n");
}

static void
add_tile(struct output *output, const char *class, size_t number, size_t whole, const char *words)
{
	output_format(output, "<div class=\"tile %s\"><b>", class);
	markup_number(output, number);
	output_format(output, "</b><span>%s", words);
	if (whole > 0) {
		markup_add(output, ", ");
		markup_percent(output, number, whole);
		markup_add(output, " %");
	}
	markup_add(output, "</span></div>\n");
}

/* Those that do not occur are left out, but for acceptance and refusal. */
static void
add_tiles(const struct survey *survey, struct output *output)
{
	const size_t *verdicts = survey->verdicts;

	markup_add(output, "<div class=\"tiles\">\n");
	add_tile(output, "", survey->messages, 0, "messages");
	add_tile(output, "refused", verdicts[VERDICT_REFUSE], survey->messages, "refused");
	if (verdicts[VERDICT_DEFER] > 0)
		add_tile(output, "refused", verdicts[VERDICT_DEFER], survey->messages, "deferred");
	if (verdicts[VERDICT_HOLD] > 0)
		add_tile(output, "found", verdicts[VERDICT_HOLD], survey->messages, "held");
	add_tile(output, "", verdicts[VERDICT_ACCEPT], survey->messages, "accepted");
	markup_add(output, "</div>\n");
}

static void
add_notes(const struct account *account, struct output *output)
{
	struct bytes notes = { account->notes.data, account->notes.length };
	struct bytes note;

	if (notes.length == 0)
		return;
	output_format(output, "<ul class=\"notes%s\">\n", account->partial ? " partial" : "");
	while (account_note(&notes, &note)) {
		markup_add(output, "<li>");
		markup_text(output, note);
		markup_add(output, "</li>\n");
	}
	markup_add(output, "</ul>\n");
}

static void
add_title(const struct account *account, struct output *output)
{
	char period[ACCOUNT_PERIOD_MAX];

	account_period(account->survey->days.first, account->survey->days.last, period);
	markup_add(output, "<header>\n<h1>");
	markup_text(output, bytes_of(account->title));
	markup_add(output, "</h1>\n");
	if (period[0] != '\0')
		output_format(output, "<p class=\"period\">%s</p>\n", period);
	markup_add(output, "</header>\n");
	add_tiles(account->survey, output);
	add_notes(account, output);
}

struct key {
	const char *class, *words;
};

static void
add_legend(struct output *output, const struct key *keys, size_t count)
{
	markup_add(output, "<p class=\"legend\">");
	for (size_t i = 0; i < count; i++)
		output_format(output, "<span><span class=\"key %s\"></span>%s</span> ", keys[i].class, keys[i].words);
	markup_add(output, "</p>\n");
}

struct chart {
	const char *title;
	struct key keys[3];
	size_t key_count;
	void (*draw)(const struct survey *, struct output *);
	void (*behind)(const struct survey *, struct output *); /* or NULL */
};

static void
add_chart(const struct survey *survey, const struct chart *chart, struct output *output)
{
	output_format(output, "<section>\n<h2>%s</h2>\n", chart->title);
	add_legend(output, chart->keys, chart->key_count);
	chart->draw(survey, output);
	if (chart->behind != NULL)
		chart->behind(survey, output);
	markup_add(output, "</section>\n");
}

static void
add_charts(const struct survey *survey, struct output *output)
{
	static const struct chart days = { "By day",
					   { { "refused", "refused or deferred" },
					     { "found", "found, and let pass" },
					     { "passed", "nothing found" } },
					   3,
					   chart_days,
					   NULL };
	static const struct chart by_check = { "Refusals by check",
					       { { "refused", "refused or deferred" }, { "found", "found only" } },
					       2,
					       chart_checks,
					       NULL };
	static const struct chart domains = { "Senders\xe2\x80\x99 domains",
					      { { "refused", "refused or deferred" }, { "passed", "passed" } },
					      2,
					      chart_domains,
					      page_domains };

	if (survey->days.first != DAY_UNKNOWN)
		add_chart(survey, &days, output);
	markup_add(output, "<div class=\"pair\">\n");
	if (survey->checks.count > 0)
		add_chart(survey, &by_check, output);
	if (survey->domains.count > 0)
		add_chart(survey, &domains, output);
	markup_add(output, "</div>\n");
}

void
account_page(const struct account *account, struct output *output)
{
	add_head(account, output);
	add_title(account, output);
	page_changes(account, output);
	add_charts(account->survey, output);
	page_findings(account, output);
	markup_add(output, "</main>\n<footer>postern " POSTERN_VERSION "</footer>\n</body>\n</html>\n");
}
