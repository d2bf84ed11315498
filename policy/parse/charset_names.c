/* SPDX-License-Identifier: BSD-2-Clause */
#include "policy/parse/charset_names.h"

#include <string.h>

/* Names that mail uses and glibc does not know, or knows as something narrower than what writers mean by them. */
struct alias {
	const char *name;
	enum charset_method method;
	const char *iconv_name; /* with CHARSET_BY_ICONV */
};

static const struct alias aliases[] = {
	{ "utf8", CHARSET_AS_UTF8, NULL },
	{ "utf_8", CHARSET_AS_UTF8, NULL },
	{ "unicode-1-1-utf-8", CHARSET_AS_UTF8, NULL },
	{ "us-ascii", CHARSET_AS_UTF8, NULL },
	{ "ascii", CHARSET_AS_UTF8, NULL },
	{ "ansi_x3.4-1968", CHARSET_AS_UTF8, NULL },
	{ "iso646-us", CHARSET_AS_UTF8, NULL },
	{ "iso-ir-6", CHARSET_AS_UTF8, NULL },
	/* Writers that do not know their charset: RFC 1428 3 for the first, others for what mailers invented. */
	{ "unknown-8bit", CHARSET_AS_UTF8, NULL },
	{ "x-unknown", CHARSET_AS_UTF8, NULL },
	{ "default", CHARSET_AS_UTF8, NULL },
	{ "_autodetect", CHARSET_AS_UTF8, NULL },
	{ "_autodetect_all", CHARSET_AS_UTF8, NULL },
	{ "iso-8859-1", CHARSET_AS_LATIN1, NULL },
	{ "iso8859-1", CHARSET_AS_LATIN1, NULL },
	{ "iso_8859-1", CHARSET_AS_LATIN1, NULL },
	{ "latin1", CHARSET_AS_LATIN1, NULL },
	{ "latin-1", CHARSET_AS_LATIN1, NULL },
	{ "utf-16", CHARSET_AS_UTF16, NULL },
	{ "utf16", CHARSET_AS_UTF16, NULL },
	{ "unicode", CHARSET_AS_UTF16, NULL },
	{ "csunicode", CHARSET_AS_UTF16, NULL },
	{ "ucs-2", CHARSET_AS_UTF16, NULL },
	{ "iso-10646-ucs-2", CHARSET_AS_UTF16, NULL },
	{ "utf-16le", CHARSET_AS_UTF16_LITTLE, NULL },
	{ "utf-16-le", CHARSET_AS_UTF16_LITTLE, NULL },
	{ "utf-16be", CHARSET_AS_UTF16_BIG, NULL },
	{ "utf-16-be", CHARSET_AS_UTF16_BIG, NULL },
	{ "utf-32", CHARSET_AS_UTF32, NULL },
	{ "utf32", CHARSET_AS_UTF32, NULL },
	{ "ucs-4", CHARSET_AS_UTF32, NULL },
	{ "iso-10646-ucs-4", CHARSET_AS_UTF32, NULL },
	{ "utf-32le", CHARSET_AS_UTF32_LITTLE, NULL },
	{ "utf-32be", CHARSET_AS_UTF32_BIG, NULL },
	{ "unicode-1-1-utf-7", CHARSET_BY_ICONV, "UTF-7" },
	{ "x-utf-7", CHARSET_BY_ICONV, "UTF-7" },
	/* Korean mail says KS C 5601 and means what its Windows calls code page 949. */
	{ "ks_c_5601-1987", CHARSET_BY_ICONV, "CP949" },
	{ "ks_c_5601-1989", CHARSET_BY_ICONV, "CP949" },
	{ "ks_c_5601", CHARSET_BY_ICONV, "CP949" },
	{ "ksc5601", CHARSET_BY_ICONV, "CP949" },
	{ "ksc_5601", CHARSET_BY_ICONV, "CP949" },
	{ "korean", CHARSET_BY_ICONV, "CP949" },
	{ "windows-949", CHARSET_BY_ICONV, "CP949" },
	{ "x-windows-949", CHARSET_BY_ICONV, "CP949" },
	{ "x-euc-kr", CHARSET_BY_ICONV, "EUC-KR" },
	{ "x-sjis", CHARSET_BY_ICONV, "CP932" },
	{ "shiftjis", CHARSET_BY_ICONV, "CP932" },
	{ "windows-932", CHARSET_BY_ICONV, "CP932" },
	{ "x-ms-cp932", CHARSET_BY_ICONV, "CP932" },
	{ "x-euc", CHARSET_BY_ICONV, "EUC-JP" },
	{ "x-euc-jp", CHARSET_BY_ICONV, "EUC-JP" },
	{ "x-eucjp", CHARSET_BY_ICONV, "EUC-JP" },
	{ "iso-2022-jp-1", CHARSET_BY_ICONV, "ISO-2022-JP-2" },
	/* Half-width katakana by an escape sequence, which only this one of glibc's variants has. */
	{ "iso-2022-jp-ms", CHARSET_BY_ICONV, "ISO-2022-JP-3" },
	{ "cp50220", CHARSET_BY_ICONV, "ISO-2022-JP-3" },
	{ "cp50221", CHARSET_BY_ICONV, "ISO-2022-JP-3" },
	{ "x-gbk", CHARSET_BY_ICONV, "GBK" },
	{ "chinese", CHARSET_BY_ICONV, "GBK" },
	{ "gb_2312-80", CHARSET_BY_ICONV, "GBK" },
	{ "x-euc-cn", CHARSET_BY_ICONV, "GBK" },
	{ "csbig5", CHARSET_BY_ICONV, "BIG5" },
	{ "x-x-big5", CHARSET_BY_ICONV, "BIG5" },
	{ "windows-950", CHARSET_BY_ICONV, "CP950" },
	{ "x-windows-950", CHARSET_BY_ICONV, "CP950" },
	{ "x-euc-tw", CHARSET_BY_ICONV, "EUC-TW" },
	/* Logical and visual order (RFC 1556): the octets are the same. */
	{ "iso-8859-6-e", CHARSET_BY_ICONV, "ISO-8859-6" },
	{ "iso-8859-6-i", CHARSET_BY_ICONV, "ISO-8859-6" },
	{ "iso-8859-8-e", CHARSET_BY_ICONV, "ISO-8859-8" },
	{ "iso-8859-8-i", CHARSET_BY_ICONV, "ISO-8859-8" },
	{ "koi", CHARSET_BY_ICONV, "KOI8-R" },
	{ "koi8_r", CHARSET_BY_ICONV, "KOI8-R" },
	{ "cp-850", CHARSET_BY_ICONV, "CP850" },
	{ "x-cp866", CHARSET_BY_ICONV, "CP866" },
	{ "x-cp1250", CHARSET_BY_ICONV, "CP1250" },
	{ "x-cp1251", CHARSET_BY_ICONV, "CP1251" },
	{ "cp-1251", CHARSET_BY_ICONV, "CP1251" },
	{ "win-1251", CHARSET_BY_ICONV, "CP1251" },
	{ "windows1251", CHARSET_BY_ICONV, "CP1251" },
	{ "x-cp1252", CHARSET_BY_ICONV, "CP1252" },
	{ "x-ansi", CHARSET_BY_ICONV, "CP1252" },
	{ "x-mac-roman", CHARSET_BY_ICONV, "MACINTOSH" },
	{ "x-mac-cyrillic", CHARSET_BY_ICONV, "MAC-CYRILLIC" },
	{ "x-mac-ukrainian", CHARSET_BY_ICONV, "MAC-UK" },
};

