/* SPDX-License-Identifier: BSD-2-Clause */
#define _POSIX_C_SOURCE 200809L
#include "tests/e2e/support/postfix_config.h"

#include <errno.h>
#include <grp.h>
#include <pwd.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char host_name[] = "mx.example.org";

/* The places: %1$s everything's directory, %2$s the host's name, %3$d and %4$d uid and gid of the mail store. */
static const char main_cf[] = "compatibility_level = 3.6\n"
			      "config_directory = %1$s/etc\n"
			      "queue_directory = %1$s/spool\n"
			      "data_directory = %1$s/data\n"
			      "command_directory = /usr/sbin\n"
			      "daemon_directory = " POSTFIX_DAEMON_DIRECTORY "\n"
			      "mail_owner = postfix\n"
			      "setgid_group = postdrop\n"
			      "maillog_file_prefixes = %1$s\n"
			      "maillog_file = %1$s/mail.log\n"
			      "myhostname = %2$s\n"
			      "mydestination =\n"
			      "mynetworks = 127.0.0.0/8\n"
			      "inet_interfaces = 127.0.0.1\n"
			      "inet_protocols = all\n" /* of clients by XCLIENT; it listens on 127.0.0.1 alone */
			      "local_recipient_maps =\n"
			      "alias_maps =\n"
			      "alias_database =\n"
			      "hash_queue_names = corrupt\n" /* none of those that are counted */
			      "virtual_mailbox_domains = dest.example.org\n"
			      "virtual_mailbox_base = %1$s\n"
			      "virtual_mailbox_maps = static:store/\n"
			      "virtual_uid_maps = static:%3$d\n"
			      "virtual_gid_maps = static:%4$d\n"
			      "default_transport = error:nothing leaves this machine\n"
			      "relay_transport = error:nothing leaves this machine\n"
			      "smtpd_relay_restrictions = reject_unauth_destination\n"
			      "local_header_rewrite_clients =\n"
			      "disable_dns_lookups = yes\n"
			      "smtpd_peername_lookup = no\n"
			      "smtpd_client_connection_count_limit = 0\n"
			      "smtpd_client_connection_rate_limit = 0\n"
			      "smtpd_error_sleep_time = 0\n"
			      "smtpd_soft_error_limit = 1000\n"
			      "smtpd_hard_error_limit = 1000\n"
			      "smtpd_authorized_xclient_hosts = 127.0.0.1\n"
			      "milter_default_action = tempfail\n";

/* %1$s is the socket. */
static const char milter_cf[] = "smtpd_milters = unix:%1$s\n"
				"non_smtpd_milters = unix:%1$s\n";

/* %1$s is everything's directory. */
static const char tls_cf[] = "smtpd_tls_security_level = may\n"
			     "smtpd_tls_cert_file = %1$s/tls/cert.pem\n"
			     "smtpd_tls_key_file = %1$s/tls/key.pem\n"
			     "smtpd_tls_loglevel = 1\n";

/* Likewise. Debian's Postfix looks below config_directory for itself. */
static const char sasl_cf[] = "smtpd_sasl_auth_enable = yes\n"
			      "smtpd_sasl_type = cyrus\n"
			      "cyrus_sasl_config_path = %1$s/etc/sasl\n"
			      "smtpd_sasl_path = smtpd\n"
			      "smtpd_sasl_security_options = noanonymous\n"
			      "smtpd_tls_auth_only = no\n";

/* %d is the port, %s the name that milters are told. */
static const char listener_cf[] = "127.0.0.1:%d inet n - n - - smtpd\n"
				  "  -o milter_macro_daemon_name=%s\n";

static const char master_cf[] = "pickup unix n - n 60 1 pickup\n"
				"cleanup unix n - n - 0 cleanup\n"
				"qmgr unix n - n 300 1 qmgr\n"
				"rewrite unix - - n - - trivial-rewrite\n"
				"bounce unix - - n - 0 bounce\n"
				"defer unix - - n - 0 bounce\n"
				"trace unix - - n - 0 bounce\n"
				"proxymap unix - - n - - proxymap\n"
				"showq unix n - n - - showq\n"
				"discard unix - - n - - discard\n"
				"error unix - - n - - error\n"
				"retry unix - - n - - error\n"
				"virtual unix - n n - - virtual\n"
				"anvil unix - - n - 1 anvil\n"
				"tlsmgr unix - - n 1000? 1 tlsmgr\n"
				"postlog unix-dgram n - n - 1 postlogd\n";

