/* SPDX-License-Identifier: BSD-2-Clause */
#define _GNU_SOURCE
#include "milter/control_client.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/time.h>
#include <sys/un.h>
#include <sysexits.h>
#include <unistd.h>

static int
reach(const char *path, int *socket_out, char why_out[CONTROL_WHY_MAX])
{
	struct timeval patience = { .tv_sec = CONTROL_SERVE_S };
	struct sockaddr_un address = { .sun_family = AF_UNIX };
	int descriptor = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);

	if (descriptor < 0 || strlen(path) >= sizeof address.sun_path) {
		snprintf(why_out, CONTROL_WHY_MAX, "%s: %s", path,
			 descriptor < 0 ? strerror(errno) : "the path is too long");
		if (descriptor >= 0)
			close(descriptor);
		return EX_OSERR;
	}
	strcpy(address.sun_path, path);
	setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
	if (connect(descriptor, (struct sockaddr *)&address, sizeof address) == 0) {
		*socket_out = descriptor;
		return EX_OK;
	}
	int error = errno;
	close(descriptor);
	if (error == EACCES || error == EPERM) {
		snprintf(why_out, CONTROL_WHY_MAX, "%s: only root and the daemon's user may ask", path);
		return EX_NOPERM;
	}
	snprintf(why_out, CONTROL_WHY_MAX, "no daemon listens at %s: %s", path, strerror(error));
	return EX_UNAVAILABLE;
}

int
control_listen(FILE *stream, bool (*take)(void *data, char *line), void *data, char why_out[CONTROL_WHY_MAX])
{
	char line[CONTROL_LINE_MAX];

	while (fgets(line, sizeof line, stream) != NULL) {
		line[strcspn(line, "\n")] = '\0';
		if (strcmp(line, "ok") == 0)
			return EX_OK;
		if (strncmp(line, "error ", 6) == 0) {
			snprintf(why_out, CONTROL_WHY_MAX, "%.*s", CONTROL_WHY_MAX - 1, line + 6);
			return EX_TEMPFAIL;
		}
		if (take != NULL && !take(data, line))
			return EX_OK;
	}
	snprintf(why_out, CONTROL_WHY_MAX, "the daemon's answer broke off");
	return EX_TEMPFAIL;
}

int
control_ask(const char *path, const char *request, bool (*take)(void *data, char *line), void *data,
	    char why_out[CONTROL_WHY_MAX])
{
	int descriptor;
	int status = reach(path, &descriptor, why_out);

	if (status != EX_OK)
		return status;
	FILE *stream = fdopen(descriptor, "r+");
	if (stream == NULL) {
		close(descriptor);
		snprintf(why_out, CONTROL_WHY_MAX, "out of memory");
		return EX_OSERR;
	}
	if (fprintf(stream, "%s\n", request) > 0 && fflush(stream) == 0)
		status = control_listen(stream, take, data, why_out);
	else
		status = control_listen(stream, NULL, NULL, why_out);
	fclose(stream);
	return status;
}
