/* SPDX-License-Identifier: BSD-2-Clause */
#define _GNU_SOURCE
#include "milter/supervisor.h"

#include "milter/clock.h"
#include "milter/control.h"
#include "milter/converters.h"
#include "milter/crew.h"
#include "milter/life.h"
#include "milter/log.h"
#include "milter/metrics.h"
#include "milter/reload.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <sysexits.h>
#include <syslog.h>
#include <unistd.h>

enum {
	WORKERS_MIN = 2,     /* one crashes, the other serves */
	CHECK_MAX_MS = 60000 /* a check of the configuration that takes longer hangs */
};

struct supervisor {
	const struct supervisor_settings *settings;
	struct conf *conf;
	struct shared shared;
	struct crew crew;
	struct control_socket control;
	struct metrics metrics;
	struct life life;
	int ready;   /* as in the settings, until told */
	pid_t check; /* the child that reads the new configuration, or 0 */
	int64_t check_deadline_ms;
	bool reload_waits; /* for its turn, or for room */
	bool told_to_wait; /* was logged */
	bool stopping;
	sigset_t usual_mask; /* in force while waiting only: signals are noticed there and nowhere else */
};

static volatile sig_atomic_t reload_asked, stop_asked;

static void
on_signal(int signal)
{
	if (signal == SIGHUP)
		reload_asked = 1;
	else if (signal != SIGCHLD)
		stop_asked = 1;
}

static const int caught[] = { SIGHUP, SIGTERM, SIGINT, SIGCHLD };
enum { CAUGHT_COUNT = sizeof caught / sizeof caught[0] };

void
supervisor_catch_signals(void)
{
	struct sigaction catch = { .sa_handler = on_signal };
	struct sigaction ignore = { .sa_handler = SIG_IGN };
	sigset_t mask;

	sigemptyset(&mask);
	for (size_t i = 0; i < CAUGHT_COUNT; i++) {
		sigaction(caught[i], &catch, NULL);
		sigaddset(&mask, caught[i]);
	}
	sigaction(SIGPIPE, &ignore, NULL); /* a worker that just ended takes no orders */
	sigprocmask(SIG_BLOCK, &mask, NULL);
}

static void
find_usual_mask(sigset_t *usual_mask_out)
{
	sigprocmask(SIG_BLOCK, NULL, usual_mask_out);
	for (size_t i = 0; i < CAUGHT_COUNT; i++)
		sigdelset(usual_mask_out, caught[i]);
}

static void
raise_descriptor_limit(void)
{
	struct rlimit limit;

	if (getrlimit(RLIMIT_NOFILE, &limit) != 0 || limit.rlim_cur == limit.rlim_max)
		return;
	limit.rlim_cur = limit.rlim_max;
	if (setrlimit(RLIMIT_NOFILE, &limit) != 0)
		log_line(LOG_WARNING, "warning: the limit of open files cannot be raised: %s", strerror(errno));
}

static unsigned
worker_number(const struct conf *conf)
{
	long cores = sysconf(_SC_NPROCESSORS_ONLN);
	unsigned number = conf->workers;

	if (number == 0)
		number = cores > WORKERS_MIN ? (unsigned)cores : WORKERS_MIN;
	return number < CREW_WORKERS_MAX ? number : CREW_WORKERS_MAX;
}

static void
begin_check(struct supervisor *supervisor)
{
	life_reload_begins(&supervisor->life);
	pid_t pid = fork();

	if (pid == 0) {
		crew_leave(&supervisor->crew);
		control_leave(&supervisor->control);
		reload_check(supervisor->settings->path);
	}
	if (pid < 0) {
		log_line(LOG_ERR, "error: not reloaded: %s", strerror(errno));
		life_reload_ends(&supervisor->life, RELOAD_FAILED);
		return;
	}
	supervisor->check = pid;
	supervisor->check_deadline_ms = clock_ms() + CHECK_MAX_MS;
}

