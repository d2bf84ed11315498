/* SPDX-License-Identifier: BSD-2-Clause */
#define _GNU_SOURCE
#include "milter/tables/resolver.h"

#include "milter/clock.h"
#include "milter/tables/trouble.h"
#include "milter/wait.h"

#include <netdb.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>

struct resolver {
	pthread_mutex_t lock;
	pthread_cond_t answered;
	unsigned references; /* of the owner, and of the thread that asks */
	bool asking;
	bool numeric; /* the answer stands for good */
	int64_t found_ms;
	struct addresses found;
	char why[TROUBLE_WHY_MAX]; /* there is no answer */
	unsigned port;
	char host[];
};

struct resolver *
resolver_new(const char *host, unsigned port)
{
	struct resolver *resolver = calloc(1, sizeof *resolver + strlen(host) + 1);

	if (resolver == NULL)
		return NULL;
	strcpy(resolver->host, host);
	resolver->port = port;
	pthread_mutex_init(&resolver->lock, NULL);
	wait_init(&resolver->answered);
	resolver->references = 1;
	resolver->numeric = addresses_of_host(host, port, AI_NUMERICHOST, &resolver->found) == 0;
	return resolver;
}

/* Called with the lock held, which is gone then. */
static void
unlock_and_release(struct resolver *resolver)
{
	bool last = --resolver->references == 0;

	pthread_mutex_unlock(&resolver->lock);
	if (!last)
		return;
	pthread_cond_destroy(&resolver->answered);
	pthread_mutex_destroy(&resolver->lock);
	free(resolver);
}

void
resolver_free(struct resolver *resolver)
{
	if (resolver == NULL)
		return;
	pthread_mutex_lock(&resolver->lock);
	unlock_and_release(resolver);
}

static void *
ask_in_thread(void *data)
{
	struct resolver *resolver = data;
	struct addresses found;
	int error = addresses_of_host(resolver->host, resolver->port, 0, &found);

	pthread_mutex_lock(&resolver->lock);
	if (found.count > 0) {
		resolver->found = found;
		resolver->found_ms = clock_ms();
	}
	trouble_format(resolver->why, "no address for %.200s: %s", resolver->host, gai_strerror(error));
	resolver->asking = false;
	pthread_cond_broadcast(&resolver->answered);
	unlock_and_release(resolver);
	return NULL;
}

/* With the lock held. The thread gets no signals: they are for those who wait for them. */
static void
start_asking(struct resolver *resolver)
{
	pthread_attr_t attributes;
	pthread_t thread;
	sigset_t all, before;

	sigfillset(&all);
	pthread_sigmask(SIG_SETMASK, &all, &before);
	pthread_attr_init(&attributes);
	pthread_attr_setdetachstate(&attributes, PTHREAD_CREATE_DETACHED);
	if (pthread_create(&thread, &attributes, ask_in_thread, resolver) == 0) {
		resolver->asking = true;
		resolver->references++;
	} else {
		trouble_format(resolver->why, "the system refuses a thread to look %.200s up", resolver->host);
	}
	pthread_attr_destroy(&attributes);
	pthread_sigmask(SIG_SETMASK, &before, NULL);
}

bool
resolver_get(struct resolver *resolver, int64_t deadline_ms, struct addresses *found_out, char *why_out)
{
	bool fresh;

	pthread_mutex_lock(&resolver->lock);
	fresh = resolver->found.count > 0 && clock_ms() - resolver->found_ms < RESOLVER_KEEP_MS;
	if (!resolver->numeric && !fresh && !resolver->asking)
		start_asking(resolver);
	while (resolver->found.count == 0 && resolver->asking)
		if (!wait_until(&resolver->answered, &resolver->lock, deadline_ms))
			break;
	*found_out = resolver->found;
	if (found_out->count == 0 && resolver->asking)
		trouble_format(why_out, "no address for %.200s in time", resolver->host);
	else if (found_out->count == 0)
		memcpy(why_out, resolver->why, TROUBLE_WHY_MAX);
	pthread_mutex_unlock(&resolver->lock);
	return found_out->count > 0;
}
