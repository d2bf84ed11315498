/* SPDX-License-Identifier: BSD-2-Clause */
/* How one knows that libmilter is through the true gate: it polls the descriptor, then accepts, in turns. Once it has accepted
 * our own knock at the private socket, whatever it accepted before is open, and what comes after is not ours. */
#define _GNU_SOURCE
#include "milter/gate.h"

#include "policy/parse/bytes.h"

#include <dirent.h>
#include <fcntl.h>
#include <limits.h>
#include <netinet/in.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/random.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

/* Where a name can be made, for as long as it takes to unlink it. */
static const char *const folders[] = { "/run/postern", "/tmp", "/dev/shm" };

/* Only its owner may connect while it has the name, and only this process knows it afterwards, by the descriptor. */
static bool
bind_in(struct gate *gate, const char *folder)
{
	struct sockaddr_un address = { .sun_family = AF_UNIX };
	unsigned long long random;

	if (getrandom(&random, sizeof random, 0) != sizeof random)
		return false;
	snprintf(address.sun_path, sizeof address.sun_path, "%s/.postern-%016llx", folder, random);
	mode_t mask = umask(0177);
	bool bound = bind(gate->private, (struct sockaddr *)&address, sizeof address) == 0;
	umask(mask);
	if (!bound)
		return false;
	gate->way = open(address.sun_path, O_PATH | O_CLOEXEC);
	unlink(address.sun_path);
	return gate->way >= 0;
}

static bool
open_private(struct gate *gate)
{
	bool bound = false;

	gate->private = socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	if (gate->private < 0)
		return false;
	for (size_t i = 0; !bound && i < sizeof folders / sizeof folders[0]; i++)
		bound = bind_in(gate, folders[i]);
	return bound && listen(gate->private, 1) == 0;
}

/* It lies at the same place in an address of IPv6. */
static in_port_t
port_of(const struct sockaddr_storage *address)
{
	struct sockaddr_in in;

	memcpy(&in, address, sizeof in);
	return in.sin_port;
}

static bool
has_address(const struct gate *gate, int fd)
{
	struct sockaddr_storage address = { 0 };
	socklen_t length = sizeof address;

	if (getsockname(fd, (struct sockaddr *)&address, &length) != 0 || address.ss_family != gate->address.ss_family)
		return false;
	if (address.ss_family == AF_UNIX)
		return length == gate->address_length && memcmp(&address, &gate->address, length) == 0;
	return port_of(&address) == port_of(&gate->address); /* the address may be any of the machine's */
}

/* Whether the descriptor is a connection that was accepted at the true gate: not a socket that listens, nor one of ours to a server. */
static bool
is_connection(const struct gate *gate, int fd)
{
	int listens = 0;
	socklen_t size = sizeof listens;

	return getsockopt(fd, SOL_SOCKET, SO_ACCEPTCONN, &listens, &size) == 0 && listens == 0 && has_address(gate, fd);
}

static bool
has_unread(const struct gate *gate, int fd)
{
	int octets = 0;

	return ioctl(fd, FIONREAD, &octets) == 0 && octets > 0 && is_connection(gate, fd);
}

/* How many of the process's descriptors are such. Without /proc it cannot be known: then there are very many. */
static unsigned
count_descriptors(const struct gate *gate, bool (*is_such)(const struct gate *, int))
{
	DIR *directory = opendir("/proc/self/fd");
	unsigned count = 0;

	if (directory == NULL)
		return UINT_MAX;
	for (struct dirent *entry; (entry = readdir(directory)) != NULL;)
		if (ascii_is_digit(entry->d_name[0]) && is_such(gate, (int)strtol(entry->d_name, NULL, 10)))
			count++;
	closedir(directory);
	return count;
}

bool
gate_init(struct gate *gate, int fd)
{
	*gate = (struct gate){ .fd = fd, .listener = dup(fd), .private = -1, .way = -1, .knock = -1 };
	gate->address_length = sizeof gate->address;
	return getsockname(fd, (struct sockaddr *)&gate->address, &gate->address_length) == 0 && gate->listener >= 0 &&
	       open_private(gate);
}

static void
withdraw_knock(struct gate *gate)
{
	if (gate->knock >= 0)
		close(gate->knock);
	gate->knock = -1;
}

