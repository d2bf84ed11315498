/* SPDX-License-Identifier: BSD-2-Clause */
#define _GNU_SOURCE
#include "milter/crew.h"

#include "milter/clock.h"
#include "milter/log.h"
#include "milter/worker.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <sys/wait.h>
#include <syslog.h>
#include <unistd.h>

enum { LEAVE_SLACK_MS = 5000 }; /* a worker keeps its own deadlines; this much later it is killed */

void
crew_init(struct crew *crew, int listener, const struct shared *shared)
{
	*crew = (struct crew){ .listener = listener, .foreign = { -1, -1 }, .shared = shared };
}

static struct worker *
free_slot(struct crew *crew)
{
	for (size_t i = 0; i < CREW_MAX; i++)
		if (crew->workers[i].state == WORKER_ABSENT)
			return &crew->workers[i];
	return NULL;
}

static size_t
count_state(const struct crew *crew, enum worker_state state, bool newest_only)
{
	size_t count = 0;

	for (size_t i = 0; i < CREW_MAX; i++)
		if (crew->workers[i].state == state &&
		    (!newest_only || crew->workers[i].generation == crew->generation))
			count++;
	return count;
}

size_t
crew_count_in(const struct crew *crew, enum worker_state state)
{
	return count_state(crew, state, false);
}

static bool
is_complete(const struct crew *crew)
{
	return count_state(crew, WORKER_SERVING, true) == crew->wanted;
}

bool
crew_is_renewed(const struct crew *crew)
{
	for (size_t i = 0; i < CREW_MAX; i++)
		if (crew->workers[i].state != WORKER_ABSENT && crew->workers[i].gate >= 0 &&
		    crew->workers[i].generation != crew->generation)
			return false;
	return is_complete(crew);
}

size_t
crew_count(const struct crew *crew)
{
	return CREW_MAX - count_state(crew, WORKER_ABSENT, false);
}

bool
crew_serves(const struct crew *crew)
{
	return count_state(crew, WORKER_SERVING, false) > 0;
}

bool
crew_has_room(const struct crew *crew, unsigned workers)
{
	/* Its workers may crash and be replaced while it waits: room for as many again. */
	return crew_count(crew) + 2 * (size_t)workers <= CREW_MAX;
}

void
crew_renew(struct crew *crew, const struct conf *conf, unsigned workers)
{
	crew->conf = conf;
	crew->wanted = workers;
	crew->generation++;
	crew->start_ms = 0;
	crew->delay_ms = 0;
}

static void
close_gate(struct worker *worker)
{
	if (worker->gate >= 0)
		close(worker->gate);
	worker->gate = -1;
}

static void
close_pipes(struct worker *worker)
{
	if (worker->orders >= 0)
		close(worker->orders);
	worker->orders = -1;
	close_gate(worker);
}

void
crew_leave(struct crew *crew)
{
	for (size_t i = 0; i < CREW_MAX; i++)
		if (crew->workers[i].state != WORKER_ABSENT)
			close_pipes(&crew->workers[i]);
}

_Noreturn static void
be_worker(struct crew *crew, const struct worker *worker, int orders, int gate)
{
	struct worker_settings settings = {
		.conf = crew->conf,
		.shared = crew->shared,
		.slot = (unsigned)(worker - crew->workers),
		.listener = crew->listener,
		.listener_stays = crew->listener_stays,
		.orders = orders,
		.gate = gate,
	};

	crew_leave(crew);
	for (size_t i = 0; i < FOREIGN_COUNT; i++)
		if (crew->foreign[i] >= 0)
			close(crew->foreign[i]);
	worker_run(&settings);
}

static bool
start_between(struct crew *crew, struct worker *worker, const int orders[2], const int gate[2])
{
	pid_t pid = fork();

	if (pid == 0) {
		close(orders[1]);
		close(gate[0]);
		be_worker(crew, worker, orders[0], gate[1]);
	}
	if (pid < 0)
		return false;
	*worker = (struct worker){
		.state = WORKER_STARTING,
		.pid = pid,
		.generation = crew->generation,
		.orders = orders[1],
		.gate = gate[0],
		.drain_ms = (int64_t)crew->conf->drain_timeout * 1000,
		.started_ms = clock_ms(),
	};
	close(orders[0]);
	close(gate[1]);
	return true;
}

