/* SPDX-License-Identifier: BSD-2-Clause */
/* The memory store: what struct store_class promises, by a made-up clock. */
#define _GNU_SOURCE
#include "milter/stores/memory_store.h"
#include "tests/support/limits.h"
#include "tests/support/stores.h"
#include "tests/support/suite.h"

#include <stdio.h>
#include <string.h>

static int64_t clock_us = 1000 * SECOND;

static int64_t
made_up_clock(void)
{
	return clock_us;
}

static struct store *
new_store(unsigned max_keys)
{
	struct store *store = memory_store_new(max_keys, made_up_clock);

	ck_assert_ptr_nonnull(store);
	return store;
}

START_TEST(siphash_gives_the_hashes_of_its_authors)
{
	/* Of the octets 0, 1, 2, ... under the key 0, 1, ... 15: appendix A of their paper, and their test vectors. */
	static const struct {
		size_t length;
		uint64_t hash;
	} rows[] = { { 0, 0x726fdb47dd0e0e31 }, { 1, 0x74f839c593dc67fd }, { 15, 0xa129ca6149be45e5 } };
	const struct siphash_key key = { { 0x0706050403020100, 0x0f0e0d0c0b0a0908 } };
	char octets[15];

	for (size_t i = 0; i < sizeof octets; i++)
		octets[i] = (char)i;
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
		ck_assert_uint_eq(siphash(&key, (struct bytes){ octets, rows[i].length }), rows[i].hash);
}
END_TEST

START_TEST(secrets_differ)
{
	struct siphash_key a, b;

	ck_assert(siphash_key_random(&a) && siphash_key_random(&b));
	ck_assert(memcmp(&a, &b, sizeof a) != 0);
}
END_TEST

START_TEST(charges_are_all_or_nothing)
{
	struct store *store = new_store(100);
	struct charge charges[] = { charge_of("rate", "10/1s burst 10", 3), charge_of("quota", "5/24h", 3) };

	ck_assert(store->class->charge(store, charges, 2));
	ck_assert(!charges[0].over && charges[0].used == 3 && charges[0].left == 7);
	ck_assert(!charges[1].over && charges[1].used == 3 && charges[1].left == 2 && charges[1].wait_us > 0);
	ck_assert(store->class->charge(store, charges, 2));
	ck_assert(!charges[0].over && charges[0].used == 3 && charges[0].left == 7);
	ck_assert(charges[1].over && charges[1].used == 3 && charges[1].left == 2 && charges[1].wait_us > DAY / 2);

	/* One that only observes is charged when it passes, and hinders nobody. */
	charges[1].enforced = false;
	ck_assert(store->class->charge(store, charges, 2));
	ck_assert(!charges[0].over && charges[0].used == 6 && charges[1].over && charges[1].used == 3);

	charges[1].over = false;
	store->class->release(store, charges, 2);
	ck_assert_uint_eq(charge_used(store, charges[0]), 3);
	ck_assert_uint_eq(charge_used(store, charges[1]), 0);
	ck_assert(store->class->charge(store, charges, 0));
	store->class->free(store);
}
END_TEST

START_TEST(looking_counts_nothing_and_needs_no_record)
{
	struct store *store = new_store(MEMORY_STORE_KEYS_MIN);

	for (unsigned i = 0; i < 10 * MEMORY_STORE_KEYS_MIN; i++) {
		char key[32];

		snprintf(key, sizeof key, "key %u", i);
		struct charge charge = charge_of(key, "5/24h", 6);
		ck_assert(store->class->look(store, &charge, 1));
		ck_assert(charge.over && charge.used == 0 && charge.left == 5 && charge.wait_us == -1);
	}
	ck_assert_uint_eq(key_table_count(((struct memory_store *)store)->tables[LIMIT_QUOTA]), 0);
	store->class->free(store);
}
END_TEST

START_TEST(thresholds_of_quotas_are_told_once_a_period)
{
	struct store *store = new_store(100);
	struct charge one = charge_of("key", "10/24h", 1);
	struct charge rate = charge_of("key", "10/1s burst 10", 10);

	for (unsigned days = 0; days < 3; days++, clock_us += 2 * DAY) {
		for (unsigned i = 1; i <= 12; i++) {
			ck_assert(store->class->charge(store, &one, 1));
			ck_assert_msg(one.reached_most == (i == 8) && one.reached_all == (i == 10),
				      "day %u, message %u", days, i);
			ck_assert_int_eq(one.over, i > 10);
		}
	}
	ck_assert(store->class->charge(store, &rate, 1) && !rate.reached_most && !rate.reached_all);

	/* What does not fit any more is told as well. */
	struct charge seven = charge_of("other", "10/24h", 7);
	ck_assert(store->class->charge(store, &seven, 1) && !seven.reached_most && !seven.reached_all);
	ck_assert(store->class->charge(store, &seven, 1) && seven.over && seven.reached_all);
	ck_assert(store->class->charge(store, &seven, 1) && seven.over && !seven.reached_all);
	store->class->free(store);
}
END_TEST

struct listed {
	unsigned count, most;
	uint64_t sum;
	char first[CHARGE_KEY_MAX];
};

static bool
note_entry(void *data, const struct store_entry *entry)
{
	struct listed *listed = data;

	if (listed->count++ == 0)
		snprintf(listed->first, sizeof listed->first, "%s", entry->key);
	listed->sum += entry->used;
	return listed->count < listed->most;
}