/* One reload at a time, and none while too many old workers have not ended yet: each costs memory. */
static void
begin_reload(struct supervisor *supervisor)
{
	if (reload_asked) {
		reload_asked = 0;
		supervisor->reload_waits = true;
	}
	if (!supervisor->reload_waits || supervisor->check != 0 || supervisor->stopping)
		return;
	if (!crew_has_room(&supervisor->crew, supervisor->crew.wanted)) {
		if (!supervisor->told_to_wait)
			log_line(LOG_WARNING, "warning: the reload waits until old workers have ended");
		supervisor->told_to_wait = true;
		return;
	}
	supervisor->reload_waits = supervisor->told_to_wait = false;
	begin_check(supervisor);
}

/* status: of the child that has read the configuration. */
static enum statistics_reload
take_over(struct supervisor *supervisor, int status)
{
	if (!WIFEXITED(status) || WEXITSTATUS(status) != EX_OK) {
		log_line(LOG_ERR, "error: not reloaded: the configuration %s; the old one stays in force",
			 WIFSIGNALED(status) ? "cannot be read without harm" : "is wrong");
		return WIFSIGNALED(status) ? RELOAD_FAILED : RELOAD_WRONG;
	}
	struct conf *conf = reload_load(supervisor->settings->path);
	if (conf == NULL)
		return RELOAD_WRONG;
	reload_log_unchangeable(supervisor->conf, conf);
	if (!supervisor->settings->foreground)
		log_open_syslog(conf->log_facility);
	metrics_renew(&supervisor->metrics, conf->metrics);
	supervisor->crew.foreign[FOREIGN_METRICS] = supervisor->metrics.open ? supervisor->metrics.listener.fd : -1;
	crew_renew(&supervisor->crew, conf, worker_number(conf));
	conf_free(supervisor->conf);
	supervisor->conf = conf;
	return RELOAD_OK;
}

static void
end_reload(struct supervisor *supervisor, int status)
{
	supervisor->check = 0;
	if (!supervisor->stopping)
		life_reload_ends(&supervisor->life, take_over(supervisor, status));
}

static void
bury_children(struct supervisor *supervisor)
{
	pid_t pid;
	int status;

	while ((pid = waitpid(-1, &status, WNOHANG)) > 0) {
		if (pid == supervisor->check)
			end_reload(supervisor, status);
		else if (metrics_bury(&supervisor->metrics, pid, status))
			continue;
		else if (!crew_bury(&supervisor->crew, pid, status) && supervisor->control.children > 0)
			supervisor->control.children--;
	}
}

static void
begin_stop(struct supervisor *supervisor)
{
	if (!stop_asked || supervisor->stopping)
		return;
	supervisor->stopping = true;
	log_line(LOG_INFO, "stops: messages in flight are answered first");
	life_stops(&supervisor->life);
	crew_dismiss(&supervisor->crew);
}

static int
sooner(int a, int b)
{
	return a < 0 || (b >= 0 && b < a) ? b : a;
}

/* The milliseconds until the check is overdue; an overdue one is killed. */
static int
watch_check(struct supervisor *supervisor)
{
	if (supervisor->check == 0)
		return -1;
	int64_t left = supervisor->check_deadline_ms - clock_ms();
	if (left > 0)
		return (int)left;
	kill(supervisor->check, SIGKILL);
	supervisor->check_deadline_ms = clock_ms() + CHECK_MAX_MS;
	return CHECK_MAX_MS;
}

/* Each administrator is served by a child: a slow one holds nobody up. */
static void
admit(struct supervisor *supervisor)
{
	int client = control_accept(&supervisor->control);

	if (client < 0)
		return;
	pid_t pid = fork();
	if (pid == 0) {
		struct control_view view = {
			.path = supervisor->settings->path,
			.conf = supervisor->conf,
			.shared = &supervisor->shared,
			.crew = &supervisor->crew,
		};

		crew_leave(&supervisor->crew);
		control_serve(client, &view);
	}
	if (pid < 0)
		log_line(LOG_ERR, "error: nobody can be served at the control socket: %s", strerror(errno));
	else
		supervisor->control.children++;
	close(client);
}