static void
close_both(const int ends[2])
{
	close(ends[0]);
	close(ends[1]);
}

static bool
start(struct crew *crew, struct worker *worker)
{
	int orders[2], gate[2];

	if (pipe2(orders, O_CLOEXEC) != 0)
		return false;
	if (pipe2(gate, O_CLOEXEC) != 0) {
		close_both(orders);
		return false;
	}
	if (start_between(crew, worker, orders, gate))
		return true;
	int error = errno;
	close_both(orders);
	close_both(gate);
	errno = error;
	return false;
}

/* Several workers that crash together count once. */
static void
back_off(struct crew *crew)
{
	if (clock_ms() < crew->start_ms)
		return;
	if (crew->delay_ms == 0)
		crew->delay_ms = CREW_DELAY_MIN_MS;
	else if (crew->delay_ms < CREW_DELAY_MAX_MS)
		crew->delay_ms = 2 * crew->delay_ms < CREW_DELAY_MAX_MS ? 2 * crew->delay_ms : CREW_DELAY_MAX_MS;
	crew->start_ms = clock_ms() + crew->delay_ms;
}

static size_t
missing(const struct crew *crew)
{
	size_t present = count_state(crew, WORKER_STARTING, true) + count_state(crew, WORKER_SERVING, true);

	return present < crew->wanted ? crew->wanted - present : 0;
}

static void
start_missing(struct crew *crew)
{
	for (size_t count = missing(crew); count > 0 && clock_ms() >= crew->start_ms; count--) {
		struct worker *worker = free_slot(crew);

		if (worker != NULL && start(crew, worker))
			continue;
		log_line(LOG_ERR, "error: a worker cannot be started: %s",
			 worker != NULL ? strerror(errno) : "too many leave still");
		back_off(crew);
	}
}

static void
order(struct worker *worker, char what, int64_t deadline_ms)
{
	if (worker->state == WORKER_LEAVING && worker->deadline_ms <= deadline_ms)
		return;
	if (worker->state != WORKER_LEAVING)
		worker->ordered_ms = clock_ms();
	worker->state = WORKER_LEAVING;
	worker->deadline_ms = deadline_ms;
	if (write(worker->orders, &what, 1) != 1)
		log_line(LOG_DEBUG, "worker %ld takes no orders: %s", (long)worker->pid,
			 strerror(errno)); /* it is ending */
}

static void
kill_late(struct crew *crew)
{
	int64_t now = clock_ms();

	for (size_t i = 0; i < CREW_MAX; i++) {
		struct worker *worker = &crew->workers[i];

		if (worker->state != WORKER_LEAVING || now < worker->deadline_ms)
			continue;
		log_line(LOG_ERR, "error: worker %ld does not end; killed", (long)worker->pid);
		kill(worker->pid, SIGKILL);
		worker->deadline_ms = INT64_MAX;
	}
}

/* A worker that was stopped, or hangs where its orders should reach it, holds its sessions for nothing. */
static void
look_at(const struct crew *crew, struct worker *worker)
{
	const struct statistics_slot *slot =
		statistics_slot(crew->shared->statistics, (unsigned)(worker - crew->workers));
	uint64_t beats = atomic_load_explicit(&slot->beats, memory_order_relaxed);

	worker->looks = beats != worker->beats ? 0 : worker->looks + 1;
	worker->beats = beats;
	if (worker->looks != CREW_LOOKS_MAX)
		return;
	log_line(LOG_ERR, "error: worker %ld gives no sign of life; killed", (long)worker->pid);
	kill(worker->pid, SIGKILL);
}

static void
look_for_life(struct crew *crew)
{
	if (crew->shared->statistics == NULL || clock_ms() < crew->look_ms)
		return;
	crew->look_ms = clock_ms() + CREW_LOOK_MS;
	for (size_t i = 0; i < CREW_MAX; i++)
		if (crew->workers[i].state == WORKER_SERVING)
			look_at(crew, &crew->workers[i]);
}

/* One that hangs may have accepted its last connection long ago. */
static void
wait_no_longer(struct crew *crew)
{
	for (size_t i = 0; i < CREW_MAX; i++) {
		struct worker *worker = &crew->workers[i];

		if (worker->state != WORKER_LEAVING || worker->gate < 0 ||
		    clock_ms() < worker->ordered_ms + CREW_CLOSE_MS)
			continue;
		log_line(LOG_WARNING, "warning: worker %ld may accept connections still", (long)worker->pid);
		close_gate(worker);
	}
}

