/* SPDX-License-Identifier: BSD-2-Clause */
#include "policy/parse/params.h"
#include "tests/support/cuts.h"
#include "tests/support/iconv_fault.h"
#include "tests/support/suite.h"

#include <errno.h>
#include <string.h>

static const char *const shown[PARAMS_COUNT] = { "boundary", "charset",  "name", "filename",
						 "report",   "protocol", "smime" };

static const struct {
	uint32_t flaw;
	const char *name;
} flaw_names[] = {
	{ PARAMS_CUT, "cut" },           { PARAMS_DUPLICATE, "duplicate" },
	{ PARAMS_UNCLOSED, "unclosed" }, { PARAMS_UNDECODED, "undecoded" },
	{ PARAMS_GAP, "gap" },
};

/* `value name=[text] ... !flaw ...` */
static void
trace_params(struct trace *trace, const struct bytes *chunks, size_t count)
{
	struct params params;

	params_init(&params);
	for (size_t i = 0; i < count; i++)
		params_feed(&params, chunks[i]);
	params_finish(&params);
	trace_add_bytes(trace, bytes_of(params.value));
	for (int name = 0; name < PARAMS_COUNT; name++) {
		const char *text = params_get(&params, (enum params_name)name);

		if (text == NULL)
			continue;
		trace_add(trace, " %s=[", shown[name]);
		trace_add_bytes(trace, bytes_of(text));
		trace_add(trace, "]");
	}
	for (size_t i = 0; i < sizeof flaw_names / sizeof flaw_names[0]; i++)
		if ((params.flaws & flaw_names[i].flaw) != 0)
			trace_add(trace, " !%s", flaw_names[i].name);
}

#define TEXT(literal) literal, sizeof(literal) - 1

/* clang-format off */
static const struct cut_case main_values[] = {
	{ "nothing", "", 0, "" },
	{ "a type", TEXT("text/plain"), "text/plain" },
	{ "a type in capitals", TEXT("TEXT/Plain"), "text/plain" },
	{ "a disposition", TEXT("attachment"), "attachment" },
	{ "blanks around it", TEXT(" \t text/plain \r\n"), "text/plain" },
	{ "a fold before it", TEXT("\r\n text/plain"), "text/plain" },
	{ "blanks and folds around the slash", TEXT("text /\r\n\tplain"), "text/plain" },
	{ "comments anywhere", TEXT("(a) text (b) / (c) plain (d)"), "text/plain" },
	{ "comments nested and escaped", TEXT("(a (b) \\) c) text/plain (\\()"), "text/plain" },
	{ "a semicolon in a comment", TEXT("text/plain (; charset=no); charset=yes"), "text/plain charset=[yes]" },
	{ "a comment not closed", TEXT("text/plain (a; charset=b"), "text/plain !unclosed" },
	{ "a quoted type", TEXT("\"text/plain\"; charset=a"), "text/plain charset=[a]" },
	{ "a quoted disposition with blanks", TEXT("\" Attachment \"; filename=a"), "attachment filename=[a]" },
	{ "a quoted type with a semicolon is one value", TEXT("\"text/plain;x\"; charset=a"), "text/plain;x charset=[a]" },
	{ "a quoted type not closed", TEXT("\"text/plain; charset=a"), "text/plain;charset=a !unclosed" },
	{ "escapes in a quoted value", TEXT("\"a\\\"b\\\\c\\d\""), "a\"b\\\\cd" },
	{ "controls vanish from it", TEXT("te\0xt\x01/pl\x7f" "ain"), "text/plain" },
	{ "8-bit octets stay in it", TEXT("t\xe9xt/plain"), "t\\xe9xt/plain" },
	{ "no slash", TEXT("text; charset=a"), "text charset=[a]" },
	{ "no main value", TEXT("; charset=a"), " charset=[a]" },
	{ "a missing semicolon after a type", TEXT("text/plain charset=a"), "text/plain charset=[a]" },
	{ "a missing semicolon after a disposition and fold", TEXT("attachment\r\n filename=\"a b\""), "attachment filename=[a b]" },
	{ "words after it that are no parameter", TEXT("text/plain is it; charset=a"), "text/plain charset=[a]" },
};