static void
tend_metrics(struct supervisor *supervisor)
{
	pid_t parent = getpid();

	if (!metrics_is_due(&supervisor->metrics) || supervisor->stopping)
		return;
	pid_t pid = fork();
	if (pid == 0) {
		shared_forget(&supervisor->shared);
		metrics_serve(&supervisor->metrics, supervisor->shared.statistics, parent);
	}
	if (pid < 0)
		log_line(LOG_ERR, "error: nobody can be served metrics: %s", strerror(errno));
	metrics_started(&supervisor->metrics, pid);
}

static void
wait_for_something(struct supervisor *supervisor, int timeout_ms)
{
	struct pollfd fds[CREW_MAX + 2];
	struct worker *workers[CREW_MAX];
	struct timespec timeout = { timeout_ms / 1000, timeout_ms % 1000 * 1000000L };
	nfds_t count = 0;

	for (size_t i = 0; i < CREW_MAX; i++) {
		struct worker *worker = &supervisor->crew.workers[i];

		if (worker->state == WORKER_ABSENT || worker->gate < 0)
			continue;
		fds[count] = (struct pollfd){ .fd = worker->gate, .events = POLLIN };
		workers[count++] = worker;
	}
	fds[count] = (struct pollfd){ .fd = control_descriptor(&supervisor->control), .events = POLLIN };
	nfds_t more = life_wants(&supervisor->life, &fds[count + 1]) ? 2 : 1;
	if (ppoll(fds, count + more, timeout_ms >= 0 ? &timeout : NULL, &supervisor->usual_mask) <= 0)
		return;
	for (nfds_t i = 0; i < count; i++)
		if (fds[i].revents != 0)
			crew_hear(&supervisor->crew, workers[i]);
	if (fds[count].revents != 0)
		admit(supervisor);
}

/* Whoever started the daemon in the background waits for this. */
static void
tell_ready(struct supervisor *supervisor)
{
	static const char octet = 'r';

	if (supervisor->ready < 0 || !crew_serves(&supervisor->crew))
		return;
	if (write(supervisor->ready, &octet, 1) != 1)
		log_line(LOG_DEBUG, "nobody waits for readiness");
	close(supervisor->ready);
	supervisor->ready = -1;
}

int
supervisor_run(const struct supervisor_settings *settings)
{
	struct supervisor supervisor = { .settings = settings, .conf = settings->conf, .ready = settings->ready };

	find_usual_mask(&supervisor.usual_mask);
	raise_descriptor_limit();
	converters_keep();
	shared_init(&supervisor.shared, supervisor.conf->counters.max_keys);
	control_open(&supervisor.control, supervisor.conf->control);
	metrics_open(&supervisor.metrics, supervisor.shared.statistics != NULL ? supervisor.conf->metrics : NULL);
	life_begin(&supervisor.life, &supervisor.shared, settings->listener);
	crew_init(&supervisor.crew, settings->listener, &supervisor.shared);
	supervisor.crew.listener_stays = settings->listener_stays;
	supervisor.crew.foreign[FOREIGN_CONTROL] = supervisor.control.open ? supervisor.control.listener.fd : -1;
	supervisor.crew.foreign[FOREIGN_METRICS] = supervisor.metrics.open ? supervisor.metrics.listener.fd : -1;
	crew_renew(&supervisor.crew, supervisor.conf, worker_number(supervisor.conf));
	log_line(LOG_INFO, "postern %s starts with %u workers", POSTERN_VERSION, supervisor.crew.wanted);
	for (;;) {
		bury_children(&supervisor);
		begin_stop(&supervisor);
		begin_reload(&supervisor);
		if (supervisor.stopping && crew_count(&supervisor.crew) == 0)
			break;
		int timeout_ms = crew_tend(&supervisor.crew);
		tell_ready(&supervisor);
		tend_metrics(&supervisor);
		timeout_ms = sooner(timeout_ms, life_tend(&supervisor.life, &supervisor.crew));
		timeout_ms = sooner(timeout_ms, metrics_due_ms(&supervisor.metrics));
		wait_for_something(&supervisor, sooner(timeout_ms, watch_check(&supervisor)));
	}
	life_end(&supervisor.life);
	metrics_close(&supervisor.metrics);
	control_close(&supervisor.control);
	log_line(LOG_INFO, "stopped");
	conf_free(supervisor.conf);
	return EX_OK;
}