/* Connections are the new workers' from now on. */
static void
tell_renewal(struct crew *crew)
{
	if (crew->drained == 0 || !crew_is_renewed(crew))
		return;
	log_line(LOG_INFO, "reloaded: %u new workers serve, %u old ones finish their sessions", crew->wanted,
		 crew->drained);
	crew->drained = 0;
}

/* The next moment at which something is to be done to one that leaves. */
static int64_t
next_of_leaving(const struct crew *crew)
{
	int64_t next = INT64_MAX;

	for (size_t i = 0; i < CREW_MAX; i++) {
		const struct worker *worker = &crew->workers[i];
		int64_t close_ms = worker->ordered_ms + CREW_CLOSE_MS;

		if (worker->state != WORKER_LEAVING)
			continue;
		if (worker->gate >= 0 && close_ms < next)
			next = close_ms;
		if (worker->deadline_ms < next)
			next = worker->deadline_ms;
	}
	return next;
}

int
crew_tend(struct crew *crew)
{
	int64_t next, now;

	wait_no_longer(crew);
	tell_renewal(crew);
	start_missing(crew);
	kill_late(crew);
	look_for_life(crew);
	next = next_of_leaving(crew);
	if (crew_serves(crew) && crew->shared->statistics != NULL && crew->look_ms < next)
		next = crew->look_ms;
	if (missing(crew) > 0 && crew->start_ms < next)
		next = crew->start_ms;
	if (next == INT64_MAX)
		return -1;
	now = clock_ms();
	return next > now ? (int)(next - now) : 0;
}

static void
drain_older(struct crew *crew)
{
	int64_t soonest = clock_ms() + WORKER_STOP_S * 1000 + LEAVE_SLACK_MS;

	for (size_t i = 0; i < CREW_MAX; i++) {
		struct worker *worker = &crew->workers[i];

		if (worker->generation == crew->generation ||
		    (worker->state != WORKER_STARTING && worker->state != WORKER_SERVING))
			continue;
		order(worker, WORKER_ORDER_DRAIN, soonest + worker->drain_ms);
		crew->drained++;
	}
}

void
crew_hear(struct crew *crew, struct worker *worker)
{
	char octet;

	if (read(worker->gate, &octet, 1) != 1 || octet != WORKER_READY) {
		close_gate(worker); /* or it is ending; crew_bury will hear of it */
		return;
	}
	if (worker->state != WORKER_STARTING)
		return;
	worker->state = WORKER_SERVING;
	crew->delay_ms = 0;
	if (is_complete(crew))
		drain_older(crew);
}

static void
log_death(const struct worker *worker, int status)
{
	if (WIFSIGNALED(status))
		log_line(LOG_ERR, "error: worker %ld was killed by signal %d (%s)%s", (long)worker->pid,
			 WTERMSIG(status), strsignal(WTERMSIG(status)), WCOREDUMP(status) ? ", core dumped" : "");
	else
		log_line(LOG_ERR, "error: worker %ld ended unasked, status %d", (long)worker->pid, WEXITSTATUS(status));
}

bool
crew_bury(struct crew *crew, pid_t pid, int status)
{
	for (size_t i = 0; i < CREW_MAX; i++) {
		struct worker *worker = &crew->workers[i];

		if (worker->state == WORKER_ABSENT || worker->pid != pid)
			continue;
		if (worker->state != WORKER_LEAVING || WIFSIGNALED(status))
			log_death(worker, status);
		if (worker->state != WORKER_LEAVING) {
			back_off(crew);
			crew->restarts++;
		}
		close_pipes(worker);
		worker->state = WORKER_ABSENT;
		if (crew->shared->connections != NULL)
			connections_forget_worker(crew->shared->connections, (unsigned)i);
		statistics_forget_worker(crew->shared->statistics, (unsigned)i);
		return true;
	}
	return false;
}

void
crew_dismiss(struct crew *crew)
{
	int64_t deadline = clock_ms() + WORKER_STOP_S * 1000 + LEAVE_SLACK_MS;

	crew->wanted = 0;
	for (size_t i = 0; i < CREW_MAX; i++)
		if (crew->workers[i].state != WORKER_ABSENT)
			order(&crew->workers[i], WORKER_ORDER_STOP, deadline);
}