static const struct cut_case values[] = {
	{ "a token", TEXT("a/b; charset=us-ascii"), "a/b charset=[us-ascii]" },
	{ "no blank after the semicolon", TEXT("a/b;charset=c;name=n"), "a/b charset=[c] name=[n]" },
	{ "a semicolon at the end", TEXT("a/b; charset=c;"), "a/b charset=[c]" },
	{ "several semicolons", TEXT("a/b;; ;charset=c;;name=n;;"), "a/b charset=[c] name=[n]" },
	{ "every parameter that is kept",
	  TEXT("a/b; boundary=1; charset=2; name=3; filename=4; report-type=5; protocol=6; smime-type=7; other=8"),
	  "a/b boundary=[1] charset=[2] name=[3] filename=[4] report=[5] protocol=[6] smime=[7]" },
	{ "names in capitals, values as written", TEXT("a/b; CharSet=UTF-8"), "a/b charset=[UTF-8]" },
	{ "blanks around the equals sign", TEXT("a/b; charset = c ; name\t=\r\n \"n\" "), "a/b charset=[c] name=[n]" },
	{ "comments around the equals sign", TEXT("a/b; charset (x) = (y) c (z)"), "a/b charset=[c]" },
	{ "RFC 2045 5.1: a comment after the value", TEXT("text/plain; charset=us-ascii (Plain text)"),
	  "text/plain charset=[us-ascii]" },
	{ "a comment within a value vanishes", TEXT("a/b; boundary=x(y)z"), "a/b boundary=[xz]" },
	{ "a comment not closed after a value", TEXT("a/b; boundary=x (y; charset=c"), "a/b boundary=[x] !unclosed" },
	{ "a quoted value", TEXT("a/b; boundary=\"a;b=c (d) e\""), "a/b boundary=[a;b=c (d) e]" },
	{ "a comment before a quoted value", TEXT("a/b; boundary=(x) \"y\"; filename=(x) \"y\""), "a/b boundary=[y] filename=[y]" },
	{ "an escaped quote", TEXT("a/b; name=\"a\\\"b\""), "a/b name=[a\"b]" },
	{ "an escaped backslash", TEXT("a/b; name=\"a\\\\b\""), "a/b name=[a\\\\b]" },
	{ "a backslash in a boundary escapes anything", TEXT("a/b; boundary=\"\\b\\c\\\\\""), "a/b boundary=[bc\\\\]" },
	{ "a backslash before anything else stays in a name", TEXT("a/b; name=\"C:\\dir\\file.txt\""), "a/b name=[C:\\\\dir\\\\file.txt]" },
	{ "a backslash stays in an unquoted value", TEXT("a/b; name=C:\\dir\\file"), "a/b name=[C:\\\\dir\\\\file]" },
	{ "a backslash at the end of all", TEXT("a/b; name=\"a\\"), "a/b name=[a\\\\] !unclosed" },
	{ "a quote not closed", TEXT("a/b; boundary=\"x; charset=c"), "a/b boundary=[x; charset=c] !unclosed" },
	{ "a quote alone", TEXT("a/b; boundary=\""), "a/b boundary=[] !unclosed" },
	{ "a missing semicolon after a quoted value", TEXT("a/b; name=\"n\" charset=c"), "a/b charset=[c] name=[n]" },
	{ "not even a blank after a quoted value", TEXT("a/b; name=\"n\"charset=c"), "a/b charset=[c] name=[n]" },
	{ "text after a quoted value belongs to nothing", TEXT("a/b; name=\"n\".pdf; charset=c"), "a/b charset=[c] name=[n]" },
	{ "quotes within quotes", TEXT("a/b; name=\"my \"own\" file\"; charset=c"), "a/b charset=[c] name=[my ]" },
	{ "a quote within an unquoted value is text", TEXT("a/b; name=5\"disk; charset=c"), "a/b charset=[c] name=[5\"disk]" },
	{ "single quotes are text", TEXT("a/b; charset='utf-8'"), "a/b charset=['utf-8']" },
	{ "an empty value", TEXT("a/b; boundary=; charset=c"), "a/b boundary=[] charset=[c]" },
	{ "an empty quoted value", TEXT("a/b; filename=\"\""), "a/b filename=[]" },
	{ "a value that is only blanks and a comment", TEXT("a/b; boundary= (x) ; name=(y)"), "a/b boundary=[] name=[]" },
	{ "a name without a value", TEXT("a/b; boundary; charset=c"), "a/b charset=[c]" },
	{ "a value without a name", TEXT("a/b; =x; charset=c"), "a/b charset=[c]" },
	{ "equals signs in a value", TEXT("a/b; boundary=----=_Part=1=="), "a/b boundary=[----=_Part=1==]" },
	{ "blanks in an unquoted value", TEXT("a/b; filename=my own file.pdf ; name=n"), "a/b name=[n] filename=[my own file.pdf]" },
	{ "a fold in an unquoted value", TEXT("a/b; filename=my\r\n\town"), "a/b filename=[my\\town]" },
	{ "a fold in a quoted value", TEXT("a/b; filename=\"my\r\n own\""), "a/b filename=[my own]" },
	{ "a fold as a milter sees it", TEXT("a/b;\n boundary=\"x\";\n\tcharset=c"), "a/b boundary=[x] charset=[c]" },
	{ "parentheses in an unquoted file name", TEXT("a/b; filename=report (1).pdf; name=(2) n"),
	  "a/b name=[(2) n] filename=[report (1).pdf]" },
	{ "a comment after an unquoted file name", TEXT("a/b; filename=report.pdf (the ; report) "), "a/b filename=[report.pdf]" },
	{ "parentheses not closed in an unquoted file name", TEXT("a/b; filename=smile :(.pdf; name=n"),
	  "a/b filename=[smile :] !unclosed" },
	{ "blanks in a quoted value stay", TEXT("a/b; filename=\" a \""), "a/b filename=[ a ]" },
	{ "a boundary has no blanks at its end", TEXT("a/b; boundary=\" x \t \""), "a/b boundary=[ x]" },
	{ "the first of several is taken", TEXT("a/b; boundary=x; boundary=y"), "a/b boundary=[x] !duplicate" },
	{ "the first of several, though it is empty", TEXT("a/b; boundary=; boundary=y"), "a/b boundary=[] !duplicate" },
	{ "unknown ones may come twice", TEXT("a/b; x=1; x=2"), "a/b" },
	{ "a name that ends like a known one", TEXT("a/b; xboundary=1; boundaryx=2; boundar=3"), "a/b" },
	{ "numbers at the end of names are no sections", TEXT("a/b; 12=x; name1=y; name0*=z"), "a/b" },
	{ "values of unknown ones are passed over",
	  TEXT("a/b; x = 1 2 (c) 3; y=(d) \"e;f\\\"\"; charset=c"), "a/b charset=[c]" },
	{ "equals and question marks in a file name", TEXT("a/b; name=\"a=b?=c\""), "a/b name=[a=b?=c]" },
	{ "a very long name", TEXT("a/b; boundaryyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyy=1; charset=c"), "a/b charset=[c]" },
	{ "a quoted name is none", TEXT("a/b; \"boundary\"=1"), "a/b" },
	{ "NUL vanishes, other controls stay", TEXT("a/b; name=\"a\0b\x01" "c\""), "a/b name=[ab\\x01c]" },
	{ "a lone CR vanishes", TEXT("a/b; name=\"a\rb\""), "a/b name=[ab]" },
	{ "raw 8-bit octets stay", TEXT("a/b; name=\"caf\xe9\""), "a/b name=[caf\\xe9]" },
	{ "raw UTF-8 stays", TEXT("a/b; name=caf\xc3\xa9"), "a/b name=[caf\\xc3\\xa9]" },
	{ "percent signs are text without RFC 2231", TEXT("a/b; name=a%20b"), "a/b name=[a%20b]" },
	{ "RFC 1341 example", TEXT("multipart/mixed; \n     boundary=gc0y0pkb9ex"), "multipart/mixed boundary=[gc0y0pkb9ex]" },
	{ "RFC 3156 example",
	  TEXT("multipart/signed; boundary=bar; micalg=pgp-md5;\r\n  protocol=\"application/pgp-signature\""),
	  "multipart/signed boundary=[bar] protocol=[application/pgp-signature]" },
};

