/* SPDX-License-Identifier: BSD-2-Clause */
/* subject_missing, subject_empty. */
#include "tests/policy/cases/cases.h"

#define MISSING(fires, sentence, header)                                     \
	{                                                                    \
		"subject_missing", fires, sentence, "<a@example.com>", NULL, \
			"From: a@example.com\n" header "\nhello\n", NULL     \
	}
#define EMPTY(fires, sentence, header)                                                                                 \
	{                                                                                                              \
		"subject_empty", fires, sentence, "<a@example.com>", NULL, "From: a@example.com\n" header "\nhello\n", \
			NULL                                                                                           \
	}

/* Blank words, each in another charset than the one before. */
#define CHANGES_2 "=?koi8-r?Q?=9A?= =?big5?Q?=A1=40?="
#define CHANGES_8 CHANGES_2 " " CHANGES_2 " " CHANGES_2 " " CHANGES_2

static const struct message_case cases[] = {
	MISSING(true, "no Subject", ""),
	MISSING(true, "a field whose name only begins so", "Subject-X: x\n"),
	MISSING(true, "a Thread-Topic is none", "Thread-Topic: x\n"),
	MISSING(true, "in the body", "\nSubject: x\n"),
	MISSING(false, "there", "Subject: x\n"),
	MISSING(false, "there and empty: that is another check's", "Subject:\n"),

	EMPTY(false, "missing: that is another check's", ""),
	EMPTY(false, "a word", "Subject: x\n"),
	{ "subject_empty", false, "a word and a CR that end the message", "<a@example.com>", NULL, "Subject: x\r",
	  NULL },
	EMPTY(true, "nothing", "Subject:\n"),
	EMPTY(true, "blanks", "Subject:  \t \n"),
	EMPTY(true, "folds", "Subject:\n \n\t\n  \n"),
	EMPTY(false, "a word after a fold", "Subject:\n x\n"),
	EMPTY(true, "an empty word in Q", "Subject: =?utf-8?Q?\?=\n"),
	EMPTY(true, "an empty word in B", "Subject: =?UTF-8?B?\?=\n"),
	EMPTY(true, "padding alone", "Subject: =?utf-8?b?====?=\n"),
	EMPTY(true, "encoded blanks", "Subject: =?iso-8859-1?Q?_=20=09?=\n"),
	EMPTY(true, "a no-break space", "Subject: =?utf-8?Q?=C2=A0?=\n"),
	EMPTY(true, "a no-break space of Latin-1", "Subject: =?iso-8859-1?Q?=A0=AD?=\n"),
	EMPTY(true, "a no-break space of Windows", "Subject: =?windows-1252?B?oK0=?=\n"),
	EMPTY(true, "more changes of charset than are followed",
	      "Subject: " CHANGES_8 " " CHANGES_8 " " CHANGES_8 " " CHANGES_8 " " CHANGES_8 "\n"),
	EMPTY(true, "a raw no-break space", "Subject: \xc2\xa0\n"),
	EMPTY(true, "zero width space, joiner and no-break space", "Subject: =?utf-8?B?4oCL4oCN77u/?=\n"),
	EMPTY(true, "raw zero width space", "Subject: \xe2\x80\x8b\n"),
	EMPTY(true, "soft hyphens", "Subject: \xc2\xad\xc2\xad\n"),
	EMPTY(true, "Hangul fillers", "Subject: =?utf-8?Q?=E3=85=A4=EF=BE=A0=E1=85=9F?=\n"),
	EMPTY(true, "a blank pattern of Braille", "Subject: \xe2\xa0\x80\n"),
	EMPTY(true, "a variation selector and a tag", "Subject: =?utf-8?Q?=EF=B8=8F=F3=A0=81=81?=\n"),
	EMPTY(true, "direction marks", "Subject: =?utf-8?Q?=E2=80=8E=E2=80=8F=E2=80=AE=E2=81=A6?=\n"),
	EMPTY(true, "controls", "Subject: =?us-ascii?Q?=00=07=1B=7F?=\n"),
	EMPTY(true, "adjacent words of nothing", "Subject: =?utf-8?Q?_?= =?utf-8?B?IA==?=\n =?utf-8?Q?\?=\n"),
	EMPTY(true, "adjacent words without a blank between them", "Subject: =?utf-8?Q?_?==?utf-8?B?IA==?=\n"),
	EMPTY(true, "a character cut between two words", "Subject: =?utf-8?B?4oA=?= =?utf-8?B?iw==?=\n"),
	EMPTY(true, "a language is no text", "Subject: =?utf-8*en?Q?=20?=\n"),
	EMPTY(true, "an ideographic space of Japanese", "Subject: =?iso-2022-jp?B?GyRCISEbKEI=?=\n"),
	EMPTY(true, "escape sequences alone", "Subject: =?iso-2022-jp?B?GyRCGyhC?=\n"),
	EMPTY(true, "an ideographic space of Shift_JIS", "Subject: =?Shift_JIS?B?gUA=?=\n"),
	EMPTY(true, "a no-break space of UTF-16", "Subject: =?utf-16be?B?AKA=?=\n"),
	EMPTY(true, "a no-break space of UTF-7", "Subject: =?utf-7?Q?+AKA-?=\n"),
	EMPTY(true, "two subjects, both empty", "Subject:\nSubject: =?utf-8?Q?\?=\n"),
	EMPTY(false, "two subjects, one of them not", "Subject:\nSubject: x\n"),
	EMPTY(false, "two subjects, the first of them not", "Subject: x\nSubject:\n"),
	EMPTY(false, "Re: alone is a text", "Subject: Re: \n"),
	EMPTY(false, "a dot", "Subject: .\n"),
	EMPTY(false, "an emoji", "Subject: =?utf-8?B?8J+Ygg==?=\n"),
	EMPTY(false, "a word of Japanese", "Subject: =?iso-2022-jp?B?GyRCRnxLXBsoQg==?=\n"),
	EMPTY(false, "a letter in an encoded word", "Subject: =?utf-8?Q?_x?=\n"),
	EMPTY(false, "an unknown charset cannot be decoded: its letters show", "Subject: =?x-nobodys?Q?=20?=\n"),
	EMPTY(false, "an unknown encoding", "Subject: =?utf-8?X?IA==?=\n"),
	EMPTY(false, "a word that does not end", "Subject: =?utf-8?Q?=20\n"),
	EMPTY(false, "octets that are no UTF-8", "Subject: =?utf-8?Q?=FF?=\n"),
	EMPTY(false, "raw octets that are no UTF-8", "Subject: \xff\n"),
	EMPTY(false, "a replacement character is one", "Subject: \xef\xbf\xbd\n"),
	EMPTY(false, "parentheses are text in a Subject", "Subject: ()\n"),
	EMPTY(false, "a quoted nothing shows its quotes", "Subject: \"\"\n"),
	EMPTY(false, "a letter between marks", "Subject: \xe2\x80\x8bx\xe2\x80\x8b\n"),
	EMPTY(false, "a combining mark", "Subject: =?utf-8?Q?=CC=81?=\n"),
};

MESSAGE_CASES(subject_cases, cases);
