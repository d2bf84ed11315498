/* SPDX-License-Identifier: BSD-2-Clause */
#define _GNU_SOURCE
#include "tests/e2e/support/mta.h"

#include "tests/e2e/support/patience.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

enum { SETTINGS_MAX = 1024 };

const char *const mta_names[MTA_COUNT] = { "postfix", "sendmail" };

/* Below it Sendmail trusts sockets, as it does not below /tmp: only root may write there. */
static const char parent[] = "/run";

/* Both lists, of mail that comes in and of mail that is handed over. */
static void
write_postfix_milters(const struct mta_options *options, char settings_out[SETTINGS_MAX])
{
	static const char *const lists[] = { "smtpd_milters", "non_smtpd_milters" };
	FILE *out = fmemopen(settings_out, SETTINGS_MAX, "w");

	if (out == NULL)
		fail("out of memory");
	for (size_t i = 0; i < sizeof lists / sizeof lists[0]; i++) {
		fprintf(out, "%s =", lists[i]);
		for (size_t j = 0; j < SENDMAIL_MILTERS_MAX && options->milters[j] != NULL; j++)
			fprintf(out, " { unix:%s%s }", options->milters[j],
				options->milters_optional ? ", default_action=accept" : "");
		fputc('\n', out);
	}
	if (fclose(out) != 0 || strlen(settings_out) == SETTINGS_MAX - 1)
		fail("too many milters");
}

static void
start_postfix(struct mta *mta, const struct tempdir *dir, const struct mta_options *options)
{
	char settings[SETTINGS_MAX];

	write_postfix_milters(options, settings);
	postfix_start_with(&mta->postfix, dir,
			   &(struct postfix_options){ .name = options->name != NULL ? options->name : "postfix",
						      .settings = settings,
						      .logins = options->logins,
						      .tls = options->tls,
						      .ipv6 = options->ipv6 });
	mta->port = mta->postfix.port;
}

static void
start_sendmail(struct mta *mta, const struct tempdir *dir, const struct mta_options *options)
{
	struct sendmail_options own = { .name = options->name != NULL ? options->name : "sendmail",
					.milters_optional = options->milters_optional,
					.logins = options->logins,
					.tls = options->tls,
					.ipv6 = options->ipv6 };

	memcpy(own.milters, options->milters, sizeof own.milters);
	sendmail_start(&mta->sendmail, dir, &own);
	mta->port = mta->sendmail.port;
}

void
mta_start(struct mta *mta, enum mta_kind kind, const struct tempdir *dir, const struct mta_options *options)
{
	*mta = (struct mta){ .kind = kind };
	if (kind == MTA_POSTFIX)
		start_postfix(mta, dir, options);
	else
		start_sendmail(mta, dir, options);
}

void
mta_stop(struct mta *mta)
{
	if (mta->kind == MTA_POSTFIX)
		postfix_stop(&mta->postfix);
	else
		sendmail_stop(&mta->sendmail);
}

bool
mta_settles(const struct mta *mta)
{
	return mta->kind == MTA_POSTFIX ? postfix_settles(&mta->postfix) : sendmail_settles(&mta->sendmail);
}

size_t
mta_delivered(const struct mta *mta, const char *text)
{
	return mta->kind == MTA_POSTFIX ? postfix_delivered(&mta->postfix, text)
					: sendmail_delivered(&mta->sendmail, text);
}

size_t
mta_held(const struct mta *mta, const char *text)
{
	return mta->kind == MTA_POSTFIX ? postfix_held(&mta->postfix, text) : sendmail_held(&mta->sendmail, text);
}

void
mta_release(const struct mta *mta)
{
	if (mta->kind == MTA_POSTFIX)
		postfix_release(&mta->postfix);
	else
		sendmail_release(&mta->sendmail);
}

char *
mta_delivered_mail(const struct mta *mta, const char *text)
{
	return mta->kind == MTA_POSTFIX ? postfix_delivered_mail(&mta->postfix, text)
					: sendmail_delivered_mail(&mta->sendmail, text);
}

struct path
mta_maildir(const struct mta *mta)
{
	const struct path *directory = mta->kind == MTA_POSTFIX ? &mta->postfix.directory : &mta->sendmail.directory;

	return path_join(directory->text, "store/new");
}

static const char *
missing(const struct mta_options *options)
{
	const char *reason = postfix_missing();

	if (reason == NULL)
		reason = sendmail_missing();
	if (reason == NULL && (options->logins != NULL || options->tls))
		reason = credentials_missing();
	return reason;
}

bool
mtas_open(struct mtas *mtas, const struct mta_options *options)
{
	struct mta_options own = *options;
	const char *reason = missing(options);

	if (reason != NULL) {
		fprintf(stderr, "skipped: %s\n", reason);
		return false;
	}
	if (setenv("TMPDIR", parent, 1) != 0)
		fail("out of memory");
	*mtas = (struct mtas){ 0 };
	tempdir_make(&mtas->dir);
	postern_prepare(&mtas->postern, &mtas->dir, "postern");
	if (own.milters[0] == NULL)
		own.milters[0] = mtas->postern.socket.text;
	for (int kind = 0; kind < MTA_COUNT; kind++)
		mta_start(&mtas->mta[kind], (enum mta_kind)kind, &mtas->dir, &own);
	return true;
}

void
mtas_close(struct mtas *mtas)
{
	for (int kind = 0; kind < MTA_COUNT; kind++)
		mta_stop(&mtas->mta[kind]);
	postern_kill(&mtas->postern);
	tempdir_remove(&mtas->dir);
}

/* Root is let in at once, others when the socket has got its mode. */
static void
await_mode(const char *socket_path)
{
	struct deadline deadline = deadline_in(PATIENCE_MS);
	struct stat status;

	while (stat(socket_path, &status) != 0 || (status.st_mode & S_IWOTH) == 0)
		if (!deadline_nap(&deadline))
			fail("nobody is let in at %s", socket_path);
}

void
mtas_serve(struct mtas *mtas, const char *config)
{
	postern_configure(&mtas->postern, config);
	postern_start(&mtas->postern);
	await_mode(mtas->postern.socket.text);
}
