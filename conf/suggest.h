/* SPDX-License-Identifier: BSD-2-Clause */
/* suggest.h - "did you mean": the known name that is nearest to an unknown one.
 *
 *      suggest_init(&s, "alignement");
 *      for each known name: suggest_try(&s, name);
 *      s.best                                          "alignment", or NULL when none is near
 */
#ifndef POSTERN_CONF_SUGGEST_H
#define POSTERN_CONF_SUGGEST_H

#include <stddef.h>

enum { SUGGEST_NAME_MAX = 40 }; /* octets; our longest name has 22, and longer ones are near to none */

struct suggestion {
	const char *word; /* borrowed */
	const char *best; /* one of those tried */
	size_t distance;  /* of best; at first, the first that is too far */
};

void suggest_init(struct suggestion *suggestion, const char *word);
void suggest_try(struct suggestion *suggestion, const char *name);

#endif
