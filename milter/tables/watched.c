/* SPDX-License-Identifier: BSD-2-Clause */
#define _POSIX_C_SOURCE 200809L
#include "milter/tables/watched.h"

#include "milter/clock.h"
#include "milter/tables/identity.h"
#include "milter/wait.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

/* A file's times are those of the kernel's last tick: of one that changed so recently, a later change may not show. */
enum { TICK_MS = 100 };

struct watched {
	const char *path;
	const struct watched_class *class;
	unsigned timeout_ms;
	struct trouble *trouble;
	void *data;

	pthread_mutex_t lock;
	pthread_cond_t looked; /* broadcast when a look ends */
	struct version *current;
	bool looking;              /* a thread does */
	int64_t looked_ms;         /* when it began; INT64_MIN: never */
	char why[TROUBLE_WHY_MAX]; /* there is no current version */

	/* Only of the thread that looks. */
	struct identity loaded, seen, refused;
	bool is_loaded, is_seen, is_refused;
	bool rests; /* the file has been as it is for WATCHED_LOOK_MS */
	bool racy;  /* the loaded one may have changed without a trace */
	int64_t seen_ms, refused_ms;
	char refused_why[TROUBLE_WHY_MAX];
};

/* Whether the file has been as it is for so long, by its own account. */
static bool
older_than(const struct identity *identity, int64_t ms)
{
	struct timespec now;

	clock_gettime(CLOCK_REALTIME, &now);
	int64_t age_s = (int64_t)now.tv_sec - identity->changed.tv_sec;
	if (age_s < 0 || age_s > 3600) /* no need to be exact, nor to overflow */
		return age_s > 0;
	return age_s * 1000 + (now.tv_nsec - identity->changed.tv_nsec) / 1000000 >= ms;
}

struct watched *
watched_new(const char *path, const struct watched_class *class, unsigned timeout_ms, struct trouble *trouble,
	    void *data)
{
	struct watched *watched = calloc(1, sizeof *watched);

	if (watched == NULL)
		return NULL;
	watched->path = path;
	watched->class = class;
	watched->timeout_ms = timeout_ms;
	watched->trouble = trouble;
	watched->data = data;
	watched->looked_ms = INT64_MIN;
	pthread_mutex_init(&watched->lock, NULL);
	wait_init(&watched->looked);
	return watched;
}

void
watched_free(struct watched *watched)
{
	if (watched == NULL)
		return;
	if (watched->current != NULL)
		watched_release(watched, watched->current);
	pthread_cond_destroy(&watched->looked);
	pthread_mutex_destroy(&watched->lock);
	free(watched);
}

static bool
refuse(struct watched *watched, const struct identity *identity, const char *why)
{
	watched->refused = *identity;
	watched->is_refused = true;
	watched->refused_ms = clock_ms();
	memcpy(watched->refused_why, why, TROUBLE_WHY_MAX);
	return false;
}

static bool
install(struct watched *watched, const struct identity *identity, struct version *version)
{
	struct version *old;

	pthread_mutex_lock(&watched->lock);
	old = watched->current;
	watched->current = version;
	pthread_mutex_unlock(&watched->lock);
	if (old != NULL)
		watched_release(watched, old);
	watched->loaded = *identity;
	watched->is_loaded = true;
	watched->is_refused = false;
	watched->racy = !watched->rests && !older_than(identity, TICK_MS);
	return true;
}

/* As look. A file that changes again before it is read, or while it is, does not rest. */
static bool
load_open(struct watched *watched, int fd, char *why_out)
{
	struct stat before, after;
	struct version *version = malloc(sizeof *version);

	if (version == NULL || fstat(fd, &before) != 0) {
		trouble_format(why_out, "%s", strerror(errno));
		free(version);
		return false;
	}
	struct identity identity = identity_of(&before);
	if (watched->is_loaded && !identity_same(&identity, &watched->seen)) {
		free(version);
		return true;
	}
	*version = (struct version){ .references = 1 };
	if (S_ISREG(before.st_mode))
		version->contents = watched->class->load(fd, &before, watched->data, why_out);
	else
		trouble_format(why_out, "%s is not a file", watched->path);
	if (version->contents == NULL) {
		free(version);
		return refuse(watched, &identity, why_out);
	}
	if (fstat(fd, &after) == 0) {
		struct identity now = identity_of(&after);
		if (identity_same(&identity, &now))
			return install(watched, &identity, version);
	}
	watched->class->free(version->contents);
	free(version);
	trouble_format(why_out, "%s changed while it was read", watched->path);
	return watched->is_loaded;
}

