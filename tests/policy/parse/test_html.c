/* SPDX-License-Identifier: BSD-2-Clause */
#include "policy/parse/bytes.h"
#include "policy/parse/html.h"
#include "tests/support/cuts.h"
#include "tests/support/suite.h"

#include <stdlib.h>
#include <string.h>

enum { BLANK, SHOWN };

/* ASCII documents: an octet is a code point. */
struct row {
	const char *sentence;
	const char *document;
	int expected;
};

static const struct row text[] = {
	{ "Nothing", "", BLANK },
	{ "White space", " \t\r\n\f", BLANK },
	{ "A letter", "a", SHOWN },
	{ "A letter between tags", "<html><body><p>a</p></body></html>", SHOWN },
	{ "Tags alone", "<html><head></head><body><p><br/> </p></body></html>\r\n", BLANK },
	{ "A NUL is dropped", "<p>\1</p>", BLANK },
	{ "A less-than sign before a blank is text", "< ", SHOWN },
	{ "A less-than sign before a digit is text", "<3", SHOWN },
	{ "A less-than sign before another", "<<p>", SHOWN },
	{ "A less-than sign before a brace is text", "<{>", SHOWN },
	{ "A less-than sign at the end is text", " <", SHOWN },
	{ "Half an end tag at the end is text", " </", SHOWN },
	{ "A greater-than sign is text", ">", SHOWN },
	{ "An open tag at the end is dropped", "<p hello", BLANK },
	{ "An open tag with an open quote too", "<p title=\"hello> there", BLANK },
	{ "Even one that would draw", "<img src=x", BLANK },
};

static const struct row tags[] = {
	{ "A greater-than sign in double quotes is of the tag", "<p title=\"a>b\">", BLANK },
	{ "And in single quotes", "<p title='a>b'>", BLANK },
	{ "Other quotes within quotes", "<p a=\"'>\" b='\">'>", BLANK },
	{ "A quote in a bare value does not quote", "<p title=a\">b", SHOWN },
	{ "A quote before the equals sign does not quote", "<p \">b", SHOWN },
	{ "Blanks around the equals sign", "<p title = \"a>b\" >", BLANK },
	{ "No blank between attributes", "<p a=\"x\"b='>'>", BLANK },
	{ "A value that is missing", "<p title=>", BLANK },
	{ "An attribute that begins with an equals sign", "<p =a='>'>", BLANK },
	{ "Slashes among attributes", "<p / a/b=c / >", BLANK },
	{ "An attribute without a value, then one with", "<p a b='>'>", BLANK },
	{ "An end tag has attributes like any", "</p title='>' background=x style='url(x)'>", BLANK },
	{ "An empty end tag is nothing", "</>", BLANK },
	{ "An end tag that is none is a comment", "</ hello>", BLANK },
	{ "A vertical tab parts nothing", "<p\va='>'>", SHOWN },
	{ "Nor does a NUL", "<p\1a='>'>", SHOWN },
	{ "Names of any length", "<aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa>", BLANK },
	{ "A name that begins like another", "<imgx>", BLANK },
	{ "Names with digits", "<h1></h1><H2></H2>", BLANK },
	{ "A digit begins no end tag", "</1>", BLANK },
	{ "A name that goes on like another", "<x-img>", BLANK },
};

