/* SPDX-License-Identifier: BSD-2-Clause */
#include "milter/converters.h"

#include <iconv.h>
#include <stddef.h>

/* All of glibc's that need a library of tables: libJIS, libJISX0213, libKSC, libGB, libCNS. */
static const char *const names[] = {
	"EUC-JP",      "EUC-JP-MS", "ISO-2022-JP", "ISO-2022-JP-3", "EUC-JISX0213", "SHIFT_JISX0213", "EUC-KR",
	"ISO-2022-KR", "UHC",       "JOHAB",       "EUC-CN",        "ISO-2022-CN",  "EUC-TW",
};

enum { NAMES_COUNT = sizeof names / sizeof names[0] };

/* Never closed: an open one keeps its converter loaded. */
static iconv_t kept[NAMES_COUNT];

void
converters_keep(void)
{
	for (size_t i = 0; i < NAMES_COUNT; i++)
		kept[i] = iconv_open("WCHAR_T", names[i]);
}
