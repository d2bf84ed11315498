/* SPDX-License-Identifier: BSD-2-Clause */
/* Each parameter has a fixed place for its text. What is collected there are its sections in the order in which they
 * came (a value without sections is section 0); in the end they are put in order, decoded, and written back. */
#include "policy/parse/params_text.h"
#include "policy/parse/charset.h"
#include "policy/parse/words.h"

#include <string.h>

enum params_form { FORM_NONE, FORM_PLAIN, FORM_SECTIONS, FORM_EXTENDED }; /* each preferred to those before it */

static const struct place {
	const char *key;
	bool file;
	uint16_t start, size; /* within params.text; the NUL at the end is included */
} places[PARAMS_COUNT] = {
	[PARAMS_BOUNDARY] = { "boundary", false, 0, PARAMS_BOUNDARY_MAX },
	[PARAMS_CHARSET] = { "charset", false, PARAMS_BOUNDARY_MAX, PARAMS_CHARSET_MAX },
	[PARAMS_NAME] = { "name", true, PARAMS_BOUNDARY_MAX + PARAMS_CHARSET_MAX, PARAMS_FILE_MAX },
	[PARAMS_FILENAME] = { "filename", true, PARAMS_TEXT_MAX - 3 * PARAMS_OTHER_MAX - PARAMS_FILE_MAX,
			      PARAMS_FILE_MAX },
	[PARAMS_REPORT_TYPE] = { "report-type", false, PARAMS_TEXT_MAX - 3 * PARAMS_OTHER_MAX, PARAMS_OTHER_MAX },
	[PARAMS_PROTOCOL] = { "protocol", false, PARAMS_TEXT_MAX - 2 * PARAMS_OTHER_MAX, PARAMS_OTHER_MAX },
	[PARAMS_SMIME_TYPE] = { "smime-type", false, PARAMS_TEXT_MAX - PARAMS_OTHER_MAX, PARAMS_OTHER_MAX },
};

void
params_text_init(struct params *params)
{
	for (size_t name = 0; name < PARAMS_COUNT; name++)
		params->slots[name].form = FORM_NONE;
}

/* The number at the key's end after a `*`, which is cut off; -1 when there is none. */
static int
cut_section(struct bytes *key)
{
	size_t digits = 0;
	int section = 0;

	while (digits < key->length && ascii_is_digit(key->data[key->length - 1 - digits]))
		digits++;
	if (digits == 0 || digits == key->length || key->data[key->length - 1 - digits] != '*')
		return -1;
	for (size_t i = key->length - digits; i < key->length; i++)
		if (section < PARAMS_SECTIONS_MAX)
			section = section * 10 + (key->data[i] - '0');
	key->length -= digits + 1;
	return section;
}

static bool
find_place(struct bytes key, uint8_t *name_out)
{
	for (uint8_t name = 0; name < PARAMS_COUNT; name++) {
		if (bytes_is(key, places[name].key)) {
			*name_out = name;
			return true;
		}
	}
	return false;
}

/* Whether a value in this form is kept; what it displaces is forgotten. */
static bool
admit(struct params *params, struct params_slot *slot, enum params_form form, int section)
{
	if (form < slot->form)
		return false;
	if (section >= PARAMS_SECTIONS_MAX) {
		params->flaws |= PARAMS_CUT;
		return false;
	}
	if (form > slot->form)
		*slot = (struct params_slot){ .form = (uint8_t)form };
	if ((slot->seen & (UINT32_C(1) << section)) != 0) {
		params->flaws |= PARAMS_DUPLICATE;
		return false;
	}
	return true;
}

void
params_text_begin(struct params *params, struct bytes key)
{
	struct params_reading *reading = &params->reading;
	bool extended = key.length > 0 && key.data[key.length - 1] == '*';

	*reading = (struct params_reading){ .extended = extended };
	if (extended)
		key.length--;
	int section = cut_section(&key);
	if (!find_place(key, &reading->name))
		return;
	enum params_form form = section >= 0 ? FORM_SECTIONS : extended ? FORM_EXTENDED : FORM_PLAIN;
	struct params_slot *slot = &params->slots[reading->name];
	reading->section = section > 0 ? (uint8_t)section : 0;
	reading->kept = admit(params, slot, form, section > 0 ? section : 0);
	reading->quotes = extended && reading->section == 0 ? 2 : 0;
	reading->start = reading->end = slot->length;
}