static const struct cut_case extended[] = {
	{ "RFC 2231 3: sections", TEXT("message/external-body; access-type=URL;\r\n name*0=\"ftp://\";\r\n name*1=\"example.org/x\""),
	  "message/external-body name=[ftp://example.org/x]" },
	{ "RFC 2231 4: charset and language", TEXT("a/b; name*=us-ascii'en-us'This%20is%20%2A%2A%2Afun%2A%2A%2A"),
	  "a/b name=[This is ***fun***]" },
	{ "RFC 2231 4.1: both",
	  TEXT("a/b; name*0*=us-ascii'en'This%20is%20even%20more%20;\r\n name*1*=%2A%2A%2Afun%2A%2A%2A%20;\r\n name*2=\"isn't it!\""),
	  "a/b name=[This is even more ***fun*** isn't it!]" },
	{ "UTF-8", TEXT("attachment; filename*=UTF-8''%e2%82%ac%20rates"), "attachment filename=[\\xe2\\x82\\xac rates]" },
	{ "Latin-1", TEXT("attachment; filename*=iso-8859-1'en'%A3%20rates"), "attachment filename=[\\xc2\\xa3 rates]" },
	{ "UTF-16, of which the octets hold NUL", TEXT("attachment; filename*=utf-16be''%00a%00.%00b"), "attachment filename=[a.b]" },
	{ "an escaped NUL vanishes", TEXT("attachment; filename*=utf-8''a%00b"), "attachment filename=[ab]" },
	{ "no charset named is UTF-8", TEXT("attachment; filename*=''caf%C3%A9"), "attachment filename=[caf\\xc3\\xa9]" },
	{ "no apostrophes at all", TEXT("attachment; filename*=caf%C3%A9"), "attachment filename=[caf\\xc3\\xa9]" },
	{ "one apostrophe is text", TEXT("attachment; filename*=its's%C3%A9"), "attachment filename=[its's\\xc3\\xa9]" },
	{ "apostrophes in the text", TEXT("attachment; filename*=utf-8''it's'"), "attachment filename=[it's']" },
	{ "an unknown charset leaves the octets", TEXT("attachment; filename*=x-none''a%e9"), "attachment filename=[a\\xe9] !undecoded" },
	{ "octets that are none of the charset", TEXT("attachment; filename*=utf-8''a%ffb"), "attachment filename=[a\\xef\\xbf\\xbdb]" },
	{ "a character that is cut off", TEXT("attachment; filename*=utf-8''a%C3"), "attachment filename=[a\\xef\\xbf\\xbd]" },
	{ "an extended value in quotes", TEXT("attachment; filename*=\"utf-8''a%20b\""), "attachment filename=[a b]" },
	{ "blanks and comments around it", TEXT("attachment; filename*= utf-8''a%20 (c) ; name=n"), "attachment name=[n] filename=[a ]" },
	{ "a percent sign without digits is text", TEXT("a/b; name*=''100%;charset=c"), "a/b charset=[c] name=[100%]" },
	{ "a percent sign with one digit is text", TEXT("a/b; name*=''a%4"), "a/b name=[a%4]" },
	{ "a percent sign before an escape", TEXT("a/b; name*=''%%41%4%41%zz%4z"), "a/b name=[%A%4A%zz%4z]" },
	{ "a percent sign and a blank", TEXT("a/b; name*=''%4 1"), "a/b name=[%4 1]" },
	{ "an escaped apostrophe is no delimiter", TEXT("a/b; name*=utf-8'%27'a"), "a/b name=[a]" },
	{ "the extended form is preferred, first", TEXT("a/b; filename*=utf-8''x; filename=y"), "a/b filename=[x]" },
	{ "the extended form is preferred, last", TEXT("a/b; filename=y; filename*=utf-8''x"), "a/b filename=[x]" },
	{ "the extended form is preferred to sections", TEXT("a/b; name*0=y; name*=utf-8''x; name*1=z"), "a/b name=[x]" },
	{ "sections are preferred to the plain form", TEXT("a/b; name=y; name*0=x; name*1=z"), "a/b name=[xz]" },
	{ "the first extended form", TEXT("a/b; name*=''x; name*=''y"), "a/b name=[x] !duplicate" },
	{ "sections out of order", TEXT("a/b; name*2=c; name*0=a; name*1=b"), "a/b name=[abc]" },
	{ "sections out of order, the charset last", TEXT("a/b; name*1*=%A3; name*0*=iso-8859-1''%A3"), "a/b name=[\\xc2\\xa3\\xc2\\xa3]" },
	{ "a character across two sections", TEXT("a/b; name*0*=utf-8''%C3; name*1*=%A9"), "a/b name=[\\xc3\\xa9]" },
	{ "a section twice", TEXT("a/b; name*0=a; name*0=b; name*1=c"), "a/b name=[ac] !duplicate" },
	{ "a section missing", TEXT("a/b; name*0=a; name*2=c"), "a/b name=[ac] !gap" },
	{ "no first section", TEXT("a/b; name*1=b"), "a/b name=[b] !gap" },
	{ "sections of several parameters mixed", TEXT("a/b; name*0=a; filename*0=c; name*1=b; filename*1=d"), "a/b name=[ab] filename=[cd]" },
	{ "sections of a boundary", TEXT("a/b; boundary*0=\"--x\"; boundary*1=y"), "a/b boundary=[--xy]" },
	{ "an extended boundary is its octets", TEXT("a/b; boundary*=iso-8859-1''a%E9"), "a/b boundary=[a\\xe9]" },
	{ "blanks between sections belong to none", TEXT("a/b; name*0=a ; name*1= b"), "a/b name=[ab]" },
	{ "quoted blanks belong to sections", TEXT("a/b; name*0=\"a \"; name*1=\" b\""), "a/b name=[a  b]" },
	{ "two digits", TEXT("a/b; name*10=k; name*9=j; name*31=z"), "a/b name=[jkz] !gap" },
	{ "a section past the limit", TEXT("a/b; name*0=a; name*32=b; name*99999999999999=c"), "a/b name=[a] !cut" },
	{ "only a section past the limit", TEXT("a/b; name=n; name*32=b"), "a/b name=[n] !cut" },
	{ "a star without a number is no section", TEXT("a/b; name**=a; name*x=b; *0=c; *=d"), "a/b" },
};

