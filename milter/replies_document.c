/* SPDX-License-Identifier: BSD-2-Clause */
/* For people and for the manual. JSON is in replies_json.c. */
#include "milter/replies_document.h"

#include "milter/mdoc.h"
#include "milter/output.h"

#include <string.h>

enum {
	KEY_COLUMNS = 10, /* "550 5.7.1 " */
	KEY_MAX = 32,
	COLUMNS_MIN = 40 /* on a narrower terminal lines are that long all the same */
};

/* "2, 4 or 5" */
static void
add_classes(struct output *text, const char *classes)
{
	for (size_t i = 0; classes[i] != '\0'; i++) {
		const char *between = classes[i + 1] == '\0' ? " or " : ", ";

		output_format(text, "%s%c", i > 0 ? between : "", classes[i]);
	}
}

static void
describe_code(struct output *text, const struct reply_code *code)
{
	output_format(text, "%s [%s]", code->meaning, code->sources);
}

static void
describe_enhanced(struct output *text, const struct enhanced_code *code)
{
	output_format(text, "%s Class ", code->meaning);
	add_classes(text, code->classes);
	if (code->with[0] != '\0')
		output_format(text, "; with %s", code->with);
	output_format(text, ". [%s]", code->sources);
}

static void
describe_giver(struct output *text, const struct documented_reply *reply)
{
	if (reply->given_by == NULL)
		output_format(text, "only the mail server. %s", reply->reason);
	else if (strcmp(reply->given_by, "failures") == 0)
		output_format(text, "a failure of postern, as configured.");
	else
		output_format(text, "check %s.", reply->given_by);
	if (reply->postfix != NULL)
		output_format(text, " Postfix: %s.", reply->postfix);
	if (reply->sendmail != NULL)
		output_format(text, " Sendmail: %s.", reply->sendmail);
}

static void
describe_reply(struct output *text, const struct documented_reply *reply)
{
	output_format(text, "%s [%s", documented_reply_text(reply), reply->document);
	if (reply->command != NULL)
		output_format(text, ", %s", reply->command);
	output_format(text, ": ");
	describe_giver(text, reply);
	output_format(text, "]");
}

/* Prints the words, and begins a new line before one that would go beyond the columns. */
static void
print_wrapped(struct bytes text, unsigned columns, FILE *stream)
{
	size_t column = KEY_COLUMNS;

	while (text.length > 0) {
		ptrdiff_t blank = bytes_find(text, ' ');
		size_t word = blank < 0 ? text.length : (size_t)blank;

		if (column > KEY_COLUMNS && columns > 0 && column + 1 + word > columns) {
			fprintf(stream, "\n%*s", KEY_COLUMNS, "");
			column = KEY_COLUMNS;
		} else if (column > KEY_COLUMNS) {
			fputc(' ', stream);
			column++;
		}
		fwrite(text.data, 1, word, stream);
		column += word;
		text = bytes_from(text, word + 1);
	}
	fputc('\n', stream);
}

/* What entries are printed with. */
struct listing {
	FILE *stream;
	unsigned columns;
	struct output text; /* of one entry */
	bool begun;         /* something was printed */
};

static void
begin_section(struct listing *listing, const char *heading, bool *begun)
{
	if (!*begun)
		fprintf(listing->stream, "%s%s\n", listing->begun ? "\n" : "", heading);
	*begun = true;
	listing->begun = true;
	output_clear(&listing->text);
}

/* Whether memory sufficed for the text. */
static bool
print_entry(struct listing *listing, const char *key)
{
	if (listing->text.refused)
		return false;
	fprintf(listing->stream, "%-*s", KEY_COLUMNS, key);
	print_wrapped((struct bytes){ listing->text.data, listing->text.length }, listing->columns, listing->stream);
	return true;
}

static bool
print_codes(struct listing *listing, const struct replies_query *query)
{
	bool begun = false, ok = true;
	char key[KEY_MAX];

	for (size_t i = 0; ok && i < reply_codes_count; i++) {
		if (!replies_query_code(query, &reply_codes[i]))
			continue;
		begin_section(listing, "REPLY CODES", &begun);
		describe_code(&listing->text, &reply_codes[i]);
		snprintf(key, sizeof key, "%d", reply_codes[i].code);
		ok = print_entry(listing, key);
	}
	return ok;
}

