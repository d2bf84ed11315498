/* SPDX-License-Identifier: BSD-2-Clause */
/* rows.h - the functions and settings that the rows of the table name. Each row's functions carry its name; the indices of
 * its settings are private to the file that holds them. */
#ifndef POSTERN_POLICY_CHECKS_ROWS_H
#define POSTERN_POLICY_CHECKS_ROWS_H

#include "policy/message.h"

extern const struct param null_sender_params[];
bool null_sender(const struct message *, const struct settings *, struct finding *);
bool null_sender_asked_again(const struct settings *, enum stage);

extern const struct param header_missing_params[];
bool header_missing(const struct message *, const struct settings *, struct finding *);
extern const struct param header_duplicate_params[];
bool header_duplicate(const struct message *, const struct settings *, struct finding *);
bool subject_missing(const struct message *, const struct settings *, struct finding *);
bool subject_empty(const struct message *, const struct settings *, struct finding *);
extern const struct param alignment_params[];
bool alignment(const struct message *, const struct settings *, struct finding *);

bool inline_image_empty(const struct leaf *, const struct settings *);
extern const struct param attachment_empty_params[];
bool attachment_empty(const struct leaf *, const struct settings *);
bool leaves_settled(const struct message *, const struct settings *);
extern const struct param body_missing_params[];
bool body_missing(const struct message *, const struct settings *, struct finding *);
bool body_missing_settled(const struct message *, const struct settings *);

#endif
