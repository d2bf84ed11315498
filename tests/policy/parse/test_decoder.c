/* SPDX-License-Identifier: BSD-2-Clause */
#include "policy/parse/decoder.h"
#include "tests/support/cuts.h"
#include "tests/support/suite.h"

#include <stdlib.h>
#include <string.h>

/* The decoded octets, then `!` when there is a flaw. Each call's output lies before a page that must not be touched. */
static void
trace_decoder(struct trace *trace, const struct bytes *chunks, size_t count, enum encoding encoding, uint32_t flaw)
{
	static char room[1 << 16];
	struct decoder decoder;

	decoder_init(&decoder, encoding);
	for (size_t i = 0; i < count; i++) {
		size_t size = decoder_room(chunks[i].length);
		struct bytes out = guarded_copy((struct bytes){ room, size });
		size_t length = decoder_feed(&decoder, chunks[i], (char *)out.data);

		ck_assert_uint_le(length, size);
		trace_add_bytes(trace, (struct bytes){ out.data, length });
		guarded_free(out);
	}
	struct bytes out = guarded_copy((struct bytes){ room, decoder_room(0) });
	trace_add_bytes(trace, (struct bytes){ out.data, decoder_finish(&decoder, (char *)out.data) });
	guarded_free(out);
	ck_assert_uint_eq(decoder.flaws & ~flaw, 0);
	trace_add(trace, "%s", decoder.flaws != 0 ? "!" : "");
}

static void
trace_identity(struct trace *trace, const struct bytes *chunks, size_t count)
{
	trace_decoder(trace, chunks, count, ENCODING_IDENTITY, 0);
}

static void
trace_base64(struct trace *trace, const struct bytes *chunks, size_t count)
{
	trace_decoder(trace, chunks, count, ENCODING_BASE64, DECODER_BASE64_INVALID);
}

static void
trace_quoted(struct trace *trace, const struct bytes *chunks, size_t count)
{
	trace_decoder(trace, chunks, count, ENCODING_QUOTED_PRINTABLE, DECODER_QP_INVALID);
}

static void
trace_uuencode(struct trace *trace, const struct bytes *chunks, size_t count)
{
	trace_decoder(trace, chunks, count, ENCODING_UUENCODE, DECODER_UUENCODE_INVALID);
}

#define TEXT(literal) literal, sizeof(literal) - 1

/* clang-format off */
static const struct cut_case identity[] = {
	{ "nothing", "", 0, "" },
	{ "identity changes no octet", TEXT("=41 QUJD\r\n\0\xff \n"), "=41 QUJD\\r\\n\\x00\\xff \\n" },
};

