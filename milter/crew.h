/* SPDX-License-Identifier: BSD-2-Clause */
/* crew.h - the worker processes, seen from the supervisor. A generation is the workers of one configuration; the newest one is
 * kept at its number, older ones drain once the newest is up. */
#ifndef POSTERN_MILTER_CREW_H
#define POSTERN_MILTER_CREW_H

#include "milter/world.h"

#include <stdint.h>
#include <sys/types.h>

enum {
	CREW_MAX = 256,          /* processes, those that drain included; a reload waits for room */
	CREW_WORKERS_MAX = 64,   /* of one generation */
	CREW_DELAY_MIN_MS = 100, /* before a worker that crashed is replaced; doubled each time, */
	CREW_DELAY_MAX_MS =
		5000, /* up to this; forgotten as soon as one serves, whose crash may be a message's doing */
	CREW_CLOSE_MS =
		2000, /* that a worker which is to leave has to say that it accepts nobody: it does at once unless it hangs */
	CREW_LOOK_MS = 4000, /* between two looks at whether workers give signs of life, */
	CREW_LOOKS_MAX =
		5 /* and so many in vain are enough: looks, as time passes while a whole machine stands still, too */
};

enum worker_state {
	WORKER_ABSENT,   /* the slot is free */
	WORKER_STARTING, /* not ready yet */
	WORKER_SERVING,
	WORKER_LEAVING /* was told to drain or to stop */
};

struct worker {
	enum worker_state state;
	pid_t pid;
	unsigned generation;
	int orders;       /* pipe to it */
	int gate;         /* pipe from it, until it accepts no connections; then -1 */
	int64_t drain_ms; /* what its own configuration gives it */
	int64_t started_ms;
	int64_t ordered_ms;  /* when it was told to leave, */
	int64_t deadline_ms; /* and when it is killed */
	uint64_t beats;      /* signs of life, when it was looked at last, */
	unsigned looks;      /* and how often they were still so many */
};

/* Descriptors of the supervisor that a worker closes: an orphan would keep them from the next daemon. */
enum crew_foreign { FOREIGN_CONTROL, FOREIGN_METRICS, FOREIGN_COUNT };

struct crew {
	struct worker workers[CREW_MAX];
	int listener;
	bool listener_stays;        /* as in supervisor.h */
	int foreign[FOREIGN_COUNT]; /* or -1 */
	const struct shared *shared;
	const struct conf *conf; /* of the newest generation */
	unsigned generation;
	unsigned wanted;  /* workers of the newest generation */
	unsigned drained; /* older ones that a reload has told to drain, until that is logged */
	int64_t start_ms; /* not before this a worker is started */
	int64_t delay_ms;
	int64_t look_ms;   /* the next look at signs of life */
	uint64_t restarts; /* workers that ended unasked */
};

/* shared outlives the crew. */
void crew_init(struct crew *crew, int listener, const struct shared *shared);

/* Whether there is room for another generation of so many workers. */
bool crew_has_room(const struct crew *crew, unsigned workers);
/* Begins a new generation. conf is borrowed until the next; workers keep what they were born with. */
void crew_renew(struct crew *crew, const struct conf *conf, unsigned workers);

/* Starts what is missing, replaces nothing too soon, kills who should have left and who hangs. Returns the milliseconds until it wants to be
 * called again, -1: when something happens. */
int crew_tend(struct crew *crew);

/* What a worker says of its gate can be read. When with it the newest generation is complete, the older ones are
 * told to drain. */
void crew_hear(struct crew *crew, struct worker *worker);
/* A child ended. False when it is none of the crew. */
bool crew_bury(struct crew *crew, pid_t pid, int status);

/* In a child that is no worker: closes its copies of the pipes. Left open they would hide the supervisor's death from the
 * workers. */
void crew_leave(struct crew *crew);

/* Everybody stops, and nobody is started any more. */
void crew_dismiss(struct crew *crew);

size_t crew_count(const struct crew *crew);
bool crew_serves(const struct crew *crew); /* some worker is ready */
bool
crew_is_renewed(const struct crew *crew); /* all of the newest generation are, and no older one accepts connections */
size_t crew_count_in(const struct crew *crew, enum worker_state state);

#endif
