/* SPDX-License-Identifier: BSD-2-Clause */
/* The metrics as Prometheus reads them; and that the dashboard and the alerts ask for what there is. */
#define _GNU_SOURCE
#include "milter/metrics_text.h"
#include "policy/checks.h"
#include "tests/support/exposition.h"
#include "tests/support/suite.h"

#include <jansson.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static struct exposition exposition;
static struct output text;

static void
scrape(const struct statistics *statistics)
{
	output_clear(&text);
	metrics_text(&text, statistics);
	output_add(&text, (struct bytes){ "", 1 });
	exposition_read(&exposition, text.data);
}

static double
value(const char *name, const char *labels)
{
	return exposition_value(&exposition, name, labels);
}

/* Where there is none it is not asked. */
static void
ask_promtool(const char *what, const char *input)
{
	char path[] = "/tmp/postern-promtool-XXXXXX", command[256];
	int fd = mkstemp(path);

	ck_assert_int_ge(fd, 0);
	ck_assert_int_eq(write(fd, input, strlen(input)), (ssize_t)strlen(input));
	close(fd);
	snprintf(command, sizeof command, "command -v promtool >/dev/null || exit 0; promtool check %s%s", what, path);
	int status = system(command);
	unlink(path);
	ck_assert_msg(status == 0, "promtool complains");
}

START_TEST(a_daemon_that_did_nothing_has_all_its_metrics)
{
	struct statistics *statistics = statistics_new();

	scrape(statistics);
	ck_assert_double_eq(value("postern_messages_total", "verdict=\"refuse\""), 0);
	ck_assert_double_eq(value("postern_build_info", exposition.samples[0].labels), 1);
	for (size_t i = 0; i < checks_count; i++) {
		char labels[EXPOSITION_LABELS_MAX];

		snprintf(labels, sizeof labels, "check=\"%s\",mode=\"enforce\"", checks[i].name);
		ck_assert_double_eq(value("postern_check_hits_total", labels), 0);
	}
	statistics_free(statistics);
}
END_TEST

static void
fill(struct statistics *statistics)
{
	struct verdict refused = { .kind = VERDICT_REFUSE, .stage = STAGE_MESSAGE };
	struct verdict turned_away = { .kind = VERDICT_DEFER, .stage = STAGE_CONNECT };
	struct verdict failed = {
		.kind = VERDICT_DEFER, .stage = STAGE_MAIL, .failed = true, .failure = FAILURE_TABLES
	};
	struct statistics_slot *first = statistics_slot(statistics, 0), *last = statistics_slot(statistics, 255);

	statistics_session_began(first);
	statistics_session_began(last);
	statistics_session_ended(last);
	statistics_decided(first, &refused);
	statistics_decided(last, &refused);
	statistics_decided(last, &turned_away);
	statistics_decided(last, &failed);
	statistics_recipient(last, &refused);
	statistics_spent(first, STATISTICS_MAIL, 3000);
	statistics_spent(last, STATISTICS_MAIL, INT64_C(60) * 1000000000);
	statistics_store_called(first, COUNTERS_SQLITE, false, 1500000);
	statistics_looked_up(first, TABLE_REGEXP, TABLE_FOUND);
	statistics->daemon.serving = 2;
	statistics->daemon.reload_result = RELOAD_WRONG;
	statistics->daemon.reloads[RELOAD_WRONG] = 3;
}

