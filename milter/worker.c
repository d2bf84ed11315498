/* SPDX-License-Identifier: BSD-2-Clause */
#define _GNU_SOURCE
#include "milter/worker.h"

#include "milter/callbacks.h"
#include "milter/clock.h"
#include "milter/gate.h"
#include "milter/log.h"
#include "milter/macros.h"
#include "milter/overdue.h"
#include "milter/relief.h"
#include "milter/session.h"
#include "milter/stopwatch.h"
#include "milter/tables/tables.h"
#include "milter/wait.h"

#include <errno.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <string.h>
#include <sysexits.h>
#include <syslog.h>
#include <unistd.h>

enum {
	/* MTAs hold a session open without a word while a client sends a large message slowly, for hours: RFC 5321
	 * 4.5.3.2 gives each chunk of it minutes. This is libmilter's own default; below, such mail would be lost to us. */
	SESSION_TIMEOUT_S = 7210,
	PACKET_MAX = 1024 * 1024, /* octets: libmilter drops the session of a longer one. MTAs send 64 KiB at most */
	FILES_MS = 5000, /* to read all tables and open the counters: a large table takes some tenths of a second */
	OWN_SESSION_MS = 2000, /* libmilter takes it at once, unless the machine is very busy */
	LOOK_MS = 50,          /* between two looks at whether all is done */
	TEND_MS = 1000,        /* between two looks at descriptors and callbacks */
	GIVE_UP_MS = 3000,     /* that other messages have when a callback hangs: it may hold what they need */
	RELIEF_MS = 5,         /* between two calls for relief in a row, */
	RELIEF_CALLS = TEND_MS / RELIEF_MS, /* of so many, and then all else is looked at */
	FORGOTTEN_LOOKS = 5 * RELIEF_CALLS, /* that find a session as it was: it would have had a thread by then */
	BUSY_MS = 3000,                     /* that sessions which go on have when the daemon is restarted, */
	PAUSE_MS = 300,                     /* and one that rests so long does not go on, */
	BUSY_LOOK_MS = 10,                  /* as often as one looks */
	DESCRIPTORS_KEPT = 16               /* free ones to keep: for libmilter's and the log's own needs */
};

static volatile sig_atomic_t terminated;
static atomic_bool ending;

static void
on_terminate(int signal)
{
	(void)signal;
	terminated = 1;
}

/* The main thread leaves these signals unblocked and so gets them before libmilter's own signal thread does. */
static void
set_signals(void)
{
	struct sigaction ignore = { .sa_handler = SIG_IGN };
	struct sigaction terminate = { .sa_handler = on_terminate };
	struct sigaction standard = { .sa_handler = SIG_DFL };
	sigset_t none;

	sigaction(SIGHUP, &ignore, NULL);
	sigaction(SIGINT, &ignore, NULL);
	sigaction(SIGPIPE, &ignore, NULL);
	sigaction(SIGTERM, &terminate, NULL);
	sigaction(SIGCHLD, &standard, NULL);
	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
}

/* libmilter's loop. It ends by itself only when something is wrong. */
static void *
serve(void *unused)
{
	(void)unused;
	int result = smfi_main();

	if (!atomic_load(&ending)) {
		log_line(LOG_ERR, "error: libmilter ended by itself (%d)", result);
		_exit(EX_SOFTWARE);
	}
	return NULL;
}

static void *
open_tables(void *tables)
{
	tables_open(tables);
	return NULL;
}

static void
begin_with_tables(const struct world *world, int64_t deadline_ms)
{
	struct timespec deadline = wait_moment(deadline_ms);
	pthread_t thread;

	if (pthread_create(&thread, NULL, open_tables, world->tables) != 0)
		return;
	if (pthread_clockjoin_np(thread, NULL, CLOCK_MONOTONIC, &deadline) != 0)
		pthread_detach(thread);
}

/* Before mail comes, so that a file which is broken later was read by each worker, and no message waits for counters that are being opened. A disk that
 * hangs holds this up for a while only: calls wait for their time then, and fail. */
static void
begin_with_files(const struct world *world)
{
	int64_t deadline_ms = clock_ms() + FILES_MS;

	begin_with_tables(world, deadline_ms);
	if (world->other != NULL && world->other->class->begin != NULL)
		world->other->class->begin(world->other, deadline_ms);
}

