/* SPDX-License-Identifier: BSD-2-Clause */
/* Where counters are kept, as configuration says it. */
#include "tests/conf/support.h"

#include <stdio.h>

START_TEST(the_store_of_counters_is_read)
{
	static const struct {
		const char *store;
		struct counters_conf counters;
	} rows[] = {
		{ "memory", { .store = COUNTERS_MEMORY, .rates_in_memory = true } },
		{ "sqlite:/var/lib/postern/c.db",
		  { .store = COUNTERS_SQLITE,
		    .target = "/var/lib/postern/c.db",
		    .path = "/var/lib/postern/c.db",
		    .rates_in_memory = true } },
		{ "redis://redis.example.com",
		  { .store = COUNTERS_REDIS,
		    .target = "redis://redis.example.com",
		    .host = "redis.example.com",
		    .port = 6379 } },
		{ "redis://192.0.2.1:7000/15",
		  { .store = COUNTERS_REDIS,
		    .target = "redis://192.0.2.1:7000/15",
		    .host = "192.0.2.1",
		    .port = 7000,
		    .database = 15 } },
		{ "redis://h/", { .store = COUNTERS_REDIS, .target = "redis://h/", .host = "h", .port = 6379 } },
		{ "rediss://[2001:db8::1]:65535",
		  { .store = COUNTERS_REDIS,
		    .target = "rediss://[2001:db8::1]:65535",
		    .host = "2001:db8::1",
		    .port = 65535,
		    .tls = true } },
		{ "rediss://[::1]/2",
		  { .store = COUNTERS_REDIS,
		    .target = "rediss://[::1]/2",
		    .host = "::1",
		    .port = 6379,
		    .tls = true,
		    .database = 2 } },
		{ "redis+unix:/run/redis@1/pass.sock",
		  { .store = COUNTERS_REDIS,
		    .target = "redis+unix:/run/redis@1/pass.sock",
		    .path = "/run/redis@1/pass.sock" } },
		{ "redis+unix:/run/r.sock?db=7",
		  { .store = COUNTERS_REDIS,
		    .target = "redis+unix:/run/r.sock?db=7",
		    .path = "/run/r.sock",
		    .database = 7 } },
	};

	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		struct counters_conf expected = rows[i].counters;
		char text[200];

		expected.prefix = "postern:";
		expected.on_failure = COUNTERS_TEMPFAIL;
		expected.timeout_ms = 100;
		expected.max_keys = 65536;
		snprintf(text, sizeof text, "counters = { store = \"%s\"; };", rows[i].store);
		struct conf *conf = load_text(text);
		assert_same_counters(&conf->counters, &expected);
		conf_free(conf);
	}
	struct conf *conf = load_text("counters = { rates = \"store\"; store = \"sqlite:/x\"; };");
	ck_assert(!conf->counters.rates_in_memory);
	conf_free(conf);
}
END_TEST

SUITE_MAIN(conf_counters, the_store_of_counters_is_read)
