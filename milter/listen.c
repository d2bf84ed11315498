/* SPDX-License-Identifier: BSD-2-Clause */
#define _GNU_SOURCE
#include "milter/listen.h"

#include "milter/log.h"

#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <netdb.h>
#include <pwd.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <sysexits.h>
#include <syslog.h>
#include <unistd.h>

enum {
	FIRST_PASSED_FD = 3, /* SD_LISTEN_FDS_START of sd_listen_fds(3) */
	HOST_MAX = 256       /* octets of a host name with its NUL: RFC 1035 2.3.4 */
};

static bool
read_unix(const char *path, struct listen_address *address_out, char *why_out)
{
	struct sockaddr_un un = { .sun_family = AF_UNIX };

	if (path[0] != '/') {
		snprintf(why_out, LISTEN_RULE_MAX, "the path of a Unix socket must begin with /");
		return false;
	}
	if (strlen(path) >= sizeof un.sun_path) {
		snprintf(why_out, LISTEN_RULE_MAX, "the path of a Unix socket has at most %zu octets",
			 sizeof un.sun_path - 1);
		return false;
	}
	strcpy(un.sun_path, path);
	memcpy(&address_out->address, &un, sizeof un);
	address_out->length = sizeof un;
	return true;
}

/* Cuts "8025@[::1]" into port and host; an empty host is any. */
static bool
cut_inet(const char *text, char port_out[HOST_MAX], char host_out[HOST_MAX])
{
	const char *at = strchr(text, '@');
	const char *host = at != NULL ? at + 1 : "";
	size_t port_length = at != NULL ? (size_t)(at - text) : strlen(text);
	size_t host_length = strlen(host);

	if (host_length >= 2 && host[0] == '[' && host[host_length - 1] == ']') {
		host++;
		host_length -= 2;
	}
	if (port_length == 0 || port_length >= HOST_MAX || host_length >= HOST_MAX || (at != NULL && host_length == 0))
		return false;
	memcpy(port_out, text, port_length);
	port_out[port_length] = '\0';
	memcpy(host_out, host, host_length);
	host_out[host_length] = '\0';
	return true;
}

static bool
read_inet(const char *text, int family, struct listen_address *address_out, char *why_out)
{
	struct addrinfo hints = { .ai_family = family, .ai_socktype = SOCK_STREAM, .ai_flags = AI_PASSIVE };
	struct addrinfo *found;
	char port[HOST_MAX], host[HOST_MAX];

	if (!cut_inet(text, port, host)) {
		snprintf(why_out, LISTEN_RULE_MAX, "must be inet:PORT@HOST or inet6:PORT@HOST");
		return false;
	}
	int error = getaddrinfo(host[0] != '\0' ? host : NULL, port, &hints, &found);
	if (error != 0) {
		snprintf(why_out, LISTEN_RULE_MAX, "no address for port \"%.60s\", host \"%.200s\": %s", port, host,
			 gai_strerror(error));
		return false;
	}
	memcpy(&address_out->address, found->ai_addr, found->ai_addrlen);
	address_out->length = found->ai_addrlen;
	freeaddrinfo(found);
	return true;
}

bool
listen_address_read(const char *text, struct listen_address *address_out, char why_out[LISTEN_RULE_MAX])
{
	struct listen_address address = { .length = 0 };
	const char *colon = strchr(text, ':');
	size_t scheme = colon != NULL ? (size_t)(colon - text) : 0;
	bool read = false;

	if ((scheme == 4 && memcmp(text, "unix", 4) == 0) || (scheme == 5 && memcmp(text, "local", 5) == 0))
		read = read_unix(colon + 1, &address, why_out);
	else if (scheme == 4 && memcmp(text, "inet", 4) == 0)
		read = read_inet(colon + 1, AF_INET, &address, why_out);
	else if (scheme == 5 && memcmp(text, "inet6", 5) == 0)
		read = read_inet(colon + 1, AF_INET6, &address, why_out);
	else
		snprintf(why_out, LISTEN_RULE_MAX, "must be unix:/PATH, inet:PORT@HOST or inet6:PORT@HOST");
	if (read)
		*address_out = address;
	return read;
}

