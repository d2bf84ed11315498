/* SPDX-License-Identifier: BSD-2-Clause */
/* Filters that do nothing, for Postern to be measured against: whatever the dialogue costs, these pay it and nothing
 * else.
 *
 *      filters SOCKET PROCESSES PROTOCOL CHUNK pass|touch
 *
 * PROTOCOL: the SMFIP_* to ask for; events that these do not make quiet are answered. CHUNK: the chunk of the body at
 * which a message is accepted, from 1; 0 accepts at its end. With `touch` every octet of the body is looked at. As many
 * processes as asked for serve the same socket, each with libmilter's own threads, as Postern's workers do. */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <libmilter/mfapi.h>
#include <libmilter/mfdef.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

enum { BACKLOG = 1024, TIMEOUT_S = 7210, PACKET_MAX = 1024 * 1024 };

static unsigned long protocol;
static uintptr_t last_chunk;
static bool touches;

static sfsistat
answer(unsigned long quiet)
{
	return (protocol & quiet) != 0 ? SMFIS_NOREPLY : SMFIS_CONTINUE;
}

static sfsistat
on_negotiate(SMFICTX *context, unsigned long actions, unsigned long offered, unsigned long f2, unsigned long f3,
	     unsigned long *actions_out, unsigned long *protocol_out, unsigned long *f2_out, unsigned long *f3_out)
{
	(void)f2;
	(void)f3;
	smfi_setsymlist(context, SMFIM_ENVFROM, (char[]){ "i {auth_authen} {mail_addr}" });
	*actions_out = actions & SMFIF_SETSYMLIST;
	*protocol_out = protocol & offered;
	*f2_out = *f3_out = 0;
	return SMFIS_CONTINUE;
}

static sfsistat
on_connect(SMFICTX *context, char *host, _SOCK_ADDR *address)
{
	(void)context;
	(void)host;
	(void)address;
	return answer(SMFIP_NR_CONN);
}

static sfsistat
on_helo(SMFICTX *context, char *host)
{
	(void)context;
	(void)host;
	return answer(SMFIP_NR_HELO);
}

/* The private pointer is the number of chunks so far. */
static sfsistat
on_mail(SMFICTX *context, char **arguments)
{
	(void)arguments;
	smfi_setpriv(context, NULL);
	return answer(SMFIP_NR_MAIL);
}

static sfsistat
on_rcpt(SMFICTX *context, char **arguments)
{
	(void)context;
	(void)arguments;
	return answer(SMFIP_NR_RCPT);
}

static sfsistat
on_data(SMFICTX *context)
{
	(void)context;
	return answer(SMFIP_NR_DATA);
}

static sfsistat
on_header(SMFICTX *context, char *name, char *value)
{
	(void)context;
	(void)name;
	(void)value;
	return answer(SMFIP_NR_HDR);
}

static sfsistat
on_end_of_headers(SMFICTX *context)
{
	(void)context;
	return answer(SMFIP_NR_EOH);
}

/* No mail of the bench has the octet that is looked for: one would change the dialogue, and be noticed. */
static sfsistat
on_body(SMFICTX *context, unsigned char *data, size_t length)
{
	uintptr_t chunk = (uintptr_t)smfi_getpriv(context) + 1;

	smfi_setpriv(context, (void *)chunk);
	if (touches && memchr(data, '\0', length) != NULL)
		return SMFIS_TEMPFAIL;
	return chunk == last_chunk ? SMFIS_ACCEPT : answer(SMFIP_NR_BODY);
}

static sfsistat
on_end(SMFICTX *context)
{
	(void)context;
	return SMFIS_ACCEPT;
}

static int
listen_at(const char *path)
{
	struct sockaddr_un address = { .sun_family = AF_UNIX };
	int fd = socket(AF_UNIX, SOCK_STREAM, 0);

	if (strlen(path) >= sizeof address.sun_path)
		return -1;
	strcpy(address.sun_path, path);
	if (fd < 0 || fcntl(fd, F_SETFL, O_NONBLOCK) != 0 ||
	    bind(fd, (struct sockaddr *)&address, sizeof address) != 0 || listen(fd, BACKLOG) != 0)
		return -1;
	return fd;
}

static int
serve(int fd)
{
	struct smfiDesc filter = {
		.xxfi_name = (char[]){ "filters" },
		.xxfi_version = SMFI_VERSION,
		.xxfi_flags = SMFIF_SETSYMLIST,
		.xxfi_connect = on_connect,
		.xxfi_helo = on_helo,
		.xxfi_envfrom = on_mail,
		.xxfi_envrcpt = on_rcpt,
		.xxfi_data = on_data,
		.xxfi_header = on_header,
		.xxfi_eoh = on_end_of_headers,
		.xxfi_body = on_body,
		.xxfi_eom = on_end,
		.xxfi_negotiate = on_negotiate,
	};
	char descriptor[32];

	snprintf(descriptor, sizeof descriptor, "fd:%d", fd);
	smfi_settimeout(TIMEOUT_S);
	smfi_setmaxdatasize(PACKET_MAX);
	if (smfi_setbacklog(BACKLOG) != MI_SUCCESS || smfi_setconn(descriptor) != MI_SUCCESS ||
	    smfi_register(filter) != MI_SUCCESS || smfi_opensocket(false) != MI_SUCCESS)
		return EXIT_FAILURE;
	return smfi_main() == MI_SUCCESS ? EXIT_SUCCESS : EXIT_FAILURE;
}

int
main(int argc, char **argv)
{
	if (argc != 6) {
		fputs("usage: filters SOCKET PROCESSES PROTOCOL CHUNK pass|touch\n", stderr);
		return EXIT_FAILURE;
	}
	protocol = strtoul(argv[3], NULL, 0);
	last_chunk = strtoul(argv[4], NULL, 10);
	touches = strcmp(argv[5], "touch") == 0;
	int fd = listen_at(argv[1]);
	if (fd < 0) {
		fprintf(stderr, "filters: %s: %s\n", argv[1], strerror(errno));
		return EXIT_FAILURE;
	}
	for (unsigned long left = strtoul(argv[2], NULL, 10); left > 0; left--) {
		if (fork() == 0) {
			prctl(PR_SET_PDEATHSIG, SIGKILL);
			return serve(fd);
		}
	}
	while (wait(NULL) > 0 || errno == EINTR)
		;
	return EXIT_SUCCESS;
}
