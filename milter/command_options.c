/* SPDX-License-Identifier: BSD-2-Clause */
#define _POSIX_C_SOURCE 200809L
#include "milter/command_options.h"

#include "conf/network.h"
#include "milter/jobs.h"

#include <arpa/inet.h>
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

static bool
read_address(const char *text, struct ip_address *address_out)
{
	struct sockaddr_in ipv4 = { .sin_family = AF_INET };
	struct sockaddr_in6 ipv6 = { .sin6_family = AF_INET6 };
	const struct sockaddr *address = NULL;

	if (inet_pton(AF_INET, text, &ipv4.sin_addr) == 1)
		address = (const struct sockaddr *)&ipv4;
	else if (inet_pton(AF_INET6, text, &ipv6.sin6_addr) == 1)
		address = (const struct sockaddr *)&ipv6;
	return ip_address_of(address, address_out);
}

bool
option_client(const struct client_options *options, const struct conf *conf, struct client *client_out)
{
	*client_out = (struct client){
		.origin = ORIGIN_LOCAL,
		.address_text = or_empty(options->address),
		.login = or_empty(options->login),
		.mechanism = "",
		.tls_version = or_empty(options->tls),
		.listener = "",
		.listener_port = "",
	};
	if (options->address != NULL) {
		client_out->has_address = read_address(options->address, &client_out->address);
		if (!client_out->has_address) {
			fprintf(stderr, "postern: --client %s: no IP address\n", options->address);
			return false;
		}
		bool trusted = networks_hold(&conf->trusted_networks, &client_out->address);
		client_out->origin = trusted ? ORIGIN_TRUSTED : ORIGIN_EXTERNAL;
	}
	if (client_out->login[0] != '\0')
		client_out->origin = ORIGIN_AUTHENTICATED;
	return true;
}