static bool
make_nonblocking(int fd)
{
	int flags = fcntl(fd, F_GETFL);

	return flags >= 0 && fcntl(fd, F_SETFL, flags | O_NONBLOCK) == 0;
}

/* Whether a process accepts connections there: 1; nobody does any more: 0; it cannot be told: -1. */
static int
is_served(const struct listen_address *address)
{
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);

	if (fd < 0)
		return -1;
	int result = connect(fd, (const struct sockaddr *)&address->address, address->length);
	int error = errno;
	close(fd);
	if (result == 0 || error == EAGAIN) /* EAGAIN: its backlog is full */
		return 1;
	return error == ECONNREFUSED || error == ENOENT ? 0 : -1;
}

/* Makes sure that nothing is in the way at the path. */
static int
clear_path(const struct listen_address *address, const char *path, char *why_out)
{
	struct stat status;

	if (lstat(path, &status) != 0) {
		if (errno == ENOENT)
			return EX_OK;
		snprintf(why_out, LISTEN_RULE_MAX, "%s: %s", path, strerror(errno));
		return EX_CONFIG;
	}
	if (!S_ISSOCK(status.st_mode)) {
		snprintf(why_out, LISTEN_RULE_MAX, "%s: is there already and is no socket; left alone", path);
		return EX_CONFIG;
	}
	int served = is_served(address);
	if (served != 0) {
		snprintf(why_out, LISTEN_RULE_MAX, "%s: %s", path,
			 served > 0 ? "another process listens on this socket"
				    : "cannot tell whether another process listens on it");
		return EX_TEMPFAIL;
	}
	if (unlink(path) == 0 || errno == ENOENT)
		return EX_OK;
	snprintf(why_out, LISTEN_RULE_MAX, "%s: the stale socket cannot be removed: %s", path, strerror(errno));
	return EX_NOPERM;
}

/* The daemon's user, whom root is going to be: its own probe has to get in. */
static void
set_owner(const char *path, const char *owner)
{
	const struct passwd *user = owner != NULL && geteuid() == 0 ? getpwnam(owner) : NULL;

	if (user != NULL && lchown(path, user->pw_uid, (gid_t)-1) != 0)
		log_line(LOG_WARNING, "warning: %s: cannot be given to user %s: %s", path, owner, strerror(errno));
}

static int
set_rights(const char *path, const struct listen_settings *settings, char *why_out)
{
	set_owner(path, settings->socket_owner);
	if (settings->socket_group != NULL) {
		struct group *group = getgrnam(settings->socket_group);

		if (group == NULL) {
			snprintf(why_out, LISTEN_RULE_MAX, "socket_group: there is no group \"%s\"",
				 settings->socket_group);
			return EX_CONFIG;
		}
		if (lchown(path, (uid_t)-1, group->gr_gid) != 0) {
			snprintf(why_out, LISTEN_RULE_MAX, "%s: cannot be given to group %s: %s", path,
				 settings->socket_group, strerror(errno));
			return EX_NOPERM;
		}
	}
	if (chmod(path, settings->socket_mode) != 0) {
		snprintf(why_out, LISTEN_RULE_MAX, "%s: its mode cannot be set: %s", path, strerror(errno));
		return EX_NOPERM;
	}
	return EX_OK;
}

/* The socket is made for its owner alone, and opened to others when it has its group; it listens from the first moment on, so
 * that another instance sees that it is served. */
