/* SPDX-License-Identifier: BSD-2-Clause */
#define _GNU_SOURCE
#include "tests/e2e/support/sendmail_config.h"

#include <errno.h>
#include <pwd.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define CF_DIRECTORY SENDMAIL_ROOT "/usr/share/sendmail/cf/"

const char sendmail_host[] = "mx.example.org";

/* As whom mail is stored, and handed over. */
static const char store_user[] = "nobody";

/* %1$s is everything's directory, %2$s the host's name. */
static const char main_mc[] = "divert(-1)\n"
			      "define(`_CF_DIR_', `" CF_DIRECTORY "')\n"
			      "include(`" CF_DIRECTORY "m4/cf.m4')\n"
			      "divert(0)dnl\n"
			      "VERSIONID(`of a test')\n"
			      "OSTYPE(`linux')dnl\n"
			      "define(`confDOMAIN_NAME', `%2$s')dnl\n"
			      "define(`confCW_FILE', `-o %1$s/etc/local-host-names')dnl\n"
			      "define(`confCT_FILE', `-o %1$s/etc/trusted-users')dnl\n"
			      "define(`confPID_FILE', `%1$s/pid')dnl\n"
			      "define(`STATUS_FILE', `%1$s/statistics')dnl\n"
			      "define(`HELP_FILE', `')dnl\n"
			      "define(`ALIAS_FILE', `')dnl\n"
			      "define(`QUEUE_DIR', `%1$s/spool')dnl\n"
			      "define(`confSERVICE_SWITCH_FILE', `%1$s/etc/service.switch')dnl\n"
			      "define(`confDONT_PROBE_INTERFACES', `True')dnl\n"
			      "define(`confDONT_BLAME_SENDMAIL', `AssumeSafeChown')dnl\n"
			      "define(`confDELIVERY_MODE', `background')dnl\n"
			      "define(`confTO_IDENT', `0')dnl\n"
			      "define(`confLOG_LEVEL', `14')dnl\n"
			      /* However busy this machine is. */
			      "define(`confREFUSE_LA', `1000')dnl\n"
			      "define(`confQUEUE_LA', `1000')dnl\n"
			      "define(`confDELAY_LA', `0')dnl\n"
			      "define(`confBAD_RCPT_THROTTLE', `0')dnl\n"
			      "FEATURE(`no_default_msa')dnl\n"
			      "FEATURE(`nocanonify')dnl\n"
			      "FEATURE(`accept_unresolvable_domains')dnl\n"
			      "FEATURE(`accept_unqualified_senders')dnl\n"
			      "FEATURE(`promiscuous_relay')dnl\n";

/* %1$s is everything's directory. The certificate vouches for itself. */
static const char tls_mc[] = "define(`confSERVER_CERT', `%1$s/tls/cert.pem')dnl\n"
			     "define(`confSERVER_KEY', `%1$s/tls/key.pem')dnl\n"
			     "define(`confCACERT', `%1$s/tls/cert.pem')dnl\n"
			     "define(`confCACERT_PATH', `%1$s/tls')dnl\n";

static const char sasl_mc[] = "define(`confAUTH_MECHANISMS', `PLAIN LOGIN')dnl\n"
			      "TRUST_AUTH_MECH(`PLAIN LOGIN')dnl\n";

/* All mail goes to one mailer. Its program gets the message as the client sent it, for one recipient at a time: no flag asks for
 * a field that is not there. The blanks between the sides of a rule are tabs. */
static const char mailer_mc[] = "MAILER(`local')dnl\n"
				"MAILER_DEFINITIONS\n"
				"Mstore, P=/bin/sh, F=lnsP8, S=0, R=0, E=\\n, D=%1$s/spool, U=%2$s, "
				"T=DNS/RFC822/X-Unix, A=sh %1$s/etc/store $u\n"
				"LOCAL_RULE_0\n"
				"R$* <@ $+ . > $*\t$#store $@ $2 $: $1 @ $2\n"
				"R$* <@ $+ > $*\t$#store $@ $2 $: $1 @ $2\n";

/* For programs of the host: everything goes to the daemon by SMTP. %1$s is everything's directory, %2$s the host's name, %3$d the daemon's
 * port, %4$s whom the command becomes. */
static const char submit_mc[] = "divert(-1)\n"
				"define(`_CF_DIR_', `" CF_DIRECTORY "')\n"
				"include(`" CF_DIRECTORY "m4/cf.m4')\n"
				"divert(0)dnl\n"
				"VERSIONID(`of a test')\n"
				"OSTYPE(`linux')dnl\n"
				"define(`confDOMAIN_NAME', `%2$s')dnl\n"
				"define(`confCT_FILE', `-o %1$s/etc/trusted-users')dnl\n"
				"define(`confPID_FILE', `%1$s/submit-pid')dnl\n"
				"define(`STATUS_FILE', `')dnl\n"
				"define(`MSP_QUEUE_DIR', `%1$s/submitted')dnl\n"
				"define(`confSERVICE_SWITCH_FILE', `%1$s/etc/service.switch')dnl\n"
				"define(`confDONT_PROBE_INTERFACES', `True')dnl\n"
				"define(`confDONT_BLAME_SENDMAIL', `AssumeSafeChown')dnl\n"
				"define(`confRUN_AS_USER', `%4$s')dnl\n"
				"define(`confTO_IDENT', `0')dnl\n"
				"define(`confQUEUE_LA', `1000')dnl\n"
				"define(`RELAY_MAILER_ARGS', `TCP $h %3$d')dnl\n"
				"FEATURE(`msp', `[127.0.0.1]', `%3$d')dnl\n";

