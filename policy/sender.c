/* SPDX-License-Identifier: BSD-2-Clause */
#include "policy/sender.h"

#include <string.h>

/* An SRS address may wrap a BATV one and the like; nobody wraps deeper. */
enum { UNWRAP_MAX = 4 };

/* Steps over `count` fields that end in `=`. False when there are fewer. */
static bool
skip_fields(struct bytes *rest, int count)
{
	for (; count > 0; count--) {
		ptrdiff_t at = bytes_find(*rest, '=');

		if (at <= 0)
			return false;
		*rest = bytes_from(*rest, (size_t)at + 1);
	}
	return true;
}

/* hash=timestamp=domain=local, after the tag and its separator. */
static bool
unwrap_srs0(struct bytes rest, struct bytes *local_out, struct bytes *domain_out)
{
	if (!skip_fields(&rest, 2))
		return false;
	ptrdiff_t at = bytes_find(rest, '=');
	if (at <= 0 || (size_t)at + 1 >= rest.length)
		return false;
	*domain_out = (struct bytes){ rest.data, (size_t)at };
	*local_out = bytes_from(rest, (size_t)at + 1);
	return true;
}

static bool
is_separator(char c)
{
	return c == '=' || c == '+' || c == '-';
}

/* hash=forwarder=SEPARATORhash=timestamp=domain=local: what the first forwarder wrapped. */
static bool
unwrap_srs1(struct bytes rest, struct bytes *local_out, struct bytes *domain_out)
{
	if (!skip_fields(&rest, 2) || rest.length == 0 || !is_separator(rest.data[0]))
		return false;
	return unwrap_srs0(bytes_from(rest, 1), local_out, domain_out);
}

/* The part behind prefix, tag and `end`: prvs=TAG=local. */
static bool
unwrap_tag(struct bytes local, const char *prefix, struct bytes *local_out)
{
	if (!bytes_starts_nocase(local, prefix))
		return false;
	struct bytes rest = bytes_from(local, strlen(prefix));
	if (!skip_fields(&rest, 1))
		return false;
	if (rest.length > 0 && rest.data[0] == '=') /* btv1==TAG==local */
		rest = bytes_from(rest, 1);
	*local_out = rest;
	return rest.length > 0;
}

static bool
unwrap(struct bytes local, struct bytes *local_out, struct bytes *domain_out)
{
	static const char *const tags[] = { "prvs=", "btv1==", "msprvs1=" };

	if (bytes_find(local, '=') < 0) /* nearly all */
		return false;
	if (local.length > 5 && is_separator(local.data[4])) {
		if (bytes_starts_nocase(local, "SRS0"))
			return unwrap_srs0(bytes_from(local, 5), local_out, domain_out);
		if (bytes_starts_nocase(local, "SRS1"))
			return unwrap_srs1(bytes_from(local, 5), local_out, domain_out);
	}
	for (size_t i = 0; i < sizeof tags / sizeof tags[0]; i++)
		if (unwrap_tag(local, tags[i], local_out))
			return true;
	return false;
}

static enum domain_status
unwrap_identity(struct identity *identity)
{
	for (int i = 0; i < UNWRAP_MAX; i++) {
		struct bytes local;
		struct bytes domain = { NULL, 0 };
		char normal[DOMAIN_MAX];

		if (!unwrap(bytes_of(identity->local), &local, &domain))
			break;
		if (domain.length > 0) {
			enum domain_status status = domain_normalize(domain, normal);

			if (status != DOMAIN_READABLE)
				return status;
			memcpy(identity->domain, normal, strlen(normal) + 1);
		}
		memmove(identity->local, local.data, local.length);
		identity->local[local.length] = '\0';
	}
	return DOMAIN_READABLE;
}

void
sender_init(struct sender *sender)
{
	sender->known = sender->null = false;
	sender->literal.local[0] = sender->literal.domain[0] = '\0';
	sender->wrapped.local[0] = sender->wrapped.domain[0] = '\0';
}

/* What cannot be read stays empty. */
static enum domain_status
read_identity(const struct address_path *path, struct identity *identity)
{
	if ((path->flaws & ADDRESS_UNREADABLE) != 0)
		return DOMAIN_READABLE;
	enum domain_status status = domain_normalize(bytes_of(path->domain), identity->domain);
	if (status == DOMAIN_READABLE)
		buffer_append(identity->local, sizeof identity->local, bytes_of(path->local));
	return status;
}

static void
copy_identity(struct identity *copy_out, const struct identity *identity)
{
	strcpy(copy_out->local, identity->local);
	strcpy(copy_out->domain, identity->domain);
}

enum domain_status
sender_read(const char *path, const char *path_by_mta, struct sender *sender_out)
{
	struct address_path parsed;

	sender_init(sender_out);
	if (path == NULL)
		return DOMAIN_READABLE;
	address_parse_path(bytes_of(path), &parsed);
	bool null = parsed.null;
	if (!null && parsed.domain[0] == '\0' && path_by_mta != NULL)
		address_parse_path(bytes_of(path_by_mta), &parsed);
	enum domain_status status = null ? DOMAIN_READABLE : read_identity(&parsed, &sender_out->literal);
	copy_identity(&sender_out->wrapped, &sender_out->literal);
	if (status == DOMAIN_READABLE)
		status = unwrap_identity(&sender_out->wrapped);
	if (status == DOMAIN_REFUSED) {
		sender_init(sender_out);
		return DOMAIN_REFUSED;
	}
	sender_out->known = true;
	sender_out->null = null;
	return DOMAIN_READABLE;
}

/* The same local part, or the sender's is VERP of it: the recipient follows, with `=` in the place of its `@`. */
static bool
local_matches(const char *sender, struct bytes local)
{
	struct bytes whole = bytes_of(sender);

	if (bytes_equal_nocase(whole, local))
		return true;
	if (local.length == 0 || whole.length <= local.length ||
	    !bytes_equal_nocase((struct bytes){ whole.data, local.length }, local))
		return false;
	return (whole.data[local.length] == '+' || whole.data[local.length] == '-') &&
	       bytes_find(bytes_from(whole, local.length), '=') > 0;
}

static enum alignment
identity_alignment(const struct identity *identity, const psl_ctx_t *psl, struct bytes local, const char *domain)
{
	if (identity->domain[0] == '\0')
		return ALIGNED_NOT;
	if (strcmp(identity->domain, domain) == 0)
		return local_matches(identity->local, local) ? ALIGNED_ADDRESS : ALIGNED_DOMAIN;
	return domain_same_organization(psl, identity->domain, domain) ? ALIGNED_ORGANIZATION : ALIGNED_NOT;
}

enum alignment
sender_alignment(const struct sender *sender, const psl_ctx_t *psl, struct bytes local, const char *domain)
{
	enum alignment literal = identity_alignment(&sender->literal, psl, local, domain);

	if (literal == ALIGNED_ADDRESS)
		return literal;
	enum alignment wrapped = identity_alignment(&sender->wrapped, psl, local, domain);
	return literal > wrapped ? literal : wrapped;
}

bool
sender_names_nobody(const struct address_event *event)
{
	uint32_t grave = event->flaws & ADDRESS_UNREADABLE;

	if (event->domain.length == 0)
		return (grave & ~(uint32_t)(ADDRESS_NONE_THERE | ADDRESS_DOMAIN_MISSING)) == 0;
	return grave == 0 && event->type == ADDRESS_READING && bytes_find(event->domain, '.') < 0 &&
	       event->domain.data[0] != '[';
}