START_TEST(what_was_counted_is_told)
{
	struct statistics *statistics = statistics_new();

	fill(statistics);
	scrape(statistics);
	ck_assert_double_eq(value("postern_sessions", ""), 1);
	ck_assert_double_eq(value("postern_sessions_started_total", ""), 2);
	ck_assert_double_eq(value("postern_sessions_refused_total", ""), 1);
	ck_assert_double_eq(value("postern_messages_total", "verdict=\"refuse\""), 2);
	ck_assert_double_eq(value("postern_messages_total", "verdict=\"defer\""), 1);
	ck_assert_double_eq(value("postern_recipients_refused_total", "verdict=\"refuse\""), 1);
	ck_assert_double_eq(value("postern_failures_total", "cause=\"tables\""), 1);
	ck_assert_double_eq(value("postern_stage_seconds_count", "stage=\"mail\""), 2);
	ck_assert_double_eq(value("postern_stage_seconds_bucket", "stage=\"mail\",le=\"2.048e-06\""), 0);
	ck_assert_double_eq(value("postern_stage_seconds_bucket", "stage=\"mail\",le=\"4.096e-06\""), 1);
	ck_assert_double_eq(value("postern_stage_seconds_bucket", "stage=\"mail\",le=\"8.589934592\""), 1);
	ck_assert_double_eq_tol(value("postern_stage_seconds_sum", "stage=\"mail\""), 60.000003, 1e-9);
	ck_assert_double_eq(value("postern_store_failures_total", "store=\"sqlite\""), 1);
	ck_assert_double_eq(value("postern_store_call_seconds_count", "store=\"sqlite\""), 1);
	ck_assert_double_eq(value("postern_table_lookups_total", "kind=\"regexp\",answer=\"found\""), 1);
	ck_assert_double_eq(value("postern_workers", "state=\"serving\""), 2);
	ck_assert_double_eq(value("postern_config_last_reload_successful", ""), 0);
	ck_assert_double_eq(value("postern_config_reloads_total", "result=\"wrong\""), 3);
	statistics_free(statistics);
}
END_TEST

START_TEST(promtool_has_nothing_to_say)
{
	struct statistics *statistics = statistics_new();

	fill(statistics);
	scrape(statistics);
	ask_promtool("metrics <", text.data);
	statistics_free(statistics);
}
END_TEST

/* --- dashboard and alerts ----------------------------------------------------------------------------------------- */

enum { WORD = 64 };
static const char letters[] = "abcdefghijklmnopqrstuvwxyz_";

/* Every metric of ours that is named. */
static size_t
check_names(const char *query)
{
	size_t count = 0;

	for (const char *at = strstr(query, "postern_"); at != NULL; at = strstr(at, "postern_")) {
		char name[WORD];
		size_t length = strspn(at, letters);

		snprintf(name, sizeof name, "%.*s", (int)length, at);
		ck_assert_msg(exposition_has_name(&exposition, name), "there is no %s: %s", name, query);
		at += length;
		count++;
	}
	return count;
}

/* The alternatives of label="a|b", but for those that are filled in. */
static void
check_values(const char *label, const char *alternatives, const char *query)
{
	while (*alternatives != '"' && *alternatives != '$') {
		char word[WORD];
		size_t length = strcspn(alternatives, "|\"");

		snprintf(word, sizeof word, "%.*s", (int)length, alternatives);
		ck_assert_msg(exposition_has_label(&exposition, label, word), "there is no %s=\"%s\": %s", label, word,
			      query);
		alternatives += length + (alternatives[length] == '|');
	}
}

/* Labels in braces with their values; `instance` and `job` are Prometheus' own. */
static void
check_matchers(const char *query)
{
	for (const char *at = strchr(query, '"'); at != NULL; at = strchr(strchr(at + 1, '"') + 1, '"')) {
		const char *end = at;
		char label[WORD];

		while (end > query && strchr("=~!", end[-1]) != NULL)
			end--;
		const char *start = end;
		while (start > query && strchr(letters, start[-1]) != NULL)
			start--;
		snprintf(label, sizeof label, "%.*s", (int)(end - start), start);
		if (strcmp(label, "instance") == 0 || strcmp(label, "job") == 0)
			continue;
		ck_assert_msg(exposition_has_label(&exposition, label, NULL), "no label %s: %s", label, query);
		check_values(label, at + 1, query);
	}
}

static void
check_grouping(const char *query)
{
	for (const char *at = strstr(query, " by ("); at != NULL; at = strstr(at + 1, " by (")) {
		char words[2 * WORD], *rest = words;

		snprintf(words, sizeof words, "%.*s", (int)strcspn(at + 5, ")"), at + 5);
		for (char *word; (word = strsep(&rest, ", ")) != NULL;)
			if (word[0] != '\0' && strcmp(word, "instance") != 0 && strcmp(word, "job") != 0)
				ck_assert_msg(exposition_has_label(&exposition, word, NULL), "no label %s: %s", word,
					      query);
	}
}

