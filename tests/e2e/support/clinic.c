/* SPDX-License-Identifier: BSD-2-Clause */
#define _GNU_SOURCE
#include "tests/e2e/support/clinic.h"

#include <err.h>
#include <grp.h>
#include <pwd.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct clinic clinic;

const char clinic_policy[] = "control = \"none\";\n"
			     "checks = { subject_missing = { }; size_exceeded = { limit = \"1 MiB\"; }; };\n";

char *
clinic_fill(const char *text)
{
	char *filled = NULL;
	size_t length;
	FILE *out = open_memstream(&filled, &length);

	if (out == NULL)
		errx(1, "out of memory");
	for (; *text != '\0'; text++) {
		if (*text == '@')
			fputs(clinic.etc.text, out);
		else if (*text == '#')
			fputs(clinic.queue.text, out);
		else
			fputc(*text, out);
	}
	fclose(out);
	return filled;
}

void
clinic_age(void)
{
	char *command = clinic_fill("touch -d '1 minute ago' @/main.cf @/master.cf");

	if (system(command) != 0)
		errx(1, "%s", command);
	free(command);
}

void
clinic_shell(const char *text)
{
	char *command = clinic_fill(text);

	if (system(command) != 0)
		errx(1, "%s", command);
	free(command);
	clinic_age();
}

/* A submission service that is configured and was never started; and Postern's socket in the queue, as packages have it. */
static const char right[] =
	"postconf -c @ -M 'submission/inet=submission inet n - n - - smtpd' && "
	"postconf -c @ -e 'smtpd_milters = unix:postern/postern.sock' "
	"'non_smtpd_milters = unix:postern/postern.sock' 'smtpd_forbid_bare_newline = normalize' && "
	"cp @/main.cf @/main.cf.right && cp @/master.cf @/master.cf.right";

static void
prepare(void)
{
	const struct passwd *nobody = getpwnam("nobody");
	struct path directory = path_join(clinic.rig.postern.directory.text, "conf.d");
	struct path folder;

	clinic.etc = path_join(clinic.rig.postfix.directory.text, "etc");
	clinic.queue = path_join(clinic.rig.postfix.directory.text, "spool");
	folder = path_join(clinic.queue.text, "postern");
	directory_make(folder.text, 02710, nobody->pw_uid, getgrnam("postfix")->gr_gid);
	clinic.rig.postern.socket = path_join(folder.text, "postern.sock");
	directory_make(directory.text, 0755, 0, 0);
	file_write(path_join(directory.text, "mode.conf").text, "socket_mode = \"0660\";\n");
	postern_configure(&clinic.rig.postern, clinic_policy);
	clinic_shell(right);
}

void
clinic_begin(void)
{
	clinic_shell("cp @/main.cf.right @/main.cf && cp @/master.cf.right @/master.cf && chmod 0755 # && chmod 2710 "
		     "#/postern");
	postern_configure(&clinic.rig.postern, clinic_policy);
}

struct opinion
clinic_ask(const char *options)
{
	char *all = NULL;

	ck_assert_int_gt(
		asprintf(&all, "--postfix %s -c %s %s", clinic.etc.text, clinic.rig.postern.config.text, options), 0);
	struct opinion opinion = doctor_ask(clinic.rig.postern.program.text, all);
	free(all);
	return opinion;
}

void
clinic_assert_right(const char *when)
{
	struct opinion opinion = clinic_ask("");

	ck_assert_msg(opinion.status == 0 && opinion.wrong[0] == '\0', "%s: status %d, wrong: %s", when, opinion.status,
		      opinion.wrong);
	doctor_forget(&opinion);
}

void
clinic_assert_wrong(const struct opinion *opinion, const char *when, const char *name, const char *mend)
{
	char *command = clinic_fill(mend);

	ck_assert_msg(opinion->status == 1, "%s: status %d", when, opinion->status);
	ck_assert_msg(strcmp(opinion->wrong, name) == 0, "%s: found \"%s\", not \"%s\"", when, opinion->wrong, name);
	ck_assert_msg(strcmp(doctor_says(opinion, name, "mend"), command) == 0, "%s: is to be mended by\n%s\nnot\n%s",
		      when, doctor_says(opinion, name, "mend"), command);
	free(command);
}

bool
clinic_open(void)
{
	setenv("TMPDIR", "/run", 1); /* anybody may write to /tmp, and Sendmail trusts no path below that */
	if (!rig_open(&clinic.rig, NULL))
		return false;
	prepare();
	return true;
}

void
clinic_close(void)
{
	rig_close(&clinic.rig);
}
