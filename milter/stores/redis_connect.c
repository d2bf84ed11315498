/* SPDX-License-Identifier: BSD-2-Clause */
/* From a target to a connection that may be used. */
#define _GNU_SOURCE
#include "milter/clock.h"
#include "milter/stores/redis_link.h"

#include <errno.h>
#include <fcntl.h>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

enum { PASSWORD_MAX = 512 }; /* octets with NUL */

static bool
resolve_path(const struct redis_target *target, struct redis_addresses *addresses_out, struct reason *reason)
{
	struct sockaddr_un address = { .sun_family = AF_UNIX };

	if (strlen(target->path) >= sizeof address.sun_path) {
		reason_set(reason, "%s: the path is too long for a socket", target->name);
		return false;
	}
	strcpy(address.sun_path, target->path);
	memcpy(&addresses_out->items[0], &address, sizeof address);
	addresses_out->lengths[0] = sizeof address;
	addresses_out->count = 1;
	return true;
}

bool
redis_resolve(const struct redis_target *target, struct redis_addresses *addresses_out, struct reason *reason)
{
	struct addrinfo hints = { .ai_socktype = SOCK_STREAM, .ai_flags = AI_ADDRCONFIG };
	struct addrinfo *found;
	char port[16];

	addresses_out->count = 0;
	if (target->host == NULL)
		return resolve_path(target, addresses_out, reason);
	snprintf(port, sizeof port, "%u", target->port);
	int error = getaddrinfo(target->host, port, &hints, &found);
	if (error == EAI_ADDRFAMILY || error == EAI_NONAME) { /* a host whose only interface is the loopback */
		hints.ai_flags = 0;
		error = getaddrinfo(target->host, port, &hints, &found);
	}
	if (error != 0) {
		reason_set(reason, "%s: the address cannot be found: %s", target->name, gai_strerror(error));
		return false;
	}
	for (struct addrinfo *at = found; at != NULL && addresses_out->count < REDIS_ADDRESSES_MAX; at = at->ai_next) {
		memcpy(&addresses_out->items[addresses_out->count], at->ai_addr, at->ai_addrlen);
		addresses_out->lengths[addresses_out->count++] = at->ai_addrlen;
	}
	freeaddrinfo(found);
	return true;
}

/* -1 with errno. */
static int
connect_to(const struct sockaddr_storage *address, socklen_t length, int64_t deadline_ms)
{
	int fd = socket(address->ss_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	int on = 1, error = 0;
	socklen_t size = sizeof error;

	if (fd < 0)
		return -1;
	if (address->ss_family != AF_UNIX)
		setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
	if (connect(fd, (const struct sockaddr *)address, length) == 0)
		return fd;
	error = errno;
	if (error == EINPROGRESS) {
		error = 0;
		if (!redis_wait(fd, POLLOUT, deadline_ms))
			error = errno;
		else
			getsockopt(fd, SOL_SOCKET, SO_ERROR, &error, &size);
	}
	if (error == 0)
		return fd;
	close(fd);
	errno = error;
	return -1;
}

/* One address after the other; none may use up the others' time. */
static int
connect_any(const struct redis_addresses *addresses, int64_t deadline_ms)
{
	int fd = -1;

	errno = EADDRNOTAVAIL;
	for (size_t i = 0; fd < 0 && i < addresses->count; i++) {
		int64_t now_ms = clock_ms();
		int64_t share_ms = (deadline_ms - now_ms) / (int64_t)(addresses->count - i);
		fd = connect_to(&addresses->items[i], addresses->lengths[i], now_ms + share_ms);
	}
	return fd;
}

/* The file's first line. */
static bool
read_password(const struct redis_target *target, char password_out[PASSWORD_MAX], struct reason *reason)
{
	struct stat status;
	int fd = open(target->password_file, O_RDONLY | O_NONBLOCK | O_CLOEXEC);
	ssize_t length = -1;

	if (fd >= 0 && fstat(fd, &status) == 0 && S_ISREG(status.st_mode))
		length = read(fd, password_out, PASSWORD_MAX - 1);
	if (length < 0)
		reason_set(reason, "%s: the password cannot be read from %s: %s", target->name, target->password_file,
			   fd >= 0 && errno == 0 ? "no regular file" : strerror(errno));
	if (fd >= 0)
		close(fd);
	if (length < 0)
		return false;
	password_out[length] = '\0';
	password_out[strcspn(password_out, "\r\n")] = '\0';
	return true;
}

/* Whether the server says OK. */
static bool
succeeds(struct redis_link *link, const struct redis_target *target, const struct redis_command *command,
	 int64_t deadline_ms, struct reason *reason)
{
	redisReply *reply = redis_link_call(link, target, command, deadline_ms, reason);

	if (reply == NULL)
		return false;
	bool ok = reply->type == REDIS_REPLY_STATUS;
	if (!ok)
		reason_set(reason, "%s: %s is answered with %s", target->name, command->arguments[0],
			   reply->type == REDIS_REPLY_ERROR ? reply->str : "nonsense");
	freeReplyObject(reply);
	return ok;
}

static bool
authenticate(struct redis_link *link, const struct redis_target *target, int64_t deadline_ms, struct reason *reason)
{
	struct redis_command command = { 0 };
	char password[PASSWORD_MAX];

	if (target->password_file == NULL)
		return true;
	errno = 0;
	if (!read_password(target, password, reason))
		return false;
	redis_command_add(&command, "AUTH");
	if (target->user != NULL)
		redis_command_add(&command, target->user);
	redis_command_add(&command, password);
	bool ok = succeeds(link, target, &command, deadline_ms, reason);
	explicit_bzero(password, sizeof password);
	return ok;
}

static bool
select_database(struct redis_link *link, const struct redis_target *target, int64_t deadline_ms, struct reason *reason)
{
	struct redis_command command = { 0 };
	char number[16];

	if (target->database == 0)
		return true;
	snprintf(number, sizeof number, "%u", target->database);
	redis_command_add(&command, "SELECT");
	redis_command_add(&command, number);
	return succeeds(link, target, &command, deadline_ms, reason);
}

bool
redis_link_open(struct redis_link *link, const struct redis_target *target, const struct redis_addresses *addresses,
		int64_t deadline_ms, struct reason *reason)
{
	int fd = connect_any(addresses, deadline_ms);

	*link = (struct redis_link){ .context = NULL };
	if (fd < 0) {
		reason_set(reason, "%s: cannot connect: %s", target->name,
			   errno == ETIMEDOUT ? "no answer in time" : strerror(errno));
		return false;
	}
	link->context = redisConnectFd(fd);
	if (link->context == NULL || !redis_link_bound(link)) {
		reason_set(reason, "%s: no memory for a connection", target->name);
		if (link->context == NULL)
			close(fd);
		redis_link_close(link);
		return false;
	}
	link->context->flags &= ~REDIS_BLOCK;
	if ((target->tls == NULL || redis_tls_start(target->tls, link->context, target->host, deadline_ms, reason)) &&
	    authenticate(link, target, deadline_ms, reason) && select_database(link, target, deadline_ms, reason))
		return true;
	redis_link_close(link);
	return false;
}