static bool
set_up(const struct worker_settings *settings)
{
	static struct world world;
	char descriptor[32];

	if (!world_open(&world, settings->conf, settings->shared, settings->slot)) {
		errno = ENOMEM;
		return false;
	}
	begin_with_files(&world);

	snprintf(descriptor, sizeof descriptor, "fd:%d", settings->listener);
	smfi_settimeout(SESSION_TIMEOUT_S);
	smfi_setmaxdatasize(PACKET_MAX);
	/* libmilter calls listen again on the shared socket: with another number it would change the backlog. */
	return smfi_setbacklog((int)settings->conf->backlog) == MI_SUCCESS && smfi_setconn(descriptor) == MI_SUCCESS &&
	       smfi_register(overdue_filter(stopwatch_filter(&world, callbacks_filter(&world)))) == MI_SUCCESS &&
	       smfi_opensocket(false) == MI_SUCCESS;
}

static bool
start_serving(pthread_t *thread_out)
{
	pthread_attr_t attributes;

	if (pthread_attr_init(&attributes) != 0)
		return false;
	pthread_attr_setdetachstate(&attributes, PTHREAD_CREATE_DETACHED);
	bool started = pthread_create(thread_out, &attributes, serve, NULL) == 0;
	pthread_attr_destroy(&attributes);
	return started;
}

/* libmilter's first session is the worker's own. Without it others may have to wait for a while; that is no reason not to serve. */
static bool
start(struct gate *gate)
{
	pthread_t thread;

	gate_close(gate);
	if (!start_serving(&thread))
		return false;
	gate_guard(gate, thread);
	relief_begin(gate_open_with_own(gate, OWN_SESSION_MS));
	return true;
}

/* The next order; 0 when there is none within the time. What cannot be read is an order to stop. */
static char
next_order(int orders, int timeout_ms, bool *orphaned_out)
{
	struct pollfd fd = { .fd = orders, .events = POLLIN };
	char order;

	if (terminated)
		return WORKER_ORDER_STOP;
	if (poll(&fd, 1, timeout_ms) <= 0)
		return terminated ? WORKER_ORDER_STOP : 0;
	ssize_t length = read(orders, &order, 1);
	if (length == 1)
		return order;
	if (length < 0 && (errno == EINTR || errno == EAGAIN))
		return 0;
	*orphaned_out = true;
	return WORKER_ORDER_STOP;
}

_Noreturn static void
end(const char *how)
{
	atomic_store(&ending, true);
	log_line(LOG_DEBUG, "worker ends: %s", how);
	_exit(EX_OK);
}

static void
accept_no_more(struct gate *gate, const struct worker_settings *settings)
{
	static const char closed = WORKER_CLOSED;

	gate_close(gate);
	if (write(settings->gate, &closed, 1) != 1)
		log_line(LOG_DEBUG, "nobody hears that the gate is closed"); /* an orphan's supervisor is gone */
}

/* Sessions may stand behind one that has sent half a packet: libmilter gives that a thread of its own until the rest comes. A call takes
 * them past one such session. */
static enum gate_flow
relieve(struct gate *gate)
{
	enum gate_flow flow = gate_look(gate);

	if (flow == GATE_STALLED)
		relief_call();
	return flow;
}

/* Where nobody is turned away meanwhile, sessions that go on without a pause are served to their end. */
static void
let_busy_sessions_end(struct gate *gate)
{
	int64_t now = clock_ms(), deadline = now + BUSY_MS, busy = now;

	while (now < deadline && now - busy < PAUSE_MS && !gate_is_empty(gate)) {
		if (session_messages_in_flight() > 0 || gate_has_unread(gate))
			busy = now;
		relieve(gate);
		poll(NULL, 0, BUSY_LOOK_MS);
		now = clock_ms();
	}
}

/* A message whose MAIL lies unread at a connection is in flight, too; so new ones count until all is read once. Twice in a row none in flight: the second look gives the last answer
 * its time to be written. */
_Noreturn static void
stop(struct gate *gate, const struct worker_settings *settings, bool orphaned)
{
	unsigned most = orphaned ? WORKER_ORPHAN_S : WORKER_STOP_S;
	unsigned seconds = settings->conf->drain_timeout < most ? settings->conf->drain_timeout : most;
	int64_t deadline;
	bool none_before = false;

	accept_no_more(gate, settings);
	if (settings->listener_stays && !orphaned)
		let_busy_sessions_end(gate);
	deadline = clock_ms() + (int64_t)seconds * 1000;
	while (clock_ms() < deadline) {
		bool unread = gate_has_unread(gate);
		bool none = session_messages_in_flight() == 0 && !unread;

		if (!unread)
			session_count_no_more();
		if (none && none_before)
			end("stopped");
		none_before = none;
		relieve(gate);
		poll(NULL, 0, LOOK_MS);
	}
	log_line(LOG_WARNING, "warning: stopped with %u messages unanswered; their clients will try again",
		 session_messages_in_flight());
	end("stopped late");
}