/* The message has a name of its own until it is whole; 75 is EX_TEMPFAIL, 67 EX_NOUSER. */
static const char store_script[] = "case $1 in nobody@*) exit 67 ;; esac\n"
				   "file=$(mktemp %1$s/store/tmp/XXXXXXXXXX) || exit 75\n"
				   "{ printf 'X-Original-To: %%s\\n' \"$1\" && cat; } >\"$file\" || exit 75\n"
				   "mv \"$file\" %1$s/store/new/ || exit 75\n";

static FILE *
open_file(const struct sendmail *sendmail, const char *name)
{
	struct path path = path_join(sendmail->directory.text, name);
	FILE *file = fopen(path.text, "w");

	if (file == NULL)
		fail("cannot write %s: %s", path.text, strerror(errno));
	return file;
}

static void
close_file(FILE *file)
{
	if (fclose(file) != 0)
		fail("cannot write Sendmail's configuration: %s", strerror(errno));
}

/* With the times after which Sendmail gives up a milter: short beside PATIENCE_MS. */
static void
write_milters(FILE *file, const struct sendmail_options *options)
{
	for (size_t i = 0; i < SENDMAIL_MILTERS_MAX && options->milters[i] != NULL; i++)
		fprintf(file, "INPUT_MAIL_FILTER(`milter%zu', `S=local:%s,%s T=C:10s;S:10s;R:10s;E:10s')dnl\n", i,
			options->milters[i], options->milters_optional ? "" : " F=T,");
}

static void
write_mc(const struct sendmail *sendmail, const struct sendmail_options *options)
{
	const char *directory = sendmail->directory.text;
	FILE *file = open_file(sendmail, "etc/sendmail.mc");

	fprintf(file, main_mc, directory, sendmail_host);
	fprintf(file, "DAEMON_OPTIONS(`Name=MTA, Family=inet, Addr=127.0.0.1, Port=%d')dnl\n", sendmail->port);
	if (options->ipv6)
		fprintf(file, "DAEMON_OPTIONS(`Name=MTA6, Family=inet6, Addr=::1, Port=%d')dnl\n", sendmail->port);
	write_milters(file, options);
	if (options->tls)
		fprintf(file, tls_mc, directory);
	if (options->logins != NULL)
		fputs(sasl_mc, file);
	fprintf(file, mailer_mc, directory, store_user);
	/* A line of sendmail.cf as it is: the daemon's environment has nothing but what stands there. */
	if (options->logins != NULL)
		fprintf(file, "LOCAL_CONFIG\nESASL_CONF_PATH=%s/etc/sasl\n", directory);
	close_file(file);
}

static void
write_submit_mc(const struct sendmail *sendmail)
{
	FILE *file = open_file(sendmail, "etc/submit.mc");

	fprintf(file, submit_mc, sendmail->directory.text, sendmail_host, sendmail->port, store_user);
	close_file(file);
}

/* Below etc, from one to the other. */
static void
make_cf(const struct sendmail *sendmail, const char *mc_name, const char *cf_name)
{
	struct path mc = path_join(sendmail->directory.text, mc_name);
	struct path cf = path_join(sendmail->directory.text, cf_name);
	struct path output = path_join(sendmail->directory.text, "m4.out");
	char *command = NULL;

	if (asprintf(&command, "m4 %s >%s", mc.text, cf.text) < 0)
		fail("out of memory");
	const char *const argv[] = { "/bin/sh", "-c", command, NULL };
	if (process_run(argv, output.text) != 0)
		fail("m4 does not make %s", cf.text);
	free(command);
}

static void
write_store_script(const struct sendmail *sendmail)
{
	FILE *file = open_file(sendmail, "etc/store");

	fprintf(file, store_script, sendmail->directory.text);
	close_file(file);
}

/* What Cyrus SASL is to know, under the name by which Sendmail goes there. */
static void
make_logins(const char *directory, const struct login *logins)
{
	credentials_logins(directory, sendmail_host, logins, 0);
	if (rename(path_join(directory, "smtpd.conf").text, path_join(directory, "Sendmail.conf").text) != 0)
		fail("cannot rename smtpd.conf: %s", strerror(errno));
}

void
sendmail_configure(const struct sendmail *sendmail, const struct sendmail_options *options)
{
	const struct passwd *user = getpwnam(store_user);
	const char *directory = sendmail->directory.text;

	directory_make(directory, 0755, 0, 0);
	directory_make(path_join(directory, "etc").text, 0755, 0, 0);
	directory_make(path_join(directory, "spool").text, 0700, 0, 0);
	directory_make(path_join(directory, "submitted").text, 0770, user->pw_uid, user->pw_gid);
	directory_make(path_join(directory, "store").text, 0700, user->pw_uid, user->pw_gid);
	directory_make(path_join(directory, "store/tmp").text, 0700, user->pw_uid, user->pw_gid);
	directory_make(path_join(directory, "store/new").text, 0700, user->pw_uid, user->pw_gid);
	file_write(path_join(directory, "etc/service.switch").text, "hosts files\naliases files\npasswd files\n");
	if (options->tls) {
		directory_make(path_join(directory, "tls").text, 0700, 0, 0);
		credentials_certificate(path_join(directory, "tls").text, sendmail_host);
	}
	if (options->logins != NULL)
		make_logins(path_join(directory, "etc/sasl").text, options->logins);
	/* It writes there, but does not make it. */
	file_write(path_join(directory, "statistics").text, "");
	write_store_script(sendmail);
	write_mc(sendmail, options);
	write_submit_mc(sendmail);
	make_cf(sendmail, "etc/sendmail.mc", "etc/sendmail.cf");
	make_cf(sendmail, "etc/submit.mc", "etc/submit.cf");
}
