/* SPDX-License-Identifier: BSD-2-Clause */
#include "milter/stopwatch.h"

#include "milter/clock.h"
#include "milter/session.h"

/* Of the process: set before the first callback, const after. */
static struct smfiDesc inner;
static struct statistics_slot *slot;

static sfsistat
done(enum statistics_stage stage, int64_t began_ns, sfsistat status)
{
	statistics_spent(slot, stage, clock_ns() - began_ns);
	return status;
}

static sfsistat
on_connect(SMFICTX *context, char *host, _SOCK_ADDR *address)
{
	int64_t began_ns = clock_ns();

	return done(STATISTICS_CONNECT, began_ns, inner.xxfi_connect(context, host, address));
}

static sfsistat
on_helo(SMFICTX *context, char *name)
{
	int64_t began_ns = clock_ns();

	return done(STATISTICS_CONNECT, began_ns, inner.xxfi_helo(context, name));
}

static sfsistat
on_mail(SMFICTX *context, char **arguments)
{
	struct session *session = smfi_getpriv(context);
	int64_t began_ns = clock_ns();

	if (session != NULL) {
		session->measured = session->mails++ % STOPWATCH_EVERY == 0;
		session->header_ns = 0;
	}
	return done(STATISTICS_MAIL, began_ns, inner.xxfi_envfrom(context, arguments));
}

static sfsistat
on_recipient(SMFICTX *context, char **arguments)
{
	int64_t began_ns = clock_ns();

	return done(STATISTICS_RCPT, began_ns, inner.xxfi_envrcpt(context, arguments));
}

static sfsistat
on_header(SMFICTX *context, char *name, char *value)
{
	struct session *session = smfi_getpriv(context);

	if (session == NULL || !session->measured)
		return inner.xxfi_header(context, name, value);
	int64_t began_ns = clock_ns();
	sfsistat status = inner.xxfi_header(context, name, value);
	session->header_ns += clock_ns() - began_ns;
	return status;
}

static sfsistat
on_end_of_headers(SMFICTX *context)
{
	struct session *session = smfi_getpriv(context);

	if (session == NULL || !session->measured)
		return inner.xxfi_eoh(context);
	int64_t began_ns = clock_ns();
	sfsistat status = inner.xxfi_eoh(context);
	return done(STATISTICS_HEADERS, began_ns - session->header_ns, status);
}

static sfsistat
on_body(SMFICTX *context, unsigned char *data, size_t length)
{
	int64_t began_ns = clock_ns();

	return done(STATISTICS_BODY, began_ns, inner.xxfi_body(context, data, length));
}

static sfsistat
on_end(SMFICTX *context)
{
	int64_t began_ns = clock_ns();

	return done(STATISTICS_END, began_ns, inner.xxfi_eom(context));
}

struct smfiDesc
stopwatch_filter(const struct world *world, struct smfiDesc filter)
{
	if (world->statistics == NULL)
		return filter;
	slot = world->statistics;
	inner = filter;
	filter.xxfi_connect = on_connect;
	filter.xxfi_helo = on_helo;
	filter.xxfi_envfrom = on_mail;
	filter.xxfi_envrcpt = on_recipient;
	filter.xxfi_header = on_header;
	filter.xxfi_eoh = on_end_of_headers;
	filter.xxfi_body = on_body;
	filter.xxfi_eom = on_end;
	return filter;
}