static char *
text_of(struct params *params, uint8_t name)
{
	return params->text + places[name].start;
}

static void
store(struct params *params, char c)
{
	uint8_t name = params->reading.name;
	struct params_slot *slot = &params->slots[name];

	if (slot->length == places[name].size - 1)
		params->flaws |= PARAMS_CUT;
	else
		text_of(params, name)[slot->length++] = c;
}

static void
store_held_percent(struct params *params)
{
	struct params_reading *reading = &params->reading;
	uint8_t held = reading->percent;

	reading->percent = 0;
	if (held > 0)
		store(params, '%');
	if (held > 1)
		store(params, reading->percent_digit);
}

/* An apostrophe before the text: the first ends the charset, the second the language, which is of no use here. */
static void
end_prefix(struct params *params)
{
	struct params_reading *reading = &params->reading;
	struct params_slot *slot = &params->slots[reading->name];

	reading->quotes--;
	if (reading->quotes == 1) {
		slot->charset_start = reading->start;
		slot->charset_length = (uint16_t)(slot->length - reading->start);
		store(params, '\'');
	} else {
		slot->length = (uint16_t)(slot->charset_start + slot->charset_length);
		reading->start = slot->length;
	}
}

/* Holds back what may be a percent sign and two digits. False when c is an octet like any other. */
static bool
take_percent(struct params *params, char c)
{
	struct params_reading *reading = &params->reading;
	int digit = ascii_hex_value(c);

	if (reading->percent == 1 && digit >= 0) {
		reading->percent = 2;
		reading->percent_digit = c;
		return true;
	}
	if (reading->percent == 2 && digit >= 0) {
		reading->percent = 0;
		params->slots[reading->name].encoded = true;
		store(params, (char)(ascii_hex_value(reading->percent_digit) * 16 + digit));
		return true;
	}
	store_held_percent(params);
	if (c == '%')
		reading->percent = 1;
	return c == '%';
}

void
params_text_put(struct params *params, char c)
{
	struct params_reading *reading = &params->reading;

	if (!reading->kept)
		return;
	bool taken = reading->extended && take_percent(params, c);
	if (!taken && c == '\'' && reading->quotes > 0)
		end_prefix(params);
	else if (!taken)
		store(params, c);
	reading->end = params->slots[reading->name].length;
}

static void
flush_percent(struct params *params)
{
	struct params_reading *reading = &params->reading;

	if (reading->percent == 0)
		return;
	store_held_percent(params);
	reading->end = params->slots[reading->name].length;
}

void
params_text_put_loose(struct params *params, char c)
{
	struct params_reading *reading = &params->reading;

	if (!reading->kept)
		return;
	flush_percent(params);
	struct params_slot *slot = &params->slots[reading->name];
	bool leading = ascii_is_blank(c) && slot->length == reading->start;
	/* One that does not fit needs no flaw: text that comes after it does not fit either. */
	if (!leading && slot->length < places[reading->name].size - 1)
		text_of(params, reading->name)[slot->length++] = c;
}

void
params_text_drop_loose(struct params *params)
{
	if (params->reading.kept)
		params->slots[params->reading.name].length = params->reading.end;
}

bool
params_text_is_file(const struct params *params)
{
	return params->reading.kept && places[params->reading.name].file;
}

void
params_text_end(struct params *params)
{
	struct params_reading *reading = &params->reading;

	if (!reading->kept)
		return;
	flush_percent(params);
	params_text_drop_loose(params);
	struct params_slot *slot = &params->slots[reading->name];
	if (reading->quotes > 0) /* a single apostrophe was part of the text */
		slot->charset_length = 0;
	slot->sections[reading->section].start = reading->start;
	slot->sections[reading->section].length = (uint16_t)(reading->end - reading->start);
	slot->seen |= UINT32_C(1) << reading->section;
	reading->kept = false;
}