static const struct row declarations[] = {
	{ "A doctype", "<!DOCTYPE html PUBLIC \"-//W3C//DTD HTML 4.01//EN\">", BLANK },
	{ "A quote does not hold a declaration open", "<!DOCTYPE html \">\" >", SHOWN },
	{ "A processing instruction", "<?xml version='1.0'?>", BLANK },
	{ "A CDATA section is a comment up to the first >", "<![CDATA[ a ]]>", BLANK },
	{ "And what follows that is text", "<![CDATA[ > ]]>", SHOWN },
	{ "A comment", "<!-- a -->", BLANK },
	{ "Text behind a comment", "<!-- -->a", SHOWN },
	{ "An empty comment", "<!---->", BLANK },
	{ "A comment that ends before it begins", "<!-->a", SHOWN },
	{ "And one that does with a dash more", "<!--->a", SHOWN },
	{ "Tags in a comment", "<!-- <p>a</p> > -- > a -->", BLANK },
	{ "A comment may end with dashes", "<!-- a --->b", SHOWN },
	{ "A comment may end with an exclamation mark", "<!-- a --!>b", SHOWN },
	{ "But not otherwise", "<!-- a --!b> c --! > d -!> e -> f --", BLANK },
	{ "An exclamation mark and dashes", "<!-- a --!--> b", SHOWN },
	{ "A dash begins no comment", "<!-a>", BLANK },
	{ "And is ended by the first >", "<!-->-->", SHOWN },
	{ "Which the end of another does not undo", "<!--->a<!-- -->", SHOWN },
	{ "One that ends in dashes and no more", "<!-- a --", BLANK },
	{ "Dashes in a comment", "<!-- a - b -- c -->", BLANK },
	{ "And text behind them", "<!-- a - b -- c -->d", SHOWN },
	{ "A comment of dashes", "<!-------->", BLANK },
	{ "A comment in a comment", "<!-- <!-- a --> -->", SHOWN },
	{ "A comment that is not closed", "<!-- a", BLANK },
	{ "A declaration that is not closed", "<!a", BLANK },
	{ "A comment for some readers only", "<!--[if mso]><p>a</p><![endif]-->", BLANK },
	{ "What is for all other readers", "<!--[if !mso]><!-->a<!--<![endif]-->", SHOWN },
	{ "And in the other spelling", "<![if !mso]>a<![endif]>", SHOWN },
	{ "Which alone is nothing", "<![if !mso]> <![endif]>", BLANK },
};

static const struct row elements[] = {
	{ "A title is not in the page", "<title>a</title>", BLANK },
	{ "Nor is a style sheet", "<STYLE type=text/css>p { color: red }</Style>", BLANK },
	{ "Nor is a script", "<script>if (a < b) a(\"<p>\");</script>", BLANK },
	{ "Text behind one", "<style>a</style>b", SHOWN },
	{ "Another end tag does not end it", "<style>a</script>b</styles>c</ style>d</style", BLANK },
	{ "Its own may have blanks and attributes", "<style>a</style\n title='>'>", BLANK },
	{ "Or a slash", "<style>a</style/>b", SHOWN },
	{ "A less-than sign right before it", "<style>a<</style>b", SHOWN },
	{ "Or two", "<xmp> <</xmp>", SHOWN },
	{ "Half an end tag right before it", "<style>a</sty</style>b", SHOWN },
	{ "A slash in its end tag does not matter", "<script></script/>a", SHOWN },
	{ "Nor do a blank and attributes", "<script></script\tb=c>a", SHOWN },
	{ "Anything else makes it another name", "<script></script!>a", BLANK },
	{ "It is not closed", "<script> a", BLANK },
	{ "A slash does not close it", "<script/>a", BLANK },
	{ "A comment in it does not hold it open", "<title><!--</title>a", SHOWN },
	{ "noscript is shown", "<noscript>a</noscript>", SHOWN },
	{ "noframes and noembed are not", "<noframes>a</noframes><noembed>b</noembed>", BLANK },
	{ "xmp shows its content", "<xmp>a</xmp>", SHOWN },
	{ "Markup too", "<xmp> <p> </xmp>", SHOWN },
	{ "And what only looks like its end", "<xmp> </xm", SHOWN },
	{ "But not its end tag", "<xmp> </xmp>", BLANK },
	{ "Nothing ends plain text", "<plaintext> </plaintext>", SHOWN },
	{ "But it may be blank", "<plaintext> ", BLANK },
	{ "A template shows nothing", "<template><p>a &amp; <img> < b</p></template>", BLANK },
	{ "Templates nest", "<template><template>a</template>b</template> ", BLANK },
	{ "And end", "<template><template></template></template>a", SHOWN },
	{ "An end too many does not matter", "</template><template>a</template>", BLANK },
	{ "A text area in a template has no markup", "<template><textarea></template></textarea>a", BLANK },
	{ "xmp in a template shows nothing", "<template><xmp>a</xm</xmp>", BLANK },
};

