/* SPDX-License-Identifier: BSD-2-Clause */
/* What must be true of the catalogue: it is in order, it has every code of the documents it names, and what it says of checks is
 * so. The codes are listed here by document, as the documents have them. */
#include "policy/catalogue.h"
#include "policy/checks.h"
#include "tests/support/suite.h"

#include <fnmatch.h>
#include <stdio.h>
#include <string.h>

enum { LIST_MAX = 128, LINE_MAX_OCTETS = 1200 };

static const int ses_codes[] = { 235, 250, 421, 451, 454, 530, 535, 554 };
static const int infobip_codes[] = { 220, 221, 235, 250, 354, 421, 452, 501, 502, 503, 504, 530, 535, 550, 552, 554 };
static const int page_codes[] = { 211, 214, 220, 221, 235, 250, 251, 252, 421, 422, 431, 432,
				  450, 451, 452, 454, 455, 500, 501, 502, 503, 504, 521, 523,
				  530, 534, 535, 538, 541, 550, 551, 552, 553, 554, 555, 556 };
static const int ntt_codes[] = { 211, 214, 220, 221, 250, 251, 252, 253, 354, 355, 421, 432, 450, 451, 452, 453,
				 454, 458, 459, 500, 501, 502, 503, 504, 510, 512, 515, 517, 521, 522, 523, 530,
				 531, 533, 534, 535, 538, 540, 541, 542, 543, 546, 547, 550, 551, 552, 553, 554 };
static const int emarsys_codes[] = { 421, 450, 451, 452, 500, 501, 502, 503, 504, 550, 551, 552, 553, 554 };
/* RFC 5321 4.2.3. */
static const int rfc5321_codes[] = { 211, 214, 220, 221, 250, 251, 252, 354, 421, 450, 451, 452,
				     455, 500, 501, 502, 503, 504, 550, 551, 552, 553, 554, 555 };
static const int rfc4954_codes[] = { 235, 334, 432, 454, 530, 534, 535, 538 };
static const int rfc7504_codes[] = { 521, 556 };

#define CODES(name, codes)                                  \
	{                                                   \
		name, codes, sizeof codes / sizeof codes[0] \
	}

static const struct {
	const char *document;
	const int *codes;
	size_t count;
} code_lists[] = {
	CODES("Amazon SES", ses_codes),   CODES("Infobip", infobip_codes),  CODES("SMTP Reply Codes", page_codes),
	CODES("NTT", ntt_codes),          CODES("Emarsys", emarsys_codes),  CODES("RFC 5321", rfc5321_codes),
	CODES("RFC 4954", rfc4954_codes), CODES("RFC 7504", rfc7504_codes),
};

/* Subjects 0 to 7, and in each the details from 0 to this; IANA's registry has no gaps. */
static const int iana_details[] = { 0, 10, 4, 6, 7, 6, 10, 30 };
static const int ntt_details[] = { -1, 8, 4, 5, 7, 5, 5, 7 };
static const int emarsys_details[] = { 0, 8, 4, 4, 7, 5, 5, 7 };
enum { SUBJECTS = 8 };

static const char *const infobip_enhanced[] = { "2.0.0", "2.1.0", "2.1.5", "2.6.0", "2.7.0", "4.3.0", "4.3.2",
						"4.4.0", "4.4.2", "4.5.3", "5.1.7", "5.3.0", "5.3.4", "5.5.1",
						"5.5.2", "5.5.4", "5.6.0", "5.7.0", "5.7.1", "5.7.8" };

/* Whether `item` is one of "RFC 5321, NTT". */
static bool
is_among(const char *list, const char *item)
{
	while (*list != '\0') {
		size_t length = strcspn(list, ",");

		if (length == strlen(item) && strncmp(list, item, length) == 0)
			return true;
		list += length;
		list += strspn(list, ", ");
	}
	return false;
}

static bool
is_sentence(const char *text)
{
	for (const char *at = text; *at != '\0'; at++)
		if (*at < 0x20 || *at > 0x7e)
			return false;
	return strlen(text) > 2 && text[0] >= 'A' && text[0] <= 'Z' && text[strlen(text) - 1] == '.';
}

