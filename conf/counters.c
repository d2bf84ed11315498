/* SPDX-License-Identifier: BSD-2-Clause */
/* The group `counters`: where rates and quotas are counted. */
#include "conf/counters.h"

#include "conf/layers.h"
#include "conf/value.h"

#include <string.h>
#include <sys/un.h>

enum {
	TIMEOUT_PRESET_MS = 100,
	TIMEOUT_LEAST_MS = 5,    /* less is gone when another process holds the processor */
	TIMEOUT_MOST_MS = 10000, /* a call blocks a thread, and its client waits */
	MAX_KEYS_PRESET = 65536,
	MAX_KEYS_LEAST = 1000,
	MAX_KEYS_MOST = 4000000, /* some 600 octets each */
	PREFIX_MAX = 64,         /* octets */
	REDIS_PORT = 6379,
	PORT_MOST = 65535,
	DATABASE_MOST = 65535, /* Redis has 16 unless configured */
	HOST_MAX = 255         /* octets: RFC 1035 2.3.4 */
};

const char *const counters_on_failure_names[COUNTERS_ON_FAILURE_COUNT] = { "tempfail", "accept", "local" };
const char *const counters_rates_names[2] = { "store", "memory" };

static const char rule_store[] =
	"must be memory, sqlite:PATH, redis://HOST:PORT/DATABASE, rediss://HOST:PORT/DATABASE or redis+unix:PATH";

/* Digits and nothing else. */
static bool
read_number(struct bytes text, unsigned least, unsigned most, unsigned *number_out)
{
	unsigned number = 0;

	if (text.length == 0 || text.length > 5)
		return false;
	for (size_t i = 0; i < text.length; i++) {
		if (!ascii_is_digit(text.data[i]))
			return false;
		number = 10 * number + (unsigned)(text.data[i] - '0');
	}
	*number_out = number;
	return number >= least && number <= most;
}

static bool
is_host(struct bytes host, bool literal)
{
	const char *octets = literal ? "0123456789abcdefABCDEF:.%"
				     : "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_.";

	for (size_t i = 0; i < host.length; i++)
		if (strchr(octets, host.data[i]) == NULL)
			return false;
	return host.length > 0 && host.length <= HOST_MAX;
}

static const char *
copy_part(struct load *load, struct bytes part)
{
	char *copy = load_alloc(load, part.length + 1);

	if (copy != NULL)
		buffer_append(copy, part.length + 1, part);
	return copy;
}

/* "HOST[:PORT][/DATABASE]"; returns the broken rule, or NULL. */
static const char *
read_authority(struct load *load, struct bytes text, struct counters_conf *counters)
{
	ptrdiff_t slash = bytes_find(text, '/');
	struct bytes host = slash >= 0 ? (struct bytes){ text.data, (size_t)slash } : text;
	struct bytes database = slash >= 0 ? bytes_from(text, (size_t)slash + 1) : bytes_of("");
	bool literal = host.length > 0 && host.data[0] == '[';
	struct bytes rest = literal ? bytes_from(host, 1) : host;
	ptrdiff_t end = bytes_find(rest, literal ? ']' : ':');
	struct bytes port = bytes_of("");

	host = end >= 0 ? (struct bytes){ rest.data, (size_t)end } : rest;
	if (end >= 0)
		port = bytes_from(rest, (size_t)end + literal);
	if ((literal && end < 0) || !is_host(host, literal))
		return "must have a host behind redis://, an IPv6 address in brackets";
	counters->port = REDIS_PORT;
	if (port.length > 0 &&
	    (port.data[0] != ':' || !read_number(bytes_from(port, 1), 1, PORT_MOST, &counters->port)))
		return "must have a port from 1 to 65535 behind its host, or none";
	if (database.length > 0 && !read_number(database, 0, DATABASE_MOST, &counters->database))
		return "must have the number of a database behind its host, or nothing";
	counters->host = copy_part(load, host);
	return NULL;
}