static void
knock(struct gate *gate)
{
	struct sockaddr_un address = { .sun_family = AF_UNIX };

	snprintf(address.sun_path, sizeof address.sun_path, "/proc/self/fd/%d", gate->way);
	gate->knock = socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	if (gate->knock >= 0 && connect(gate->knock, (struct sockaddr *)&address, sizeof address) == 0)
		return;
	withdraw_knock(gate);
}

void
gate_close(struct gate *gate)
{
	if (gate->closed || dup2(gate->private, gate->fd) < 0)
		return;
	gate->closed = true;
	knock(gate);
}

static void
do_nothing(int signal)
{
	(void)signal;
}

/* poll, once it waits for the private socket, waits for that and no other, whatever lies under the number by now. Interrupted, libmilter polls anew. */
static void
wake(const struct gate *gate)
{
	if (gate->guarded)
		pthread_kill(gate->guard, GATE_SIGNAL);
}

void
gate_guard(struct gate *gate, pthread_t thread)
{
	struct sigaction interrupt = { .sa_handler = do_nothing };

	sigaction(GATE_SIGNAL, &interrupt, NULL);
	gate->guard = thread;
	gate->guarded = true;
}

void
gate_open(struct gate *gate)
{
	if (!gate->closed || dup2(gate->listener, gate->fd) < 0)
		return;
	gate->closed = false;
	withdraw_knock(gate);
	wake(gate);
}

/* The knock is as good a connection as any. */
int
gate_open_with_own(struct gate *gate, int timeout_ms)
{
	struct pollfd pending = { .fd = gate->private, .events = POLLIN };
	int own = -1;

	while (timeout_ms-- > 0 && poll(&pending, 1, 0) != 0)
		poll(NULL, 0, 1);
	if (gate->knock >= 0 && poll(&pending, 1, 0) == 0) {
		own = gate->knock;
		gate->knock = -1;
	}
	gate_open(gate);
	return own;
}

bool
gate_has_unread(const struct gate *gate)
{
	unsigned count = count_descriptors(gate, has_unread);

	return count != UINT_MAX && count > 0;
}

static int
waiting_at(const struct gate *gate, int fd)
{
	struct pollfd state = { .fd = fd, .events = POLLIN | POLLOUT };
	int octets = 0;

	if (poll(&state, 1, 0) <= 0 || (state.revents & POLLIN) == 0 || (state.revents & (POLLOUT | POLLHUP)) == 0 ||
	    !is_connection(gate, fd) || ioctl(fd, FIONREAD, &octets) != 0)
		return 0;
	return octets > 0 ? octets : 1;
}

/* The next one, by number, after the last suspect; there may be one that waits for ever among many that come and go. */
static struct gate_suspect
find_waiting(const struct gate *gate)
{
	DIR *directory = opendir("/proc/self/fd");
	struct gate_suspect first = { 0 }, next = { 0 };

	if (directory == NULL)
		return first;
	for (struct dirent *entry; next.waiting == 0 && (entry = readdir(directory)) != NULL;) {
		int fd = ascii_is_digit(entry->d_name[0]) ? (int)strtol(entry->d_name, NULL, 10) : -1;
		struct gate_suspect suspect = { .fd = fd, .waiting = waiting_at(gate, fd) };

		if (fd > gate->suspect.fd)
			next = suspect;
		else if (first.waiting == 0)
			first = suspect;
	}
	closedir(directory);
	return next.waiting > 0 ? next : first;
}

enum gate_flow
gate_look(struct gate *gate)
{
	struct gate_suspect *suspect = &gate->suspect;

	if (suspect->waiting > 0 && waiting_at(gate, suspect->fd) == suspect->waiting) {
		suspect->looks++;
		return GATE_STALLED;
	}
	*suspect = find_waiting(gate);
	return suspect->waiting > 0 ? GATE_BUSY : GATE_IDLE;
}

bool
gate_is_empty(struct gate *gate)
{
	struct pollfd pending = { .fd = gate->private, .events = POLLIN };

	if (gate->knock >= 0 && poll(&pending, 1, 0) != 0)
		return false;
	withdraw_knock(gate);
	return count_descriptors(gate, is_connection) == 0;
}

/* The system hands out the lowest free number: it tells how many are taken. */
bool
gate_is_crowded(unsigned reserve)
{
	struct rlimit limit;
	int lowest = dup(STDERR_FILENO);

	if (lowest < 0)
		return true;
	close(lowest);
	return getrlimit(RLIMIT_NOFILE, &limit) == 0 && limit.rlim_cur != RLIM_INFINITY &&
	       (rlim_t)lowest + reserve > limit.rlim_cur;
}