/* Standards by number, or one of those who published a list. */
static void
assert_sources(const char *code, const char *sources)
{
	static const char *const known[] = { "IANA", "Amazon SES", "Infobip", "SMTP Reply Codes", "NTT", "Emarsys" };

	ck_assert_msg(sources[0] != '\0', "%s has no source", code);
	for (const char *at = sources; *at != '\0';) {
		char item[64];
		size_t length = strcspn(at, ",");
		bool found = strncmp(at, "RFC ", 4) == 0 && length == 8 && strspn(at + 4, "0123456789") == 4;

		ck_assert_uint_lt(length, sizeof item);
		snprintf(item, sizeof item, "%.*s", (int)length, at);
		for (size_t i = 0; i < sizeof known / sizeof known[0]; i++)
			found = found || strcmp(item, known[i]) == 0;
		ck_assert_msg(found, "%s: source \"%s\"", code, item);
		at += length;
		at += strspn(at, ", ");
	}
}

START_TEST(reply_codes_are_in_order_and_explained)
{
	for (size_t i = 0; i < reply_codes_count; i++) {
		const struct reply_code *code = &reply_codes[i];
		char name[16];

		snprintf(name, sizeof name, "%d", code->code);
		ck_assert_msg(code->code >= 200 && code->code < 600, "%s", name);
		ck_assert_msg(i == 0 || reply_codes[i - 1].code < code->code, "%s is out of order, or there twice",
			      name);
		ck_assert_msg(is_sentence(code->meaning), "%s: %s", name, code->meaning);
		assert_sources(name, code->sources);
		ck_assert_ptr_eq(catalogue_code(code->code), code);
	}
}
END_TEST

static void
read_numbers(const char *code, int *subject_out, int *detail_out)
{
	int length = 0;

	ck_assert_msg(sscanf(code, "%d.%d%n", subject_out, detail_out, &length) == 2 && code[length] == '\0', "%s",
		      code);
}

/* Of class digits: each once, in order. */
static bool
are_classes(const char *classes)
{
	return classes[0] != '\0' && strspn(classes, "245") == strlen(classes) &&
	       (classes[1] == '\0' ||
		(classes[0] < classes[1] && (classes[2] == '\0' || (classes[1] < classes[2] && classes[3] == '\0'))));
}

START_TEST(enhanced_codes_are_in_order_and_explained)
{
	int before_subject = -1, before_detail = -1;

	for (size_t i = 0; i < enhanced_codes_count; i++) {
		const struct enhanced_code *code = &enhanced_codes[i];
		int subject, detail;

		read_numbers(code->code, &subject, &detail);
		ck_assert_msg(before_subject < subject || (before_subject == subject && before_detail < detail),
			      "%s is out of order, or there twice", code->code);
		ck_assert_msg(is_sentence(code->meaning), "%s: %s", code->code, code->meaning);
		ck_assert_msg(are_classes(code->classes), "%s: classes %s", code->code, code->classes);
		ck_assert_msg(is_among(code->sources, "IANA"), "%s", code->code);
		assert_sources(code->code, code->sources);
		before_subject = subject;
		before_detail = detail;
	}
}
END_TEST

/* "451, 550"; "any" and "5xx" name no code. */
START_TEST(reply_codes_that_enhanced_codes_go_with_are_listed)
{
	for (size_t i = 0; i < enhanced_codes_count; i++) {
		const struct enhanced_code *code = &enhanced_codes[i];

		for (const char *at = code->with; *at != '\0'; at += strspn(at, ", ")) {
			int number, length = 0;

			if (sscanf(at, "%d%n", &number, &length) == 1 && length == 3) {
				ck_assert_msg(catalogue_code(number) != NULL, "%s with %d", code->code, number);
				ck_assert_msg(enhanced_code_allows(code, at[0]), "%s with %d", code->code, number);
			} else {
				ck_assert_msg(is_among("any, 5xx", code->with), "%s with %s", code->code, code->with);
			}
			at += strcspn(at, ",");
		}
	}
}
END_TEST

START_TEST(every_reply_code_of_the_documents_is_there)
{
	for (size_t i = 0; i < sizeof code_lists / sizeof code_lists[0]; i++) {
		size_t named = 0;

		for (size_t j = 0; j < code_lists[i].count; j++) {
			const struct reply_code *code = catalogue_code(code_lists[i].codes[j]);

			ck_assert_msg(code != NULL && is_among(code->sources, code_lists[i].document), "%s %d",
				      code_lists[i].document, code_lists[i].codes[j]);
		}
		for (size_t j = 0; j < reply_codes_count; j++)
			named += is_among(reply_codes[j].sources, code_lists[i].document);
		ck_assert_msg(named == code_lists[i].count, "%s is named by %zu codes", code_lists[i].document, named);
	}
}
END_TEST