static const struct cut_case words[] = {
	{ "an encoded word in quotes", TEXT("a/b; name=\"=?utf-8?Q?caf=C3=A9?=\""), "a/b name=[caf\\xc3\\xa9]" },
	{ "an encoded word without quotes", TEXT("a/b; name==?utf-8?B?Y2Fmw6k=?="), "a/b name=[caf\\xc3\\xa9]" },
	{ "encoded words folded", TEXT("a/b; filename=\"=?iso-8859-1?Q?a=A3?=\r\n =?iso-8859-1?Q?b?=\""), "a/b filename=[a\\xc2\\xa3b]" },
	{ "an encoded word across sections", TEXT("a/b; name*0=\"=?utf-8?B?Y2Fm\"; name*1=\"w6k=?=\""), "a/b name=[caf\\xc3\\xa9]" },
	{ "no encoded word after all", TEXT("a/b; name=\"=?x\""), "a/b name=[=?x]" },
	{ "an encoded word is none in a boundary", TEXT("a/b; boundary=\"=?utf-8?Q?a?=\""), "a/b boundary=[=?utf-8?Q?a?=]" },
	{ "an encoded word is none in an extended value", TEXT("a/b; name*=utf-8''%3D?utf-8?Q?a?="), "a/b name=[=?utf-8?Q?a?=]" },
};
/* clang-format on */