static const struct cut_case base64[] = {
	{ "nothing", "", 0, "" },
	{ "RFC 4648 10: f", TEXT("Zg=="), "f" },
	{ "RFC 4648 10: fo", TEXT("Zm8="), "fo" },
	{ "RFC 4648 10: foo", TEXT("Zm9v"), "foo" },
	{ "RFC 4648 10: foob", TEXT("Zm9vYg=="), "foob" },
	{ "RFC 4648 10: fooba", TEXT("Zm9vYmE="), "fooba" },
	{ "RFC 4648 10: foobar", TEXT("Zm9vYmFy"), "foobar" },
	{ "the last of the alphabet", TEXT("+/+/AAAA////"), "\\xfb\\xff\\xbf\\x00\\x00\\x00\\xff\\xff\\xff" },
	{ "lines", TEXT("Zm9v\r\nYmFy\r\n"), "foobar" },
	{ "a line break within a quantum", TEXT("Zm\r\n9vYm\nFy"), "foobar" },
	{ "blanks and tabs are white space", TEXT(" Zm 9v\tYmFy "), "foobar" },
	{ "white space alone is nothing", TEXT(" \r\n\t\r\n\r\n"), "" },
	{ "padding alone is nothing", TEXT("===="), "!" },
	{ "text behind padding alone is decoded", TEXT("==\r\n=QUJD"), "ABC!" },
	{ "rubbish between quanta does not matter", TEXT("QUJD.\r\n -QUJD"), "ABCABC!" },
	{ "one padding alone is nothing", TEXT("="), "!" },
	{ "padding after a line break", TEXT("Zg\r\n=\r\n=\r\n"), "f" },
	{ "padding is missing", TEXT("Zg"), "f!" },
	{ "one of two paddings is missing", TEXT("Zg="), "f!" },
	{ "padding of three octets is missing", TEXT("Zm8"), "fo!" },
	{ "too much padding", TEXT("Zg==="), "f!" },
	{ "padding after a whole quantum", TEXT("Zm9v="), "foo!" },
	{ "a single symbol gives nothing", TEXT("Z"), "!" },
	{ "a single symbol and padding give nothing", TEXT("Z==="), "!" },
	{ "a single symbol after quanta", TEXT("Zm9vZ"), "foo!" },
	{ "text after padding is decoded on", TEXT("Zg==Zm9v"), "ffoo!" },
	{ "text after too little padding is decoded on", TEXT("Zg=Zm9v"), "ffoo!" },
	{ "two encoded texts one after the other", TEXT("Zm8=\r\nZm8=\r\n"), "fofo!" },
	{ "white space after padding is fine", TEXT("Zg==\r\n\r\n \r\n"), "f" },
	{ "octets outside the alphabet are passed over", TEXT("Z!m9*v-YmFy"), "foobar!" },
	{ "the URL-safe alphabet is not ours", TEXT("Zm9v-_"), "foo!" },
	{ "8-bit octets and NUL are passed over", TEXT("Zm\x00" "9\xffv\x80"), "foo!" },
	{ "a footer that a list appended", TEXT("Zm9v\n--\n"), "foo!" },
	{ "bits left over do not matter", TEXT("Zh=="), "f" },
	{ "a UTF-8 byte order mark before", TEXT("\xef\xbb\xbfZm9v"), "foo!" },
	{ "a line of 76 octets",
	  TEXT("QUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFB\r\nQg==\r\n"),
	  "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAB" },
};

#define BLANKS_64 "                                                                "
#define BLANKS_128 BLANKS_64 BLANKS_64 /* QUOTED_BLANKS_MAX */

