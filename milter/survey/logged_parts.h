/* SPDX-License-Identifier: BSD-2-Clause */
/* logged_parts.h - what log lines are made of. Each function takes a part off the beginning of a line and says whether it was there; if
 * not, the line is as it was. Used by logged.c alone. */
#ifndef POSTERN_MILTER_SURVEY_LOGGED_PARTS_H
#define POSTERN_MILTER_SURVEY_LOGGED_PARTS_H

#include "policy/finding.h"

bool part_literal(struct bytes *line, const char *literal);
bool part_digits(struct bytes *line, struct bytes *digits_out);
bool part_word(struct bytes *line, struct bytes *word_out); /* up to a blank, not empty */
bool part_name(struct bytes *line, struct bytes *name_out); /* of a check: lower case letters, digits, `_` */
bool part_id(struct bytes *line, struct bytes *id_out);     /* up to a blank or colon, not empty */
/* What stands behind a quote that was taken, still escaped, and the quote that ends it. */
bool part_quoted(struct bytes *line, struct bytes *escaped_out);

/* `check(mode=enforce part=2 name="a.pdf")` */
struct part_finding {
	struct bytes check;
	struct finding finding; /* but for its check; texts are unescaped, and cut as findings are */
	char rule[REPLY_RULE_MAX];
};
bool part_finding(struct bytes *line, struct part_finding *part_out);

/* Undoes log_append_safe: NUL-terminated into text, as much as fits; a NUL that was escaped becomes a blank. Returns the length. */
size_t part_unescape(struct bytes escaped, char *text_out, size_t size);

#endif
