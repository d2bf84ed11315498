/* SPDX-License-Identifier: BSD-2-Clause */
/* Each of libmilter's threads has a place where it counts: one up when a callback begins, one up when it returns. Odd: it is in
 * a callback, and the number says in which. Two stores a callback, into a cache line of the thread's own. */
#include "milter/overdue.h"

#include "milter/log.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stddef.h>
#include <stdint.h>
#include <syslog.h>

struct place {
	_Alignas(64) atomic_bool taken;
	atomic_uint_least64_t turns;
	_Atomic(const char *) callback; /* the one that began last */
	uint64_t seen;                  /* of the looking thread: turns at its last look, */
	unsigned looks;                 /* and how many looks before that they were as many */
};

static struct place places[OVERDUE_THREADS];
static _Thread_local struct place *own; /* NULL: not looked for yet, or there is none left */
static _Thread_local bool sought;
static struct smfiDesc inner; /* set before the first callback, const after */
static pthread_key_t leaving;

/* The thread ends. */
static void
give_back(void *place)
{
	atomic_store(&((struct place *)place)->taken, false);
}

static void
take_place(void)
{
	sought = true;
	for (size_t i = 0; i < OVERDUE_THREADS && own == NULL; i++)
		if (!atomic_load_explicit(&places[i].taken, memory_order_relaxed) &&
		    !atomic_exchange(&places[i].taken, true))
			own = &places[i];
	/* Else it would be taken for good, one more with each thread. */
	if (own != NULL && pthread_setspecific(leaving, own) != 0) {
		give_back(own);
		own = NULL;
	}
}

/* No other thread writes. */
static void
turn(unsigned turns)
{
	uint64_t so_far = atomic_load_explicit(&own->turns, memory_order_relaxed);

	atomic_store_explicit(&own->turns, so_far + turns, memory_order_release);
}

static void
begin(const char *callback)
{
	if (!sought)
		take_place();
	if (own == NULL)
		return;
	atomic_store_explicit(&own->callback, callback, memory_order_relaxed);
	turn(1);
}

static sfsistat
end(sfsistat status)
{
	if (own != NULL)
		turn(1);
	return status;
}

void
overdue_postpone(void)
{
	if (own != NULL && atomic_load_explicit(&own->turns, memory_order_relaxed) % 2 == 1)
		turn(2);
}

struct overdue
overdue_look(void)
{
	struct overdue overdue = { 0 };

	for (size_t i = 0; i < OVERDUE_THREADS; i++) {
		struct place *place = &places[i];
		uint64_t turns = atomic_load_explicit(&place->turns, memory_order_acquire);

		place->looks = turns % 2 == 1 && turns == place->seen ? place->looks + 1 : 0;
		place->seen = turns;
		overdue.slow += place->looks > 0;
		overdue.hung += place->looks >= OVERDUE_LOOKS;
		if (place->looks == OVERDUE_LOOKS)
			log_line(LOG_ERR, "error: the callback for %s has not returned for %d seconds",
				 atomic_load_explicit(&place->callback, memory_order_relaxed), OVERDUE_LOOKS);
	}
	return overdue;
}

/* --- the callbacks ------------------------------------------------------------------------------------------------ */

static sfsistat
on_negotiate(SMFICTX *context, unsigned long f0, unsigned long f1, unsigned long f2, unsigned long f3,
	     unsigned long *f0_out, unsigned long *f1_out, unsigned long *f2_out, unsigned long *f3_out)
{
	begin("negotiation");
	return end(inner.xxfi_negotiate(context, f0, f1, f2, f3, f0_out, f1_out, f2_out, f3_out));
}

static sfsistat
on_connect(SMFICTX *context, char *host, _SOCK_ADDR *address)
{
	begin("connect");
	return end(inner.xxfi_connect(context, host, address));
}

static sfsistat
on_helo(SMFICTX *context, char *name)
{
	begin("helo");
	return end(inner.xxfi_helo(context, name));
}

static sfsistat
on_mail(SMFICTX *context, char **arguments)
{
	begin("mail");
	return end(inner.xxfi_envfrom(context, arguments));
}

static sfsistat
on_recipient(SMFICTX *context, char **arguments)
{
	begin("rcpt");
	return end(inner.xxfi_envrcpt(context, arguments));
}

static sfsistat
on_header(SMFICTX *context, char *name, char *value)
{
	begin("header");
	return end(inner.xxfi_header(context, name, value));
}

static sfsistat
on_end_of_headers(SMFICTX *context)
{
	begin("end of headers");
	return end(inner.xxfi_eoh(context));
}

static sfsistat
on_body(SMFICTX *context, unsigned char *data, size_t length)
{
	begin("body");
	return end(inner.xxfi_body(context, data, length));
}

static sfsistat
on_end(SMFICTX *context)
{
	begin("end of message");
	return end(inner.xxfi_eom(context));
}

static sfsistat
on_abort(SMFICTX *context)
{
	begin("abort");
	return end(inner.xxfi_abort(context));
}

static sfsistat
on_close(SMFICTX *context)
{
	begin("close");
	return end(inner.xxfi_close(context));
}

struct smfiDesc
overdue_filter(struct smfiDesc filter)
{
	if (pthread_key_create(&leaving, give_back) != 0)
		return filter;
	inner = filter;
	filter.xxfi_negotiate = on_negotiate;
	filter.xxfi_connect = on_connect;
	filter.xxfi_helo = on_helo;
	filter.xxfi_envfrom = on_mail;
	filter.xxfi_envrcpt = on_recipient;
	filter.xxfi_header = on_header;
	filter.xxfi_eoh = on_end_of_headers;
	filter.xxfi_body = on_body;
	filter.xxfi_eom = on_end;
	filter.xxfi_abort = on_abort;
	filter.xxfi_close = on_close;
	return filter;
}
