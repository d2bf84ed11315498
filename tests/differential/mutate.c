/* SPDX-License-Identifier: BSD-2-Clause */
/* A message begins as one of the corpus; then a few steps are taken, most of them by lines, since octets that change at
 * random seldom hit what has a meaning. For the same reason lines of a header mostly go into a header, and others not. */
#include "tests/differential/mutate.h"

#include "tests/differential/pieces.h"

#include <string.h>

enum {
	STEPS_MAX = 3,
	MADE_SIZE_MAX = 64 << 10, /* a message grows by steps; most of the corpus has less than 1 KiB */
	RANGE_LINES = 8,          /* lines cut or doubled at a time, at most */
	ASTRAY = 16               /* of as many lines one goes where it does not belong */
};

static const char *const body_lines[] = {
	"--b\n",
	"--b--\n",
	"--b \t\n",
	"--b-\n",
	"--bb\n",
	"--c\n",
	"--c--\n",
	"--\n",
	"\n",
	" \n",
	"hello\n",
	"-- \n",
	"begin 644 a\n#86)C\n`\nend\n",
	"YWJj\n",
	"YQ==\n",
	"a=C3=A4=\nb\n",
};

static const char *const fields[] = {
	"Content-Type: text/html\n",
	"Content-Type: Text/Plain; charset=\"utf-8\"; format=flowed\n",
	"Content-Type: text / plain\n",
	"Content-Type: text\n",
	"Content-Type: image/png; name=a.png\n",
	"Content-Type: image/png name=a.png\n",
	"Content-Type: application/pdf; name=\"a (1).pdf\"; name=b.pdf\n",
	"Content-Type: application/pdf; name=a (1).pdf\n",
	"Content-Type: (x) application/pdf; (y) name=a.pdf (z)\n",
	"Content-Type: application/pdf; name=\"C:\\a\\b.pdf\"\n",
	"Content-Type: application/pdf; name=\"a\\\"b.pdf\n",
	"Content-Type: application/pdf; name=\xe4.pdf\n",
	"Content-Type: application/pdf; name=\xc3\xa4.pdf;\n",
	"Content-Type: application/pdf; name==?iso-8859-1?Q?=E4_b?=\n",
	"Content-Type: application/pdf; name=\"=?utf-8?B?w6Q=?= =?utf-8?B?w6Q=?=.pdf\"\n",
	"Content-Type: application/pdf; name*0*=iso-8859-1''%e4; name*1=b; name*2*=%e4\n",
	"Content-Type: application/pdf; name*1=b; name*0=a; name=c\n",
	"Content-Type: application/pdf; name=c; name*=koi8-r''%c1\n",
	"Content-Type: application/octet-stream; name*0=a; name*1*=%20b\n",
	"Content-Type: multipart/mixed; boundary=b\n",
	"Content-Type: multipart/mixed; boundary=\"c\"\n",
	"Content-Type: multipart/mixed;\n\tboundary=\"b \"\n",
	"Content-Type: multipart/mixed; boundary=(x)b\n",
	"Content-Type: multipart/mixed; boundary=b; boundary=c\n",
	"Content-Type: multipart/mixed; boundary*=us-ascii''%62\n",
	"Content-Type: multipart/related; type=\"a/b\"; boundary=bb\n",
	"Content-Type: multipart/digest; boundary=c\n",
	"Content-Type: multipart/alternative\n",
	"Content-Type: message/rfc822\n",
	"Content-Type: message/global; name=a.eml\n",
	"Content-Type: message/news\n",
	"Content-Type: message/external-body\n",
	"Content-Disposition: attachment\n",
	"Content-Disposition: (x) inline (y)\n",
	"Content-Disposition: form-data; name=a; filename=b\n",
	"Content-Disposition: filename=a.pdf\n",
	"Content-Disposition: attachment filename=a.pdf\n",
	"Content-Disposition: \"attachment\"; filename=a b.pdf\n",
	"Content-Disposition: attachment; filename=\"a b.pdf\"; size=3\n",
	"Content-Disposition: attachment; filename=a; filename*=utf-8''%e2%82%ac.pdf\n",
	"Content-Disposition: attachment; filename*=x-unknown''%e4%zz.pdf\n",
	"Content-Disposition: attachment; filename*=%e4\n",
	"Content-Disposition: inline; filename=\"=?utf-8?Q?=C3=A4?=\"\n",
	"Content-Disposition: inline; filename=\"\"\n",
	"Content-Disposition: inline; filename=\"a\n b.pdf\"\n",
	"Content-Transfer-Encoding: base64\n",
	"Content-Transfer-Encoding: Base64 (x)\n",
	"Content-Transfer-Encoding: quoted-printable\n",
	"Content-Transfer-Encoding: \"quoted-printable\";\n",
	"Content-Transfer-Encoding: x-uuencode\n",
	"Content-Transfer-Encoding: 8bit\n",
	"Content-Transfer-Encoding: base-64\n",
	"Content-Transfer-Encoding: uue\n",
	"Content-Transfer-Encoding: 7-bit\n",
	"Content-ID: <a@example.com>\n",
	"Subject: x\n",
};