static const struct cut_case quoted[] = {
	{ "nothing", "", 0, "" },
	{ "text", TEXT("Hello, world!\r\n"), "Hello, world!\\r\\n" },
	{ "an octet", TEXT("caf=C3=A9"), "caf\\xc3\\xa9" },
	{ "digits in small letters", TEXT("caf=c3=a9"), "caf\\xc3\\xa9" },
	{ "an escaped NUL", TEXT("a=00b"), "a\\x00b" },
	{ "an escaped equals sign", TEXT("1=3D1"), "1=1" },
	{ "what looks escaped after decoding stays", TEXT("=3D41"), "=41" },
	{ "a soft line break", TEXT("one =\r\ntwo"), "one two" },
	{ "a soft line break in LF", TEXT("one=\ntwo"), "onetwo" },
	{ "only soft line breaks are nothing", TEXT("=\r\n=\r\n=\r\n"), "" },
	{ "only soft line breaks with blanks are nothing", TEXT("= \r\n=\t \n=  \r\n"), "" },
	{ "a soft line break at the end of all", TEXT("one="), "one" },
	{ "a soft line break and blanks at the end of all", TEXT("one= \t"), "one" },
	{ "a hard line break in CRLF stays", TEXT("a\r\nb"), "a\\r\\nb" },
	{ "a hard line break in LF stays LF", TEXT("a\nb"), "a\\nb" },
	{ "blanks at a line's end vanish", TEXT("a \t \r\nb"), "a\\r\\nb" },
	{ "blanks at a line's end in LF vanish", TEXT("a \t \nb"), "a\\nb" },
	{ "blanks at the end of all vanish", TEXT("a \t "), "a" },
	{ "blanks within a line stay", TEXT("a \t  b  c"), "a \\t  b  c" },
	{ "blanks at a line's beginning stay", TEXT("  a\r\n\tb"), "  a\\r\\n\\tb" },
	{ "only blanks are nothing", TEXT(" \t  \t"), "" },
	{ "a line of blanks is empty", TEXT("a\n  \nb"), "a\\n\\nb" },
	{ "blanks before a soft line break stay", TEXT("a  =\r\nb"), "a  b" },
	{ "blanks before an escape stay", TEXT("a  =41"), "a  A" },
	{ "an escaped blank at a line's end stays", TEXT("a=20\r\nb=09\n"), "a \\r\\nb\\t\\n" },
	{ "blanks after an escaped blank vanish", TEXT("a=20  \r\n"), "a \\r\\n" },
	{ "a lone CR stays", TEXT("a\rb"), "a\\rb" },
	{ "a CR keeps the blanks before it", TEXT("a \rb"), "a \\rb" },
	{ "a CR before CRLF keeps the blanks before it", TEXT("a \r\r\nb"), "a \\r\\r\\nb" },
	{ "a CR and then blanks", TEXT("a \r \r\nb"), "a \\r\\r\\nb" },
	{ "blanks and a CR at the end of all stay", TEXT("a \r"), "a \\r" },
	{ "an equals sign with no digits stays", TEXT("a=zz"), "a=zz!" },
	{ "an equals sign with one digit stays", TEXT("a=4z"), "a=4z!" },
	{ "an equals sign with one digit at the end stays", TEXT("a=4"), "a=4!" },
	{ "an equals sign before an escape stays", TEXT("a==41"), "a=A!" },
	{ "an equals sign and one digit before an escape stay", TEXT("a=4=41"), "a=4A!" },
	{ "an equals sign and blanks before text stay", TEXT("a=  b"), "a=  b!" },
	{ "an equals sign and blanks before an escape stay", TEXT("a=  =41"), "a=  A!" },
	{ "an equals sign and one digit before blanks at the end of a line", TEXT("a=4  \r\n"), "a=4\\r\\n!" },
	{ "an equals sign and a lone CR stay", TEXT("a=\rb"), "a=\\rb!" },
	{ "an equals sign and a CR at the end stay", TEXT("a=\r"), "a=\\r!" },
	{ "an equals sign and a CR before CRLF stay", TEXT("a=\r\r\nb"), "a=\\r\\r\\nb!" },
	{ "HTML that was not encoded", TEXT("<a href=\"x\">"), "<a href=\"x\">!" },
	{ "8-bit octets stay", TEXT("caf\xe9\x00\x7f"), "caf\\xe9\\x00\\x7f" },
	{ "as many blanks as are held vanish at a line's end", TEXT("a" BLANKS_128 "\r\n"), "a\\r\\n" },
	{ "as many blanks as are held stay within a line", TEXT("a" BLANKS_128 "b"), "a" BLANKS_128 "b" },
	{ "more blanks stay at a line's end", TEXT("a" BLANKS_128 " \r\n"), "a" BLANKS_128 " \\r\\n" },
	{ "more blanks stay at the end of all", TEXT("a" BLANKS_128 "  "), "a" BLANKS_128 "  " },
	{ "more blanks stay before a CR", TEXT("a" BLANKS_128 "  \r \n"), "a" BLANKS_128 "  \\r\\n" },
	{ "as many blanks as are held vanish in a soft line break", TEXT("a=" BLANKS_128 "\r\nb"), "ab" },
	{ "more blanks make it none", TEXT("a=" BLANKS_128 " \r\nb"), "a=" BLANKS_128 " \\r\\nb!" },
};

