/* SPDX-License-Identifier: BSD-2-Clause */
#define _POSIX_C_SOURCE 200809L
#include "policy/charges.h"

#include "policy/hash.h"
#include "policy/verdict.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

const char *const limit_key_names[KEY_COUNT + 1] = { "login", "sender", "sender_domain", "client", "all", NULL };
const char *const limit_unit_names[UNIT_COUNT + 1] = { "messages", "recipients", "bytes", NULL };

enum {
	KEY_TEXT_MAX =
		160,    /* octets of a key's own text that are kept as they are; behind it a hash tells keys apart */
	IPV6_GROUPS = 4 /* of 16 bits: a client has a /64 and may change addresses within it at will */
};

/* Whose counter it is: the kind of key and its text, lower-case. */
struct owner {
	enum limit_key key;
	char text[TABLE_KEY_MAX];
};

static bool
copy_lower(char text_out[TABLE_KEY_MAX], const char *text)
{
	text_out[0] = '\0';
	if (!buffer_append(text_out, TABLE_KEY_MAX, bytes_of(text)))
		return false;
	for (char *at = text_out; *at != '\0'; at++)
		*at = ascii_lower(*at);
	return text_out[0] != '\0';
}

static bool
client_text(const struct client *client, char text_out[TABLE_KEY_MAX])
{
	const unsigned char *octets = client->address.octets;

	if (!client->has_address)
		return false;
	if (ip_address_is_ipv4(&client->address))
		return copy_lower(text_out, client->address_text);
	for (size_t i = 0; i < IPV6_GROUPS; i++)
		snprintf(text_out + 5 * i, 6, "%02x%02x:", octets[2 * i], octets[2 * i + 1]);
	strcat(text_out, ":/64");
	return true;
}

static bool
owner_text(const struct message *message, enum limit_key key, char text_out[TABLE_KEY_MAX])
{
	const struct identity *sender = &message->facts.sender.literal;
	const char *path = message->facts.sender.null ? "<>" : message->facts.sender_path.text;
	const struct client *client = message->circumstances.client;

	switch (key) {
	case KEY_LOGIN:
		return copy_lower(text_out, client->login);
	case KEY_SENDER:
		/* The null sender; or what cannot be read, which must not be a way round. */
		if (sender->domain[0] == '\0' || sender->local[0] == '\0')
			return copy_lower(text_out, path);
		return copy_lower(text_out, sender->local) &&
		       address_append(text_out, TABLE_KEY_MAX, (struct bytes){ NULL, 0 }, bytes_of(sender->domain));
	case KEY_SENDER_DOMAIN:
		return copy_lower(text_out, sender->domain[0] != '\0' ? sender->domain : path);
	case KEY_CLIENT:
		return client_text(client, text_out);
	case KEY_ALL:
	case KEY_COUNT:
		break;
	}
	strcpy(text_out, "all");
	return true;
}

static enum limit_key
key_of(const char *name)
{
	enum limit_key key = KEY_LOGIN;

	while (key < KEY_ALL && strcmp(limit_key_names[key], name) != 0)
		key++;
	return key;
}

/* The first of the keys that is known. */
static bool
find_owner(const struct message *message, const struct value *per, struct owner *owner_out)
{
	for (size_t i = 0; i < per->list.count; i++) {
		owner_out->key = key_of(per->list.items[i]);
		if (owner_text(message, owner_out->key, owner_out->text))
			return true;
	}
	return false;
}

static void
charge_key(struct charge *charge, const struct owner *owner)
{
	int length = snprintf(charge->key, sizeof charge->key, "%s %s/%" PRId64 "s %s=", charge->check->name,
			      limit_unit_names[charge->unit], charge->limit.period_us / 1000000,
			      limit_key_names[owner->key]);
	size_t at = (size_t)length;

	if (strlen(owner->text) <= KEY_TEXT_MAX)
		snprintf(charge->key + at, sizeof charge->key - at, "%s", owner->text);
	else
		snprintf(charge->key + at, sizeof charge->key - at, "%.*s#%016" PRIx64, KEY_TEXT_MAX - 17, owner->text,
			 hash_of(HASH_BEGIN, owner->text, strlen(owner->text)));
	for (; charge->key[at] != '\0'; at++)
		if ((unsigned char)charge->key[at] < 0x20 || charge->key[at] == 0x7f)
			charge->key[at] = '?';
}

