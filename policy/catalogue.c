/* SPDX-License-Identifier: BSD-2-Clause */
#include "policy/catalogue.h"

#include <string.h>

enum { CODE_OCTETS = 3 }; /* of a reply code */

const struct reply_code *
catalogue_code(int code)
{
	for (size_t i = 0; i < reply_codes_count; i++)
		if (reply_codes[i].code == code)
			return &reply_codes[i];
	return NULL;
}

bool
enhanced_code_allows(const struct enhanced_code *code, char class)
{
	if (class == '4' || class == '5')
		return strpbrk(code->classes, "45") != NULL;
	return class == '2' && strchr(code->classes, class) != NULL;
}

const struct enhanced_code *
catalogue_enhanced(struct bytes code)
{
	if (code.length < 2 || code.data[1] != '.')
		return NULL;
	for (size_t i = 0; i < enhanced_codes_count; i++)
		if (bytes_equal(bytes_from(code, 2), bytes_of(enhanced_codes[i].code)))
			return enhanced_code_allows(&enhanced_codes[i], code.data[0]) ? &enhanced_codes[i] : NULL;
	return NULL;
}

struct bytes
documented_reply_enhanced(const struct documented_reply *reply)
{
	const char *at = reply->reply + CODE_OCTETS + 1;
	size_t length = strspn(at, "0123456789.");

	return (struct bytes){ at, length > 0 && at[length] == ' ' ? length : 0 };
}

const char *
documented_reply_text(const struct documented_reply *reply)
{
	struct bytes enhanced = documented_reply_enhanced(reply);

	return enhanced.length > 0 ? enhanced.data + enhanced.length + 1 : reply->reply + CODE_OCTETS + 1;
}
