/* SPDX-License-Identifier: BSD-2-Clause */
#include "conf/daemon.h"

#include "conf/counters.h"
#include "conf/layers.h"
#include "conf/value.h"

#include <string.h>
#include <sys/un.h>
#include <syslog.h>

enum {
	BACKLOG_PRESET = 128,
	BACKLOG_MOST = 65535, /* the kernel cuts it to net.core.somaxconn anyway */
	WORKERS_MOST = 64,    /* processes; more than cores are of no use */
	DRAIN_PRESET_S = 600, /* Postfix's smtpd leaves idle clients five minutes */
	DRAIN_MOST_S = 24 * 3600,
	PORT_MOST = 65535
};

#define SOCKET_PATH_SIZE (sizeof((struct sockaddr_un *)0)->sun_path) /* octets with NUL */

static bool
is_port_at_host(const char *string)
{
	size_t digits = strspn(string, "0123456789");
	unsigned port = 0;

	for (size_t i = 0; i < digits && port <= PORT_MOST; i++)
		port = 10 * port + (unsigned)(string[i] - '0');
	return port > 0 && port <= PORT_MOST && string[digits] == '@' && string[digits + 1] != '\0';
}

/* The address must be one without a host left out: libmilter would listen everywhere. */
const char *
daemon_broken_listen(const char *address)
{
	if (bytes_starts_nocase(bytes_of(address), "inet:"))
		return is_port_at_host(address + strlen("inet:")) ? NULL : "must be inet:PORT@HOST";
	if (bytes_starts_nocase(bytes_of(address), "inet6:"))
		return is_port_at_host(address + strlen("inet6:")) ? NULL : "must be inet6:PORT@HOST";
	if (!bytes_starts_nocase(bytes_of(address), "unix:"))
		return "must be unix:PATH, inet:PORT@HOST or inet6:PORT@HOST";
	const char *path = address + strlen("unix:");
	if (path[0] != '/')
		return "must be unix: and an absolute path";
	return strlen(path) < SOCKET_PATH_SIZE ? NULL : "must have a path of at most 107 octets";
}

static void
read_listen(struct load *load, const config_setting_t *setting, void *data)
{
	const char *address;

	(void)data;
	if (!value_string(load, setting, &address))
		return;
	const char *rule = daemon_broken_listen(address);
	if (rule != NULL)
		value_error(load, setting, "%s, not \"%.120s\"", rule, address);
	load->conf->listen = address;
	load->layers->set.listen = tree_name_place(setting);
}

static void
read_socket_mode(struct load *load, const config_setting_t *setting, void *data)
{
	const char *digits;
	unsigned mode = 0;

	(void)data;
	if (!value_string(load, setting, &digits))
		return;
	if (strlen(digits) != 4 || digits[0] != '0' || strspn(digits, "01234567") != 4) {
		value_error(load, setting, "must be an octal mode like \"0660\", not \"%.80s\"", digits);
		return;
	}
	for (size_t i = 0; i < 4; i++)
		mode = 8 * mode + (unsigned)(digits[i] - '0');
	load->conf->socket_mode = mode;
	load->layers->set.socket_mode = tree_name_place(setting);
}

static void
read_trusted_networks(struct load *load, const config_setting_t *setting, void *data)
{
	(void)data;
	if (value_networks(load, setting, &load->conf->trusted_networks))
		load->layers->set.trusted_networks = tree_name_place(setting);
}

static void
read_reply_set(struct load *load, const config_setting_t *setting, void *data)
{
	size_t index;

	(void)data;
	if (!value_choice(load, setting, reply_set_names, REPLY_SET_COUNT, &index))
		return;
	load->layers->reply_set = (enum reply_set)index;
	load->layers->set.reply_set = tree_name_place(setting);
}

static void
read_public_suffix_list(struct load *load, const config_setting_t *setting, void *data)
{
	(void)data;
	if (value_path(load, setting, &load->conf->public_suffix_list))
		load->layers->set.public_suffix_list = tree_value_place(setting);
}

static void
read_mode(struct load *load, const config_setting_t *setting, void *data)
{
	size_t mode;

	(void)data;
	if (!value_choice(load, setting, mode_names, MODE_COUNT, &mode))
		return;
	load->conf->mode = (enum mode)mode;
	load->layers->set.mode = tree_name_place(setting);
}

static void
read_control(struct load *load, const config_setting_t *setting, void *data)
{
	const char *path;

	(void)data;
	if (!value_string(load, setting, &path))
		return;
	bool none = strcmp(path, "none") == 0;
	if (!none && path[0] != '/')
		value_error(load, setting, "must be an absolute path or \"none\", not \"%.80s\"", path);
	if (!none && strlen(path) >= SOCKET_PATH_SIZE)
		value_error(load, setting, "must have at most %zu octets", SOCKET_PATH_SIZE - 1);
	load->conf->control = none ? NULL : path;
	load->layers->set.control = tree_name_place(setting);
}

static void
read_checks(struct load *load, const config_setting_t *setting, void *data)
{
	(void)data;
	layers_read_checks(load, setting, load->layers->base);
}

#define IN_CONF(member) .value = offsetof(struct conf, member), .place = offsetof(struct layers, set.member)

