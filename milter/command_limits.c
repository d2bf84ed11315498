/* SPDX-License-Identifier: BSD-2-Clause */
#define _GNU_SOURCE
#include "milter/command.h"

#include "milter/configuration.h"
#include "milter/control_client.h"
#include "milter/limits_direct.h"
#include "milter/output.h"

#include <getopt.h>
#include <inttypes.h>
#include <jansson.h>
#include <stdlib.h>
#include <string.h>
#include <sysexits.h>

struct limits_options {
	const char *config;
	bool json;
	const char *action;
	char **arguments;
	int count;
};

/* One counter, as the daemon tells it. */
struct counter_line {
	uint64_t used, left;
	int64_t wait_us;
	const char *limit, *key;
};

struct listing {
	const char *pattern; /* of keys; NULL: all */
	bool exactly;
	json_t *json; /* an array, or NULL: printed */
	size_t found;
	bool refused; /* memory was */
};

static bool
read_counter(char *line, struct counter_line *counter_out)
{
	char *fields[5] = { line };
	size_t count = 1;

	for (char *at = line; *at != '\0' && count < 5; at++)
		if (*at == '\t') {
			*at = '\0';
			fields[count++] = at + 1;
		}
	if (count < 5)
		return false;
	*counter_out = (struct counter_line){
		.used = strtoull(fields[0], NULL, 10),
		.left = strtoull(fields[1], NULL, 10),
		.wait_us = strtoll(fields[2], NULL, 10),
		.limit = fields[3],
		.key = fields[4],
	};
	return true;
}

static bool
add_json(struct listing *listing, const struct counter_line *counter)
{
	char key[4 * CHARGE_KEY_MAX] = "";

	output_utf8(key, sizeof key, bytes_of(counter->key));
	json_t *object = json_pack("{s:s, s:s, s:I, s:I, s:f}", "key", key, "limit", counter->limit, "used",
				   (json_int_t)counter->used, "left", (json_int_t)counter->left, "wait",
				   (double)counter->wait_us / 1e6);
	return object != NULL && json_array_append_new(listing->json, object) == 0;
}

static void
print_counter(const struct counter_line *counter)
{
	struct output output = { 0 };

	output_format(&output, "%12" PRIu64 " %12" PRIu64 "  %-22s ", counter->used, counter->left, counter->limit);
	output_text(&output, bytes_of(counter->key));
	if (counter->left == 0 && counter->wait_us > 0)
		output_format(&output, "  (the next in %.0f s)", (double)counter->wait_us / 1e6);
	output_add(&output, bytes_of("\n"));
	fwrite(output.data, 1, output.length, stdout);
	output_free(&output);
}

static bool
take_counter(void *data, char *line)
{
	struct listing *listing = data;
	struct counter_line counter;

	if (!read_counter(line, &counter))
		return true;
	if (listing->pattern != NULL && (listing->exactly ? strcmp(listing->pattern, counter.key) != 0
							  : !pattern_matches(listing->pattern, counter.key)))
		return true;
	if (listing->json != NULL)
		listing->refused = listing->refused || !add_json(listing, &counter);
	else if (listing->found == 0 && !listing->exactly)
		printf("%12s %12s  %-22s %s\n", "used", "left", "limit", "key");
	listing->found++;
	if (listing->json == NULL)
		print_counter(&counter);
	return true;
}

static int
fail(int status, const char *why)
{
	fprintf(stderr, "postern: %s\n", why);
	return status;
}

