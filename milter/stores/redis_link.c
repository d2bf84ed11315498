/* SPDX-License-Identifier: BSD-2-Clause */
#define _POSIX_C_SOURCE 200809L
#include "milter/stores/redis_link.h"

#include "milter/wait.h"

#include <assert.h>
#include <errno.h>
#include <poll.h>
#include <string.h>

void
redis_link_close(struct redis_link *link)
{
	if (link->context != NULL)
		redisFree(link->context);
	link->context = NULL;
}

bool
redis_link_usable(const struct redis_link *link)
{
	struct pollfd waiting = { .fd = link->context->fd, .events = POLLIN };

	return poll(&waiting, 1, 0) == 0;
}

void
redis_command_add(struct redis_command *command, const char *argument)
{
	assert(command->count < REDIS_ARGUMENTS_MAX);
	command->lengths[command->count] = strlen(argument);
	command->arguments[command->count++] = argument;
}

/* --- hiredis 0.14 believes a server that announces a thousand million elements, and spends seconds on their list ---- */

#if HIREDIS_MAJOR < 1
typedef int element_count;
#else
typedef size_t element_count;
#endif

static redisReplyObjectFunctions bounded_functions;
static void *(*create_any_array)(const redisReadTask *task, element_count count);

static void *
create_array(const redisReadTask *task, element_count count)
{
	return count <= REDIS_ELEMENTS_MAX ? create_any_array(task, count) : NULL;
}

static void
find_functions(void)
{
	redisReader *reader = redisReaderCreate();

	if (reader == NULL)
		return;
	bounded_functions = *reader->fn;
	create_any_array = bounded_functions.createArray;
	bounded_functions.createArray = create_array;
	redisReaderFree(reader);
}

bool
redis_link_bound(struct redis_link *link)
{
	static pthread_once_t once = PTHREAD_ONCE_INIT;

	pthread_once(&once, find_functions);
	link->context->reader->fn = &bounded_functions;
	return create_any_array != NULL;
}

/* --- one command ---------------------------------------------------------------------------------------------------- */

/* hiredis leaves its own words with the context, or errno. */
static const char *
trouble(const redisContext *context)
{
	if (context->err != 0 && context->err != REDIS_ERR_IO)
		return context->errstr;
	return errno == ETIMEDOUT ? "no answer in time" : strerror(errno);
}

static bool
send_all(redisContext *context, int64_t deadline_ms)
{
	int done = 0;

	for (;;) {
		if (redisBufferWrite(context, &done) != REDIS_OK)
			return false;
		if (done)
			return true;
		if (!wait_ready(context->fd, POLLOUT, deadline_ms))
			return false;
	}
}

static const char *
receive(redisContext *context, int64_t deadline_ms, void **reply_out)
{
	redisReader *reader = context->reader;

	*reply_out = NULL;
	for (;;) {
		if (redisReaderGetReply(reader, reply_out) != REDIS_OK)
			return "the answer is not in Redis' protocol";
		if (*reply_out != NULL)
			return reader->pos == reader->len ? NULL : "more was answered than asked";
		if (reader->len > REDIS_REPLY_MAX)
			return "the answer is too long";
		if (!wait_ready(context->fd, POLLIN, deadline_ms) || redisBufferRead(context) != REDIS_OK)
			return trouble(context);
	}
}

static bool
is_wanted(const redisReply *reply, const struct redis_command *command)
{
	return command->answers == 0 || (command->answers & 1u << reply->type) != 0;
}

redisReply *
redis_link_call(struct redis_link *link, const struct redis_target *target, const struct redis_command *command,
		int64_t deadline_ms, struct reason *reason)
{
	/* hiredis wants an array that it may not change, of strings that it does not change. */
	const char **arguments = (const char **)command->arguments;
	const char *wrong = NULL;
	void *answer = NULL;

	errno = 0;
	if (redisAppendCommandArgv(link->context, command->count, arguments, command->lengths) != REDIS_OK)
		wrong = "no memory for a command";
	else if (!send_all(link->context, deadline_ms))
		wrong = trouble(link->context);
	else
		wrong = receive(link->context, deadline_ms, &answer);
	redisReply *reply = answer;
	if (wrong != NULL) {
		reason_set(reason, "%s: %s", target->name, wrong);
		redis_link_close(link);
	} else if (reply != NULL && is_wanted(reply, command)) {
		return reply;
	} else if (reply != NULL) {
		reason_set(reason, "%s: %s is answered with %s", target->name, command->arguments[0],
			   reply->type == REDIS_REPLY_ERROR ? reply->str : "nonsense");
	}
	freeReplyObject(reply);
	return NULL;
}
