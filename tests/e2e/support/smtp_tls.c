/* SPDX-License-Identifier: BSD-2-Clause */
#include "tests/e2e/support/smtp_tls.h"

#include "tests/e2e/support/files.h"

#include <limits.h>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <signal.h>
#include <string.h>
#include <unistd.h>

static int
at_most_int(size_t length)
{
	return length > INT_MAX ? INT_MAX : (int)length;
}

static ssize_t
tls_receive(struct smtp *client, char *octets, size_t size)
{
	return SSL_read(client->tls, octets, at_most_int(size));
}

static ssize_t
tls_send(struct smtp *client, const char *octets, size_t length)
{
	return SSL_write(client->tls, octets, at_most_int(length));
}

static void
tls_close(struct smtp *client)
{
	SSL_shutdown(client->tls);
	SSL_free(client->tls);
	client->tls = NULL;
	close(client->fd);
}

static const struct smtp_wire encrypted = { tls_receive, tls_send, tls_close };

static int
version_number(const char *version)
{
	if (strcmp(version, "TLSv1.2") == 0)
		return TLS1_2_VERSION;
	if (strcmp(version, "TLSv1.3") == 0)
		return TLS1_3_VERSION;
	fail("no version of TLS that tests use: %s", version);
}

/* The socket keeps its timeouts: what takes longer is a failure. */
static SSL *
handshake(int fd, const char *version)
{
	SSL_CTX *context = SSL_CTX_new(TLS_client_method());
	SSL *tls = context != NULL ? SSL_new(context) : NULL;

	SSL_CTX_free(context);
	if (tls == NULL || SSL_set_min_proto_version(tls, version_number(version)) != 1 ||
	    SSL_set_max_proto_version(tls, version_number(version)) != 1 || SSL_set_fd(tls, fd) != 1)
		fail("OpenSSL does not set up a session of %s", version);
	if (SSL_connect(tls) != 1)
		fail("no handshake of %s: %s", version, ERR_reason_error_string(ERR_peek_last_error()));
	return tls;
}

bool
smtp_start_tls(struct smtp *client, const char *version)
{
	/* OpenSSL writes to the socket without MSG_NOSIGNAL. */
	signal(SIGPIPE, SIG_IGN);
	smtp_command(client, "STARTTLS");
	if (!smtp_replied_code(client, 220))
		return false;
	if (client->input_length > 0)
		fail("the server went on in clear after %s", client->reply);
	client->tls = handshake(client->fd, version);
	client->wire = &encrypted;
	if (strcmp(SSL_get_version(client->tls), version) != 0)
		fail("%s was agreed upon instead of %s", SSL_get_version(client->tls), version);
	return true;
}
