/* SPDX-License-Identifier: BSD-2-Clause */
/* What stands between Postern and libmilter (LD_PRELOAD), so that a callback crashes, or never returns: see
 * tests/e2e/support/callback_faults.h. In the directory $CALLBACK_FAULTS a file called `crash-NAME` or `hang-NAME` is an order for the
 * callback of that name: who removes the file carries it out, once. A header field X-Poison crashes always. The file `callbacks` names
 * those that were registered.
 *
 * It happens within the callback: when that asks for its session, as each does, or else before it returns. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <libmilter/mfapi.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

static struct smfiDesc inner;
static _Thread_local enum { NOTHING, CRASH, HANG } due;

static bool
is_ordered(const char *what, const char *name)
{
	char path[512];

	snprintf(path, sizeof path, "%s/%s-%s", getenv("CALLBACK_FAULTS"), what, name);
	return unlink(path) == 0;
}

static void
carry_out(void)
{
	if (due == CRASH)
		abort();
	while (due == HANG)
		pause();
}

static void
begin(const char *name)
{
	due = is_ordered("crash", name) ? CRASH : is_ordered("hang", name) ? HANG : NOTHING;
}

static sfsistat
end(sfsistat status)
{
	carry_out();
	return status;
}

void *
smfi_getpriv(SMFICTX *context)
{
	/* As POSIX has it, a pointer to an object becomes one to a function. */
	static void *(*next)(SMFICTX *);

	if (next == NULL)
		*(void **)&next = dlsym(RTLD_NEXT, "smfi_getpriv");
	carry_out();
	return next(context);
}

/* --- the callbacks ------------------------------------------------------------------------------------------------ */

static sfsistat
on_negotiate(SMFICTX *context, unsigned long f0, unsigned long f1, unsigned long f2, unsigned long f3,
	     unsigned long *f0_out, unsigned long *f1_out, unsigned long *f2_out, unsigned long *f3_out)
{
	begin("negotiate");
	return end(inner.xxfi_negotiate(context, f0, f1, f2, f3, f0_out, f1_out, f2_out, f3_out));
}

static sfsistat
on_connect(SMFICTX *context, char *host, _SOCK_ADDR *address)
{
	begin("connect");
	return end(inner.xxfi_connect(context, host, address));
}

static sfsistat
on_header(SMFICTX *context, char *name, char *value)
{
	begin("header");
	if (strcmp(name, "X-Poison") == 0)
		due = CRASH;
	return end(inner.xxfi_header(context, name, value));
}

static sfsistat
on_body(SMFICTX *context, unsigned char *data, size_t length)
{
	begin("body");
	return end(inner.xxfi_body(context, data, length));
}

#define CALLBACK(name, parameter)                              \
	static sfsistat on_##name(SMFICTX *context, parameter) \
	{                                                      \
		begin(#name);                                  \
		return end(inner.xxfi_##name(context, what));  \
	}
#define CALLBACK_ALONE(name)                            \
	static sfsistat on_##name(SMFICTX *context)     \
	{                                               \
		begin(#name);                           \
		return end(inner.xxfi_##name(context)); \
	}

CALLBACK(helo, char *what)
CALLBACK(envfrom, char **what)
CALLBACK(envrcpt, char **what)
CALLBACK_ALONE(eoh)
CALLBACK_ALONE(eom)
CALLBACK_ALONE(abort)
CALLBACK_ALONE(close)
CALLBACK_ALONE(data)
CALLBACK(unknown, const char *what)

/* What the filter has, and its name in the list. */
#define TAKE(list, filter, name)                          \
	do {                                              \
		if ((filter).xxfi_##name != NULL) {       \
			(filter).xxfi_##name = on_##name; \
			fputs(#name "\n", list);          \
		}                                         \
	} while (0)

static struct smfiDesc
wrapped(struct smfiDesc filter, FILE *list)
{
	TAKE(list, filter, negotiate);
	TAKE(list, filter, connect);
	TAKE(list, filter, helo);
	TAKE(list, filter, envfrom);
	TAKE(list, filter, envrcpt);
	TAKE(list, filter, data);
	TAKE(list, filter, header);
	TAKE(list, filter, eoh);
	TAKE(list, filter, body);
	TAKE(list, filter, eom);
	TAKE(list, filter, abort);
	TAKE(list, filter, close);
	TAKE(list, filter, unknown);
	return filter;
}

int
smfi_register(struct smfiDesc filter)
{
	int (*next)(struct smfiDesc);
	char path[512];

	setrlimit(RLIMIT_CORE, &(struct rlimit){ 0, 0 });
	snprintf(path, sizeof path, "%s/callbacks", getenv("CALLBACK_FAULTS"));
	FILE *list = fopen(path, "w");
	*(void **)&next = dlsym(RTLD_NEXT, "smfi_register");
	if (list == NULL || next == NULL)
		return MI_FAILURE;
	inner = filter;
	filter = wrapped(filter, list);
	return fclose(list) == 0 ? next(filter) : MI_FAILURE;
}