_Noreturn static void
drain(struct gate *gate, const struct worker_settings *settings)
{
	int64_t deadline = clock_ms() + (int64_t)settings->conf->drain_timeout * 1000;
	bool orphaned = false;

	accept_no_more(gate, settings);
	while (!gate_is_empty(gate)) {
		if (clock_ms() >= deadline)
			stop(gate, settings, false);
		relieve(gate);
		if (next_order(settings->orders, LOOK_MS, &orphaned) == WORKER_ORDER_STOP)
			stop(gate, settings, orphaned);
	}
	end("drained");
}

/* libmilter would spin where accept finds no free descriptor; so it is kept from accepting before. */
static void
watch_descriptors(struct gate *gate)
{
	bool crowded = gate_is_crowded(DESCRIPTORS_KEPT);

	if (crowded && !gate->closed) {
		log_line(LOG_WARNING, "warning: nearly all descriptors are taken; this worker accepts no connections "
				      "until some are free");
		gate_close(gate);
	} else if (!crowded && gate->closed) {
		gate_open(gate);
	}
}

/* Nobody can end a thread that hangs. What came before it, and is answered soon, need not come again. */
_Noreturn static void
give_up(struct gate *gate, const char *why)
{
	int64_t deadline = clock_ms() + GIVE_UP_MS;

	log_line(LOG_ERR, "error: %s; another worker takes this one's place", why);
	gate_close(gate);
	session_count_no_more();
	while (session_messages_in_flight() > 0 && clock_ms() < deadline)
		poll(NULL, 0, LOOK_MS);
	atomic_store(&ending, true);
	_exit(EX_SOFTWARE);
}

/* Sessions may stand behind one whose callback is slow; which it is cannot be told. */
static void
watch_callbacks(struct gate *gate)
{
	struct overdue overdue = overdue_look();

	if (overdue.hung > 0)
		give_up(gate, "a callback hangs");
	if (overdue.slow == 0)
		return;
	relief_call();
	gate->suspect.looks = 0;
}

static void *
do_nothing(void *unused)
{
	return unused;
}

static bool
can_start_threads(void)
{
	pthread_t thread;

	return pthread_create(&thread, NULL, do_nothing, NULL) == 0 && pthread_join(thread, NULL) == 0;
}

/* One call after the other takes them past many. True: there is more to do. A session that libmilter could start no thread for is forgotten by
 * it, open as it is: at once when there are still none, else when it was waited for. */
static bool
watch_sessions(struct gate *gate, int orders)
{
	struct pollfd ordered = { .fd = orders, .events = POLLIN };
	enum gate_flow flow = gate_look(gate);

	if (flow == GATE_BUSY && poll(&ordered, 1, LOOK_MS) == 0)
		flow = gate_look(gate);
	if (flow != GATE_STALLED)
		return false;
	for (int calls = 0; calls < RELIEF_CALLS && flow != GATE_IDLE && poll(&ordered, 1, RELIEF_MS) == 0; calls++) {
		relief_call();
		flow = gate_look(gate);
	}
	if (flow == GATE_STALLED && !can_start_threads())
		give_up(gate, "no thread can be started");
	if (gate->suspect.looks >= FORGOTTEN_LOOKS)
		give_up(gate, "libmilter has forgotten a session");
	return flow != GATE_IDLE;
}

_Noreturn static void
obey(struct gate *gate, const struct worker_settings *settings)
{
	bool orphaned = false, more = false;

	for (;;) {
		char order = next_order(settings->orders, more ? 0 : TEND_MS, &orphaned);

		statistics_beat(statistics_slot(settings->shared->statistics, settings->slot));
		if (order == WORKER_ORDER_STOP)
			stop(gate, settings, orphaned);
		if (order == WORKER_ORDER_DRAIN)
			drain(gate, settings);
		watch_descriptors(gate);
		watch_callbacks(gate);
		more = watch_sessions(gate, settings->orders);
		relief_keep();
	}
}

_Noreturn void
worker_run(const struct worker_settings *settings)
{
	static const char ready = WORKER_READY;
	struct gate gate;

	setsid(); /* away from the terminal, whose signals are the supervisor's business */
	set_signals();
	macros_guard();
	if (!gate_init(&gate, settings->listener) || !set_up(settings) || !start(&gate)) {
		log_line(LOG_ERR, "error: a worker cannot start: %s", strerror(errno));
		_exit(EX_OSERR);
	}
	if (write(settings->gate, &ready, 1) != 1)
		_exit(EX_OSERR);
	obey(&gate, settings);
}
