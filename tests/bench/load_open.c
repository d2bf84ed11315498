/* SPDX-License-Identifier: BSD-2-Clause */
#include "tests/bench/load_parts.h"
#include "tests/e2e/support/files.h"

#include <stdlib.h>
#include <sys/epoll.h>
#include <unistd.h>

/* All but the messages, of which there are so many kinds, and the connections. */
static struct load *
prepare(const char *socket, uint32_t protocol, size_t kinds, unsigned connections)
{
	struct load *load = calloc(1, sizeof *load);

	if (load == NULL || (load->connections = calloc(connections, sizeof *load->connections)) == NULL ||
	    (load->messages = calloc(kinds, sizeof *load->messages)) == NULL)
		fail("out of memory");
	load->socket = socket;
	load->kinds = kinds;
	load->count = connections;
	load->epoll = epoll_create1(EPOLL_CLOEXEC);
	script_opening(&load->opening, protocol);
	script_closing(&load->closing);
	return load;
}

static void
open_connections(struct load *load)
{
	for (unsigned i = 0; i < load->count; i++) {
		load->connections[i].turn = i;
		load_open_connection(load, &load->connections[i]);
		load_advance(load, &load->connections[i]);
	}
	while (load->resting < load->count)
		load_serve(load);
}

struct load *
load_open(const char *socket, const struct mail *mail, unsigned connections)
{
	uint32_t protocol = load_negotiate(socket);
	struct load *load = prepare(socket, protocol, 1, connections);

	script_message(&load->messages[0], protocol, mail);
	open_connections(load);
	return load;
}

struct load *
load_open_letters(const char *socket, const struct letter *letters, size_t count, unsigned connections)
{
	uint32_t protocol = load_negotiate(socket);
	struct load *load = prepare(socket, protocol, count, connections);

	load->letters = letters;
	for (size_t i = 0; i < count; i++)
		script_letter(&load->messages[i], protocol, &letters[i]);
	open_connections(load);
	return load;
}

void
load_time(struct load *load, struct histogram *histogram)
{
	load->times = histogram;
}

void
load_close(struct load *load)
{
	if (load == NULL)
		return;
	for (unsigned i = 0; i < load->count; i++)
		load_close_connection(load, &load->connections[i]);
	close(load->epoll);
	script_free(&load->opening);
	script_free(&load->closing);
	for (size_t i = 0; i < load->kinds; i++)
		script_free(&load->messages[i]);
	free(load->messages);
	free(load->connections);
	free(load);
}
