/* SPDX-License-Identifier: BSD-2-Clause */
#include "tests/e2e/support/hostile.h"

#include <stdint.h>
#include <unistr.h>

const char hostile_mark[] = "evil";

const struct hostile hostiles[] = {
	{ "a second line of the log",
	  "evil\npostern[1]: 4bQ2: accept profile=x origin=local client=192.0.2.9 from=<>" },
	{ "a second reply", "evil\r\n250 2.0.0 Ok: queued as 4bQ2" },
	{ "a bare CR, to write over the line", "evil\rpostern[1]: stopped" },
	{ "escape sequences", "evil\x1b[2J\x1b]0;title\x07\x1b[31m" },
	{ "C1 controls, raw and as UTF-8", "evil\x9b\x32J\xc2\x9b\x32J\xc2\x85" },
	{ "other controls", "evil\x01\x08\x08\x0b\x0c\x7f" },
	{ "what is no UTF-8", "evil\xff\xfe\xc0\xaf\xed\xa0\x80\xf4\x90\x80\x80\xc3" },
	{ "quotes and what ends a field", "evil\" findings=null_sender(mode=hold) '`\\\" login=\"root" },
	{ "what ends an address", "evil> findings=null_sender(mode=hold) to=<b@example.org" },
	{ "a script", "evil<script>alert(1)</script><img src=x onerror=alert(1)>&lt;&#60;" },
	{ "the end of a JSON string", "evil\"},{\"verdict\":\"accept\\" },
	{ "formats", "evil%s%n%x%%d{value}{name}{rule}{}" },
	{ "what a shell would run", "evil$(id)`id`;id|id&&id" },
	{ "what turns the line around", "evil\xe2\x80\xae"
					"fdp.exe\xe2\x81\xa6\xe2\x80\x8f\xd8\x9c" },
	{ "what nobody sees", "evil\xe2\x80\x8b\xef\xbb\xbf\xe2\x80\xa8\xe2\x80\xa9\xc2\xad" },
};
const size_t hostiles_count = sizeof hostiles / sizeof hostiles[0];

const char *
hostile_not_plain(const char *text)
{
	while (*text >= 0x20 && *text <= 0x7e)
		text++;
	return *text != '\0' ? text : NULL;
}

static bool
misleads(ucs4_t c)
{
	static const struct {
		ucs4_t first, last;
	} ranges[] = {
		{ 0x7f, 0x9f },     { 0xad, 0xad },     { 0x61c, 0x61c },   { 0x180e, 0x180e }, { 0x200b, 0x200f },
		{ 0x2028, 0x202e }, { 0x2060, 0x206f }, { 0xfeff, 0xfeff }, { 0xfff9, 0xfffb }, { 0xe0000, 0xe0fff },
	};

	for (size_t i = 0; i < sizeof ranges / sizeof ranges[0]; i++)
		if (c >= ranges[i].first && c <= ranges[i].last)
			return true;
	return c < 0x20 && c != '\n';
}

const char *
hostile_not_harmless(const char *text)
{
	ucs4_t c;

	while (*text != '\0') {
		int length = u8_strmbtouc(&c, (const uint8_t *)text);

		if (length <= 0 || misleads(c))
			return text;
		text += length;
	}
	return NULL;
}