#define CHECK_ROWS(rows)                                            \
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows)[0]; i++) \
	check_cuts(&(rows)[i], trace_params)

START_TEST(main_values_are_read_leniently)
{
	CHECK_ROWS(main_values);
}
END_TEST

START_TEST(values_are_read_leniently)
{
	CHECK_ROWS(values);
}
END_TEST

START_TEST(rfc_2231_forms_are_joined_and_decoded)
{
	CHECK_ROWS(extended);
}
END_TEST

START_TEST(encoded_words_in_file_names_are_decoded)
{
	CHECK_ROWS(words);
}
END_TEST

static void
feed_repeated(struct params *params, const char *text, size_t times)
{
	for (size_t i = 0; i < times; i++)
		params_feed(params, bytes_of(text));
}

START_TEST(what_does_not_fit_is_cut_and_flagged)
{
	struct params params;

	params_init(&params);
	feed_repeated(&params, "x", PARAMS_VALUE_MAX);
	params_feed(&params, bytes_of("; boundary="));
	feed_repeated(&params, "b", PARAMS_BOUNDARY_MAX);
	params_finish(&params);
	ck_assert_uint_eq(strlen(params.value), PARAMS_VALUE_MAX - 1);
	ck_assert_uint_eq(strlen(params_get(&params, PARAMS_BOUNDARY)), PARAMS_BOUNDARY_MAX - 1);
	ck_assert_uint_eq(params.flaws, PARAMS_CUT);
}
END_TEST