/* The daemon, or where there is none the store itself. */
static int
ask(const struct conf *conf, const char *request, struct listing *listing, char why_out[CONTROL_WHY_MAX])
{
	bool (*take)(void *, char *) = listing != NULL ? take_counter : NULL;
	int status = EX_UNAVAILABLE;
	char line[CONTROL_REQUEST_MAX];

	if (conf->control == NULL) {
		snprintf(why_out, CONTROL_WHY_MAX, "the configuration has no control socket");
	} else {
		snprintf(line, sizeof line, "limits %s", request);
		status = control_ask(conf->control, line, take, listing, why_out);
	}
	if (status != EX_UNAVAILABLE || !limits_direct_possible(conf))
		return status;
	fprintf(stderr, "postern: %s; asking %s itself\n", why_out, conf->counters.target);
	return limits_direct_ask(conf, request, take, listing, why_out);
}

static int
list(const struct limits_options *options, const struct conf *conf)
{
	struct listing listing = { .exactly = strcmp(options->action, "show") == 0 };
	char why[CONTROL_WHY_MAX] = "";

	if (options->count > 0)
		listing.pattern = options->arguments[0];
	if (options->json)
		listing.json = json_array();
	int status = ask(conf, "list", &listing, why);
	if (status == EX_OK && (listing.refused || (options->json && listing.json == NULL)))
		status = fail(EX_OSERR, "out of memory");
	else if (status != EX_OK)
		fail(status, why);
	else if (options->json && json_dumpf(listing.json, stdout, JSON_INDENT(2)) == 0)
		putchar('\n');
	json_decref(listing.json);
	if (status == EX_OK && listing.exactly && listing.found == 0)
		return options->json ? 1 : fail(1, "there is no such counter");
	return status;
}

static bool
is_amount(const char *text)
{
	size_t digits = strspn(text, "0123456789");

	return digits > 0 && digits < 17 && text[digits] == '\0' && strtoull(text, NULL, 10) <= LIMIT_AMOUNT_MAX;
}

/* A key is told apart from the request's end by there being no control characters in it. */
static int
change(const struct limits_options *options, const struct conf *conf)
{
	char request[CONTROL_REQUEST_MAX], why[CONTROL_WHY_MAX] = "";
	const char *key = options->arguments[0];
	bool sets = strcmp(options->action, "set") == 0;
	const char *used = sets ? options->arguments[1] : "";

	if (strpbrk(key, "\r\n") != NULL || (sets && !is_amount(used)))
		return command_usage("limits");
	int length = snprintf(request, sizeof request, "%s %s%s%s", options->action, used, sets ? " " : "", key);
	if (length < 0 || (size_t)length + strlen("limits ") >= sizeof request)
		return fail(EX_USAGE, "the key is too long");
	int status = ask(conf, request, NULL, why);
	return status == EX_OK ? EX_OK : fail(strstr(why, "no such counter") != NULL ? 1 : status, why);
}

static int
act(const struct limits_options *options, const struct conf *conf)
{
	if (strcmp(options->action, "list") == 0 && options->count <= 1)
		return list(options, conf);
	if (strcmp(options->action, "show") == 0 && options->count == 1)
		return list(options, conf);
	if (strcmp(options->action, "reset") == 0 && options->count == 1)
		return change(options, conf);
	if (strcmp(options->action, "set") == 0 && options->count == 2)
		return change(options, conf);
	return command_usage("limits");
}

int
command_limits(int argc, char **argv)
{
	static const struct option names[] = {
		{ "config", required_argument, NULL, 'c' },
		{ "json", no_argument, NULL, 'J' },
		{ NULL, 0, NULL, 0 },
	};
	struct limits_options options = { .config = NULL };

	for (int c; (c = getopt_long(argc, argv, "c:", names, NULL)) != -1;) {
		if (c == 'c')
			options.config = optarg;
		else if (c == 'J')
			options.json = true;
		else
			return command_usage("limits");
	}
	if (optind == argc)
		return command_usage("limits");
	options.action = argv[optind];
	options.arguments = argv + optind + 1;
	options.count = argc - optind - 1;
	struct conf *conf = configuration_for_command(options.config);
	if (conf == NULL)
		return EX_CONFIG;
	int status = act(&options, conf);
	conf_free(conf);
	return status;
}