/* glibc's converter drops an octet or does not, depending on what comes with it in one call. */
static const char *const unusable[] = { "iso-2022-cn-ext", "iso2022cnext" };

static bool
is_usable(struct bytes name)
{
	for (size_t i = 0; i < sizeof unusable / sizeof unusable[0]; i++)
		if (bytes_is(name, unusable[i]))
			return false;
	return true;
}

/* glibc drops other octets from a name, and would read `iso-)2022-cn-ext` as one that is unusable. */
static bool
spelled_like_a_charset(struct bytes name)
{
	if (name.length > CHARSET_NAME_MAX)
		return false;
	for (size_t i = 0; i < name.length; i++) {
		char c = ascii_lower(name.data[i]);

		if (!(c >= 'a' && c <= 'z') && !ascii_is_digit(c) && c != '-' && c != '_' &&
		    (c == '\0' || strchr(".:", c) == NULL))
			return false;
	}
	return true;
}

bool
charset_name_lookup(struct bytes name, enum charset_method *method_out, char iconv_name_out[CHARSET_NAME_MAX + 1])
{
	name = bytes_trim(name);
	iconv_name_out[0] = '\0';
	*method_out = CHARSET_AS_UTF8;
	if (name.length == 0 || bytes_is(name, "utf-8")) /* nearly all */
		return true;
	if (!spelled_like_a_charset(name) || !is_usable(name))
		return false;
	*method_out = CHARSET_BY_ICONV;
	for (size_t i = 0; i < sizeof aliases / sizeof aliases[0]; i++) {
		if (!bytes_is(name, aliases[i].name))
			continue;
		*method_out = aliases[i].method;
		if (aliases[i].iconv_name != NULL)
			name = bytes_of(aliases[i].iconv_name);
		break;
	}
	return buffer_append(iconv_name_out, CHARSET_NAME_MAX + 1, name);
}