START_TEST(what_just_fits_is_not_cut)
{
	struct params params;

	params_init(&params);
	feed_repeated(&params, "x", PARAMS_VALUE_MAX - 1);
	for (int name = 0; name < PARAMS_COUNT; name++) {
		static const char *const keys[PARAMS_COUNT] = { "boundary",    "charset",  "name",      "filename",
								"report-type", "protocol", "smime-type" };
		static const size_t sizes[PARAMS_COUNT] = { PARAMS_BOUNDARY_MAX, PARAMS_CHARSET_MAX, PARAMS_FILE_MAX,
							    PARAMS_FILE_MAX,     PARAMS_OTHER_MAX,   PARAMS_OTHER_MAX,
							    PARAMS_OTHER_MAX };

		params_feed(&params, bytes_of("; "));
		params_feed(&params, bytes_of(keys[name]));
		params_feed(&params, bytes_of("="));
		feed_repeated(&params, shown[name], 1);
		feed_repeated(&params, "b", sizes[name] - 1 - strlen(shown[name]));
		feed_repeated(&params, " ", 10000);
	}
	params_finish(&params);
	ck_assert_uint_eq(params.flaws, 0);
	for (int name = 0; name < PARAMS_COUNT; name++)
		ck_assert(bytes_starts_nocase(bytes_of(params_get(&params, (enum params_name)name)), shown[name]));
	ck_assert_uint_eq(strlen(params_get(&params, PARAMS_BOUNDARY)), PARAMS_BOUNDARY_MAX - 1);
	ck_assert_uint_eq(strlen(params_get(&params, PARAMS_SMIME_TYPE)), PARAMS_OTHER_MAX - 1);
}
END_TEST