static void
assert_enhanced(const char *document, char class, int subject, int detail)
{
	const struct enhanced_code *code;
	char text[16];

	snprintf(text, sizeof text, "%c.%d.%d", class, subject, detail);
	code = catalogue_enhanced(bytes_of(text));
	ck_assert_msg(code != NULL && is_among(code->sources, document), "%s %s", document, text);
}

static size_t
count_named(const char *document)
{
	size_t count = 0;

	for (size_t i = 0; i < enhanced_codes_count; i++)
		count += is_among(enhanced_codes[i].sources, document);
	return count;
}

/* Each detail from 0 to the last, of that class, and no other. */
static void
assert_all_details(const char *document, const int last[SUBJECTS], char class)
{
	size_t count = 0;

	for (int subject = 0; subject < SUBJECTS; subject++) {
		for (int detail = 0; detail <= last[subject]; detail++) {
			char own = class;

			/* Successes, and nothing else. */
			if (strcmp(document, "IANA") == 0 && (subject == 1 ? detail == 9 : subject == 3 && detail == 6))
				own = '2';
			assert_enhanced(document, own, subject, detail);
			count++;
		}
	}
	ck_assert_msg(count_named(document) == count, "%s", document);
}

START_TEST(every_enhanced_code_of_the_documents_is_there)
{
	assert_all_details("IANA", iana_details, '5');
	assert_all_details("NTT", ntt_details, '4');
	assert_all_details("NTT", ntt_details, '5');
	assert_all_details("Emarsys", emarsys_details, '5');
	for (size_t i = 0; i < sizeof infobip_enhanced / sizeof infobip_enhanced[0]; i++) {
		const struct enhanced_code *code = catalogue_enhanced(bytes_of(infobip_enhanced[i]));

		ck_assert_msg(code != NULL && is_among(code->sources, "Infobip"), "%s", infobip_enhanced[i]);
	}
}
END_TEST

START_TEST(codes_in_no_list_are_not_found)
{
	static const int codes[] = { -1, 0, 100, 199, 200, 300, 399, 400, 499, 505, 599, 600, 5500 };
	static const char *const enhanced[] = { "",       "5",       "5.",     "5.7",     "5.7.",   "57.1",   "5.7.31",
						"5.8.0",  "5.0.1",   "5.1.11", "5.07.1",  "5.7.01", "05.7.1", "5.7.1 ",
						"5.7.1.", "5.7.1.0", "x.7.1",  "3.0.0",   "1.0.0",  "6.0.0",  "-5.7.1",
						"5.3.6",  "4.1.9",   "2.7.1",  "2.5.999", "\0.7.1" };

	for (size_t i = 0; i < sizeof codes / sizeof codes[0]; i++)
		ck_assert_msg(catalogue_code(codes[i]) == NULL, "%d", codes[i]);
	for (size_t i = 0; i < sizeof enhanced / sizeof enhanced[0]; i++)
		ck_assert_msg(catalogue_enhanced(bytes_of(enhanced[i])) == NULL, "%s", enhanced[i]);
	ck_assert_ptr_null(catalogue_enhanced((struct bytes){ NULL, 0 }));
}
END_TEST

START_TEST(a_failure_may_be_of_either_class)
{
	static const char *const found[] = { "4.7.1", "5.7.1", "4.1.1", "5.4.1", "4.5.3", "5.5.3", "2.0.0", "2.3.6" };

	for (size_t i = 0; i < sizeof found / sizeof found[0]; i++)
		ck_assert_msg(catalogue_enhanced(bytes_of(found[i])) != NULL, "%s", found[i]);
}
END_TEST

START_TEST(only_as_many_octets_as_said_are_read)
{
	ck_assert_str_eq(catalogue_enhanced((struct bytes){ "5.7.10", 5 })->code, "7.1");
	ck_assert_str_eq(catalogue_enhanced((struct bytes){ "5.7.10", 6 })->code, "7.10");
	ck_assert_ptr_null(catalogue_enhanced((struct bytes){ "5.7.1", 4 }));
}
END_TEST

