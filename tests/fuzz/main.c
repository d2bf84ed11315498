/* SPDX-License-Identifier: BSD-2-Clause */
/* A libFuzzer program for every target: the one it is called by, "fuzz_" aside. */
#include "tests/fuzz/fuzz.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerInitialize(int *argc, char ***argv);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const struct fuzz_target *target;

int
LLVMFuzzerInitialize(int *argc, char ***argv)
{
	const char *slash = strrchr((*argv)[0], '/');
	const char *name = slash != NULL ? slash + 1 : (*argv)[0];

	(void)argc;
	if (strncmp(name, "fuzz_", strlen("fuzz_")) == 0)
		name += strlen("fuzz_");
	target = fuzz_target_find(name);
	if (target != NULL)
		return 0;
	fprintf(stderr, "No target \"%s\". There are:", name);
	for (size_t i = 0; i < fuzz_target_count; i++)
		fprintf(stderr, " %s", fuzz_targets[i]->name);
	fprintf(stderr, "\n");
	exit(EXIT_FAILURE);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	fuzz_run(target, (const char *)data, size);
	return 0;
}