/* "PATH[?db=NUMBER]"; likewise. */
static const char *
read_socket(struct load *load, struct bytes text, struct counters_conf *counters)
{
	struct sockaddr_un address;
	ptrdiff_t mark = bytes_find(text, '?');
	struct bytes path = mark >= 0 ? (struct bytes){ text.data, (size_t)mark } : text;
	struct bytes option = mark >= 0 ? bytes_from(text, (size_t)mark + 1) : bytes_of("db=0");

	if (path.length == 0 || path.data[0] != '/')
		return "must have the absolute path of a socket behind redis+unix:";
	if (path.length >= sizeof address.sun_path)
		return "must have a path of at most 107 octets";
	if (!bytes_starts_nocase(option, "db=") ||
	    !read_number(bytes_from(option, 3), 0, DATABASE_MOST, &counters->database))
		return "must have the number of a database behind its path, as in ?db=2, or nothing";
	counters->path = copy_part(load, path);
	return NULL;
}

/* What the URL says, and nothing of an earlier one. */
static const char *
read_target(struct load *load, const char *store, struct counters_conf *counters)
{
	struct bytes text = bytes_of(store);

	counters->store = COUNTERS_MEMORY;
	counters->target = counters->host = counters->path = NULL;
	counters->port = counters->database = 0;
	counters->tls = false;
	if (strcmp(store, "memory") == 0)
		return NULL;
	counters->target = store;
	if (strncmp(store, "sqlite:", 7) == 0) {
		counters->store = COUNTERS_SQLITE;
		counters->target = counters->path = store + 7;
		return counters->path[0] == '/' ? NULL : "must have an absolute path behind sqlite:";
	}
	counters->store = COUNTERS_REDIS;
	if (strncmp(store, "redis+unix:", 11) == 0)
		return read_socket(load, bytes_from(text, 11), counters);
	counters->tls = strncmp(store, "rediss://", 9) == 0;
	if (!counters->tls && strncmp(store, "redis://", 8) != 0)
		return rule_store;
	return read_authority(load, bytes_from(text, counters->tls ? 9 : 8), counters);
}

/* "redis://user:secret@host", "redis://host?password=secret". */
static bool
holds_password(const char *store)
{
	const char *options = strchr(store, '?');

	if (strncmp(store, "redis", 5) != 0)
		return false;
	return (strstr(store, "://") != NULL && strchr(store, '@') != NULL) ||
	       (options != NULL && strstr(options, "pass") != NULL);
}

/* A URL that may hold a password is not repeated: messages go to the log. */
static void
read_store(struct load *load, const config_setting_t *setting, void *data)
{
	const char *store;

	(void)data;
	if (!value_string(load, setting, &store))
		return;
	if (holds_password(store)) {
		value_error(load, setting,
			    "must not hold a password: write it into a file, and name that in password_file");
		return;
	}
	const char *rule = read_target(load, store, &load->conf->counters);
	if (rule != NULL)
		value_error(load, setting, "%s, not \"%.120s\"", rule, store);
	load->layers->counters_store = store;
	load->layers->counters_set.store = tree_value_place(setting);
}

static void
read_rates(struct load *load, const config_setting_t *setting, void *data)
{
	size_t index;

	(void)data;
	if (!value_choice(load, setting, counters_rates_names, 2, &index))
		return;
	load->conf->counters.rates_in_memory = index == 1;
	load->layers->counters_set.rates = tree_name_place(setting);
}

static void
read_on_failure(struct load *load, const config_setting_t *setting, void *data)
{
	size_t index;

	(void)data;
	if (!value_choice(load, setting, counters_on_failure_names, COUNTERS_ON_FAILURE_COUNT, &index))
		return;
	load->conf->counters.on_failure = (enum counters_on_failure)index;
	load->layers->counters_set.on_failure = tree_name_place(setting);
}

/* It begins keys that people type. */
static void
read_prefix(struct load *load, const config_setting_t *setting, void *data)
{
	const char *prefix;
	bool good = true;

	(void)data;
	if (!value_string(load, setting, &prefix))
		return;
	for (const char *at = prefix; *at != '\0'; at++)
		good = good && *at > 0x20 && *at < 0x7f;
	if (!good || strlen(prefix) > PREFIX_MAX) {
		value_error(load, setting, "must be 1 to %d octets of printable ASCII without blanks", PREFIX_MAX);
		return;
	}
	load->conf->counters.prefix = prefix;
	load->layers->counters_set.prefix = tree_name_place(setting);
}

