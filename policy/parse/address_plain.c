/* SPDX-License-Identifier: BSD-2-Clause */
#include "policy/parse/address_plain.h"

enum {
	IN_NAME = 1,   /* an atom of a display name, those of encoded words included, or a blank between two */
	IN_QUOTES = 2, /* of one in quotes */
	IN_LOCAL = 4,  /* an atom of a local part */
	IN_LABEL = 8   /* a label of a domain; hyphens are looked at apart */
};

static unsigned
class_of(char c)
{
	static const unsigned char signs[128] = {
		[' '] = IN_NAME | IN_QUOTES,
		['-'] = IN_NAME | IN_QUOTES | IN_LOCAL | IN_LABEL,
		['_'] = IN_NAME | IN_QUOTES | IN_LOCAL,
		['+'] = IN_NAME | IN_QUOTES | IN_LOCAL,
		['='] = IN_NAME | IN_LOCAL,
		['?'] = IN_NAME,
		['&'] = IN_NAME | IN_QUOTES,
		['!'] = IN_NAME | IN_QUOTES,
		['/'] = IN_NAME | IN_QUOTES,
		['*'] = IN_NAME,
		['.'] = IN_QUOTES,
		[','] = IN_QUOTES,
	};
	unsigned char octet = (unsigned char)c;

	if (ascii_lower(c) >= 'a' && ascii_lower(c) <= 'z')
		return IN_NAME | IN_QUOTES | IN_LOCAL | IN_LABEL;
	if (ascii_is_digit(c))
		return IN_NAME | IN_QUOTES | IN_LOCAL | IN_LABEL;
	return octet < sizeof signs ? signs[octet] : 0;
}

/* The first place from `at` on that is of none of these classes. */
static size_t
skip(struct bytes value, size_t at, unsigned classes)
{
	while (at < value.length && (class_of(value.data[at]) & classes) != 0)
		at++;
	return at;
}

static char
octet_at(struct bytes value, size_t at)
{
	return at < value.length ? value.data[at] : '\0';
}

static bool
ends_well(struct bytes value, size_t start, size_t end)
{
	return end > start && value.data[start] != '-' && value.data[end - 1] != '-';
}

/* Atoms or labels between single dots, from `at` on. Returns where they end; `at` when they do not end well. */
static size_t
skip_dotted(struct bytes value, size_t at, unsigned class)
{
	size_t start = at;

	for (size_t word = at;; word = at + 1) {
		at = skip(value, word, class);
		if (at == word || (class == IN_LABEL && !ends_well(value, word, at)))
			return start;
		if (octet_at(value, at) != '.')
			return at;
	}
}

static bool
read_spec(struct bytes value, size_t *at, struct address_plain *plain)
{
	size_t end = skip_dotted(value, *at, IN_LOCAL);

	if (end == *at || octet_at(value, end) != '@')
		return false;
	plain->local = (struct bytes){ value.data + *at, end - *at };
	size_t domain = end + 1;
	end = skip_dotted(value, domain, IN_LABEL);
	if (end == domain)
		return false;
	plain->domain = (struct bytes){ value.data + domain, end - domain };
	*at = end;
	return plain->local.length < ADDRESS_LOCAL_MAX && plain->domain.length < ADDRESS_DOMAIN_MAX;
}

/* The display name, up to the bracket behind it; false where none follows. */
static bool
skip_name(struct bytes value, size_t *at)
{
	size_t end;

	if (octet_at(value, *at) != '"') {
		end = skip(value, *at, IN_NAME);
	} else {
		end = skip(value, *at + 1, IN_QUOTES);
		if (octet_at(value, end) != '"')
			return false;
		end++;
		while (octet_at(value, end) == ' ')
			end++;
	}
	if (octet_at(value, end) != '<')
		return false;
	*at = end + 1;
	return true;
}

bool
address_plain(struct bytes value, struct address_plain *plain_out)
{
	struct address_plain plain = { .named = false };
	size_t at = 0;

	while (octet_at(value, at) == ' ')
		at++;
	size_t start = at;
	bool bracketed = skip_name(value, &at);
	plain.named = bracketed && at > start + 1;
	if (!read_spec(value, &at, &plain))
		return false;
	if (bracketed && octet_at(value, at++) != '>')
		return false;
	while (octet_at(value, at) == ' ')
		at++;
	if (at < value.length)
		return false;
	*plain_out = plain;
	return true;
}