/* The queue's directories with the owners and modes that Postfix's own installation gives them. */
static void
make_queue(const char *spool, const struct passwd *postfix, gid_t postdrop)
{
	static const char *const private_ones[] = { "active", "bounce",   "corrupt", "defer", "deferred", "flush",
						    "hold",   "incoming", "private", "saved", "trace" };

	directory_make(spool, 0755, 0, 0);
	for (size_t i = 0; i < sizeof private_ones / sizeof private_ones[0]; i++)
		directory_make(path_join(spool, private_ones[i]).text, 0700, postfix->pw_uid, 0);
	directory_make(path_join(spool, "maildrop").text, 01730, postfix->pw_uid, postdrop);
	directory_make(path_join(spool, "public").text, 02710, postfix->pw_uid, postdrop);
	directory_make(path_join(spool, "pid").text, 0755, 0, 0);
}

/* A file below etc, to write to. */
static FILE *
open_file(const struct postfix *postfix, const char *name)
{
	struct path path = path_join(postfix->directory.text, name);
	FILE *file = fopen(path.text, "w");

	if (file == NULL)
		fail("cannot write %s: %s", path.text, strerror(errno));
	return file;
}

static void
close_file(FILE *file)
{
	if (fclose(file) != 0)
		fail("cannot write Postfix's configuration: %s", strerror(errno));
}

/* Whether one of the settings has the name with which this line begins. */
static bool
is_set(const char *settings, const char *line)
{
	size_t length = strcspn(line, " =");

	for (; *settings != '\0'; settings += strcspn(settings, "\n"), settings += *settings == '\n')
		if (strncmp(settings, line, length) == 0 && strcspn(settings, " =") == length)
			return true;
	return false;
}

static void
write_usual(FILE *file, const struct postfix *postfix, const struct postfix_options *options, const struct passwd *user)
{
	const char *directory = postfix->directory.text;

	fprintf(file, main_cf, directory, host_name, (int)user->pw_uid, (int)user->pw_gid);
	if (options->milter_socket != NULL)
		fprintf(file, milter_cf, options->milter_socket);
	if (options->tls)
		fprintf(file, tls_cf, directory);
	if (options->logins != NULL)
		fprintf(file, sasl_cf, directory);
}

/* Each name once. Each process warns of one that stands twice, postlogd as well: into its own socket, for ever when that is full already. */
static void
write_main(const struct postfix *postfix, const struct postfix_options *options, const struct passwd *user)
{
	const char *settings = options->settings != NULL ? options->settings : "";
	FILE *file = open_file(postfix, "etc/main.cf");
	char *usual = NULL, *rest;
	size_t length;
	FILE *memory = open_memstream(&usual, &length);

	if (memory == NULL)
		fail("no memory for Postfix's configuration");
	write_usual(memory, postfix, options, user);
	close_file(memory);
	for (char *line = strtok_r(usual, "\n", &rest); line != NULL; line = strtok_r(NULL, "\n", &rest))
		if (!is_set(settings, line))
			fprintf(file, "%s\n", line);
	fputs(settings, file);
	free(usual);
	close_file(file);
}

static void
write_master(const struct postfix *postfix, const struct postfix_options *options)
{
	FILE *file = open_file(postfix, "etc/master.cf");

	fprintf(file, listener_cf, postfix->port, host_name);
	if (options->second_listener != NULL)
		fprintf(file, listener_cf, postfix->second_port, options->second_listener);
	if (options->ipv6)
		fprintf(file, "[::1]:%d inet n - n - - smtpd\n", postfix->port);
	fputs(master_cf, file);
	close_file(file);
}

void
postfix_configure(const struct postfix *postfix, const struct postfix_options *options)
{
	const struct passwd *user = getpwnam("postfix");
	const char *directory = postfix->directory.text;

	directory_make(directory, 0755, 0, 0);
	directory_make(path_join(directory, "etc").text, 0755, 0, 0);
	directory_make(path_join(directory, "data").text, 0700, user->pw_uid, user->pw_gid);
	directory_make(path_join(directory, "store").text, 0700, user->pw_uid, user->pw_gid);
	make_queue(path_join(directory, "spool").text, user, getgrnam("postdrop")->gr_gid);
	if (options->tls) {
		directory_make(path_join(directory, "tls").text, 0700, 0, 0);
		credentials_certificate(path_join(directory, "tls").text, host_name);
	}
	if (options->logins != NULL)
		credentials_logins(path_join(directory, "etc/sasl").text, host_name, options->logins, user->pw_uid);
	write_main(postfix, options, user);
	write_master(postfix, options);
}