/* What the message takes; at MAIL, the least that it will. */
static uint64_t
units_of(const struct message *message, enum limit_unit unit)
{
	const struct facts *facts = &message->facts;
	bool begins = message->stage == STAGE_MAIL;

	switch (unit) {
	case UNIT_RECIPIENTS:
		return begins ? 1 : facts->recipients;
	case UNIT_BYTES:
		if (!begins)
			return facts->size;
		return facts->declared_size > 0 ? facts->declared_size : 1;
	case UNIT_MESSAGES:
	case UNIT_COUNT:
		break;
	}
	return 1;
}

/* All charges of one message, on the stack of the caller. */
struct charges {
	struct charge items[CHARGES_MAX];
	size_t count;
};

static void
add_charge(const struct message *message, const struct check *check, const struct owner *owner,
	   const struct limit *limit, struct charges *charges)
{
	const struct settings *settings = verdict_settings(message, check);
	struct charge *charge;

	if (limit->unlimited || charges->count == CHARGES_MAX)
		return;
	charge = &charges->items[charges->count++];
	*charge = (struct charge){ .check = check, .limit = *limit, .enforced = settings->mode == MODE_ENFORCE };
	charge->unit = (enum limit_unit)settings->values[check->counts->unit].number;
	charge->units = units_of(message, charge->unit);
	charge_key(charge, owner);
}

/* Two windows of one check and time would be one counter, charged twice. */
static bool
has_window(const struct charges *charges, const struct check *check, int64_t period_us)
{
	for (size_t i = 0; i < charges->count; i++)
		if (charges->items[i].check == check && charges->items[i].limit.period_us == period_us)
			return true;
	return false;
}

/* "1000/1h, 5000/24h" of a table. False when it is no list of limits. */
static bool
add_overrides(const struct message *message, const struct check *check, const struct owner *owner, char *value,
	      struct charges *charges)
{
	enum limit_kind kind = check->params[check->counts->limits].type == PARAM_RATES ? LIMIT_RATE : LIMIT_QUOTA;
	char rule[REPLY_RULE_MAX];
	size_t windows = 0;
	char *rest = NULL;

	for (char *item = strtok_r(value, ",", &rest); item != NULL; item = strtok_r(NULL, ",", &rest)) {
		struct limit limit;
		struct bytes trimmed = bytes_trim(bytes_of(item));

		item = item + (trimmed.data - item);
		item[trimmed.length] = '\0';
		if (windows++ == SETTING_LIMITS_MAX || !limit_parse(item, kind, &limit, rule) ||
		    has_window(charges, check, limit.period_us))
			return false;
		add_charge(message, check, owner, &limit, charges);
	}
	return windows > 0;
}

/* False when the table of overrides cannot tell, or says what is no limit. */
static bool
add_check(const struct message *message, const struct check *check, struct charges *charges)
{
	const struct settings *settings = verdict_settings(message, check);
	const struct limit_list *limits = &settings->values[check->counts->limits].limits;
	const struct table *overrides = settings->values[check->counts->overrides].table;
	char value[TABLE_VALUE_MAX];
	struct owner owner;

	if (!find_owner(message, &settings->values[check->counts->per], &owner))
		return true;
	if (overrides != NULL) {
		enum table_answer answer = table_find(overrides, message->services, owner.text, value);

		if (answer == TABLE_FAILED)
			return false;
		if (answer == TABLE_FOUND)
			return add_overrides(message, check, &owner, value, charges);
	}
	for (size_t i = 0; i < limits->count; i++)
		add_charge(message, check, &owner, &limits->items[i], charges);
	return true;
}