/* The sections in order. out has room for the longest text. */
static struct bytes
join(struct params *params, uint8_t name, char *out)
{
	const struct params_slot *slot = &params->slots[name];
	size_t length = 0;

	for (int i = 0; i < PARAMS_SECTIONS_MAX; i++) {
		const struct params_section *section = &slot->sections[i];

		if ((slot->seen & (UINT32_C(1) << i)) == 0)
			continue;
		memcpy(out + length, text_of(params, name) + section->start, section->length);
		length += section->length;
	}
	if ((slot->seen & (slot->seen + 1)) != 0)
		params->flaws |= PARAMS_GAP;
	return (struct bytes){ out, length };
}

struct writer {
	char *text; /* NUL-terminated */
	size_t size, used;
	bool cut;
};

static void
write_point(struct writer *writer, uint32_t point)
{
	char *end = writer->text + writer->used;

	if (point == 0 || writer->cut)
		return;
	writer->cut = !charset_append_utf8(end, writer->size - writer->used, point);
	if (writer->cut)
		*end = '\0';
	else
		writer->used += strlen(end);
}

/* False when the charset is unknown or refused: nothing is written. */
static bool
write_charset(struct params *params, struct writer *writer, struct bytes name, struct bytes octets)
{
	struct charset charset;
	enum charset_status status = charset_open(&charset, name);
	uint32_t point;

	if (status == CHARSET_REFUSED)
		params->flaws |= PARAMS_REFUSED;
	if (status == CHARSET_KNOWN) {
		charset_feed(&charset, octets);
		while (charset_next(&charset, &point))
			write_point(writer, point);
		charset_finish(&charset);
		while (charset_next(&charset, &point))
			write_point(writer, point);
	}
	charset_close(&charset);
	return status == CHARSET_KNOWN;
}

/* False when memory was refused: part of it may be written. */
static bool
write_words(struct params *params, struct writer *writer, struct bytes octets)
{
	struct words words;
	uint32_t point;

	words_init(&words, octets);
	while (words_next(&words, &point))
		write_point(writer, point);
	bool complete = !words.refused;
	words_close(&words);
	if (!complete)
		params->flaws |= PARAMS_REFUSED;
	return complete;
}

static void
write_octets(struct writer *writer, struct bytes octets)
{
	writer->used = 0;
	for (size_t i = 0; i < octets.length; i++)
		if (octets.data[i] != '\0')
			writer->text[writer->used++] = octets.data[i];
	writer->text[writer->used] = '\0';
}

static bool
has_word(struct bytes octets)
{
	for (size_t i = 1; i < octets.length; i++)
		if (octets.data[i - 1] == '=' && octets.data[i] == '?')
			return true;
	return false;
}

static void
finish_slot(struct params *params, uint8_t name)
{
	const struct params_slot *slot = &params->slots[name];
	char joined[PARAMS_BOUNDARY_MAX];
	char charset[PARAMS_CHARSET_MAX] = "";
	struct bytes octets = join(params, name, joined);
	struct writer writer = { text_of(params, name), places[name].size, 0, false };
	bool decoded = true;

	buffer_append(charset, sizeof charset,
		      (struct bytes){ writer.text + slot->charset_start, slot->charset_length });
	writer.text[0] = '\0';
	if (places[name].file && (slot->encoded || slot->charset_length > 0))
		decoded = write_charset(params, &writer, bytes_of(charset), octets);
	else if (places[name].file && has_word(octets))
		decoded = write_words(params, &writer, octets);
	else
		write_octets(&writer, octets);
	if (!decoded) {
		params->flaws |= PARAMS_UNDECODED;
		write_octets(&writer, octets);
	}
	if (writer.cut)
		params->flaws |= PARAMS_CUT;
}

/* A delimiter line may have blanks at its end, so a boundary can have none (RFC 2046 5.1.1). */
static void
trim_boundary(char *boundary)
{
	size_t length = strlen(boundary);

	while (length > 0 && ascii_is_blank(boundary[length - 1]))
		length--;
	boundary[length] = '\0';
}

void
params_text_finish(struct params *params)
{
	for (uint8_t name = 0; name < PARAMS_COUNT; name++)
		if (params->slots[name].form != FORM_NONE)
			finish_slot(params, name);
	if (params->slots[PARAMS_BOUNDARY].form != FORM_NONE)
		trim_boundary(text_of(params, PARAMS_BOUNDARY));
}

const char *
params_get(const struct params *params, enum params_name name)
{
	return params->slots[name].form != FORM_NONE ? params->text + places[name].start : NULL;
}
