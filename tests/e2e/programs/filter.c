/* SPDX-License-Identifier: BSD-2-Clause */
/* filter SOCKET NAME: the milter that tests/e2e/support/filter.h describes. */
#include <libmilter/mfapi.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

static const char *own_name;

static sfsistat
refuse(SMFICTX *context)
{
	char text[64];

	snprintf(text, sizeof text, "%s refuses that", own_name);
	return smfi_setreply(context, (char[]){ "554" }, (char[]){ "5.7.9" }, text) == MI_SUCCESS ? SMFIS_REJECT
												  : SMFIS_TEMPFAIL;
}

/* Whether the path is "<NAME" and then this. */
static bool
is_ours(const char *path, const char *then)
{
	char start[64];

	snprintf(start, sizeof start, "<%s%s", own_name, then);
	return strncmp(path, start, strlen(start)) == 0;
}

/* The private pointer says whether the end is to be refused. */
static sfsistat
on_mail(SMFICTX *context, char **arguments)
{
	smfi_setpriv(context, is_ours(arguments[0], "-end@") ? (void *)own_name : NULL);
	return is_ours(arguments[0], "-mail@") ? refuse(context) : SMFIS_CONTINUE;
}

static sfsistat
on_recipient(SMFICTX *context, char **arguments)
{
	return is_ours(arguments[0], "") ? refuse(context) : SMFIS_CONTINUE;
}

static sfsistat
on_end(SMFICTX *context)
{
	return smfi_getpriv(context) != NULL ? refuse(context) : SMFIS_CONTINUE;
}

static sfsistat
on_close(SMFICTX *context)
{
	smfi_setpriv(context, NULL);
	return SMFIS_CONTINUE;
}

int
main(int argc, char **argv)
{
	struct smfiDesc description = {
		.xxfi_name = (char[]){ "filter" },
		.xxfi_version = SMFI_VERSION,
		.xxfi_envfrom = on_mail,
		.xxfi_envrcpt = on_recipient,
		.xxfi_eom = on_end,
		.xxfi_close = on_close,
	};

	if (argc != 3) {
		fputs("usage: filter SOCKET NAME\n", stderr);
		return EXIT_FAILURE;
	}
	own_name = argv[2];
	umask(0); /* Postfix asks as a user of its own */
	if (smfi_setconn(argv[1]) != MI_SUCCESS || smfi_register(description) != MI_SUCCESS)
		return EXIT_FAILURE;
	return smfi_main() == MI_SUCCESS ? EXIT_SUCCESS : EXIT_FAILURE;
}