const struct key conf_keys[] = {
	{ "listen", KEY_SPECIAL,
	  "Where mail servers connect. At a start a socket that nobody serves any more is replaced; one that is "
	  "served, or anything else at the path, is left alone and ends the start.",
	  .takes = "unix:PATH with an absolute path of at most 107 octets, inet:PORT@HOST or inet6:PORT@HOST",
	  .preset = "\"unix:/var/spool/postfix/postern/postern.sock\"", .read = read_listen },
	{ "backlog", KEY_NUMBER,
	  "How many connections may wait to be accepted. The kernel has a limit of its own, net.core.somaxconn.",
	  .unit = "connections", .least = 1, .most = BACKLOG_MOST, .preset = "128", IN_CONF(backlog) },
	{ "user", KEY_STRING,
	  "Whom to become when started by root, once the socket is open. Unless set, it is postern if there is such a "
	  "user, else the daemon stays root and warns.",
	  .takes = "a name", IN_CONF(user) },
	{ "group", KEY_STRING, "The group to become. Unless set, it is that of the user.", .takes = "a name",
	  IN_CONF(group) },
	{ "socket_mode", KEY_SPECIAL, "The mode of a Unix socket.", .takes = "a string of four octal digits",
	  .preset = "\"0660\"", .read = read_socket_mode },
	{ "socket_group", KEY_STRING,
	  "The group of a Unix socket. Unless set, it comes from the directory if that has the set-group-ID bit, else "
	  "from the process. When not started by root, it must be a group of the daemon's user.",
	  .takes = "a name", IN_CONF(socket_group) },
	{ "trusted_networks", KEY_SPECIAL,
	  "Clients with an address in one of these have the origin trusted. The list may be empty.",
	  .takes = "a list of addresses and networks", .preset = "[ \"127.0.0.0/8\", \"::1\" ]",
	  .read = read_trusted_networks },
	{ "workers", KEY_NUMBER, "The processes that serve. 0 is one a core, but at least two.", .unit = "processes",
	  .least = 0, .most = WORKERS_MOST, .preset = "0", IN_CONF(workers) },
	{ "drain_timeout", KEY_SECONDS, "What sessions of old workers have left to finish after a reload.", .least = 1,
	  .most = DRAIN_MOST_S, .preset = "\"10m\"", IN_CONF(drain_timeout) },
	{ "log", KEY_GROUP, "What is logged, and where.", .members = log_keys },
	{ "reply_set", KEY_CHOICE,
	  "Whose wording replies have that are not configured: infobip, that of the Infobip SMTP API; ses, that of "
	  "Amazon SES where it has one of its own; standard, the first with enhanced status codes as IANA's registry "
	  "means them.",
	  .choices = reply_set_names, .choice_count = REPLY_SET_COUNT, .preset = "\"infobip\"",
	  .read = read_reply_set },
	{ "public_suffix_list", KEY_PATH,
	  "The Public Suffix List, which says where organizations begin below top-level domains. Unless set, it is the "
	  "system's newest one, or the one built into libpsl.",
	  .read = read_public_suffix_list },
	{ "failures", KEY_GROUP, "What a sender is told whose message cannot be judged.", .members = failure_keys },
	{ "tables", KEY_GROUP, "Look-up tables by name.", .each = ".NAME", .members = table_keys,
	  .read = layers_read_tables },
	{ "counters", KEY_GROUP, "Where rates and quotas are counted.", .members = counters_keys },
	{ "control", KEY_SPECIAL, "The Unix socket where postern limits, status and reload find the daemon.",
	  .takes = "an absolute path of at most 107 octets, or none", .preset = "\"/run/postern/control.sock\"",
	  .read = read_control },
	{ "metrics", KEY_GROUP, "Numbers for Prometheus.", .members = metrics_keys },
	{ "mode", KEY_CHOICE, "The mode of checks that are named without one.", .choices = mode_names,
	  .choice_count = MODE_COUNT, .preset = "\"enforce\"", .read = read_mode },
	{ "checks", KEY_GROUP, "The checks that are on, by name.", .each = ".NAME", .members = check_keys,
	  .read = read_checks },
	{ "profiles", KEY_GROUP, "What is different for some mail.", .each = "[]", .members = profile_keys,
	  .read = layers_read_profiles },
	{ 0 },
};

bool
daemon_defaults(struct load *load)
{
	static const char *const loopback[] = { "127.0.0.0/8", "::1" };
	enum { LOOPBACK = sizeof loopback / sizeof loopback[0] };
	struct conf *conf = load->conf;
	struct network *networks = load_alloc(load, LOOPBACK * sizeof *networks);
	char rule[NETWORK_RULE_MAX];

	if (networks == NULL)
		return false;
	for (size_t i = 0; i < LOOPBACK; i++)
		network_parse(loopback[i], &networks[i], rule);
	conf->listen = "unix:/var/spool/postfix/postern/postern.sock";
	conf->backlog = BACKLOG_PRESET;
	conf->socket_mode = 0660;
	conf->trusted_networks = (struct networks){ networks, LOOPBACK };
	conf->drain_timeout = DRAIN_PRESET_S;
	conf->log_facility = LOG_MAIL;
	conf->log_decisions = LOG_DECISIONS_ALL;
	conf->control = "/run/postern/control.sock";
	conf->mode = MODE_ENFORCE;
	counters_defaults(&conf->counters);
	return true;
}
