/* SPDX-License-Identifier: BSD-2-Clause */
#include "tests/e2e/support/filter.h"

#include "tests/e2e/support/patience.h"
#include "tests/e2e/support/sockets.h"

#include <unistd.h>

static bool
answers(const struct filter *filter)
{
	int fd = connect_unix(filter->socket.text);

	if (fd >= 0)
		close(fd);
	return fd >= 0;
}

void
filter_start(struct filter *filter, const struct tempdir *dir, const char *name)
{
	struct deadline deadline = deadline_in(PATIENCE_MS);
	struct path program = path_beside_us("programs/filter");
	struct path output = path_join(dir->path.text, "filter.out");

	filter->socket = path_join(dir->path.text, name);
	unlink(filter->socket.text); /* of a test that failed: libmilter would not replace it */
	const char *const argv[] = { program.text, filter->socket.text, name, NULL };
	process_start(&filter->process, argv, output.text, dir->leash);
	while (!answers(filter))
		if (!process_lives(filter->process.pid) || !deadline_nap(&deadline))
			fail("the filter %s does not start", name);
}

void
filter_stop(struct filter *filter)
{
	process_kill(&filter->process);
	unlink(filter->socket.text);
}
