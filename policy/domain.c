/* SPDX-License-Identifier: BSD-2-Clause */
#include "policy/domain.h"

#include <idn2.h>
#include <string.h>

static bool
has_blank_or_control(struct bytes written, bool *ascii_out)
{
	bool ascii = true;

	for (size_t i = 0; i < written.length; i++) {
		unsigned char c = (unsigned char)written.data[i];

		if (c <= 0x20 || c == 0x7f)
			return true;
		ascii = ascii && c < 0x80;
	}
	*ascii_out = ascii;
	return false;
}

/* Labels of a domain name in ASCII: letters, digits, hyphens and underscores; none empty, none over 63 octets
 * (RFC 1035 2.3). */
static bool
labels_are_readable(const char *name)
{
	size_t label = 0;

	for (; *name != '\0'; name++) {
		bool letter = (*name >= 'a' && *name <= 'z') || ascii_is_digit(*name);

		if (!letter && *name != '-' && *name != '_' && *name != '.')
			return false;
		label = *name == '.' ? 0 : label + 1;
		if (label > 63 || (label == 0 && (name[1] == '\0' || name[1] == '.')))
			return false;
	}
	return label > 0;
}

static enum domain_status
normalize_ascii(struct bytes written, char normal_out[DOMAIN_MAX])
{
	char normal[DOMAIN_MAX];
	bool literal = written.data[0] == '[' && written.data[written.length - 1] == ']';

	if (written.length >= DOMAIN_MAX)
		return DOMAIN_UNREADABLE;
	for (size_t i = 0; i < written.length; i++)
		normal[i] = ascii_lower(written.data[i]);
	normal[written.length] = '\0';
	if (normal[0] == '.' || (!literal && !labels_are_readable(normal)))
		return DOMAIN_UNREADABLE;
	memcpy(normal_out, normal, written.length + 1);
	return DOMAIN_READABLE;
}

static enum domain_status
normalize_unicode(struct bytes written, char normal_out[DOMAIN_MAX])
{
	/* A U-label is at most four times as long as its code points, of which a domain has 255. */
	char name[DOMAIN_MAX * 4] = "";
	char *labels = NULL;

	if (!buffer_append(name, sizeof name, written))
		return DOMAIN_UNREADABLE;
	int status = idn2_to_ascii_8z(name, &labels, IDN2_NFC_INPUT | IDN2_NONTRANSITIONAL);
	if (status == IDN2_MALLOC)
		return DOMAIN_REFUSED;
	if (status != IDN2_OK)
		return DOMAIN_UNREADABLE;
	struct bytes ascii = bytes_of(labels);
	if (ascii.length > 0 && ascii.data[ascii.length - 1] == '.')
		ascii.length--; /* an ideographic full stop at the end */
	/* An address literal is ASCII (RFC 5321 4.1.3): what only becomes one, and might hold a blank then, is none. */
	bool readable = ascii.length > 0 && ascii.data[0] != '[';
	enum domain_status result = readable ? normalize_ascii(ascii, normal_out) : DOMAIN_UNREADABLE;
	idn2_free(labels);
	return result;
}

enum domain_status
domain_normalize(struct bytes written, char normal_out[DOMAIN_MAX])
{
	if (written.length > 1 && written.data[written.length - 1] == '.')
		written.length--;
	bool ascii;
	if (written.length == 0 || has_blank_or_control(written, &ascii))
		return DOMAIN_UNREADABLE;
	return ascii ? normalize_ascii(written, normal_out) : normalize_unicode(written, normal_out);
}

bool
domain_same_organization(const psl_ctx_t *psl, const char *a, const char *b)
{
	if (strcmp(a, b) == 0)
		return true;
	if (psl == NULL || a[0] == '[' || b[0] == '[')
		return false;
	/* Both answers point into their argument: nothing is allocated. */
	const char *of_a = psl_registrable_domain(psl, a);
	const char *of_b = psl_registrable_domain(psl, b);
	return of_a != NULL && of_b != NULL && strcmp(of_a, of_b) == 0;
}
