/* SPDX-License-Identifier: BSD-2-Clause */
/* A value is a sequence of segments: some text, then a run of adjacent words of one charset. next_segment finds the next one and
 * decodes its run once for trial; when that fails the run belongs to the text. words_next then gives the segment's points.
 *
 * Each word is looked at a fixed number of times: for the run's end, for one or two trials, and for the points. The search for the
 * `?=` at a word's end remembers what it found, or else openings without an end would each search to the end of the value. */
#include "policy/parse/words.h"

#include "policy/parse/charset_names.h"

#include <string.h>

enum { WORD_ENCODING_MAX = 8 }; /* octets of a word's encoding, blanks included */

/* An encoded word as it stands in the value. */
struct word {
	struct bytes charset; /* without the language */
	bool in_base64;       /* rather than Q */
	struct bytes text;
	size_t end;
};

static bool
is_line_break(char c)
{
	return c == '\r' || c == '\n';
}

static struct bytes
slice(struct bytes value, size_t start, size_t end)
{
	struct bytes part = start > 0 ? bytes_from(value, start) : value;

	part.length = end - start;
	return part;
}

static size_t
skip_blanks(struct bytes value, size_t at)
{
	while (at < value.length && ascii_is_blank(value.data[at]))
		at++;
	return at;
}

/* The place of the two characters at or after `from`; the value's length when there is none. */
static size_t
find_pair(struct bytes value, size_t from, char first, char second)
{
	while (from + 1 < value.length) {
		ptrdiff_t found = bytes_find(bytes_from(value, from), first);

		if (found < 0)
			break;
		from += (size_t)found;
		if (from + 1 < value.length && value.data[from + 1] == second)
			return from;
		from++;
	}
	return value.length;
}

static size_t
find_end_mark(struct words *words, size_t from)
{
	if (from < words->mark_from || from > words->mark_at) {
		words->mark_from = from;
		words->mark_at = find_pair(words->value, from, '?', '=');
	}
	return words->mark_at;
}

/* Takes what stands before the next `?`, which must come within `limit` octets, and moves *at behind it. */
static bool
take_part(struct bytes value, size_t limit, size_t *at, struct bytes *part_out)
{
	struct bytes window = bytes_from(value, *at);

	if (window.length > limit)
		window.length = limit;
	ptrdiff_t length = bytes_find(window, '?');
	if (length < 0)
		return false;
	*part_out = bytes_trim((struct bytes){ window.data, (size_t)length });
	*at += (size_t)length + 1;
	return true;
}

static bool
word_at(struct words *words, size_t at, struct word *word_out)
{
	struct bytes value = words->value, charset, encoding;

	if (at + 1 >= value.length || value.data[at] != '=' || value.data[at + 1] != '?')
		return false;
	at += 2;
	if (!take_part(value, WORDS_CHARSET_MAX, &at, &charset) || !take_part(value, WORD_ENCODING_MAX, &at, &encoding))
		return false;
	if (!bytes_is(encoding, "B") && !bytes_is(encoding, "Q"))
		return false;
	ptrdiff_t language = bytes_find(charset, '*');
	if (language >= 0)
		charset.length = (size_t)language;
	size_t mark = find_end_mark(words, at);
	if (mark == value.length)
		return false;
	*word_out = (struct word){ charset, bytes_is(encoding, "B"), slice(value, at, mark), mark + 2 };
	return true;
}

/* The place of the first word at or after `from`; the value's length when there is none. */
static size_t
find_word(struct words *words, size_t from, struct word *word_out)
{
	size_t at = find_pair(words->value, from, '=', '?');

	while (at < words->value.length && !word_at(words, at, word_out))
		at = find_pair(words->value, at + 1, '=', '?');
	return at;
}

static size_t
find_run_end(struct words *words, const struct word *first)
{
	struct word next;
	size_t end = first->end;

	while (word_at(words, skip_blanks(words->value, end), &next) &&
	       bytes_equal_nocase(next.charset, first->charset))
		end = next.end;
	return end;
}

static bool
run_next_word(struct words *words, struct words_run *run)
{
	struct word word;
	size_t at = skip_blanks(words->value, run->at);

	if (at >= run->end || !word_at(words, at, &word))
		return false;
	if (!run->quanta_joined || !word.in_base64)
		run->base64 = (struct base64){ .bits = 0 };
	run->text = word.text;
	run->in_base64 = word.in_base64;
	run->at = word.end;
	return true;
}

/* RFC 2047 4.2. A `=` without its hex digits stands for itself; what is left of a fold is its blank. */
static size_t
q_decode(struct bytes *text, size_t room, char *out)
{
	size_t length = 0, at = 0;

	while (at < text->length && length < room) {
		char c = text->data[at++];

		if (c == '=' && text->length - at >= 2) {
			int high = ascii_hex_value(text->data[at]), low = ascii_hex_value(text->data[at + 1]);

			if (high >= 0 && low >= 0) {
				out[length++] = (char)(high << 4 | low);
				at += 2;
				continue;
			}
		}
		if (!is_line_break(c))
			out[length++] = c == '_' ? ' ' : c;
	}
	*text = bytes_from(*text, at);
	return length;
}

static size_t
b_decode(struct base64 *base64, struct bytes *text, size_t room, char *out)
{
	struct bytes piece = *text;

	if (piece.length > room)
		piece.length = room;
	*text = bytes_from(*text, piece.length);
	return base64_feed(base64, piece, out);
}

