/* SPDX-License-Identifier: BSD-2-Clause */
/* delivered.h - what a delivered message still tells of its way: the envelope, and the day.
 *
 * Whoever delivers a message writes the envelope into its header: the sender into Return-Path (RFC 5321 4.4), the recipient into
 * X-Original-To (Postfix, before aliases) and Delivered-To (behind them; also of Dovecot, qmail, Exim). The first of each counts: it is the
 * last one written. Those on top of the message were not in it when it came in, so they are taken off. */
#ifndef POSTERN_MILTER_SURVEY_DELIVERED_H
#define POSTERN_MILTER_SURVEY_DELIVERED_H

#include "policy/parse/bytes.h"

enum {
	DELIVERED_PATH_MAX = 1024
}; /* octets with the NUL: more than a path may have (RFC 5321 4.5.3.1.3) by far; cut */

struct delivered {
	bool has_sender, has_recipient;
	char sender[DELIVERED_PATH_MAX]; /* with its brackets, as it stands there */
	char recipient[DELIVERED_PATH_MAX];
	int day;           /* of the first Received, else of Date; or DAY_UNKNOWN */
	struct bytes text; /* the message without what delivery put on top */
	size_t lines;      /* that this is shorter by */
};

void delivered_read(struct bytes text, struct delivered *delivered_out);

#endif
