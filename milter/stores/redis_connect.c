/* SPDX-License-Identifier: BSD-2-Clause */
/* From a target to a connection that may be used. */
#define _GNU_SOURCE
#include "milter/password.h"
#include "milter/stores/redis_link.h"

#include <errno.h>
#include <netdb.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

bool
redis_resolve(const struct redis_target *target, struct addresses *addresses_out, struct reason *reason)
{
	if (target->host == NULL) {
		bool fits = addresses_of_path(target->path, addresses_out);
		if (!fits)
			reason_set(reason, "%s: the path is too long for a socket", target->name);
		return fits;
	}
	int error = addresses_of_host(target->host, target->port, AI_ADDRCONFIG, addresses_out);
	if (error == EAI_ADDRFAMILY || error == EAI_NONAME) /* a host whose only interface is the loopback */
		error = addresses_of_host(target->host, target->port, 0, addresses_out);
	if (error != 0)
		reason_set(reason, "%s: the address cannot be found: %s", target->name, gai_strerror(error));
	return error == 0;
}

/* Whether the server says OK. */
static bool
succeeds(struct redis_link *link, const struct redis_target *target, const struct redis_command *command,
	 int64_t deadline_ms, struct reason *reason)
{
	redisReply *reply = redis_link_call(link, target, command, deadline_ms, reason);
	bool ok = reply != NULL;

	freeReplyObject(reply);
	return ok;
}

static bool
authenticate(struct redis_link *link, const struct redis_target *target, int64_t deadline_ms, struct reason *reason)
{
	struct redis_command command = { .answers = REDIS_ANSWER(STATUS) };
	char password[PASSWORD_MAX];

	if (target->password_file == NULL)
		return true;
	const char *wrong = password_read(target->password_file, password);
	if (wrong != NULL) {
		reason_set(reason, "%s: the password cannot be read from %s: %s", target->name, target->password_file,
			   wrong);
		return false;
	}
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
	struct redis_command command = { .answers = REDIS_ANSWER(STATUS) };
	char number[16];

	if (target->database == 0)
		return true;
	snprintf(number, sizeof number, "%u", target->database);
	redis_command_add(&command, "SELECT");
	redis_command_add(&command, number);
	return succeeds(link, target, &command, deadline_ms, reason);
}

bool
redis_link_open(struct redis_link *link, const struct redis_target *target, const struct addresses *addresses,
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