static bool
print_enhanced(struct listing *listing, const struct replies_query *query)
{
	bool begun = false, ok = true;
	char key[KEY_MAX];

	for (size_t i = 0; ok && i < enhanced_codes_count; i++) {
		if (!replies_query_enhanced(query, &enhanced_codes[i]))
			continue;
		begin_section(listing, "ENHANCED STATUS CODES", &begun);
		describe_enhanced(&listing->text, &enhanced_codes[i]);
		snprintf(key, sizeof key, "x.%s", enhanced_codes[i].code);
		ok = print_entry(listing, key);
	}
	return ok;
}

static bool
print_replies(struct listing *listing, const struct replies_query *query)
{
	bool begun = false, ok = true;
	char key[KEY_MAX];

	for (size_t i = 0; ok && i < documented_replies_count; i++) {
		const struct documented_reply *reply = &documented_replies[i];

		if (!replies_query_reply(query, reply))
			continue;
		begin_section(listing, "DOCUMENTED REPLIES", &begun);
		describe_reply(&listing->text, reply);
		snprintf(key, sizeof key, "%.*s", (int)(documented_reply_text(reply) - reply->reply - 1), reply->reply);
		ok = print_entry(listing, key);
	}
	return ok;
}

bool
replies_print(const struct replies_query *query, unsigned columns, FILE *stream)
{
	struct listing listing = { .stream = stream,
				   .columns = columns > 0 && columns < COLUMNS_MIN ? COLUMNS_MIN : columns };
	bool ok = print_codes(&listing, query) && print_enhanced(&listing, query) && print_replies(&listing, query);

	output_free(&listing.text);
	return ok;
}

/* An item of a list: its tag, and what its text begins with. */
static void
print_mdoc_item(const char *tag, const char *text, FILE *stream)
{
	fputs(".It Li ", stream);
	mdoc_argument(tag, stream);
	fputc('\n', stream);
	mdoc_text(text, stream);
}

static void
print_mdoc_codes(FILE *stream)
{
	char tag[KEY_MAX];

	fputs(".Ss Reply codes\n.Bl -tag -width 999\n", stream);
	for (size_t i = 0; i < reply_codes_count; i++) {
		snprintf(tag, sizeof tag, "%d", reply_codes[i].code);
		print_mdoc_item(tag, reply_codes[i].meaning, stream);
		fprintf(stream, ".Pq %s\n", reply_codes[i].sources);
	}
	fputs(".El\n", stream);
}

static void
print_mdoc_enhanced(FILE *stream)
{
	char tag[KEY_MAX];

	fputs(".Ss Enhanced status codes\n.Bl -tag -width x.9.99\n", stream);
	for (size_t i = 0; i < enhanced_codes_count; i++) {
		const struct enhanced_code *code = &enhanced_codes[i];

		snprintf(tag, sizeof tag, "x.%s", code->code);
		print_mdoc_item(tag, code->meaning, stream);
		fputs("Class ", stream);
		for (size_t j = 0; code->classes[j] != '\0'; j++)
			fprintf(stream, "%s%c", j > 0 ? ", " : "", code->classes[j]);
		if (code->with[0] != '\0')
			fprintf(stream, "; with %s", code->with);
		fprintf(stream, ".\n.Pq %s\n", code->sources);
	}
	fputs(".El\n", stream);
}

static void
print_mdoc_setting(const char *server, const char *setting, FILE *stream)
{
	if (setting == NULL)
		return;
	fprintf(stream, ".br\n%s: ", server);
	mdoc_text(setting, stream);
}

/* The replies that postern gives, or those that it cannot. */
static void
print_mdoc_replies(bool given, FILE *stream)
{
	for (size_t i = 0; i < documented_replies_count; i++) {
		const struct documented_reply *reply = &documented_replies[i];

		if ((reply->given_by != NULL) != given)
			continue;
		print_mdoc_item(reply->reply, reply->document, stream);
		if (reply->command != NULL)
			fprintf(stream, "at %s\n", reply->command);
		fputs(".br\n", stream);
		if (given)
			fprintf(stream, "Given by\n.Cm %s .\n", reply->given_by);
		else
			mdoc_text(reply->reason, stream);
		print_mdoc_setting("Postfix", reply->postfix, stream);
		print_mdoc_setting("Sendmail", reply->sendmail, stream);
	}
}

void
replies_mdoc(FILE *stream)
{
	print_mdoc_codes(stream);
	print_mdoc_enhanced(stream);
	fputs(".Ss Documented replies that postern gives\n.Bl -tag -width Ds\n", stream);
	print_mdoc_replies(true, stream);
	fputs(".El\n.Ss Documented replies that only the mail server gives\n.Bl -tag -width Ds\n", stream);
	print_mdoc_replies(false, stream);
	fputs(".El\n", stream);
}