static const struct cut_case uuencode[] = {
	{ "nothing has no begin", "", 0, "!" },
	{ "a file", TEXT("begin 644 cat.txt\n#0V%T\n`\nend\n"), "Cat" },
	{ "a file with CRLF", TEXT("begin 644 cat.txt\r\n#0V%T\r\n`\r\nend\r\n"), "Cat" },
	{ "two lines", TEXT("begin 644 x\n#0V%T\n#0V%T\n`\nend\n"), "CatCat" },
	{ "SP for zero", TEXT("begin 644 x\n#    \n \nend\n"), "\\x00\\x00\\x00" },
	{ "backquote for zero", TEXT("begin 644 x\n#````\n`\nend\n"), "\\x00\\x00\\x00" },
	{ "the count cuts the last quantum", TEXT("begin 644 x\n\"0V%T\n`\nend\n"), "Ca" },
	{ "a count of one", TEXT("begin 644 x\n!0V%T\n`\nend\n"), "C" },
	{ "no line of count zero", TEXT("begin 644 x\n#0V%T\nend\n"), "Cat" },
	{ "nothing within", TEXT("begin 644 x\n`\nend\n"), "" },
	{ "text before and after", TEXT("Hello\n\nbegin 644 x\n#0V%T\n`\nend\nbye\n"), "Cat" },
	{ "two files", TEXT("begin 644 x\n#0V%T\n`\nend\n\nbegin 600 y\n#0V%T\n`\nend\n"), "CatCat" },
	{ "the end may have no line break", TEXT("begin 644 x\n#0V%T\n`\nend"), "Cat" },
	{ "blanks after the end", TEXT("begin 644 x\n#0V%T\n`\nend \t\n"), "Cat" },
	{ "an empty line within", TEXT("begin 644 x\n\n#0V%T\n\n`\nend\n"), "Cat" },
	{ "octets after the count are passed over", TEXT("begin 644 x\n#0V%TXYZ\n`\nend\n"), "Cat" },
	{ "a short line gives what it has", TEXT("begin 644 x\n$0V%T\n`\nend\n"), "Cat!" },
	{ "a short line does not spill into the next", TEXT("begin 644 x\n#0V%\n#0V%T\n`\nend\n"), "CaCat!" },
	{ "a short line with CRLF", TEXT("begin 644 x\r\n$0V%T\r\n`\r\nend\r\n"), "Cat!" },
	{ "an empty line with CRLF within", TEXT("begin 644 x\r\n\r\n#0V%T\r\n`\r\nend\r\n"), "Cat" },
	{ "text after the end has no line break", TEXT("begin 644 x\n#0V%T\n`\nend\nbye"), "Cat" },
	{ "half of end at the end of all", TEXT("begin 644 x\n#0V%T\n`\nen"), "Cat!" },
	{ "no end", TEXT("begin 644 x\n#0V%T\n"), "Cat!" },
	{ "no begin", TEXT("#0V%T\n`\nend\n"), "!" },
	{ "begin without a mode is a word", TEXT("begin with\n#0V%T\nend\n"), "!" },
	{ "begin within a line is a word", TEXT("> begin 644 x\n#0V%T\nend\n"), "!" },
	{ "begin is in small letters", TEXT("BEGIN 644 x\n#0V%T\nend\n"), "!" },
	{ "a count outside the alphabet passes over the line", TEXT("begin 644 x\n~0V%T\n#0V%T\n`\nend\n"), "Cat!" },
	{ "an octet outside the alphabet is passed over", TEXT("begin 644 x\n#0\x7fV%T\n`\nend\n"), "Cat!" },
	{ "a word that begins like end", TEXT("begin 644 x\n#0V%T\nenough\n#0V%T\nend\n"), "CatCat!" },
	{ "a word that is half of end", TEXT("begin 644 x\nen\n#0V%T\nend\n"), "Cat!" },
	{ "end and more", TEXT("begin 644 x\nend?\n#0V%T\nend\n"), "Cat!" },
};
/* clang-format on */

#define CHECK_ROWS(rows, trace)                                     \
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows)[0]; i++) \
	check_cuts(&(rows)[i], trace)

START_TEST(identity_is_the_same_octets)
{
	CHECK_ROWS(identity, trace_identity);
}
END_TEST

START_TEST(base64_is_the_same_however_it_is_cut)
{
	CHECK_ROWS(base64, trace_base64);
}
END_TEST