static void
replace_all(char **string, const char *what, const char *by)
{
	for (char *at; (at = strstr(*string, what)) != NULL;) {
		char *replaced = NULL;

		*at = '\0';
		ck_assert_int_ge(asprintf(&replaced, "%s%s%s", *string, by, at + strlen(what)), 0);
		free(*string);
		*string = replaced;
	}
}

/* As a rule, for promtool to parse; with the places filled that Grafana fills. */
static void
add_rule(struct output *rules, const char *query)
{
	char *filled = strdup(query);

	replace_all(&filled, "$__rate_interval", "5m");
	replace_all(&filled, "$instance", "host");
	output_format(rules, "      - record: a:b\n        labels: {query: \"%zu\"}\n        expr: |\n          %s\n",
		      rules->length, filled);
	free(filled);
}

static size_t
check_queries(const json_t *value_of, const char *name, struct output *rules)
{
	const char *key;
	json_t *inner;
	size_t count = 0, index;

	if (json_is_string(value_of) && name != NULL && strcmp(name, "expr") == 0) {
		const char *query = json_string_value(value_of);

		ck_assert_msg(check_names(query) > 0, "asks for nothing of ours: %s", query);
		check_matchers(query);
		check_grouping(query);
		add_rule(rules, query);
		return 1;
	}
	if (json_is_object(value_of))
		json_object_foreach((json_t *)value_of, key, inner) count += check_queries(inner, key, rules);
	if (json_is_array(value_of))
		json_array_foreach(value_of, index, inner) count += check_queries(inner, NULL, rules);
	return count;
}

START_TEST(the_dashboard_asks_for_what_there_is)
{
	struct statistics *statistics = statistics_new();
	struct output rules = { 0 };
	json_error_t error;
	json_t *dashboard = json_load_file("packaging/grafana/postern.json", JSON_REJECT_DUPLICATES, &error);

	ck_assert_msg(dashboard != NULL, "line %d: %s", error.line, error.text);
	scrape(statistics);
	output_format(&rules, "groups:\n  - name: dashboard\n    rules:\n");
	ck_assert_uint_gt(check_queries(dashboard, NULL, &rules), 20);
	output_add(&rules, (struct bytes){ "", 1 });
	ask_promtool("rules ", rules.data);
	output_free(&rules);
	json_decref(dashboard);
	statistics_free(statistics);
}
END_TEST

/* Every family is of use to somebody who looks at the dashboard. */
START_TEST(the_dashboard_shows_every_family)
{
	struct statistics *statistics = statistics_new();
	char *dashboard = NULL;
	size_t size = 0;
	FILE *file = fopen("packaging/grafana/postern.json", "r");

	ck_assert_ptr_nonnull(file);
	ck_assert_int_gt(getdelim(&dashboard, &size, '\0', file), 0);
	fclose(file);
	scrape(statistics);
	for (size_t i = 0; i < exposition.family_count; i++)
		ck_assert_msg(strstr(dashboard, exposition.families[i].name) != NULL, "it does not show %s",
			      exposition.families[i].name);
	free(dashboard);
	statistics_free(statistics);
}
END_TEST

START_TEST(the_alerts_ask_for_what_there_is)
{
	struct statistics *statistics = statistics_new();
	char *line = NULL, *rules = NULL;
	size_t size = 0, rules_size = 0, count = 0;
	FILE *file = fopen("packaging/prometheus/postern.rules.yml", "r");

	ck_assert_ptr_nonnull(file);
	scrape(statistics);
	while (getline(&line, &size, file) > 0) {
		count += check_names(line);
		check_grouping(line);
		if (strstr(line, "postern_") != NULL)
			check_matchers(line);
	}
	ck_assert_uint_ge(count, 10);
	rewind(file);
	ck_assert_int_gt(getdelim(&rules, &rules_size, '\0', file), 0);
	fclose(file);
	ask_promtool("rules ", rules);
	free(line);
	free(rules);
	statistics_free(statistics);
}
END_TEST

SUITE_MAIN(metrics, a_daemon_that_did_nothing_has_all_its_metrics, what_was_counted_is_told,
	   promtool_has_nothing_to_say, the_dashboard_asks_for_what_there_is, the_dashboard_shows_every_family,
	   the_alerts_ask_for_what_there_is)