static const struct row drawing[] = {
	{ "A background picture", "<body background=\"cid:a\">", SHOWN },
	{ "In capitals, without quotes", "<TD BACKGROUND=a>", SHOWN },
	{ "With blanks around the equals sign", "<td background\n=\n'a'>", SHOWN },
	{ "An empty one", "<td background='' background=\" \">", BLANK },
	{ "One without a value", "<td background>", BLANK },
	{ "A colour", "<td bgcolor=red background-color=red>", BLANK },
	{ "A picture by style", "<p style=\"background: URL(cid:a)\">", SHOWN },
	{ "After something that only begins like it", "<p style='uururl(x)'>", SHOWN },
	{ "A style without", "<p style='color: red; curl: (x)'>", BLANK },
	{ "Behind a quote that is not the value's", "<p style=\"a: '; b: url('c')\">", SHOWN },
	{ "It does not go on from one attribute to the next", "<p style=ur style='l('>", BLANK },
	{ "Nor does it count elsewhere", "<p title='url(x)'>", BLANK },
};

static const struct row references[] = {
	{ "Blanks by name", "&nbsp;&ensp;&emsp;&thinsp;&hairsp;&numsp;&puncsp;&emsp13;&emsp14;&Tab;&NewLine;", BLANK },
	{ "Blanks by long names", "&NonBreakingSpace;&ThickSpace;&NegativeVeryThinSpace;&MediumSpace;&VeryThinSpace;",
	  BLANK },
	{ "Invisible ones by name", "&shy;&zwnj;&zwj;&lrm;&rlm;&NoBreak;&ZeroWidthSpace;", BLANK },
	{ "Invisible operators", "&InvisibleTimes;&it;&InvisibleComma;&ic;&ApplyFunction;&af;", BLANK },
	{ "The two that need no semicolon", "&nbsp &shy&nbsp", BLANK },
	{ "Others do", "&zwnj ", SHOWN },
	{ "Case matters", "&NBSP;", SHOWN },
	{ "Text behind one without", "&nbspa", SHOWN },
	{ "A number sign behind a name begins no number", "&nbsp#160;", SHOWN },
	{ "A tag behind one without", "&nbsp<p>", BLANK },
	{ "A visible one", "&amp;", SHOWN },
	{ "An unknown one", "&hello;", SHOWN },
	{ "One longer than any", "&NegativeVeryThinSpaceNegativeVeryThinSpace;", SHOWN },
	{ "An ampersand alone", "& ", SHOWN },
	{ "An ampersand at the end", "&", SHOWN },
	{ "Two ampersands", "&&nbsp;", SHOWN },
	{ "A decimal number", "&#160;&#8203;&#32;", BLANK },
	{ "A hexadecimal number", "&#xA0;&#x200b;&#X20;", BLANK },
	{ "Without semicolons", "&#160&#xA0 &#8203", BLANK },
	{ "With zeros", "&#00000000000000000000000000160;&#x00000000000000000000A0;", BLANK },
	{ "A visible number", "&#65;", SHOWN },
	{ "A visible hexadecimal number", "&#x41;", SHOWN },
	{ "A letter that is no decimal digit ends the number", "&#16a;", SHOWN },
	{ "Windows-1252 in place of controls", "&#150;", SHOWN },
	{ "The controls that stay", "&#129;&#141;&#143;&#144;&#157;&#13;", BLANK },
	{ "Zero shows as the replacement character", "&#0;", SHOWN },
	{ "So does a surrogate", "&#xD800;", SHOWN },
	{ "A byte order mark is none", "&#xFEFF;", BLANK },
	{ "So does what is past the last point", "&#x110000;", SHOWN },
	{ "So does what is too large for any variable", "&#4294967456;&#x100000000000000a0;", SHOWN },
	{ "No digits", "&#;", SHOWN },
	{ "No hexadecimal digits", "&#x;", SHOWN },
	{ "A number sign at the end", "&#", SHOWN },
	{ "A number at the end", " &#160", BLANK },
	{ "In an attribute they are not looked at", "<p title='&amp;'>", BLANK },
};

/* A row's \1 stands for NUL. */
static char
octet_of(char c)
{
	return c == '\1' ? '\0' : c;
}