static bool
load(struct watched *watched, char *why_out)
{
	/* A pipe in place of the file must not hold anybody up. */
	int fd = open(watched->path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
	bool loaded;

	if (fd < 0) {
		trouble_format(why_out, "%s: %s", watched->path, strerror(errno));
		return false;
	}
	loaded = load_open(watched, fd, why_out);
	close(fd);
	return loaded;
}

/* Whether it is as it was when seen long enough before. Looks may be late, so that two in a row say nothing by themselves. */
static bool
has_rested(struct watched *watched, const struct identity *now, int64_t now_ms)
{
	if (watched->is_seen && identity_same(now, &watched->seen))
		return now_ms - watched->seen_ms >= WATCHED_LOOK_MS || older_than(now, WATCHED_LOOK_MS);
	watched->seen = *now;
	watched->is_seen = true;
	watched->seen_ms = clock_ms();
	return older_than(now, WATCHED_LOOK_MS);
}

/* True: the version in use is the file's, or will be when the file has come to rest. */
static bool
look(struct watched *watched, char *why_out)
{
	int64_t started_ms = clock_ms();
	struct stat status;

	if (stat(watched->path, &status) != 0) {
		trouble_format(why_out, "%s: %s", watched->path, strerror(errno));
		return false;
	}
	struct identity now = identity_of(&status);
	if (watched->is_loaded && identity_same(&now, &watched->loaded) && !watched->racy)
		return true;
	if (watched->is_refused && identity_same(&now, &watched->refused) &&
	    clock_ms() - watched->refused_ms < WATCHED_RETRY_MS) {
		memcpy(why_out, watched->refused_why, TROUBLE_WHY_MAX);
		return false;
	}
	watched->rests = has_rested(watched, &now, started_ms);
	if (watched->is_loaded && !watched->rests)
		return true;
	return load(watched, why_out);
}

/* Called and returns with the lock held, which others can have meanwhile. */
static void
look_unlocked(struct watched *watched)
{
	char why[TROUBLE_WHY_MAX] = "";

	watched->looking = true;
	watched->looked_ms = clock_ms();
	pthread_mutex_unlock(&watched->lock);
	bool current = look(watched, why);
	if (current)
		trouble_clear(watched->trouble, TROUBLE_OLD);
	else if (watched->is_loaded)
		trouble_set(watched->trouble, TROUBLE_OLD, why);
	pthread_mutex_lock(&watched->lock);
	memcpy(watched->why, why, sizeof why);
	watched->looking = false;
	pthread_cond_broadcast(&watched->looked);
}

struct version *
watched_acquire(struct watched *watched, char *why_out)
{
	int64_t deadline_ms = clock_ms() + watched->timeout_ms;
	struct version *version;

	pthread_mutex_lock(&watched->lock);
	if (!watched->looking &&
	    (watched->looked_ms == INT64_MIN || clock_ms() - watched->looked_ms >= WATCHED_LOOK_MS))
		look_unlocked(watched);
	while (watched->current == NULL && watched->looking)
		if (!wait_until(&watched->looked, &watched->lock, deadline_ms))
			break;
	version = watched->current;
	if (version != NULL)
		version->references++;
	else if (watched->looking)
		trouble_format(why_out, "%s is still being read", watched->path);
	else
		memcpy(why_out, watched->why, TROUBLE_WHY_MAX);
	pthread_mutex_unlock(&watched->lock);
	return version;
}

void
watched_release(struct watched *watched, struct version *version)
{
	bool last;

	pthread_mutex_lock(&watched->lock);
	last = --version->references == 0;
	pthread_mutex_unlock(&watched->lock);
	if (!last)
		return;
	watched->class->free(version->contents);
	free(version);
}

bool
watched_open(struct watched *watched, char *why_out)
{
	struct version *version = watched_acquire(watched, why_out);

	if (version == NULL)
		return false;
	watched_release(watched, version);
	return true;
}