static bool
collect(struct message *message, struct charges *charges_out)
{
	charges_out->count = 0;
	for (size_t i = 0; i < checks_count; i++) {
		size_t before = charges_out->count;

		if (checks[i].counts == NULL || verdict_settings(message, &checks[i])->mode == MODE_OFF ||
		    add_check(message, &checks[i], charges_out))
			continue;
		charges_out->count = before;
		verdict_table_failed(message, verdict_settings(message, &checks[i]));
	}
	return charges_out->count > 0;
}

bool
message_counts(const struct message *message)
{
	if (message->services == NULL || message->services->look == NULL)
		return false;
	for (size_t i = 0; i < checks_count; i++)
		if (checks[i].counts != NULL && verdict_settings(message, &checks[i])->mode != MODE_OFF)
			return true;
	return false;
}

/* Of all windows of each check. */
static void
note_left(struct facts *facts, const struct charge *charge)
{
	for (size_t i = 0; i < LIMIT_CHECKS_MAX; i++) {
		struct limit_facts *limit = &facts->limits[i];

		if (limit->check == NULL)
			*limit = (struct limit_facts){ charge->check, charge->unit, charge->left, charge->over };
		if (limit->check != charge->check)
			continue;
		limit->over = limit->over || charge->over;
		if (charge->left < limit->left)
			limit->left = charge->left;
		return;
	}
}

/* Where nothing is enforced, nobody would have been refused. */
static void
counters_failed(struct message *message, const struct charges *charges)
{
	for (size_t i = 0; i < charges->count; i++)
		if (charges->items[i].enforced) {
			message_fail(message, FAILURE_COUNTERS);
			return;
		}
}

void
charges_look(struct message *message)
{
	struct charges charges;

	if (!message_counts(message) || !collect(message, &charges) || verdict_is_final(&message->verdict))
		return;
	if (!message->services->look(message->services->data, charges.items, charges.count)) {
		counters_failed(message, &charges);
		return;
	}
	for (size_t i = 0; i < charges.count; i++)
		note_left(&message->facts, &charges.items[i]);
}

static void
describe(uint64_t left, struct finding *finding_out)
{
	snprintf(finding_out->value, sizeof finding_out->value, "%" PRIu64 " left", left);
}

bool
charges_over(const struct message *message, const struct check *check, struct finding *finding_out)
{
	const struct facts *facts = &message->facts;

	if (message->stage == STAGE_MESSAGE) /* see charges_take */
		return false;
	for (size_t i = 0; i < LIMIT_CHECKS_MAX && facts->limits[i].check != NULL; i++) {
		const struct limit_facts *limit = &facts->limits[i];

		if (limit->check != check)
			continue;
		describe(limit->left, finding_out);
		if (message->stage == STAGE_MAIL)
			return limit->over;
		return limit->unit == UNIT_RECIPIENTS && !facts->recipients_wait && limit->left <= facts->recipients;
	}
	return false;
}

/* The first check in the table's order whose limit is over and enforced gives the reply. */
static void
tell(struct message *message, const struct charges *charges)
{
	for (size_t i = 0; i < charges->count; i++) {
		const struct charge *charge = &charges->items[i];
		struct finding finding = { 0 };

		message->facts.counted[i] = (unsigned char)(charge->over ? COUNTED_NOWHERE : charge->counted);
		if (!charge->over)
			continue;
		describe(charge->left, &finding);
		verdict_found(message, charge->check, STAGE_MESSAGE, &finding);
	}
}

void
charges_take(struct message *message)
{
	struct charges charges;

	if (verdict_is_final(&message->verdict) || !message_counts(message) || !collect(message, &charges) ||
	    verdict_is_final(&message->verdict))
		return;
	if (!message->services->charge(message->services->data, charges.items, charges.count)) {
		counters_failed(message, &charges);
		return;
	}
	tell(message, &charges);
	message->facts.charged = !verdict_is_final(&message->verdict);
}

void
message_release(struct message *message)
{
	struct charges charges;

	if (!message->facts.charged || !collect(message, &charges))
		return;
	for (size_t i = 0; i < charges.count; i++)
		charges.items[i].counted = (enum counted)message->facts.counted[i];
	message->services->release(message->services->data, charges.items, charges.count);
	message->facts.charged = false;
}
