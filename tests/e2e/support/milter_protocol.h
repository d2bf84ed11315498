/* SPDX-License-Identifier: BSD-2-Clause */
/* milter_protocol.h - the numbers of the milter protocol, version 6, written down here once more: a test that took them from
 * the library under test could not find it wrong. */
#ifndef POSTERN_TESTS_E2E_SUPPORT_MILTER_PROTOCOL_H
#define POSTERN_TESTS_E2E_SUPPORT_MILTER_PROTOCOL_H

/* What an MTA offers. */
enum { MILTER_VERSION = 6, MILTER_ALL_ACTIONS = 0x1ff, MILTER_ALL_PROTOCOL = 0x1fffff };

/* The bits by which a filter declines an event, and declines to answer it. */
enum {
	MILTER_NO_CONNECT = 0x1,
	MILTER_NO_HELO = 0x2,
	MILTER_NO_MAIL = 0x4,
	MILTER_NO_RCPT = 0x8,
	MILTER_NO_BODY = 0x10,
	MILTER_NO_HEADERS = 0x20,
	MILTER_NO_EOH = 0x40,
	MILTER_NO_DATA = 0x200,
	MILTER_QUIET_HEADERS = 0x80,
	MILTER_QUIET_CONNECT = 0x1000,
	MILTER_QUIET_HELO = 0x2000,
	MILTER_QUIET_MAIL = 0x4000,
	MILTER_QUIET_RCPT = 0x8000,
	MILTER_QUIET_DATA = 0x10000,
	MILTER_QUIET_EOH = 0x40000,
	MILTER_QUIET_BODY = 0x80000,
	MILTER_NEVER = 0 /* for events that cannot be declined */
};

#endif
