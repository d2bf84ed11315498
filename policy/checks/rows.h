/* SPDX-License-Identifier: BSD-2-Clause */
/* rows.h - the functions and settings that the rows of the table name. Each row's functions carry its name; the indices of
 * its settings are private to the file that holds them. */
#ifndef POSTERN_POLICY_CHECKS_ROWS_H
#define POSTERN_POLICY_CHECKS_ROWS_H

#include "policy/message.h"

extern const struct param connections_total_params[];
bool connections_total(struct message *, const struct settings *, struct finding *);
extern const struct param connections_per_client_params[];
bool connections_per_client(struct message *, const struct settings *, struct finding *);
extern const struct param tls_required_params[];
bool tls_required(struct message *, const struct settings *, struct finding *);
extern const struct param auth_required_params[];
bool auth_required(struct message *, const struct settings *, struct finding *);
extern const struct param account_blocked_params[];
bool account_blocked(struct message *, const struct settings *, struct finding *);

extern const struct param null_sender_params[];
bool null_sender(struct message *, const struct settings *, struct finding *);
bool null_sender_asked_again(const struct settings *, enum stage);

extern const struct param path_params[];
bool sender_invalid(struct message *, const struct settings *, struct finding *);
bool recipient_invalid(struct message *, const struct settings *, struct finding *);
extern const struct param sender_not_allowed_params[];
bool sender_not_allowed(struct message *, const struct settings *, struct finding *);
extern const struct param size_declared_params[];
bool size_declared(struct message *, const struct settings *, struct finding *);
extern const struct param recipients_too_many_params[];
bool recipients_too_many(struct message *, const struct settings *, struct finding *);

extern const struct limit_check limit_settings;
bool limit_asked_again(const struct settings *, enum stage);
bool limit_settled(const struct message *, const struct settings *);
extern const struct param send_rate_params[];
bool send_rate(struct message *, const struct settings *, struct finding *);
extern const struct param daily_quota_params[];
bool daily_quota(struct message *, const struct settings *, struct finding *);

extern const struct param header_missing_params[];
bool header_missing(struct message *, const struct settings *, struct finding *);
extern const struct param header_duplicate_params[];
bool header_duplicate(struct message *, const struct settings *, struct finding *);
bool subject_missing(struct message *, const struct settings *, struct finding *);
bool subject_empty(struct message *, const struct settings *, struct finding *);
extern const struct param subject_too_long_params[];
bool subject_too_long(struct message *, const struct settings *, struct finding *);
extern const struct param address_invalid_params[];
bool address_invalid(struct bytes name, struct bytes value, const struct settings *, struct finding *);
extern const struct param identity_unverified_params[];
void identity_unverified_gather(struct message *, const struct settings *, struct bytes name, struct bytes value);
bool identity_unverified(struct message *, const struct settings *, struct finding *);
extern const struct param alignment_params[];
bool alignment(struct message *, const struct settings *, struct finding *);

extern const struct param mime_invalid_params[];
void mime_invalid_prepare(struct facts *, const struct settings *);
bool mime_invalid(struct message *, const struct settings *, struct finding *);
bool mime_invalid_settled(const struct message *, const struct settings *);
bool inline_image_empty(const struct leaf *, const struct settings *);
extern const struct param attachment_empty_params[];
bool attachment_empty(const struct leaf *, const struct settings *);
bool leaves_settled(const struct message *, const struct settings *);
extern const struct param body_missing_params[];
bool body_missing(struct message *, const struct settings *, struct finding *);
bool body_missing_settled(const struct message *, const struct settings *);
extern const struct param size_exceeded_params[];
bool size_exceeded(struct message *, const struct settings *, struct finding *);
bool size_exceeded_settled(const struct message *, const struct settings *);
extern const struct param control_characters_params[];
void control_characters_prepare(struct facts *, const struct settings *);
bool control_characters(struct message *, const struct settings *, struct finding *);
bool control_characters_settled(const struct message *, const struct settings *);
extern const struct param attachment_type_params[];
bool attachment_type(const struct leaf *, const struct settings *);

#endif
