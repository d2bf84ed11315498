/* SPDX-License-Identifier: BSD-2-Clause */
/* The router between charges and stores: what goes where, what happens when a store fails, and what is logged. The other store
 * is a memory store that can be told to fail. */
#define _GNU_SOURCE
#include "milter/counters.h"

#include "milter/stores/memory.h"
#include "policy/checks.h"
#include "tests/support/limits.h"
#include "tests/support/suite.h"

#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

/* A store that fails when told to, and keeps its counts in memory of its own. */
struct fake_store {
	struct store store;
	struct store *inner;
	const char *fails; /* why; NULL: it does not */
	unsigned calls;
};

static struct fake_store *
fake_of(struct store *store)
{
	struct fake_store *fake = (struct fake_store *)store;

	fake->calls++;
	return fake;
}

static bool
fake_look(struct store *store, struct charge *charges, size_t count)
{
	struct fake_store *fake = fake_of(store);

	return fake->fails == NULL && fake->inner->class->look(fake->inner, charges, count);
}

static bool
fake_charge(struct store *store, struct charge *charges, size_t count)
{
	struct fake_store *fake = fake_of(store);

	for (size_t i = 0; fake->fails != NULL && i < count; i++)
		charges[i].over = charges[i].reached_all = true; /* nobody must believe that */
	return fake->fails == NULL && fake->inner->class->charge(fake->inner, charges, count);
}

static void
fake_release(struct store *store, const struct charge *charges, size_t count)
{
	struct fake_store *fake = fake_of(store);

	if (fake->fails == NULL)
		fake->inner->class->release(fake->inner, charges, count);
}

static bool
fake_healthy(struct store *store, const char **why_out)
{
	*why_out = ((struct fake_store *)store)->fails;
	return *why_out == NULL;
}

static const struct store_class fake_class = {
	.name = "fake", .look = fake_look, .charge = fake_charge, .release = fake_release, .healthy = fake_healthy
};

static const struct check limit_check = { .name = "daily_quota" };

static struct store *memory;
static struct fake_store fake;
static struct counters_conf conf;
static struct counters *counters;
static int said;

static void
begin(enum counters_store store, bool rates_in_memory, enum counters_on_failure on_failure)
{
	int ends[2];

	memory = memory_store_new(MEMORY_STORE_KEYS_MIN, NULL);
	fake = (struct fake_store){ .store = { &fake_class }, .inner = memory_store_new(MEMORY_STORE_KEYS_MIN, NULL) };
	ck_assert(memory != NULL && fake.inner != NULL);
	conf = (struct counters_conf){ .store = store, .rates_in_memory = rates_in_memory, .on_failure = on_failure };
	counters = counters_new(&conf, memory, store == COUNTERS_MEMORY ? NULL : &fake.store);
	ck_assert_ptr_nonnull(counters);
	ck_assert_int_eq(pipe2(ends, O_NONBLOCK), 0);
	ck_assert_int_eq(dup2(ends[1], STDERR_FILENO), STDERR_FILENO);
	said = ends[0];
}

static void
end(void)
{
	counters_free(counters);
	memory->class->free(memory);
	fake.inner->class->free(fake.inner);
}

/* Fails unless just this was logged; each `postern[PID]: ` is left out. */
static void
assert_logged(const char *expected)
{
	char raw[8192], text[8192] = "";
	ssize_t length = read(said, raw, sizeof raw - 1);

	raw[length > 0 ? length : 0] = '\0';
	for (char *line = raw, *next; *line != '\0'; line = next) {
		next = strchr(line, '\n') + 1;
		const char *words = strstr(line, "]: ") + 3;
		strncat(text, words, (size_t)(next - words));
	}
	ck_assert_str_eq(text, expected);
}

static struct charge
rate_of(uint64_t units)
{
	return (struct charge){ .check = &limit_check,
				.limit = { LIMIT_RATE, 10, 3600 * SECOND, 10, false },
				.key = "rate",
				.units = units,
				.enforced = true };
}

static struct charge
quota_of(uint64_t units)
{
	return (struct charge){ .check = &limit_check,
				.limit = { LIMIT_QUOTA, 10, 86400 * SECOND, 0, false },
				.key = "daily_quota login=\"robin\"\n",
				.units = units,
				.enforced = true };
}

static uint64_t
used(struct store *store, struct charge charge)
{
	ck_assert(store->class->look(store, &charge, 1));
	return charge.used;
}