START_TEST(quoted_printable_is_the_same_however_it_is_cut)
{
	CHECK_ROWS(quoted, trace_quoted);
}
END_TEST

START_TEST(uuencode_is_the_same_however_it_is_cut)
{
	CHECK_ROWS(uuencode, trace_uuencode);
}
END_TEST

static const struct {
	const char *value;
	enum encoding encoding;
	bool known;
} encoding_names[] = {
	{ "7bit", ENCODING_IDENTITY, true },
	{ "8BIT", ENCODING_IDENTITY, true },
	{ "binary", ENCODING_IDENTITY, true },
	{ "base64", ENCODING_BASE64, true },
	{ "Base64", ENCODING_BASE64, true },
	{ "quoted-printable", ENCODING_QUOTED_PRINTABLE, true },
	{ "QUOTED-PRINTABLE", ENCODING_QUOTED_PRINTABLE, true },
	{ "x-uuencode", ENCODING_UUENCODE, true },
	{ "uuencode", ENCODING_UUENCODE, true },
	{ "x-uue", ENCODING_UUENCODE, true },
	{ "uue", ENCODING_UUENCODE, true },
	{ " \tbase64 \r\n ", ENCODING_BASE64, true },
	{ "\r\n base64", ENCODING_BASE64, true },
	{ "base64;", ENCODING_BASE64, true },
	{ "base64; charset=utf-8", ENCODING_BASE64, true },
	{ "\"base64\"", ENCODING_BASE64, true },
	{ "(a comment) base64", ENCODING_BASE64, true },
	{ "base64 (a (nested; \\) one) comment)", ENCODING_BASE64, true },
	{ "base64 (not closed", ENCODING_BASE64, true },
	{ "base(x)64", ENCODING_BASE64, true },
	{ "base\\64", ENCODING_IDENTITY, false },
	{ "base64)", ENCODING_IDENTITY, false },
	{ "", ENCODING_IDENTITY, false },
	{ ";base64", ENCODING_IDENTITY, false },
	{ "base-64", ENCODING_IDENTITY, false },
	{ "base6", ENCODING_IDENTITY, false },
	{ "base644", ENCODING_IDENTITY, false },
	{ "base64 8bit", ENCODING_IDENTITY, false },
	{ "base64aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", ENCODING_IDENTITY, false },
	{ "x-unknown", ENCODING_IDENTITY, false },
};

START_TEST(encodings_are_known_by_their_names)
{
	for (size_t i = 0; i < sizeof encoding_names / sizeof encoding_names[0]; i++) {
		struct bytes value = guarded_copy(bytes_of(encoding_names[i].value));
		bool known = !encoding_names[i].known;

		ck_assert_msg(encoding_of(value, &known) == encoding_names[i].encoding, "encoding of '%s'",
			      encoding_names[i].value);
		ck_assert_msg(known == encoding_names[i].known, "'%s' is known or not", encoding_names[i].value);
		guarded_free(value);
	}
}
END_TEST

/* The decoder under test against another way to write the same octets: the printable alphabet in order. */
START_TEST(every_base64_symbol_has_its_value)
{
	static const char alphabet[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

	for (unsigned octet = 0; octet < 256; octet++) {
		const char input[] = { alphabet[octet >> 2], alphabet[(octet & 3) << 4], '=', '=' };
		char out[256];
		struct decoder decoder;

		decoder_init(&decoder, ENCODING_BASE64);
		ck_assert_uint_eq(decoder_feed(&decoder, (struct bytes){ input, sizeof input }, out), 1);
		ck_assert_uint_eq((unsigned char)out[0], octet);
		ck_assert_uint_eq(decoder_finish(&decoder, out), 0);
		ck_assert_uint_eq(decoder.flaws, 0);
	}
}
END_TEST

SUITE_MAIN(decoder, identity_is_the_same_octets, base64_is_the_same_however_it_is_cut,
	   quoted_printable_is_the_same_however_it_is_cut, uuencode_is_the_same_however_it_is_cut,
	   encodings_are_known_by_their_names, every_base64_symbol_has_its_value)
