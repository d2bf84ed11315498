/* SPDX-License-Identifier: BSD-2-Clause */
/* One request and its reply on a descriptor that does not block. */
#define _POSIX_C_SOURCE 200809L
#include "milter/tables/server.h"
#include "milter/tables/trouble.h"
#include "milter/wait.h"

#include <errno.h>
#include <poll.h>
#include <string.h>
#include <sys/socket.h>

static bool
is_transient(int error)
{
	return error == EAGAIN || error == EWOULDBLOCK || error == EINTR;
}

static bool
say(const struct conversation *conversation, struct bytes request)
{
	while (request.length > 0) {
		ssize_t sent = send(conversation->fd, request.data, request.length, MSG_NOSIGNAL | MSG_DONTWAIT);

		if (sent > 0)
			request = bytes_from(request, (size_t)sent);
		else if (sent < 0 && !is_transient(errno))
			return false;
		else if (!wait_ready(conversation->fd, POLLOUT, conversation->deadline_ms))
			return false;
	}
	return true;
}

/* More octets of the reply: how many; 0: the server closed; -1: errno. */
static ssize_t
hear(const struct conversation *conversation, struct server_reply *reply)
{
	for (;;) {
		ssize_t got = recv(conversation->fd, reply->octets + reply->length, REPLY_OCTETS - reply->length,
				   MSG_DONTWAIT);

		if (got >= 0)
			return got;
		if (!is_transient(errno) || !wait_ready(conversation->fd, POLLIN, conversation->deadline_ms))
			return -1;
	}
}

static bool
fail(char *why_out)
{
	if (errno == ETIMEDOUT)
		trouble_format(why_out, "no reply in time");
	else
		trouble_format(why_out, "the connection failed: %s", strerror(errno));
	return false;
}

bool
conversation_ask(const struct conversation *conversation, struct bytes request, struct server_reply *reply_out,
		 char *why_out)
{
	ptrdiff_t whole = 0;

	reply_out->length = 0;
	if (!say(conversation, request))
		return fail(why_out);
	while (whole == 0 && reply_out->length < REPLY_OCTETS) {
		ssize_t got = hear(conversation, reply_out);

		if (got < 0)
			return fail(why_out);
		if (got == 0) {
			trouble_format(why_out, "the server closed the connection without a whole reply");
			return false;
		}
		reply_out->length += (size_t)got;
		whole = conversation->protocol->measure((struct bytes){ reply_out->octets, reply_out->length });
	}
	if (whole > 0 && (size_t)whole == reply_out->length)
		return true;
	if (whole > 0)
		trouble_format(why_out, "the server said more than was asked for");
	else
		trouble_format(why_out, "what the server said is no %s reply, or longer than a value of %d octets",
			       conversation->protocol->name, TABLE_VALUE_MAX - 1);
	return false;
}