#define IN_COUNTERS(member, of) \
	.value = offsetof(struct conf, counters.member), .place = offsetof(struct layers, counters_set.of)

const struct key counters_keys[] = {
	{ "store", KEY_SPECIAL,
	  "Where they are counted: in memory that the workers share, gone when the daemon ends; in a file of SQLite, "
	  "for one host; or in Redis or Valkey, for any number of hosts.",
	  .takes = "memory, sqlite:PATH, redis://HOST[:PORT][/DATABASE], rediss:// likewise, or "
		   "redis+unix:PATH[?db=NUMBER]",
	  .preset = "\"memory\"", .read = read_store },
	{ "rates", KEY_CHOICE,
	  "Where rates are counted. Unless set, in memory, but in the store if that is Redis: they mean little after a "
	  "restart, and are counted often.",
	  .choices = counters_rates_names, .choice_count = 2, .read = read_rates },
	{ "on_failure", KEY_CHOICE,
	  "What becomes of a message while the store cannot be reached: tempfail, the answer is that of "
	  "failures.counters; accept, its limits do not apply; local, it is counted in the daemon's memory.",
	  .choices = counters_on_failure_names, .choice_count = COUNTERS_ON_FAILURE_COUNT, .preset = "\"tempfail\"",
	  .read = read_on_failure },
	{ "timeout", KEY_MILLISECONDS, "What asking the store may take.", .least = TIMEOUT_LEAST_MS,
	  .most = TIMEOUT_MOST_MS, .preset = "\"100ms\"", IN_COUNTERS(timeout_ms, timeout) },
	{ "max_keys", KEY_NUMBER,
	  "How many keys (logins, clients, ...) are counted in memory, of rates and of quotas. Each costs some 600 "
	  "octets while it is in use.",
	  .unit = "keys", .least = MAX_KEYS_LEAST, .most = MAX_KEYS_MOST, .preset = "65536",
	  IN_COUNTERS(max_keys, max_keys) },
	{ "user", KEY_STRING, "The user of Redis; needs a password_file.", .takes = "a name", IN_COUNTERS(user, user) },
	{ "password_file", KEY_PATH,
	  "The first line of this file is the password of Redis. It is read when a connection is made. A password does "
	  "not belong into store.",
	  IN_COUNTERS(password_file, password_file) },
	{ "ca_file", KEY_PATH, "The certificates to trust with rediss://. Unless set, the system's.",
	  IN_COUNTERS(ca_file, ca_file) },
	{ "prefix", KEY_SPECIAL, "What all keys in Redis begin with.",
	  .takes = "a string of at most 64 octets of printable ASCII without blanks", .preset = "\"postern:\"",
	  .read = read_prefix },
	{ 0 },
};

void
counters_defaults(struct counters_conf *counters)
{
	*counters = (struct counters_conf){
		.store = COUNTERS_MEMORY,
		.prefix = "postern:",
		.on_failure = COUNTERS_TEMPFAIL,
		.timeout_ms = TIMEOUT_PRESET_MS,
		.max_keys = MAX_KEYS_PRESET,
	};
}

void
layers_resolve_counters(struct load *load)
{
	struct counters_conf *counters = &load->conf->counters;
	const struct counters_places *set = &load->layers->counters_set;

	if (!place_is_set(set->store))
		load->layers->counters_store = "memory";
	if (!place_is_set(set->rates))
		counters->rates_in_memory = counters->store != COUNTERS_REDIS;
	if (counters->user != NULL && !place_is_set(set->password_file))
		conf_error(load->errors, set->user, "counters.user: needs a password_file");
	if (counters->store == COUNTERS_REDIS && !counters->tls && counters->ca_file != NULL)
		conf_error(load->errors, set->ca_file, "counters.ca_file: is for a store that begins with rediss://");
}
