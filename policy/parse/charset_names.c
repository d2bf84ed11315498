/* SPDX-License-Identifier: BSD-2-Clause */
#include "policy/parse/charset_names.h"

#include <string.h>

/* Names that mail uses and glibc does not know, or knows as something narrower than what writers mean by them. */
struct alias {
	const char *name;
	const char *iconv_name; /* NULL: decoded here */
	enum charset_method method;
};

#define UTF8(name)                          \
	{                                   \
		name, NULL, CHARSET_AS_UTF8 \
	}
#define LATIN1(name)                          \
	{                                     \
		name, NULL, CHARSET_AS_LATIN1 \
	}
#define ICONV(name, iconv_name)                    \
	{                                          \
		name, iconv_name, CHARSET_BY_ICONV \
	}

static const struct alias aliases[] = {
	UTF8("utf-8"),
	UTF8("utf8"),
	UTF8("utf_8"),
	UTF8("unicode-1-1-utf-8"),
	UTF8("us-ascii"),
	UTF8("ascii"),
	UTF8("ansi_x3.4-1968"),
	UTF8("iso646-us"),
	UTF8("iso-ir-6"),
	/* Writers that do not know their charset: RFC 1428 3 for the first, others for what mailers invented. */
	UTF8("unknown-8bit"),
	UTF8("x-unknown"),
	UTF8("default"),
	UTF8("_autodetect"),
	UTF8("_autodetect_all"),
	LATIN1("iso-8859-1"),
	LATIN1("iso8859-1"),
	LATIN1("iso_8859-1"),
	LATIN1("latin1"),
	LATIN1("latin-1"),
	ICONV("unicode-1-1-utf-7", "UTF-7"),
	ICONV("x-utf-7", "UTF-7"),
	ICONV("utf-16-le", "UTF-16LE"),
	ICONV("utf-16-be", "UTF-16BE"),
	/* Korean mail says KS C 5601 and means what its Windows calls code page 949. */
	ICONV("ks_c_5601-1987", "CP949"),
	ICONV("ks_c_5601-1989", "CP949"),
	ICONV("ks_c_5601", "CP949"),
	ICONV("ksc5601", "CP949"),
	ICONV("ksc_5601", "CP949"),
	ICONV("korean", "CP949"),
	ICONV("windows-949", "CP949"),
	ICONV("x-windows-949", "CP949"),
	ICONV("x-euc-kr", "EUC-KR"),
	ICONV("x-sjis", "CP932"),
	ICONV("shiftjis", "CP932"),
	ICONV("windows-932", "CP932"),
	ICONV("x-ms-cp932", "CP932"),
	ICONV("x-euc", "EUC-JP"),
	ICONV("x-euc-jp", "EUC-JP"),
	ICONV("x-eucjp", "EUC-JP"),
	ICONV("iso-2022-jp-1", "ISO-2022-JP-2"),
	/* Half-width katakana by an escape sequence, which only this one of glibc's variants has. */
	ICONV("iso-2022-jp-ms", "ISO-2022-JP-3"),
	ICONV("cp50220", "ISO-2022-JP-3"),
	ICONV("cp50221", "ISO-2022-JP-3"),
	ICONV("x-gbk", "GBK"),
	ICONV("chinese", "GBK"),
	ICONV("gb_2312-80", "GBK"),
	ICONV("x-euc-cn", "GBK"),
	ICONV("csbig5", "BIG5"),
	ICONV("x-x-big5", "BIG5"),
	ICONV("windows-950", "CP950"),
	ICONV("x-windows-950", "CP950"),
	ICONV("x-euc-tw", "EUC-TW"),
	/* Logical and visual order (RFC 1556): the octets are the same. */
	ICONV("iso-8859-6-e", "ISO-8859-6"),
	ICONV("iso-8859-6-i", "ISO-8859-6"),
	ICONV("iso-8859-8-e", "ISO-8859-8"),
	ICONV("iso-8859-8-i", "ISO-8859-8"),
	ICONV("koi", "KOI8-R"),
	ICONV("koi8_r", "KOI8-R"),
	ICONV("cp-850", "CP850"),
	ICONV("x-cp866", "CP866"),
	ICONV("x-cp1250", "CP1250"),
	ICONV("x-cp1251", "CP1251"),
	ICONV("cp-1251", "CP1251"),
	ICONV("win-1251", "CP1251"),
	ICONV("windows1251", "CP1251"),
	ICONV("x-cp1252", "CP1252"),
	ICONV("x-ansi", "CP1252"),
	ICONV("x-mac-roman", "MACINTOSH"),
	ICONV("x-mac-cyrillic", "MAC-CYRILLIC"),
	ICONV("x-mac-ukrainian", "MAC-UK"),
};

static bool
spelled_like_a_charset(struct bytes name)
{
	if (name.length > CHARSET_NAME_MAX)
		return false;
	for (size_t i = 0; i < name.length; i++) {
		char c = ascii_lower(name.data[i]);

		if (!(c >= 'a' && c <= 'z') && !ascii_is_digit(c) && (c == '\0' || strchr("-_.:+()", c) == NULL))
			return false;
	}
	return true;
}

bool
charset_name_lookup(struct bytes name, enum charset_method *method_out, char iconv_name_out[CHARSET_NAME_MAX + 1])
{
	name = bytes_trim(name);
	if (!spelled_like_a_charset(name))
		return false;
	*method_out = name.length == 0 ? CHARSET_AS_UTF8 : CHARSET_BY_ICONV;
	iconv_name_out[0] = '\0';
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
