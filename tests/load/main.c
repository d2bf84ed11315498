/* SPDX-License-Identifier: BSD-2-Clause */
/* A daemon under load, for as long as one likes:
 *
 *      load [-s SECONDS] [-m MESSAGES] [-c CONNECTIONS] [-p CONNECTIONS-THROUGH-POSTFIX] POSTERN.CONF
 *
 * Fails on a wrong answer and on open files that stay behind; not on figures, which stand beside their goals. */
#define _GNU_SOURCE
#include "tests/load/trials.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <unistd.h>

enum { DESCRIPTORS_BESIDE = 200, IDLE_MOST = 5000 };

static void
raise_descriptor_limit(unsigned connections)
{
	struct rlimit limit;

	if (getrlimit(RLIMIT_NOFILE, &limit) != 0)
		fail("the limit of open files is not known");
	limit.rlim_cur = limit.rlim_max;
	if (setrlimit(RLIMIT_NOFILE, &limit) != 0 || limit.rlim_cur < connections + DESCRIPTORS_BESIDE)
		fail("%u connections need more open files than the limit", connections);
}

static void
read_arguments(struct trials *trials, int argc, char **argv)
{
	int option;

	while ((option = getopt(argc, argv, "s:m:c:p:")) != -1) {
		if (option == 's')
			trials->seconds = strtod(optarg, NULL);
		else if (option == 'm')
			trials->messages = strtoul(optarg, NULL, 10);
		else if (option == 'c')
			trials->crowd = (unsigned)strtoul(optarg, NULL, 10);
		else if (option == 'p')
			trials->smtp_most = (unsigned)strtoul(optarg, NULL, 10);
	}
	if (argc - optind != 1 || trials->crowd < 2 || trials->seconds <= 0)
		fail("usage: load [-s SECONDS] [-m MESSAGES] [-c CONNECTIONS] [-p CONNECTIONS-THROUGH-POSTFIX] "
		     "POSTERN.CONF");
	trials->shipped = argv[optind];
}

int
main(int argc, char **argv)
{
	static bool (*const all[])(struct trials *) = { trial_of_endurance, trial_of_idleness, trial_of_bursts,
							trial_of_slowness, trial_of_postfix };
	static struct trials trials = { .seconds = 60, .messages = 1000000, .crowd = 1000, .smtp_most = 1000 };
	bool right = true;

	read_arguments(&trials, argc, argv);
	raise_descriptor_limit(trials.crowd > IDLE_MOST ? trials.crowd : IDLE_MOST);
	tempdir_make(&trials.dir);
	postern_prepare(&trials.postern, &trials.dir, "postern");
	postern_configure_as_shipped(&trials.postern, trials.shipped);
	postern_start(&trials.postern);
	for (size_t i = 0; i < sizeof all / sizeof all[0]; i++)
		right = all[i](&trials) && right;
	postern_kill(&trials.postern);
	tempdir_remove(&trials.dir);
	printf("\n%s\n", right ? "Every answer was right, and nothing was left behind."
			       : "WRONG ANSWERS, or something was left behind.");
	return right ? EXIT_SUCCESS : EXIT_FAILURE;
}
