/* SPDX-License-Identifier: BSD-2-Clause */
#include "tests/bench/load.h"
#include "tests/e2e/support/files.h"
#include "tests/e2e/support/sockets.h"

#include <arpa/inet.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

enum { PREFIX = 5 /* length and kind of a packet */ };

uint32_t
load_negotiate(const char *socket)
{
	struct script opening, closing;
	char reply[LOAD_REPLY_MAX];
	uint32_t protocol;
	int fd = connect_unix(socket);

	if (fd < 0)
		fail("nobody listens at %s", socket);
	script_opening(&opening, 0);
	script_closing(&closing);
	if (send(fd, opening.octets, opening.steps[0].end, MSG_NOSIGNAL) != (ssize_t)opening.steps[0].end ||
	    recv(fd, reply, PREFIX + 12, MSG_WAITALL) != PREFIX + 12 || reply[4] != 'O')
		fail("no negotiation at %s", socket);
	memcpy(&protocol, reply + PREFIX + 8, sizeof protocol);
	if (send(fd, closing.octets, closing.length, MSG_NOSIGNAL) < 0)
		fail("no end at %s", socket);
	script_free(&opening);
	script_free(&closing);
	close(fd);
	return ntohl(protocol);
}
