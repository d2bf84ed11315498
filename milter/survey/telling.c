/* SPDX-License-Identifier: BSD-2-Clause */
#define _GNU_SOURCE
#include "milter/survey/telling.h"

#include <errno.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sysexits.h>
#include <unistd.h>

static bool
is_to_stdout(const struct telling *telling)
{
	return telling->page != NULL && strcmp(telling->page, "-") == 0;
}

static int
complain(const char *path, int status)
{
	fprintf(stderr, "postern: %s: %s\n", path, strerror(errno));
	return status;
}

/* What is no regular file, such as /dev/full, is written to as it is. */
static bool
is_replaced(const char *path)
{
	struct stat status;

	return stat(path, &status) != 0 || S_ISREG(status.st_mode);
}

/* Who may read the page is for the umask to say, as with every file that a command writes. */
static void
set_mode(int descriptor)
{
	mode_t mask = umask(0);

	umask(mask);
	if (fchmod(descriptor, 0666 & ~mask) != 0)
		return; /* it stays readable to its owner */
}

static int
open_temporary(struct telling *telling)
{
	if (asprintf(&telling->temporary, "%s.XXXXXX", telling->page) < 0) {
		telling->temporary = NULL;
		errno = ENOMEM;
		return complain(telling->page, EX_OSERR);
	}
	int descriptor = mkstemp(telling->temporary);
	if (descriptor < 0) {
		free(telling->temporary);
		telling->temporary = NULL;
		return complain(telling->page, EX_CANTCREAT);
	}
	set_mode(descriptor);
	telling->file = fdopen(descriptor, "w");
	if (telling->file != NULL)
		return EX_OK;
	close(descriptor);
	return complain(telling->page, EX_OSERR);
}

int
telling_open(struct telling *telling)
{
	if (telling->page == NULL || is_to_stdout(telling))
		return EX_OK;
	if (is_replaced(telling->page))
		return open_temporary(telling);
	telling->file = fopen(telling->page, "w");
	return telling->file != NULL ? EX_OK : complain(telling->page, EX_CANTCREAT);
}

static int
put(const struct output *output, FILE *file, const char *name)
{
	if (output->refused) {
		fputs("postern: out of memory\n", stderr);
		return EX_OSERR;
	}
	errno = 0;
	if (fwrite(output->data, 1, output->length, file) < output->length || fflush(file) != 0)
		return complain(name, EX_IOERR);
	return EX_OK;
}

static int
put_page(const struct telling *telling, const struct account *account)
{
	struct output output = { .data = NULL };

	account_page(account, &output);
	int status = put(&output, telling->file, telling->page);
	output_free(&output);
	if (status == EX_OK && telling->temporary != NULL && rename(telling->temporary, telling->page) != 0)
		return complain(telling->page, EX_CANTCREAT);
	return status;
}

int
telling_tell(const struct telling *telling, const struct account *account)
{
	struct output output = { .data = NULL };
	int status = EX_OK;

	if (account->notes.refused) {
		fputs("postern: out of memory\n", stderr);
		return EX_OSERR;
	}
	if (is_to_stdout(telling))
		account_page(account, &output);
	else if (telling->json)
		account_json(account, &output);
	else
		account_text(account, &output);
	if (telling->file != NULL)
		status = put_page(telling, account);
	int printed = put(&output, stdout, "standard output");
	output_free(&output);
	return status != EX_OK ? status : printed;
}

void
telling_close(struct telling *telling)
{
	if (telling->file != NULL)
		fclose(telling->file);
	/* After a success it is not there any more. */
	if (telling->temporary != NULL)
		unlink(telling->temporary);
	free(telling->temporary);
	telling->file = NULL;
	telling->temporary = NULL;
}
