/* SPDX-License-Identifier: BSD-2-Clause */
#define _GNU_SOURCE
#include "milter/macros.h"

#include <setjmp.h>
#include <signal.h>
#include <stddef.h>

static const int faults[] = { SIGSEGV, SIGBUS };
enum { FAULT_COUNT = sizeof faults / sizeof faults[0] };

static struct sigaction before[FAULT_COUNT]; /* as a sanitizer set it, or nobody */

/* Where this thread goes on after a fault; NULL: a fault is one. */
static _Thread_local sigjmp_buf *volatile landing;

/* What came before us takes it: a true fault happens again on return, a signal that somebody sent has to be sent again. */
static void
pass_on(int fault, const siginfo_t *info)
{
	for (size_t i = 0; i < FAULT_COUNT; i++)
		if (faults[i] == fault)
			sigaction(fault, &before[i], NULL);
	if (info->si_code <= 0)
		raise(fault);
}

static void
on_fault(int fault, siginfo_t *info, void *where)
{
	(void)where;
	if (landing != NULL && info->si_code > 0)
		siglongjmp(*landing, 1);
	pass_on(fault, info);
}

void
macros_guard(void)
{
	/* A jump out of the handler leaves the signal's mask as it is. */
	struct sigaction action = { .sa_sigaction = on_fault, .sa_flags = SA_SIGINFO | SA_NODEFER };

	for (size_t i = 0; i < FAULT_COUNT; i++)
		sigaction(faults[i], &action, &before[i]);
}

/* AddressSanitizer asks a program for what it is not to report: those reads, which are libmilter's, and end in memory of others. */
const char *__asan_default_suppressions(void);
const char *
__asan_default_suppressions(void)
{
	return "interceptor_via_fun:smfi_getsymval\n";
}

/* Octet by octet: it may change meanwhile, or have no end that can be read. */
__attribute__((no_sanitize_address)) static void
copy(const volatile char *value, struct macro *macro_out)
{
	size_t i = 0;

	for (; i < MACRO_MAX - 1 && value[i] != '\0'; i++)
		macro_out->value[i] = value[i];
	macro_out->value[i] = '\0';
}

const char *
macros_find(SMFICTX *context, const char *name, struct macro *macro_out)
{
	const char *volatile found = NULL;
	sigjmp_buf here;

	if (sigsetjmp(here, 0) == 0) {
		landing = &here;
		/* Names are not const in libmilter's functions; they are not written to. */
		const char *value = smfi_getsymval(context, (char *)name);
		if (value != NULL)
			copy(value, macro_out);
		found = value != NULL ? macro_out->value : NULL;
	}
	landing = NULL;
	return found;
}