START_TEST(administrators_list_reset_and_set)
{
	struct store *store = new_store(1000);
	struct listed listed = { .most = 10000 };
	bool known;

	for (unsigned i = 0; i < 200; i++) {
		char key[32];

		snprintf(key, sizeof key, "key %u", i);
		struct charge charges[] = { charge_of(key, "10/1m burst 10", 1), charge_of(key, "10/24h", 2) };
		snprintf(charges[1].key, sizeof charges[1].key, "quota %u", i);
		ck_assert(store->class->charge(store, charges, 2));
	}
	ck_assert(store->class->list(store, note_entry, &listed));
	ck_assert_uint_eq(listed.count, 400);
	ck_assert_uint_eq(listed.sum, 600);
	listed = (struct listed){ .most = 3 };
	ck_assert(store->class->list(store, note_entry, &listed));
	ck_assert_uint_eq(listed.count, 3);

	ck_assert(store->class->set(store, "quota 7", 9, &known) && known);
	ck_assert_uint_eq(units_used(store, "quota 7", "10/24h"), 9);
	ck_assert(store->class->set(store, "key 7", 4, &known) && known);
	ck_assert_uint_eq(units_used(store, "key 7", "10/1m burst 10"), 4);
	ck_assert(store->class->set(store, "key 700", 4, &known) && !known);
	ck_assert(store->class->reset(store, "quota 7", &known) && known);
	ck_assert(store->class->reset(store, "quota 7", &known) && !known);
	ck_assert_uint_eq(units_used(store, "quota 7", "10/24h"), 0);

	clock_us += DAY / 2; /* rates owe nothing */
	listed = (struct listed){ .most = 10000 };
	ck_assert(store->class->list(store, note_entry, &listed));
	ck_assert_uint_eq(listed.count, 199);
	store->class->free(store);
}
END_TEST

START_TEST(another_amount_goes_on_counting)
{
	struct store *store = new_store(100);
	struct charge charge = charge_of("key", "10/24h", 9);
	struct charge more = charge_of("key", "20/24h", 9);

	ck_assert(store->class->charge(store, &charge, 1));
	ck_assert(store->class->charge(store, &more, 1));
	ck_assert(!more.over && more.used == 18 && more.left == 2);
	ck_assert(store->class->look(store, &charge, 1));
	ck_assert(charge.over && charge.left == 0);
	store->class->free(store);
}
END_TEST

START_TEST(one_key_twice_in_a_message_is_counted_twice)
{
	struct store *store = new_store(100);
	struct charge charges[] = { charge_of("key", "10/24h", 4), charge_of("key", "10/24h", 4) };

	ck_assert(store->class->charge(store, charges, 2));
	ck_assert_uint_eq(charge_used(store, charges[0]), 8);
	ck_assert(store->class->charge(store, charges, 2));
	ck_assert(charges[0].over || charges[1].over);
	ck_assert_uint_eq(charge_used(store, charges[0]), 8);
	store->class->free(store);
}
END_TEST

START_TEST(a_flood_of_keys_does_not_push_out_who_is_near_the_quota)
{
	enum { KEYS = 256, HEAVY = 20 };
	struct store *store = new_store(KEYS);
	char key[32];

	for (unsigned i = 0; i < HEAVY; i++) {
		snprintf(key, sizeof key, "heavy %u", i);
		struct charge charge = charge_of(key, "100/24h", 90);
		ck_assert(store->class->charge(store, &charge, 1));
	}
	for (unsigned i = 0; i < 20 * KEYS; i++) {
		snprintf(key, sizeof key, "flood %u", i);
		struct charge charge = charge_of(key, "100/24h", 1);
		ck_assert(store->class->charge(store, &charge, 1) && !charge.over);
		ck_assert_uint_eq(charge_used(store, charge), 1);
	}
	for (unsigned i = 0; i < HEAVY; i++) {
		snprintf(key, sizeof key, "heavy %u", i);
		ck_assert_uint_eq(units_used(store, key, "100/24h"), 90);
	}
	ck_assert_uint_eq(memory_store_forgotten(store), 20 * KEYS + HEAVY - KEYS);
	/* What cannot say anything any more makes room without loss. */
	clock_us += 2 * DAY;
	for (unsigned i = 0; i < KEYS; i++) {
		snprintf(key, sizeof key, "new %u", i);
		struct charge charge = charge_of(key, "100/24h", 1);
		ck_assert(store->class->charge(store, &charge, 1));
	}
	ck_assert_uint_eq(memory_store_forgotten(store), 20 * KEYS + HEAVY - KEYS);
	store->class->free(store);
}
END_TEST

START_TEST(a_table_holds_as_many_keys_as_it_says)
{
	enum { KEYS = 100000 };
	struct store *store = new_store(KEYS);

	for (unsigned round = 0; round < 2; round++) {
		for (unsigned i = 0; i < KEYS; i++) {
			struct charge charge = { .units = i % 7 + 1, .limit = { LIMIT_RATE, 100, DAY, 100, false } };

			snprintf(charge.key, sizeof charge.key, "%u", i);
			if (!store->class->charge(store, &charge, 1) || charge.used != (round + 1) * (i % 7 + 1))
				ck_abort_msg("key %u has used %lu", i, (unsigned long)charge.used);
		}
	}
	ck_assert_uint_eq(memory_store_forgotten(store), 0);
	store->class->free(store);
}
END_TEST

SUITE_MAIN(store_memory, siphash_gives_the_hashes_of_its_authors, secrets_differ, charges_are_all_or_nothing,
	   looking_counts_nothing_and_needs_no_record, thresholds_of_quotas_are_told_once_a_period,
	   administrators_list_reset_and_set, another_amount_goes_on_counting,
	   one_key_twice_in_a_message_is_counted_twice, a_flood_of_keys_does_not_push_out_who_is_near_the_quota,
	   a_table_holds_as_many_keys_as_it_says)
