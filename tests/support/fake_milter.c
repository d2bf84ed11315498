/* SPDX-License-Identifier: BSD-2-Clause */
#include "tests/support/fake_milter.h"

#include <check.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

void
fake_milter_init(struct fake_milter *fake)
{
	memset(fake, 0, sizeof *fake);
}

/* The context is opaque to everybody but these functions. */
SMFICTX *
fake_milter_context(struct fake_milter *fake)
{
	return (SMFICTX *)(void *)fake;
}

static struct fake_milter *
fake_of(SMFICTX *context)
{
	return (struct fake_milter *)(void *)context;
}

void
fake_milter_note(struct fake_milter *fake, const char *format, ...)
{
	size_t used = strlen(fake->trace);
	va_list arguments;

	va_start(arguments, format);
	int length = vsnprintf(fake->trace + used, sizeof fake->trace - used, format, arguments);
	va_end(arguments);
	ck_assert_msg(length >= 0 && used + (size_t)length < sizeof fake->trace, "the trace is full");
}

int
smfi_setreply(SMFICTX *context, char *code, char *enhanced, char *text)
{
	struct fake_milter *fake = fake_of(context);

	if (fake->refuses)
		return MI_FAILURE;
	fake_milter_note(fake, "reply %s %s [%s]\n", code, enhanced != NULL ? enhanced : "-", text);
	return MI_SUCCESS;
}

int
smfi_setmlreply(SMFICTX *context, const char *code, const char *enhanced, ...)
{
	struct fake_milter *fake = fake_of(context);
	va_list lines;

	if (fake->refuses)
		return MI_FAILURE;
	fake_milter_note(fake, "reply %s %s", code, enhanced != NULL ? enhanced : "-");
	va_start(lines, enhanced);
	for (const char *line; (line = va_arg(lines, const char *)) != NULL;)
		fake_milter_note(fake, " [%s]", line);
	va_end(lines);
	fake_milter_note(fake, "\n");
	return MI_SUCCESS;
}

int
smfi_addheader(SMFICTX *context, char *name, char *value)
{
	struct fake_milter *fake = fake_of(context);

	if (fake->refuses)
		return MI_FAILURE;
	fake_milter_note(fake, "add %s: %s\n", name, value);
	return MI_SUCCESS;
}

int
smfi_quarantine(SMFICTX *context, char *reason)
{
	struct fake_milter *fake = fake_of(context);

	if (fake->refuses)
		return MI_FAILURE;
	fake_milter_note(fake, "quarantine %s\n", reason);
	return MI_SUCCESS;
}

int
smfi_setpriv(SMFICTX *context, void *private)
{
	fake_of(context)->private = private;
	return MI_SUCCESS;
}

void *
smfi_getpriv(SMFICTX *context)
{
	struct fake_milter *fake = fake_of(context);

	return fake->private_lost ? NULL : fake->private;
}

char *
smfi_getsymval(SMFICTX *context, char *name)
{
	struct fake_milter *fake = fake_of(context);

	for (size_t i = 0; i < FAKE_MACROS_MAX; i++)
		if (fake->macros[i].name != NULL && strcmp(fake->macros[i].name, name) == 0)
			return (char *)fake->macros[i].value;
	return NULL;
}

int
smfi_setsymlist(SMFICTX *context, int stage, char *names)
{
	fake_milter_note(fake_of(context), "macros %d: %s\n", stage, names);
	return MI_SUCCESS;
}