static int
judge_points(const char *document)
{
	struct html html;
	bool seen = false;

	html_init(&html);
	for (const char *c = document; *c != '\0'; c++)
		seen = html_point(&html, (unsigned char)octet_of(*c)) || seen;
	seen = html_finish(&html) || seen;
	return seen ? SHOWN : BLANK;
}

static void
feed_octets(struct html *html, struct bytes octets, bool *seen)
{
	struct bytes copy = guarded_copy(octets);

	if (!*seen)
		ck_assert(html_octets(html, copy, seen) == octets.length || *seen);
	guarded_free(copy);
}

/* The same as octets, in two texts. */
static int
judge_octets(const char *document, size_t cut)
{
	struct html html;
	char octets[256];
	size_t length = strlen(document);
	bool seen = false;

	ck_assert_uint_le(length, sizeof octets);
	for (size_t i = 0; i < length; i++)
		octets[i] = octet_of(document[i]);
	html_init(&html);
	feed_octets(&html, (struct bytes){ octets, cut }, &seen);
	feed_octets(&html, (struct bytes){ octets + cut, length - cut }, &seen);
	seen = seen || html_finish(&html);
	return seen ? SHOWN : BLANK;
}

static int
judge(const char *document)
{
	int points = judge_points(document);

	for (size_t cut = 0; cut <= strlen(document); cut++)
		ck_assert_msg(judge_octets(document, cut) == points, "cut at %zu: %s", cut, document);
	return points;
}

static void
check_rows(const struct row *rows, size_t count)
{
	for (size_t i = 0; i < count; i++)
		ck_assert_msg(judge(rows[i].document) == rows[i].expected, "%s: %s", rows[i].sentence,
			      rows[i].document);
}

#define CHECK_ROWS(rows) check_rows(rows, sizeof rows / sizeof rows[0])

START_TEST(text_is_told_from_markup)
{
	CHECK_ROWS(text);
}
END_TEST

START_TEST(tags_end_where_a_browser_ends_them)
{
	CHECK_ROWS(tags);
}
END_TEST

START_TEST(comments_and_declarations_show_nothing)
{
	CHECK_ROWS(declarations);
}
END_TEST

START_TEST(some_elements_hide_their_content)
{
	CHECK_ROWS(elements);
}
END_TEST

START_TEST(some_attributes_draw)
{
	CHECK_ROWS(drawing);
}
END_TEST

START_TEST(character_references_show_what_they_stand_for)
{
	CHECK_ROWS(references);
}
END_TEST

START_TEST(some_elements_show_something_by_themselves)
{
	static const char *const names[] = {
		"img",    "picture", "svg",      "canvas", "video", "audio", "iframe",   "object", "embed", "input",
		"button", "select",  "textarea", "hr",     "math",  "meter", "progress", "frame",  "image",
	};

	for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
		char document[64] = "<p> <";

		strcat(document, names[i]);
		ck_assert_msg(judge(document) == BLANK, "%s", document);
		strcat(document, " a=b>");
		ck_assert_msg(judge(document) == SHOWN, "%s", document);
	}
}
END_TEST

/* No markup of these tables hides what comes behind it. */
START_TEST(text_behind_blank_markup_is_visible)
{
	static const struct {
		const struct row *rows;
		size_t count;
	} tables[] = {
		{ tags, sizeof tags / sizeof tags[0] },
		{ references, sizeof references / sizeof references[0] },
		{ drawing, sizeof drawing / sizeof drawing[0] },
	};

	for (size_t t = 0; t < sizeof tables / sizeof tables[0]; t++) {
		for (size_t i = 0; i < tables[t].count; i++) {
			char document[256] = "";

			strcat(document, tables[t].rows[i].document);
			strcat(document, " a");
			ck_assert_msg(judge(document) == SHOWN, "%s", document);
		}
	}
}
END_TEST

SUITE_MAIN(html, text_is_told_from_markup, tags_end_where_a_browser_ends_them, comments_and_declarations_show_nothing,
	   some_elements_hide_their_content, some_attributes_draw, character_references_show_what_they_stand_for,
	   some_elements_show_something_by_themselves, text_behind_blank_markup_is_visible)