START_TEST(each_charge_goes_to_its_store)
{
	static const struct {
		enum counters_store store;
		bool rates_in_memory;
		uint64_t rate_in_memory, quota_in_memory; /* the others are in the other store */
	} rows[] = { { COUNTERS_MEMORY, false, 2, 3 },
		     { COUNTERS_SQLITE, true, 2, 0 },
		     { COUNTERS_REDIS, false, 0, 0 },
		     { COUNTERS_REDIS, true, 2, 0 } };

	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		struct charge charges[] = { quota_of(3), rate_of(2) };

		begin(rows[i].store, rows[i].rates_in_memory, COUNTERS_TEMPFAIL);
		ck_assert(counters_look_all(counters, charges, 2));
		ck_assert(charges[0].used == 0 && charges[0].left == 10 && charges[1].used == 0);
		ck_assert(counters_charge_all(counters, charges, 2));
		ck_assert(!charges[0].over && charges[0].used == 3 && charges[1].used == 2 && charges[1].left == 8);
		ck_assert_uint_eq(used(memory, charges[1]), rows[i].rate_in_memory);
		ck_assert_uint_eq(used(fake.inner, charges[1]), 2 - rows[i].rate_in_memory);
		ck_assert_uint_eq(used(memory, charges[0]), rows[i].quota_in_memory);
		ck_assert_uint_eq(used(fake.inner, charges[0]), 3 - rows[i].quota_in_memory);
		counters_release_all(counters, charges, 2);
		ck_assert_uint_eq(used(memory, charges[1]) + used(fake.inner, charges[1]), 0);
		ck_assert_uint_eq(used(memory, charges[0]) + used(fake.inner, charges[0]), 0);
		assert_logged("");
		end();
	}
}
END_TEST

START_TEST(charges_are_all_or_nothing_over_both_stores)
{
	struct charge charges[] = { quota_of(6), rate_of(4) };

	begin(COUNTERS_REDIS, true, COUNTERS_TEMPFAIL);
	ck_assert(counters_charge_all(counters, charges, 2));
	ck_assert(counters_charge_all(counters, charges, 2)); /* the quota refuses */
	ck_assert(charges[0].over && charges[0].used == 6 && charges[0].left == 4);
	ck_assert(!charges[1].over && charges[1].used == 4 && charges[1].left == 6);
	ck_assert_uint_eq(used(memory, charges[1]), 4);
	counters_release_all(counters, charges, 2); /* nothing was charged */
	ck_assert_uint_eq(used(memory, charges[1]), 4);
	ck_assert_uint_eq(used(fake.inner, charges[0]), 6);

	unsigned calls = fake.calls;
	charges[0] = quota_of(1);
	charges[1] = rate_of(7);
	ck_assert(counters_charge_all(counters, charges, 2)); /* the rate refuses: the other store is not asked */
	ck_assert(charges[1].over && !charges[0].over);
	ck_assert_uint_eq(fake.calls, calls);

	charges[1].enforced = false; /* it only observes */
	ck_assert(counters_charge_all(counters, charges, 2));
	ck_assert(charges[1].over && !charges[0].over && charges[0].used == 7);
	counters_release_all(counters, charges, 2);
	ck_assert_uint_eq(used(memory, charges[1]), 4);
	ck_assert_uint_eq(used(fake.inner, charges[0]), 6);
	end();
}
END_TEST

START_TEST(tempfail_charges_nothing)
{
	struct charge charges[] = { quota_of(6), rate_of(4) };

	begin(COUNTERS_REDIS, true, COUNTERS_TEMPFAIL);
	fake.fails = "connection refused";
	ck_assert(!counters_look_all(counters, charges, 2));
	ck_assert(!counters_charge_all(counters, charges, 2));
	ck_assert(!charges[0].over && !charges[0].reached_all);
	ck_assert_uint_eq(used(memory, charges[1]), 0);
	ck_assert(counters_charge_all(counters, charges + 1, 1)); /* needs no other store */
	end();
}
END_TEST

START_TEST(accept_has_no_limit_but_those_in_memory)
{
	struct charge charges[] = { quota_of(11), rate_of(4) };

	begin(COUNTERS_REDIS, true, COUNTERS_ACCEPT);
	fake.fails = "connection refused";
	ck_assert(counters_charge_all(counters, charges, 2));
	ck_assert(!charges[0].over && charges[0].left == UINT64_MAX && !charges[0].reached_all);
	ck_assert(!charges[1].over && charges[1].used == 4);

	/* What was not counted is not given back once the store is there again. */
	fake.fails = NULL;
	struct charge other = quota_of(5);
	ck_assert(counters_charge_all(counters, &other, 1));
	counters_release_all(counters, charges, 2);
	ck_assert_uint_eq(used(fake.inner, charges[0]), 5);
	ck_assert_uint_eq(used(memory, charges[1]), 0);
	end();
}
END_TEST

START_TEST(local_counts_in_memory_meanwhile)
{
	struct charge charges[] = { quota_of(6), rate_of(4) };
	struct charge before[2];

	begin(COUNTERS_REDIS, true, COUNTERS_LOCAL);
	fake.fails = "connection refused";
	ck_assert(counters_charge_all(counters, charges, 2));
	ck_assert(!charges[0].over && charges[0].used == 6 && charges[0].counted == COUNTED_IN_MEMORY);
	memcpy(before, charges, sizeof before);
	ck_assert(counters_charge_all(counters, charges, 2)); /* the quota refuses, in memory */
	ck_assert(charges[0].over && !charges[1].over && charges[1].used == 4);
	ck_assert_uint_eq(used(memory, charges[1]), 4);

	/* It is given back where it was counted. */
	fake.fails = NULL;
	struct charge other = quota_of(5);
	ck_assert(counters_charge_all(counters, &other, 1));
	counters_release_all(counters, before, 2);
	ck_assert_uint_eq(used(fake.inner, other), 5);
	ck_assert_uint_eq(used(memory, other), 0);
	ck_assert_uint_eq(used(memory, charges[1]), 0);
	end();
}
END_TEST

