/* SPDX-License-Identifier: BSD-2-Clause */
/* connections.c - what each slot counts is the truth; sums over slots are kept beside it, and made anew when somebody was killed while
 * changing them. */
#include "milter/stores/connections.h"

#include "milter/log.h"
#include "milter/stores/key_table.h"
#include "milter/stores/shared_memory.h"

#include <string.h>
#include <syslog.h>

struct client_count {
	uint32_t total;
	uint16_t by_slot[CONNECTIONS_SLOTS];
};

/* Addresses of one client have the same: the bits that count, and how many. */
struct client_key {
	unsigned char address[16];
	unsigned char prefix;
};

struct connections {
	size_t size;
	struct shared_lock lock;
	uint32_t total;
	uint32_t by_slot[CONNECTIONS_SLOTS];
	bool told_full;
	struct key_table *clients;
};

struct connections *
connections_new(void)
{
	static const struct key_table_shape shape = { .capacity = CONNECTIONS_CLIENTS_MAX,
						      .key_max = sizeof(struct client_key),
						      .value_size = sizeof(struct client_count) };
	const size_t alignment = 64;
	size_t offset = (sizeof(struct connections) + alignment - 1) / alignment * alignment;
	size_t size = offset + key_table_size(&shape);
	struct siphash_key secret;
	struct connections *connections;

	if (!siphash_key_random(&secret))
		return NULL;
	connections = shared_memory_new(size);
	if (connections == NULL)
		return NULL;
	connections->size = size;
	connections->clients = (struct key_table *)(void *)((char *)connections + offset);
	key_table_init(connections->clients, &shape, &secret);
	if (!shared_lock_init(&connections->lock)) {
		shared_memory_free(connections, size);
		return NULL;
	}
	return connections;
}

void
connections_free(struct connections *connections)
{
	if (connections != NULL)
		shared_memory_free(connections, connections->size);
}

/* --- the lock ----------------------------------------------------------------------------------------------------- */

static struct client_count *
count_of(const struct connections *connections, uint32_t client)
{
	return key_table_value(connections->clients, client);
}

static void
mend(struct connections *connections)
{
	struct key_table *clients = connections->clients;

	key_table_repair(clients);
	connections->total = 0;
	for (size_t slot = 0; slot < CONNECTIONS_SLOTS; slot++)
		connections->total += connections->by_slot[slot];
	for (uint32_t i = key_table_next(clients, 0); i != KEY_TABLE_NONE; i = key_table_next(clients, i + 1)) {
		struct client_count *count = count_of(connections, i);

		count->total = 0;
		for (size_t slot = 0; slot < CONNECTIONS_SLOTS; slot++)
			count->total += count->by_slot[slot];
		if (count->total == 0)
			key_table_remove(clients, i);
	}
	shared_lock_mended(&connections->lock);
}

static bool
lock(struct connections *connections)
{
	switch (shared_lock_enter(&connections->lock)) {
	case SHARED_LOCK_TORN:
		mend(connections);
		return true;
	case SHARED_LOCK_TAKEN:
		return true;
	case SHARED_LOCK_FAILED:
		break;
	}
	return false;
}

static void
unlock(struct connections *connections)
{
	shared_lock_leave(&connections->lock);
}

/* --- coming and going --------------------------------------------------------------------------------------------- */

static struct client_key
key_of(const struct connection *connection)
{
	bool ipv4 = ip_address_is_ipv4(&connection->address);
	unsigned own = ipv4 ? connection->ipv4_prefix : connection->ipv6_prefix;
	unsigned most = ipv4 ? 32 : 128;
	unsigned prefix = (own < most ? own : most) + (ipv4 ? 96 : 0);
	struct client_key key = { .prefix = (unsigned char)prefix };

	memcpy(key.address, connection->address.octets, prefix / 8);
	if (prefix % 8 != 0)
		key.address[prefix / 8] =
			(unsigned char)(connection->address.octets[prefix / 8] & (0xff00 >> (prefix % 8)));
	return key;
}

/* The client's place, made when it has none; KEY_TABLE_NONE: there is no room. */
static uint32_t
find_client(const struct connections *connections, const struct connection *connection)
{
	struct client_key key = key_of(connection);
	struct bytes octets = { (const char *)&key, sizeof key };
	uint32_t client = key_table_find(connections->clients, octets);

	return client != KEY_TABLE_NONE ? client : key_table_add(connections->clients, octets);
}

/* False: it cannot be counted. */
static bool
enter_client(struct connections *connections, struct connection *connection, unsigned *of_client_out)
{
	struct client_count *count;
	uint32_t client = find_client(connections, connection);

	if (client == KEY_TABLE_NONE)
		return false;
	count = count_of(connections, client);
	if (count->by_slot[connection->slot] == CONNECTIONS_OF_SLOT_MAX)
		return false;
	count->by_slot[connection->slot]++;
	count->total++;
	connection->client = client;
	*of_client_out = count->total;
	return true;
}

void
connections_enter(struct connections *connections, struct connection *connection, unsigned *total_out,
		  unsigned *of_client_out)
{
	bool tell = false;

	*total_out = *of_client_out = 0;
	connection->counted = false;
	connection->client = KEY_TABLE_NONE;
	if (connection->slot >= CONNECTIONS_SLOTS || !lock(connections))
		return;
	connections->by_slot[connection->slot]++;
	*total_out = ++connections->total;
	connection->counted = true;
	if (connection->has_address && !enter_client(connections, connection, of_client_out)) {
		tell = !connections->told_full;
		connections->told_full = true;
	}
	unlock(connections);
	if (tell)
		log_line(LOG_WARNING,
			 "warning: more than %d clients have connections: those of others are not counted by client",
			 CONNECTIONS_CLIENTS_MAX);
}

/* So many of the slot's connections of that client are gone. */
static void
take_off(struct connections *connections, uint32_t client, unsigned slot, uint16_t gone)
{
	struct client_count *count = count_of(connections, client);

	count->by_slot[slot] = (uint16_t)(count->by_slot[slot] - gone);
	count->total -= gone;
	if (count->total == 0)
		key_table_remove(connections->clients, client);
}

void
connections_leave(struct connections *connections, struct connection *connection)
{
	if (!connection->counted || !lock(connections))
		return;
	connection->counted = false;
	if (connections->by_slot[connection->slot] > 0) {
		connections->by_slot[connection->slot]--;
		connections->total--;
	}
	if (connection->client != KEY_TABLE_NONE &&
	    count_of(connections, connection->client)->by_slot[connection->slot] > 0)
		take_off(connections, connection->client, connection->slot, 1);
	unlock(connections);
}

bool
connections_forget_worker(struct connections *connections, unsigned slot)
{
	const struct key_table *clients = connections->clients;

	if (slot >= CONNECTIONS_SLOTS || !lock(connections))
		return false;
	connections->total -= connections->by_slot[slot];
	connections->by_slot[slot] = 0;
	for (uint32_t i = key_table_next(clients, 0); i != KEY_TABLE_NONE; i = key_table_next(clients, i + 1)) {
		uint16_t gone = count_of(connections, i)->by_slot[slot];

		if (gone > 0)
			take_off(connections, i, slot, gone);
	}
	unlock(connections);
	return true;
}
