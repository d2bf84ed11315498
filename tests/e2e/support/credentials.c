/* SPDX-License-Identifier: BSD-2-Clause */
#define _GNU_SOURCE
#include "tests/e2e/support/credentials.h"

#include "tests/e2e/support/process.h"
#include "tests/e2e/support/tempdir.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static const char password_program[] = "/usr/sbin/saslpasswd2";
static const char certificate_program[] = "/usr/bin/openssl";

const char *
credentials_missing(void)
{
	if (access(password_program, X_OK) != 0)
		return "Cyrus SASL (sasl2-bin) is not installed";
	if (access(certificate_program, X_OK) != 0)
		return "OpenSSL is not installed";
	return NULL;
}

static void
run(const char *const argv[], const char *directory, const char *what)
{
	size_t length;
	struct path output = path_join(directory, "output");

	if (process_run(argv, output.text) == 0)
		return;
	char *said = file_read(output.text, &length);
	fail("cannot make %s.\n%s", what, said != NULL ? said : "");
}

/* The host is the realm that a server takes which is not told of one. */
static void
add_login(const char *directory, const char *host, const struct login *login)
{
	char *command = NULL;

	if (asprintf(&command, "printf %%s '%s' | %s -p -c -f '%s/sasldb2' -u '%s' '%s'", login->password,
		     password_program, directory, host, login->name) < 0)
		fail("out of memory");
	const char *const argv[] = { "/bin/sh", "-c", command, NULL };
	run(argv, directory, "a login");
	free(command);
}

void
credentials_logins(const char *directory, const char *host, const struct login *logins, uid_t user)
{
	struct path database = path_join(directory, "sasldb2");
	char *text = NULL;

	directory_make(directory, 0700, user, 0);
	if (asprintf(&text,
		     "pwcheck_method: auxprop\n"
		     "auxprop_plugin: sasldb\n"
		     "sasldb_path: %s\n"
		     "mech_list: PLAIN LOGIN CRAM-MD5\n",
		     database.text) < 0)
		fail("out of memory");
	file_write(path_join(directory, "smtpd.conf").text, text);
	free(text);
	for (; logins->name != NULL; logins++)
		add_login(directory, host, logins);
	if (chown(database.text, user, (gid_t)-1) != 0)
		fail("cannot give away %s: %s", database.text, strerror(errno));
}

void
credentials_certificate(const char *directory, const char *host)
{
	struct path key = path_join(directory, "key.pem");
	struct path certificate = path_join(directory, "cert.pem");
	char *subject = NULL;

	if (asprintf(&subject, "/CN=%s", host) < 0)
		fail("out of memory");
	const char *const argv[] = { certificate_program,
				     "req",
				     "-x509",
				     "-newkey",
				     "ec",
				     "-pkeyopt",
				     "ec_paramgen_curve:P-256",
				     "-noenc",
				     "-keyout",
				     key.text,
				     "-out",
				     certificate.text,
				     "-subj",
				     subject,
				     "-days",
				     "2",
				     NULL };
	run(argv, directory, "a certificate");
	free(subject);
}