static const char *const words[] = {
	"b",      "\"b\"", ";",  "; ",       "=",    "\"", "(x)", "/",   "mixed",  "digest",    "text/", "message/",
	"rfc822", "plain", ": ", "\n ",      "\r\n", "\r", "\n",  "\t",  " ",      "--",        "%41",   "*",
	"*0*=",   "''",    "\\", "\xc3\xa4", "\xe4", "==", "=3D", "=\n", "base64", "boundary=", "name=", "filename=",
};

void
mutator_init(struct mutator *mutator, const struct corpus *corpus, uint64_t seed)
{
	*mutator = (struct mutator){ .corpus = corpus, .state = seed };
}

void
mutator_free(struct mutator *mutator)
{
	text_free(&mutator->scratch);
}

/* A number below limit, which is not 0: splitmix64. */
static size_t
pick(struct mutator *mutator, size_t limit)
{
	uint64_t z = mutator->state += UINT64_C(0x9e3779b97f4a7c15);

	z = (z ^ (z >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
	z = (z ^ (z >> 27)) * UINT64_C(0x94d049bb133111eb);
	return (size_t)((z ^ (z >> 31)) % limit);
}

enum place { IN_HEADER, IN_BODY, ANYWHERE };

static bool
is_place(const struct piece *piece, enum place place)
{
	bool in_header = piece->kind == PIECE_FIELD || piece->kind == PIECE_EMPTY;

	return place == ANYWHERE || in_header == (place == IN_HEADER);
}

static enum place
pick_kind(struct mutator *mutator)
{
	return pick(mutator, 2) == 0 ? IN_HEADER : IN_BODY;
}

/* Where some field, or line of a body, begins; or the text's end. */
static size_t
pick_line(struct mutator *mutator, struct bytes text, enum place place)
{
	struct pieces pieces;
	struct piece piece;
	size_t count = 1, at = 0;

	if (pick(mutator, ASTRAY) == 0)
		place = ANYWHERE;
	pieces_init(&pieces, text);
	while (pieces_next(&pieces, &piece))
		count += is_place(&piece, place);
	size_t skip = pick(mutator, count);
	pieces_init(&pieces, text);
	while (pieces_next(&pieces, &piece) && !(is_place(&piece, place) && skip-- == 0))
		at += piece.text.length;
	return at;
}

/* Where the lines end that begin at start. */
static size_t
pick_range(struct mutator *mutator, struct bytes text, size_t start)
{
	size_t end = start;

	for (size_t count = 1 + pick(mutator, RANGE_LINES); count > 0; count--)
		end += line_of(bytes_from(text, end)).length;
	return end;
}

/* text becomes what lies before start, more, and what lies from end on. */
static void
replace(struct mutator *mutator, struct text *text, size_t start, size_t end, struct bytes more)
{
	struct text made = mutator->scratch;

	text_clear(&made);
	text_add(&made, (struct bytes){ text->data, start });
	text_add(&made, more);
	text_add(&made, bytes_from(text_bytes(text), end));
	mutator->scratch = *text;
	*text = made;
}

static void
cut_octets(struct mutator *mutator, struct text *text)
{
	text->length = pick(mutator, text->length + 1);
}

static void
cut_lines(struct mutator *mutator, struct text *text)
{
	size_t start = pick_line(mutator, text_bytes(text), pick_kind(mutator));
	size_t end = pick_range(mutator, text_bytes(text), start);

	replace(mutator, text, start, end, (struct bytes){ NULL, 0 });
}

static void
copy_lines(struct mutator *mutator, struct text *text)
{
	struct text range = { 0 };
	enum place place = pick_kind(mutator);
	size_t start = pick_line(mutator, text_bytes(text), place);
	size_t end = pick_range(mutator, text_bytes(text), start);
	size_t at = pick_line(mutator, text_bytes(text), place);

	text_add(&range, (struct bytes){ text->data + start, end - start });
	replace(mutator, text, at, at, text_bytes(&range));
	text_free(&range);
}

static struct bytes
pick_sample(struct mutator *mutator)
{
	return text_bytes(&mutator->corpus->samples[pick(mutator, mutator->corpus->count)].text);
}

/* Goes on as another message does from somewhere. */
static void
splice(struct mutator *mutator, struct text *text)
{
	struct bytes other = pick_sample(mutator);
	enum place place = pick_kind(mutator);
	size_t at = pick_line(mutator, text_bytes(text), place);

	replace(mutator, text, at, text->length, bytes_from(other, pick_line(mutator, other, place)));
}

/* Puts another message somewhere into this one. */
static void
embed(struct mutator *mutator, struct text *text)
{
	struct text part = { 0 };
	size_t at = pick_line(mutator, text_bytes(text), IN_BODY);

	text_add_string(&part, "--b\nContent-Type: message/rfc822\n\n");
	text_add(&part, pick_sample(mutator));
	text_add_string(&part, "\n--b\n");
	replace(mutator, text, at, at, text_bytes(&part));
	text_free(&part);
}

/* Puts a field into a header, mostly for one of that name. */
static void
put_field(struct mutator *mutator, struct text *text)
{
	struct bytes field = bytes_of(fields[pick(mutator, sizeof fields / sizeof fields[0])]);
	struct bytes name = { field.data, (size_t)bytes_find(field, ':') };
	size_t start = pick_line(mutator, text_bytes(text), IN_HEADER);
	size_t at = start;

	while (at < text->length && !bytes_starts_nocase(bytes_from(text_bytes(text), at), "\n")) {
		struct bytes rest = bytes_from(text_bytes(text), at);

		rest.length = rest.length < name.length ? rest.length : name.length;
		if (bytes_equal_nocase(rest, name))
			break;
		at += line_of(bytes_from(text_bytes(text), at)).length;
	}
	size_t end = at + line_of(bytes_from(text_bytes(text), at)).length;
	if (at == text->length || text->data[at] == '\n' || pick(mutator, ASTRAY) == 0)
		replace(mutator, text, start, start, field);
	else
		replace(mutator, text, at, end, field);
}

static void
insert_body_line(struct mutator *mutator, struct text *text)
{
	size_t at = pick_line(mutator, text_bytes(text), IN_BODY);

	replace(mutator, text, at, at, bytes_of(body_lines[pick(mutator, sizeof body_lines / sizeof body_lines[0])]));
}

static void
insert_word(struct mutator *mutator, struct text *text)
{
	size_t at = pick(mutator, text->length + 1);

	replace(mutator, text, at, at, bytes_of(words[pick(mutator, sizeof words / sizeof words[0])]));
}

static void
change_octet(struct mutator *mutator, struct text *text)
{
	if (text->length > 0)
		text->data[pick(mutator, text->length)] = (char)pick(mutator, 256);
}

static void
change_line_breaks(struct mutator *mutator, struct text *text)
{
	struct text made = { 0 };
	struct bytes rest = text_bytes(text);

	while (rest.length > 0) {
		struct bytes line = line_of(rest);

		text_add(&made, line_text(line));
		text_add_string(&made, line.data[line.length - 1] == '\n' ? "\r\n" : "");
		rest = bytes_from(rest, line.length);
	}
	replace(mutator, text, 0, text->length, text_bytes(&made));
	text_free(&made);
}

static void (*const steps[])(struct mutator *, struct text *) = {
	cut_octets, cut_lines, copy_lines,       splice,           splice,       embed,
	put_field,  put_field, put_field,        insert_word,      insert_word,  change_octet,
	put_field,  put_field, insert_body_line, insert_body_line, change_octet, change_line_breaks,
};

void
mutator_next(struct mutator *mutator, struct text *text)
{
	text_clear(text);
	text_add(text, pick_sample(mutator));
	for (size_t count = 1 + pick(mutator, STEPS_MAX); count > 0 && text->length <= MADE_SIZE_MAX; count--)
		steps[pick(mutator, sizeof steps / sizeof steps[0])](mutator, text);
}