START_TEST(a_decoded_name_is_cut_between_characters)
{
	struct params params;

	params_init(&params);
	params_feed(&params, bytes_of("a/b; filename*=iso-8859-1''"));
	feed_repeated(&params, "%E9", PARAMS_FILE_MAX - 16);
	params_finish(&params);
	const char *name = params_get(&params, PARAMS_FILENAME);
	ck_assert_uint_eq(strlen(name), (PARAMS_FILE_MAX - 1) / 2 * 2);
	ck_assert_str_eq(name + strlen(name) - 2, "\xc3\xa9");
	ck_assert_uint_eq(params.flaws, PARAMS_CUT);
}
END_TEST

START_TEST(a_charset_that_the_system_refuses_leaves_the_octets)
{
	static const struct cut_case refused[] = {
		{ "an extended value", TEXT("a/b; name*=koi8-r''a%C1"), "a/b name=[a\\xc1] !undecoded" },
		{ "an encoded word", TEXT("a/b; name=\"=?koi8-r?Q?=C1?=\""), "a/b name=[=?koi8-r?Q?=C1?=] !undecoded" },
	};

	iconv_open_error = ENOMEM;
	CHECK_ROWS(refused);
}
END_TEST

START_TEST(every_charset_that_was_opened_is_closed)
{
	static const struct cut_case opened[] = {
		{ "an extended value", TEXT("a/b; name*=koi8-r''a%C1"), "a/b name=[a\\xd0\\xb0]" },
		{ "an encoded word", TEXT("a/b; name=\"=?koi8-r?Q?=C1?=\""), "a/b name=[\\xd0\\xb0]" },
	};

	CHECK_ROWS(opened);
	ck_assert_uint_gt(iconv_open_count, 0);
	ck_assert_uint_eq(iconv_open_count, iconv_close_count);
}
END_TEST

START_TEST(ten_thousand_of_anything_do_no_harm)
{
	static const char *const texts[] = { "; boundary=x",
					     "; name*0=x",
					     "; name*1*=%41",
					     "; name*=utf-8''x",
					     "(",
					     "\"\\",
					     "; filename=(((",
					     ";=",
					     "x ",
					     "'",
					     "%" };

	for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
		struct params params;

		params_init(&params);
		params_feed(&params, bytes_of("a/b; protocol*="));
		feed_repeated(&params, texts[i], 10000);
		params_finish(&params);
		ck_assert_str_eq(params.value, "a/b");
	}
}
END_TEST

START_TEST(a_copy_is_as_good_as_the_original)
{
	struct params params, copy;

	params_init(&params);
	params_feed(&params, bytes_of("a/b; name*0=\"x"));
	copy = params;
	memset(&params, 'z', sizeof params);
	params_feed(&copy, bytes_of("y\"; name*1=z"));
	params_finish(&copy);
	ck_assert_str_eq(params_get(&copy, PARAMS_NAME), "xyz");
}
END_TEST

START_TEST(the_struct_is_small)
{
	ck_assert_uint_lt(sizeof(struct params), 4096);
}
END_TEST

SUITE_MAIN(params, main_values_are_read_leniently, values_are_read_leniently, rfc_2231_forms_are_joined_and_decoded,
	   encoded_words_in_file_names_are_decoded, what_does_not_fit_is_cut_and_flagged, what_just_fits_is_not_cut,
	   a_decoded_name_is_cut_between_characters, a_charset_that_the_system_refuses_leaves_the_octets,
	   every_charset_that_was_opened_is_closed, ten_thousand_of_anything_do_no_harm,
	   a_copy_is_as_good_as_the_original, the_struct_is_small)
