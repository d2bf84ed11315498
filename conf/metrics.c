/* SPDX-License-Identifier: BSD-2-Clause */
/* The group `metrics`. Whoever can connect may read them, so they are not offered to the network. */
#include "conf/daemon.h"
#include "conf/layers.h"
#include "conf/value.h"

#include <string.h>

static bool
is_loopback(const char *host)
{
	return strncmp(host, "127.", 4) == 0 || strcmp(host, "::1") == 0 || strcmp(host, "[::1]") == 0 ||
	       strcmp(host, "localhost") == 0;
}

/* The rule that is broken, or NULL. */
static const char *
broken_address(const char *address)
{
	const char *rule = daemon_broken_listen(address);
	const char *at = strchr(address, '@');

	if (rule != NULL || bytes_starts_nocase(bytes_of(address), "unix:"))
		return rule;
	return is_loopback(at + 1) ? NULL : "must be of this host alone: a Unix socket, or 127.0.0.1, ::1 or localhost";
}

static void
read_listen(struct load *load, const config_setting_t *setting, void *data)
{
	const char *address;

	(void)data;
	if (!value_string(load, setting, &address))
		return;
	bool none = strcmp(address, "none") == 0;
	const char *rule = none ? NULL : broken_address(address);
	if (rule != NULL)
		value_error(load, setting, "%s; or \"none\", not \"%.120s\"", rule, address);
	load->conf->metrics = none ? NULL : address;
	load->layers->set.metrics_listen = tree_name_place(setting);
}

const struct key metrics_keys[] = {
	{ "listen", KEY_SPECIAL,
	  "Where http://HOST:PORT/metrics is served. Whoever can connect may read it, so only this host can be named; "
	  "a Unix socket has mode 0660.",
	  .takes = "unix:PATH, inet:PORT@127.0.0.1, inet6:PORT@::1 or none", .preset = "\"none\"",
	  .read = read_listen },
	{ 0 },
};