static int
bind_unix(struct listener *listener, const struct listen_address *address, const struct listen_settings *settings,
	  char *why_out)
{
	const char *path = ((const struct sockaddr_un *)&address->address)->sun_path;
	struct stat status;
	int result = clear_path(address, path, why_out);

	if (result != EX_OK)
		return result;
	mode_t mask = umask(0177);
	bool bound = bind(listener->fd, (const struct sockaddr *)&address->address, address->length) == 0;
	int error = errno;
	umask(mask);
	if (!bound || lstat(path, &status) != 0) {
		snprintf(why_out, LISTEN_RULE_MAX, "%s: %s", path, strerror(bound ? errno : error));
		return EX_CANTCREAT;
	}
	strcpy(listener->path, path);
	listener->device = status.st_dev;
	listener->inode = status.st_ino;
	result = set_rights(path, settings, why_out);
	/* Last: an MTA that finds the socket must not be turned away for its rights. */
	if (result == EX_OK && listen(listener->fd, settings->backlog) != 0) {
		snprintf(why_out, LISTEN_RULE_MAX, "%s: %s", path, strerror(errno));
		result = EX_OSERR;
	}
	return result;
}

static int
bind_inet(struct listener *listener, const struct listen_address *address, const struct listen_settings *settings,
	  char *why_out)
{
	int on = 1;

	if (setsockopt(listener->fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on) == 0 &&
	    bind(listener->fd, (const struct sockaddr *)&address->address, address->length) == 0 &&
	    listen(listener->fd, settings->backlog) == 0)
		return EX_OK;
	int error = errno;
	snprintf(why_out, LISTEN_RULE_MAX, "%s: %s", settings->address, strerror(error));
	return error == EADDRINUSE ? EX_TEMPFAIL : EX_CANTCREAT;
}

/* What systemd passed, if it was meant for this process; else -1. */
static int
passed_fd(void)
{
	const char *pid = getenv("LISTEN_PID");
	const char *count = getenv("LISTEN_FDS");
	bool ours =
		pid != NULL && count != NULL && strtol(pid, NULL, 10) == (long)getpid() && strtol(count, NULL, 10) > 0;

	unsetenv("LISTEN_PID");
	unsetenv("LISTEN_FDS");
	unsetenv("LISTEN_FDNAMES");
	return ours ? FIRST_PASSED_FD : -1;
}

static int
adopt(struct listener *listener, int fd, char *why_out)
{
	int accepting = 0, type = 0;
	socklen_t accepting_size = sizeof accepting, type_size = sizeof type;

	if (getsockopt(fd, SOL_SOCKET, SO_ACCEPTCONN, &accepting, &accepting_size) != 0 || accepting == 0 ||
	    getsockopt(fd, SOL_SOCKET, SO_TYPE, &type, &type_size) != 0 || type != SOCK_STREAM ||
	    !make_nonblocking(fd)) {
		snprintf(why_out, LISTEN_RULE_MAX, "LISTEN_FDS: descriptor %d is no listening stream socket", fd);
		return EX_CONFIG;
	}
	listener->fd = fd;
	listener->passed = true;
	return EX_OK;
}

int
listener_open(struct listener *listener_out, const struct listen_settings *settings, char why_out[LISTEN_RULE_MAX])
{
	struct listener listener = { .fd = -1 };
	struct listen_address address;
	int result, passed = passed_fd();

	if (passed >= 0) {
		result = adopt(&listener, passed, why_out);
		if (result == EX_OK)
			*listener_out = listener;
		return result;
	}
	if (!listen_address_read(settings->address, &address, why_out))
		return EX_CONFIG;
	listener.fd = socket(address.address.ss_family, SOCK_STREAM | SOCK_NONBLOCK, 0);
	if (listener.fd < 0) {
		snprintf(why_out, LISTEN_RULE_MAX, "socket: %s", strerror(errno));
		return EX_OSERR;
	}
	if (address.address.ss_family == AF_UNIX)
		result = bind_unix(&listener, &address, settings, why_out);
	else
		result = bind_inet(&listener, &address, settings, why_out);
	if (result == EX_OK)
		*listener_out = listener;
	else
		listener_close(&listener);
	return result;
}

void
listener_close(struct listener *listener)
{
	struct stat status;

	close(listener->fd);
	listener->fd = -1;
	if (listener->path[0] != '\0' && lstat(listener->path, &status) == 0 && S_ISSOCK(status.st_mode) &&
	    status.st_dev == listener->device && status.st_ino == listener->inode)
		unlink(listener->path);
	listener->path[0] = '\0';
}