START_TEST(without_memory_it_is_as_configured)
{
	static const bool answers[COUNTERS_ON_FAILURE_COUNT] = { [COUNTERS_ACCEPT] = true };

	for (enum counters_on_failure i = 0; i < COUNTERS_ON_FAILURE_COUNT; i++) {
		struct charge charges[] = { quota_of(11), rate_of(11) };

		begin(COUNTERS_MEMORY, false, i);
		counters_free(counters);
		counters = counters_new(&conf, NULL, NULL);
		ck_assert_int_eq(counters_look_all(counters, charges, 2), answers[i]);
		ck_assert_int_eq(counters_charge_all(counters, charges, 2), answers[i]);
		ck_assert(!charges[0].over && !charges[1].over);
		counters_release_all(counters, charges, 2);
		end();
	}
}
END_TEST

START_TEST(failures_are_logged_once_a_minute_and_cause)
{
	struct charge charge = quota_of(1);

	begin(COUNTERS_REDIS, true, COUNTERS_TEMPFAIL);
	fake.fails = "connection \"refused\"\n";
	for (unsigned i = 0; i < 100; i++)
		ck_assert(!counters_charge_all(counters, &charge, 1));
	assert_logged("error: counters: the fake store fails: connection \\\"refused\\\"\\x0a; messages that it should "
		      "count are "
		      "answered as `failures` says\n");
	fake.fails = "timed out";
	for (unsigned i = 0; i < 100; i++)
		ck_assert(!counters_look_all(counters, &charge, 1));
	assert_logged("error: counters: the fake store fails: timed out; messages that it should count are "
		      "answered as `failures` says\n");
	struct charge rate = rate_of(1);
	ck_assert(counters_charge_all(counters, &rate, 1)); /* memory was well all the time */
	assert_logged("");
	fake.fails = NULL;
	for (unsigned i = 0; i < 3; i++)
		ck_assert(counters_charge_all(counters, &charge, 1));
	assert_logged("counters: the fake store answers again, after 200 failures\n");

	/* One that comes and goes is as quiet. */
	for (unsigned i = 0; i < 20; i++) {
		fake.fails = i % 2 == 0 ? "timed out" : NULL;
		ck_assert_int_eq(counters_look_all(counters, &charge, 1), i % 2);
	}
	assert_logged("");

	/* And many causes are, too. */
	char cause[32];
	char lines[8192];
	fake.fails = cause;
	for (unsigned i = 0; i < 100; i++) {
		snprintf(cause, sizeof cause, "cause %u", i);
		ck_assert(!counters_look_all(counters, &charge, 1));
	}
	ssize_t length = read(said, lines, sizeof lines);
	unsigned count = 0;
	for (ssize_t i = 0; i < length; i++)
		count += lines[i] == '\n';
	ck_assert_uint_eq(count, 6);
	end();
}
END_TEST

START_TEST(thresholds_are_logged_once)
{
	struct charge charge = quota_of(1);

	begin(COUNTERS_REDIS, true, COUNTERS_TEMPFAIL);
	for (unsigned i = 0; i < 7; i++)
		ck_assert(counters_charge_all(counters, &charge, 1));
	assert_logged("");
	ck_assert(counters_charge_all(counters, &charge, 1));
	assert_logged(
		"limit: 80 % of a quota reached: check=daily_quota key=\"daily_quota login=\\\"robin\\\"\\x0a\" used=8 "
		"limit=\"10/24h\"\n");
	for (unsigned i = 0; i < 20; i++)
		ck_assert(counters_charge_all(counters, &charge, 1));
	assert_logged("limit: 100 % of a quota reached: check=daily_quota key=\"daily_quota login=\\\"robin\\\"\\x0a\" "
		      "used=10 "
		      "limit=\"10/24h\"\n");
	end();
}
END_TEST

START_TEST(a_memory_that_is_too_small_is_logged)
{
	begin(COUNTERS_MEMORY, false, COUNTERS_TEMPFAIL);
	for (unsigned i = 0; i < 2 * MEMORY_STORE_KEYS_MIN; i++) {
		struct charge charge = quota_of(1);

		snprintf(charge.key, sizeof charge.key, "%u", i);
		ck_assert(counters_charge_all(counters, &charge, 1));
	}
	assert_logged("warning: counters: keys in memory are forgotten to make room for others, 1 so far: "
		      "counters.max_keys is too small\n");
	end();
}
END_TEST

SUITE_MAIN(counters, each_charge_goes_to_its_store, charges_are_all_or_nothing_over_both_stores,
	   tempfail_charges_nothing, accept_has_no_limit_but_those_in_memory, local_counts_in_memory_meanwhile,
	   without_memory_it_is_as_configured, failures_are_logged_once_a_minute_and_cause, thresholds_are_logged_once,
	   a_memory_that_is_too_small_is_logged)
