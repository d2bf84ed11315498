/* SPDX-License-Identifier: BSD-2-Clause */
#include "tests/e2e/support/smtp_auth.h"

#include "tests/e2e/support/files.h"

#include <string.h>

enum {
	SECRET_MAX = 192,                          /* octets of a name and a password, before encoding */
	ENCODED_MAX = (SECRET_MAX + 2) / 3 * 4 + 1 /* and after it, with NUL */
};

/* RFC 4648 4. */
static void
encode_base64(const char *octets, size_t length, char text_out[ENCODED_MAX])
{
	static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
	char *out = text_out;

	if (length > SECRET_MAX)
		fail("a secret of %zu octets", length);
	for (size_t i = 0; i < length; i += 3) {
		unsigned group = 0;

		for (size_t j = i; j < i + 3; j++)
			group = group << 8 | (j < length ? (unsigned char)octets[j] : 0);
		for (size_t j = 0; j < 4; j++)
			*out++ = i + j > length ? '=' : digits[group >> (18 - 6 * j) & 63];
	}
	*out = '\0';
}

void
smtp_auth_plain(struct smtp *client, const struct login *login)
{
	char secret[SECRET_MAX];
	char encoded[ENCODED_MAX];
	size_t name = strlen(login->name), password = strlen(login->password);

	if (name + password + 2 > sizeof secret)
		fail("too long: %s", login->name);
	secret[0] = '\0';
	memcpy(secret + 1, login->name, name + 1);
	memcpy(secret + 1 + name + 1, login->password, password);
	encode_base64(secret, name + password + 2, encoded);
	smtp_command(client, "AUTH PLAIN %s", encoded);
}

void
smtp_auth_login(struct smtp *client, const struct login *login)
{
	char encoded[ENCODED_MAX];

	smtp_command(client, "AUTH LOGIN");
	encode_base64(login->name, strlen(login->name), encoded);
	smtp_command(client, "%s", encoded);
	encode_base64(login->password, strlen(login->password), encoded);
	smtp_command(client, "%s", encoded);
}
