/* SPDX-License-Identifier: BSD-2-Clause */
#define _GNU_SOURCE
#include "milter/stores/sqlite.h"

#include "milter/clock.h"
#include "milter/stores/sqlite_store.h"
#include "milter/wait.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

static struct store_sqlite *
sqlite_of(struct store *store)
{
	return (struct store_sqlite *)store; /* its first member */
}

static int64_t
system_clock_us(void)
{
	struct timespec now;

	clock_gettime(CLOCK_REALTIME, &now);
	return (int64_t)now.tv_sec * 1000000 + now.tv_nsec / 1000;
}

/* With the lock held. */
static void
wait_for_first_try(struct store_sqlite *store, int64_t deadline_ms)
{
	struct timespec latest = wait_moment(deadline_ms);

	while (!store->was_tried)
		if (pthread_cond_timedwait(&store->tried, &store->lock, &latest) == ETIMEDOUT)
			break;
}

static void
store_begin(struct store *base, int64_t deadline_ms)
{
	struct store_sqlite *store = sqlite_of(base);

	pthread_mutex_lock(&store->lock);
	wait_for_first_try(store, deadline_ms);
	pthread_mutex_unlock(&store->lock);
}

/* The keeper opens the file. A call waits for its first try, not for those after a failure. */
bool
store_sqlite_enter(struct store_sqlite *store, unsigned timeout_ms)
{
	int64_t deadline_ms = clock_ms() + timeout_ms;

	if (!wait_lock(&store->lock, deadline_ms)) {
		reason_set(&store->reason, "%s: other threads have used it for longer than %u ms", store->path,
			   timeout_ms);
		return false;
	}
	wait_for_first_try(store, deadline_ms);
	if (store->file.db == NULL) {
		if (!store->was_tried)
			reason_set(&store->reason, "%s: not opened within %u ms", store->path, timeout_ms);
		pthread_mutex_unlock(&store->lock);
		return false;
	}
	store->file.deadline_ms = deadline_ms;
	return true;
}

bool
store_sqlite_leave(struct store_sqlite *store, bool went_well)
{
	if (went_well)
		reason_clear(&store->reason);
	else
		sqlite_file_failed(&store->file, &store->reason);
	bool closed = store->file.db == NULL;
	pthread_mutex_unlock(&store->lock);
	if (closed)
		background_wake(&store->background);
	return went_well;
}

/* The counters of a call, each key once. */
struct loaded {
	struct counter counters[CHARGES_MAX];
	struct counter *of[CHARGES_MAX]; /* by charge */
};

static bool
load(struct sqlite_file *file, const struct charge *charges, size_t count, struct loaded *loaded_out)
{
	for (size_t i = 0; i < count; i++) {
		size_t same = 0;

		while (strcmp(charges[same].key, charges[i].key) != 0)
			same++;
		loaded_out->of[i] = &loaded_out->counters[same];
		if (same == i && !sqlite_file_get(file, charges[i].key, loaded_out->of[i]))
			return false;
	}
	return true;
}

static bool
keep(struct sqlite_file *file, const struct charge *charges, size_t count, const struct loaded *loaded, int64_t now_us)
{
	for (size_t i = 0; i < count; i++) {
		const struct counter *counter = &loaded->counters[i];

		if (loaded->of[i] == counter && counter->changed &&
		    !sqlite_file_put(file, charges[i].key, counter, counter_expires_us(counter, now_us)))
			return false;
	}
	return true;
}

static bool
some_changed(const struct loaded *loaded, size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (loaded->of[i]->changed)
			return true;
	return false;
}

static bool
look_at(struct store_sqlite *store, struct charge *charges, size_t count, struct loaded *loaded_out)
{
	if (!sqlite_file_begin(&store->file, false) || !load(&store->file, charges, count, loaded_out) ||
	    !sqlite_file_commit(&store->file))
		return false;
	counters_look(loaded_out->of, charges, count, store->clock_us());
	return true;
}

/* One transaction that loads, counts, and keeps what changed. */
static bool
count_in(struct store_sqlite *store, void (*count_them)(struct counter *const *, struct charge *, size_t, int64_t),
	 struct charge *charges, size_t count)
{
	struct loaded loaded;

	if (!sqlite_file_begin(&store->file, true) || !load(&store->file, charges, count, &loaded))
		return false;
	int64_t now_us = store->clock_us();
	count_them(loaded.of, charges, count, now_us);
	return keep(&store->file, charges, count, &loaded, now_us) && sqlite_file_commit(&store->file);
}

/* Only after the clock went back is there something to keep. */
static bool
store_look(struct store *base, struct charge *charges, size_t count)
{
	struct store_sqlite *store = sqlite_of(base);
	struct loaded loaded;

	if (!store_sqlite_enter(store, store->timeout_ms))
		return false;
	bool ok = look_at(store, charges, count, &loaded);
	if (ok && some_changed(&loaded, count))
		ok = count_in(store, counters_look, charges, count);
	return store_sqlite_leave(store, ok);
}

static bool
store_charge(struct store *base, struct charge *charges, size_t count)
{
	struct store_sqlite *store = sqlite_of(base);

	return store_sqlite_enter(store, store->timeout_ms) &&
	       store_sqlite_leave(store, count_in(store, counters_charge, charges, count));
}

static void
release_them(struct counter *const *counters, struct charge *charges, size_t count, int64_t now_us)
{
	counters_release(counters, charges, count, now_us);
}

static void
store_release(struct store *base, const struct charge *charges, size_t count)
{
	struct store_sqlite *store = sqlite_of(base);
	struct charge copies[CHARGES_MAX];

	memcpy(copies, charges, count * sizeof *charges);
	if (store_sqlite_enter(store, store->timeout_ms))
		store_sqlite_leave(store, count_in(store, release_them, copies, count));
}

static bool
store_healthy(struct store *base, const char **why_out)
{
	return reason_healthy(&sqlite_of(base)->reason, why_out);
}

static void
store_free(struct store *base)
{
	struct store_sqlite *store = sqlite_of(base);

	if (!background_stop(&store->background))
		return; /* it hangs in the disk, with the store in its hands */
	sqlite_file_close(&store->file);
	sqlite_file_close(&store->keeper);
	pthread_mutex_destroy(&store->lock);
	pthread_cond_destroy(&store->tried);
	reason_destroy(&store->reason);
	free(store->path);
	free(store);
}

static const struct store_class class = {
	.name = "sqlite",
	.begin = store_begin,
	.look = store_look,
	.charge = store_charge,
	.release = store_release,
	.list = store_sqlite_list,
	.reset = store_sqlite_reset,
	.set = store_sqlite_set,
	.healthy = store_healthy,
	.free = store_free,
};

struct store *
store_sqlite_new(const struct counters_conf *conf)
{
	struct store_sqlite *store = calloc(1, sizeof *store);

	if (store == NULL || (store->path = strdup(conf->path)) == NULL) {
		free(store);
		return NULL;
	}
	store->store.class = &class;
	store->timeout_ms = conf->timeout_ms;
	store->clock_us = system_clock_us;
	reason_init(&store->reason);
	pthread_mutex_init(&store->lock, NULL);
	wait_init(&store->tried);
	if (background_start(&store->background, store_sqlite_keep, store))
		return &store->store;
	store_free(&store->store);
	return NULL;
}

void
store_sqlite_set_clock(struct store *base, int64_t (*clock_us)(void))
{
	struct store_sqlite *store = sqlite_of(base);

	pthread_mutex_lock(&store->lock);
	store->clock_us = clock_us;
	pthread_mutex_unlock(&store->lock);
}
