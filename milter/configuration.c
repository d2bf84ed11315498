/* SPDX-License-Identifier: BSD-2-Clause */
#include "milter/configuration.h"

#include "milter/command.h"

#include <unistd.h>

static struct conf *
load(const char *path, bool with_warnings)
{
	struct conf_errors errors;
	struct conf *conf;

	conf_errors_init(&errors);
	if (path == NULL && access(COMMAND_DEFAULT_CONFIG, F_OK) != 0)
		conf = conf_load_builtin(&errors);
	else
		conf = conf_load(path != NULL ? path : COMMAND_DEFAULT_CONFIG, &errors);
	if (conf == NULL || with_warnings)
		conf_errors_print(&errors, stderr);
	conf_errors_reset(&errors);
	return conf;
}

struct conf *
configuration_for_command(const char *path)
{
	return load(path, false);
}

struct conf *
configuration_for_test(const char *path)
{
	return load(path, true);
}
