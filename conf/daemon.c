/* SPDX-License-Identifier: BSD-2-Clause */
#include "conf/daemon.h"

#include "conf/counters.h"
#include "conf/layers.h"
#include "conf/suggest.h"

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

const char *const log_decision_names[LOG_DECISIONS_COUNT] = { "all", "findings" };

static const struct {
	const char *name;
	int facility;
} facilities[] = {
	{ "mail", LOG_MAIL },     { "daemon", LOG_DAEMON }, { "user", LOG_USER },     { "local0", LOG_LOCAL0 },
	{ "local1", LOG_LOCAL1 }, { "local2", LOG_LOCAL2 }, { "local3", LOG_LOCAL3 }, { "local4", LOG_LOCAL4 },
	{ "local5", LOG_LOCAL5 }, { "local6", LOG_LOCAL6 }, { "local7", LOG_LOCAL7 },
};
enum { FACILITIES = sizeof facilities / sizeof facilities[0] };

const char *
daemon_facility_name(int facility)
{
	for (size_t i = 0; i < FACILITIES; i++)
		if (facilities[i].facility == facility)
			return facilities[i].name;
	return facilities[0].name;
}

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
read_backlog(struct load *load, const config_setting_t *setting, void *data)
{
	int64_t number;

	(void)data;
	if (!value_integer(load, setting, 1, BACKLOG_MOST, &number))
		return;
	load->conf->backlog = (int)number;
	load->layers->set.backlog = tree_name_place(setting);
}

static void
read_workers(struct load *load, const config_setting_t *setting, void *data)
{
	int64_t number;

	(void)data;
	if (!value_integer(load, setting, 0, WORKERS_MOST, &number))
		return;
	load->conf->workers = (unsigned)number;
	load->layers->set.workers = tree_name_place(setting);
}

static void
read_drain_timeout(struct load *load, const config_setting_t *setting, void *data)
{
	(void)data;
	if (value_duration(load, setting, 1, DRAIN_MOST_S, &load->conf->drain_timeout))
		load->layers->set.drain_timeout = tree_name_place(setting);
}

static void
read_user(struct load *load, const config_setting_t *setting, void *data)
{
	(void)data;
	if (value_string(load, setting, &load->conf->user))
		load->layers->set.user = tree_name_place(setting);
}

static void
read_group(struct load *load, const config_setting_t *setting, void *data)
{
	(void)data;
	if (value_string(load, setting, &load->conf->group))
		load->layers->set.group = tree_name_place(setting);
}

static void
read_socket_group(struct load *load, const config_setting_t *setting, void *data)
{
	(void)data;
	if (value_string(load, setting, &load->conf->socket_group))
		load->layers->set.socket_group = tree_name_place(setting);
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
read_facility(struct load *load, const config_setting_t *setting, void *data)
{
	const char *names[FACILITIES];
	size_t index;

	(void)data;
	for (size_t i = 0; i < FACILITIES; i++)
		names[i] = facilities[i].name;
	if (!value_choice(load, setting, names, FACILITIES, &index))
		return;
	load->conf->log_facility = facilities[index].facility;
	load->layers->set.log_facility = tree_name_place(setting);
}

static void
read_decisions(struct load *load, const config_setting_t *setting, void *data)
{
	size_t index;

	(void)data;
	if (!value_choice(load, setting, log_decision_names, LOG_DECISIONS_COUNT, &index))
		return;
	load->conf->log_decisions = (enum log_decisions)index;
	load->layers->set.log_decisions = tree_name_place(setting);
}

static void
read_log(struct load *load, const config_setting_t *setting, void *data)
{
	static const struct key keys[] = {
		{ "facility", read_facility },
		{ "decisions", read_decisions },
		{ 0 },
	};

	value_group(load, setting, keys, data);
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
read_failure(struct load *load, const config_setting_t *setting, enum failure failure)
{
	struct failure_answer *answer = &load->layers->failures[failure];
	char rule[REPLY_RULE_MAX];
	const char *string;

	if (!value_string(load, setting, &string))
		return;
	load->layers->failures_set[failure] = tree_name_place(setting);
	answer->accept = strcmp(string, "accept") == 0;
	if (!answer->accept && !reply_parse(string, &answer->reply, rule))
		value_error(load, setting, "must be \"accept\" or a reply: %s", rule);
}

static void
read_failures(struct load *load, const config_setting_t *setting, void *data)
{
	(void)data;
	if (!value_is_group(load, setting))
		return;
	for (int i = 0; i < config_setting_length(setting); i++) {
		const config_setting_t *member = config_setting_get_elem(setting, (unsigned)i);
		struct suggestion suggestion;
		size_t failure = 0;

		suggest_init(&suggestion, config_setting_name(member));
		while (failure < FAILURE_COUNT && strcmp(failure_names[failure], config_setting_name(member)) != 0)
			suggest_try(&suggestion, failure_names[failure++]);
		if (failure < FAILURE_COUNT)
			read_failure(load, member, (enum failure)failure);
		else
			value_unknown(load, member, "failure", suggestion.best);
	}
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

const struct key daemon_keys[] = {
	{ "listen", read_listen },
	{ "backlog", read_backlog },
	{ "user", read_user },
	{ "group", read_group },
	{ "socket_mode", read_socket_mode },
	{ "socket_group", read_socket_group },
	{ "trusted_networks", read_trusted_networks },
	{ "workers", read_workers },
	{ "drain_timeout", read_drain_timeout },
	{ "log", read_log },
	{ "reply_set", read_reply_set },
	{ "public_suffix_list", read_public_suffix_list },
	{ "failures", read_failures },
	{ "tables", layers_read_tables },
	{ "counters", layers_read_counters },
	{ "control", read_control },
	{ "metrics", layers_read_metrics },
	{ "mode", read_mode },
	{ "checks", read_checks },
	{ "profiles", layers_read_profiles },
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
