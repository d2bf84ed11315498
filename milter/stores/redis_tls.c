/* SPDX-License-Identifier: BSD-2-Clause */
/* hiredis_ssl moves the octets; whom to trust is settled here, as hiredis itself compares no host names. */
#define _GNU_SOURCE
#include "milter/stores/redis_tls.h"

#include "milter/wait.h"

#include <arpa/inet.h>
#include <errno.h>
#include <hiredis/hiredis_ssl.h>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>
#include <poll.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

struct redis_tls {
	char *ca_file; /* or NULL */
	pthread_mutex_t lock;
	SSL_CTX *trust; /* made for the first connection, as the file may come later */
};

struct redis_tls *
redis_tls_new(const char *ca_file)
{
	struct redis_tls *tls = calloc(1, sizeof *tls);

	if (tls == NULL || (ca_file != NULL && (tls->ca_file = strdup(ca_file)) == NULL)) {
		free(tls);
		return NULL;
	}
	pthread_mutex_init(&tls->lock, NULL);
	return tls;
}

void
redis_tls_free(struct redis_tls *tls)
{
	if (tls == NULL)
		return;
	SSL_CTX_free(tls->trust);
	pthread_mutex_destroy(&tls->lock);
	free(tls->ca_file);
	free(tls);
}

static SSL_CTX *
make_trust(const char *ca_file)
{
	SSL_CTX *trust = SSL_CTX_new(TLS_client_method());

	if (trust == NULL)
		return NULL;
	SSL_CTX_set_min_proto_version(trust, TLS1_2_VERSION);
	SSL_CTX_set_verify(trust, SSL_VERIFY_PEER, NULL);
	if ((ca_file != NULL ? SSL_CTX_load_verify_locations(trust, ca_file, NULL)
			     : SSL_CTX_set_default_verify_paths(trust)) == 1)
		return trust;
	SSL_CTX_free(trust);
	return NULL;
}

/* For that host, by name or address. */
static SSL *
make_session(struct redis_tls *tls, const char *host)
{
	unsigned char address[sizeof(struct in6_addr)];
	SSL *session = NULL;

	pthread_mutex_lock(&tls->lock);
	if (tls->trust == NULL)
		tls->trust = make_trust(tls->ca_file);
	if (tls->trust != NULL)
		session = SSL_new(tls->trust);
	pthread_mutex_unlock(&tls->lock);
	if (session == NULL)
		return NULL;
	bool is_address = inet_pton(AF_INET, host, address) == 1 || inet_pton(AF_INET6, host, address) == 1;
	if (is_address ? X509_VERIFY_PARAM_set1_ip_asc(SSL_get0_param(session), host) == 1
		       : SSL_set1_host(session, host) == 1 && SSL_set_tlsext_host_name(session, host) == 1)
		return session;
	SSL_free(session);
	return NULL;
}

static const char *
trouble(SSL *session)
{
	long verified = SSL_get_verify_result(session);
	unsigned long error = ERR_peek_last_error();

	if (verified != X509_V_OK)
		return X509_verify_cert_error_string(verified);
	return error != 0 ? ERR_reason_error_string(error) : strerror(errno);
}

/* NULL: done. */
static const char *
shake_hands(SSL *session, int fd, int64_t deadline_ms)
{
	for (;;) {
		ERR_clear_error();
		errno = 0;
		int result = SSL_do_handshake(session);
		if (result == 1)
			return NULL;
		int wanted = SSL_get_error(session, result);
		if (wanted != SSL_ERROR_WANT_READ && wanted != SSL_ERROR_WANT_WRITE)
			return errno == 0 && ERR_peek_last_error() == 0 ? "the connection was closed"
									: trouble(session);
		if (!wait_ready(fd, wanted == SSL_ERROR_WANT_READ ? POLLIN : POLLOUT, deadline_ms))
			return errno == ETIMEDOUT ? "no answer in time" : strerror(errno);
	}
}

/* From redisInitiateSSL on, the session is the context's. */
bool
redis_tls_start(struct redis_tls *tls, redisContext *context, const char *host, int64_t deadline_ms,
		struct reason *reason)
{
	SSL *session = make_session(tls, host);

	if (session == NULL) {
		reason_set(reason, "Redis at %s: whom to trust with TLS cannot be read from %s", host,
			   tls->ca_file != NULL ? tls->ca_file : "the system");
		return false;
	}
	const char *wrong = NULL;
	if (redisInitiateSSL(context, session) != REDIS_OK) {
		wrong = trouble(session);
		SSL_free(session);
	} else {
		wrong = shake_hands(session, context->fd, deadline_ms);
	}
	if (wrong != NULL)
		reason_set(reason, "Redis at %s: TLS fails: %s", host, wrong);
	return wrong == NULL;
}