START_TEST(documented_replies_have_listed_codes)
{
	for (size_t i = 0; i < documented_replies_count; i++) {
		const struct documented_reply *reply = &documented_replies[i];
		const struct reply_code *code;
		struct bytes enhanced = documented_reply_enhanced(reply);
		int number;

		ck_assert_int_eq(sscanf(reply->reply, "%3d ", &number), 1);
		code = catalogue_code(number);
		ck_assert_msg(code != NULL && is_among(code->sources, reply->document), "%s", reply->reply);
		ck_assert_msg(documented_reply_text(reply)[0] != '\0', "%s", reply->reply);
		if (enhanced.length == 0)
			continue;
		ck_assert_msg(enhanced.data[0] == reply->reply[0], "%s", reply->reply);
		ck_assert_msg(catalogue_enhanced(enhanced) != NULL &&
				      is_among(catalogue_enhanced(enhanced)->sources, reply->document),
			      "%s", reply->reply);
	}
}
END_TEST

START_TEST(documented_replies_are_split_behind_their_codes)
{
	static const struct documented_reply whole = { .reply = "554 5.6.0 Attachment is empty" };
	static const struct documented_reply bare = { .reply = "354 End data with <CR><LF>.<CR><LF>" };

	ck_assert(bytes_is(documented_reply_enhanced(&whole), "5.6.0"));
	ck_assert_str_eq(documented_reply_text(&whole), "Attachment is empty");
	ck_assert_uint_eq(documented_reply_enhanced(&bare).length, 0);
	ck_assert_str_eq(documented_reply_text(&bare), "End data with <CR><LF>.<CR><LF>");
}
END_TEST

/* The reply of a row as a shell pattern: its places are filled in with anything. */
static bool
is_reply_of_row(const char *row, const char *documented)
{
	char pattern[LINE_MAX_OCTETS];
	size_t length = 0;

	if (row == NULL)
		return false;
	for (; *row != '\0'; row++) {
		ck_assert_uint_lt(length + 2, sizeof pattern);
		if (*row == '{')
			row += strcspn(row, "}");
		else if (strchr("*?[\\", *row) != NULL)
			pattern[length++] = '\\';
		pattern[length++] = *row == '}' ? '*' : *row;
	}
	pattern[length] = '\0';
	return fnmatch(pattern, documented, 0) == 0;
}

START_TEST(what_postern_gives_it_gives_word_for_word)
{
	for (size_t i = 0; i < documented_replies_count; i++) {
		const struct documented_reply *reply = &documented_replies[i];

		ck_assert_msg((reply->given_by == NULL) == (reply->reason != NULL), "%s", reply->reply);
		ck_assert_msg(reply->reason == NULL || is_sentence(reply->reason), "%s", reply->reply);
		if (reply->given_by == NULL || strcmp(reply->given_by, "failures") == 0)
			continue;
		const struct check *check = check_find(reply->given_by);
		ck_assert_msg(check != NULL, "%s: there is no check %s", reply->reply, reply->given_by);
		ck_assert_msg(is_reply_of_row(check->reply, reply->reply) ||
				      is_reply_of_row(check->reply_ses, reply->reply),
			      "%s is not the reply of %s", reply->reply, check->name);
	}
}
END_TEST

static void
assert_listed(const struct check *check, const char *string)
{
	const char *enhanced = string + 4;
	size_t length = strspn(enhanced, "0123456789.");
	int code;

	ck_assert_msg(sscanf(string, "%3d ", &code) == 1 && catalogue_code(code) != NULL, "%s: %s", check->name,
		      string);
	if (length > 0 && enhanced[length] == ' ')
		ck_assert_msg(catalogue_enhanced((struct bytes){ enhanced, length }) != NULL, "%s: %s", check->name,
			      string);
}

START_TEST(replies_of_the_table_of_checks_are_listed)
{
	for (size_t i = 0; i < checks_count; i++) {
		assert_listed(&checks[i], checks[i].reply);
		if (checks[i].reply_ses != NULL)
			assert_listed(&checks[i], checks[i].reply_ses);
		if (checks[i].reply_standard != NULL)
			assert_listed(&checks[i], checks[i].reply_standard);
	}
}
END_TEST

SUITE_MAIN(catalogue, reply_codes_are_in_order_and_explained, enhanced_codes_are_in_order_and_explained,
	   reply_codes_that_enhanced_codes_go_with_are_listed, every_reply_code_of_the_documents_is_there,
	   every_enhanced_code_of_the_documents_is_there, codes_in_no_list_are_not_found,
	   a_failure_may_be_of_either_class, only_as_many_octets_as_said_are_read, documented_replies_have_listed_codes,
	   documented_replies_are_split_behind_their_codes, what_postern_gives_it_gives_word_for_word,
	   replies_of_the_table_of_checks_are_listed)