/* The next octets of a run, into words->decoded; none at its end. */
static struct bytes
run_decode(struct words *words, struct words_run *run)
{
	size_t length = 0;

	while (length < WORDS_DECODED_MAX && (run->text.length > 0 || run_next_word(words, run))) {
		char *out = words->decoded + length;
		size_t room = WORDS_DECODED_MAX - length;

		length += run->in_base64 ? b_decode(&run->base64, &run->text, room, out)
					 : q_decode(&run->text, room, out);
	}
	return (struct bytes){ words->decoded, length };
}

static bool
points_are_valid(struct charset *charset)
{
	uint32_t point;

	for (;;) {
		if (charset_next_ascii(charset).length > 0)
			continue;
		if (!charset_next(charset, &point))
			return true;
		if (point == CHARSET_INVALID)
			return false;
	}
}

/* Whether the run's octets are text of its charset. Takes a copy: the run is as before afterwards. */
static bool
run_is_text(struct words *words, struct words_run run)
{
	struct charset *charset = &words->charset;
	struct bytes octets;

	charset_reset(charset);
	while ((octets = run_decode(words, &run)).length > 0) {
		charset_feed(charset, octets);
		if (!points_are_valid(charset))
			return false;
	}
	charset_finish(charset);
	return points_are_valid(charset);
}

static bool
needs_iconv(struct bytes name)
{
	char iconv_name[CHARSET_NAME_MAX + 1];
	enum charset_method method;

	return charset_name_lookup(name, &method, iconv_name) && method == CHARSET_BY_ICONV;
}

/* Makes words->charset the named one; false when that is unknown or, in words->refused, cannot be had. */
static bool
charset_use(struct words *words, struct bytes name)
{
	struct charset next;

	if (bytes_equal_nocase(words->charset_name, name))
		return true;
	if (words->unknown_name.length > 0 && bytes_equal_nocase(words->unknown_name, name))
		return false;
	if (needs_iconv(name) && words->opens++ >= WORDS_OPENS_MAX)
		return false;
	enum charset_status status = charset_open(&next, name);
	words->refused = status == CHARSET_REFUSED;
	if (status == CHARSET_UNKNOWN)
		words->unknown_name = name;
	if (status != CHARSET_KNOWN)
		return false;
	charset_close(&words->charset);
	words->charset = next;
	words->charset_name = name;
	return true;
}

/* Makes the run ready to be decoded; false when it cannot be. Some writers cut base64 between words wherever the
 * line is full; that reading is second, since one in which each word is complete is what RFC 2047 5 demands. */
static bool
run_prepare(struct words *words, struct bytes charset_name, struct words_run *run)
{
	if (!charset_use(words, charset_name))
		return false;
	if (!run_is_text(words, *run)) {
		run->quanta_joined = true;
		if (!run_is_text(words, *run))
			return false;
	}
	charset_reset(&words->charset);
	return true;
}

static void
text_begin(struct words *words, size_t start, size_t end)
{
	words->text = slice(words->value, start, end);
	words->in_text = true;
	charset_reset(&words->raw);
}

static bool
next_segment(struct words *words)
{
	struct word word;
	size_t start = words->at;

	if (start == words->value.length)
		return false;
	size_t at = find_word(words, start, &word);
	bool found = at < words->value.length;
	struct words_run run = { .at = at, .end = found ? find_run_end(words, &word) : at };
	bool decodes = found && run_prepare(words, word.charset, &run);
	bool spent = words->opens > WORDS_OPENS_MAX;

	if (words->refused)
		return false;
	if (!decodes && !spent)
		text_begin(words, start, run.end);
	else if (!words->after_run || skip_blanks(words->value, start) < at)
		text_begin(words, start, at);
	words->run = run;
	words->in_run = decodes;
	words->after_run = decodes || spent;
	words->at = run.end;
	return true;
}

static bool
text_feed(struct words *words)
{
	struct bytes piece = words->text;
	size_t start = 0, end;

	if (!words->in_text)
		return false;
	while (start < piece.length && is_line_break(piece.data[start]))
		start++;
	for (end = start; end < piece.length && !is_line_break(piece.data[end]); end++)
		;
	words->text = bytes_from(piece, end);
	piece = slice(piece, start, end);
	charset_feed(&words->raw, piece);
	if (piece.length == 0) {
		charset_finish(&words->raw);
		words->in_text = false;
	}
	return true;
}

static bool
run_feed(struct words *words)
{
	if (!words->in_run)
		return false;
	struct bytes octets = run_decode(words, &words->run);
	charset_feed(&words->charset, octets);
	if (octets.length == 0) {
		charset_finish(&words->charset);
		words->in_run = false;
	}
	return true;
}

void
words_init(struct words *words, struct bytes value)
{
	memset(words, 0, offsetof(struct words, raw));
	words->value = value;
	charset_open(&words->raw, bytes_of(""));
	charset_open(&words->charset, words->charset_name);
}

bool
words_next(struct words *words, uint32_t *point_out)
{
	while (!words->refused) {
		if (charset_next(&words->raw, point_out))
			return true;
		if (text_feed(words))
			continue;
		if (charset_next(&words->charset, point_out))
			return true;
		if (!run_feed(words) && !next_segment(words))
			return false;
	}
	return false;
}

struct bytes
words_next_ascii(struct words *words)
{
	struct bytes run = charset_next_ascii(&words->raw);

	if (run.length > 0 || words->in_text || words->raw.missing > 0)
		return run;
	return charset_next_ascii(&words->charset);
}

void
words_close(struct words *words)
{
	charset_close(&words->charset);
}
