/* SPDX-License-Identifier: BSD-2-Clause */
#define _POSIX_C_SOURCE 200809L
#include "milter/command_options.h"

#include "conf/network.h"
#include "milter/jobs.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

bool
option_color(const char *text, enum output_color *color_out)
{
	static const char *const names[] = { "auto", "always", "never" };

	for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
		if (strcmp(names[i], text) == 0) {
			*color_out = (enum output_color)i;
			return true;
		}
	}
	return false;
}

bool
option_jobs(const char *text, unsigned *jobs_out)
{
	char *end;
	unsigned long jobs = strtoul(text, &end, 10);

	if (!ascii_is_digit(text[0]) || *end != '\0' || jobs < 1 || jobs > JOBS_THREADS_MAX) {
		fprintf(stderr, "postern: --jobs %s: no number from 1 to %d\n", text, JOBS_THREADS_MAX);
		return false;
	}
	*jobs_out = (unsigned)jobs;
	return true;
}

static const char *
or_empty(const char *string)
{
	return string != NULL ? string : "";
}

bool
option_client_address(const char *text, struct client *client)
{
	if (text == NULL)
		return true;
	if (!ip_address_parse(text, &client->address)) {
		fprintf(stderr, "postern: --client %s: no IP address\n", text);
		return false;
	}
	client->has_address = true;
	client->address_text = text;
	return true;
}

bool
option_client(const struct client_options *options, const struct conf *conf, struct client *client_out)
{
	*client_out = (struct client){
		.address_text = "",
		.login = or_empty(options->login),
		.mechanism = "",
		.tls_version = or_empty(options->tls),
		.listener = "",
		.listener_port = "",
	};
	if (!option_client_address(options->address, client_out))
		return false;
	client_out->origin = client_origin(client_out, options->address == NULL, &conf->trusted_networks);
	return true;
}
