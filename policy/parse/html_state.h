/* SPDX-License-Identifier: BSD-2-Clause */
/* html_state.h - the states of html.c, for the two files that know them.
 *
 *      TEXT -- & --> REFERENCE --> TEXT
 *      TEXT -- < --> TAG_OPEN -- letter --> TAG_NAME --> attributes -- > --> TEXT, RAW or REST, as the element has it
 *                             -- / --> END_TAG_OPEN -- letter --> TAG_NAME ...
 *                             -- ! --> DECLARATION -- `--` --> COMMENT_START ... -- `-->` --> TEXT
 *                                                  -- other --> BOGUS -- > --> TEXT
 *      RAW  -- < --> RAW_LESS -- / --> RAW_END -- the element's name --> attributes -- > --> TEXT */
#ifndef POSTERN_POLICY_PARSE_HTML_STATE_H
#define POSTERN_POLICY_PARSE_HTML_STATE_H

enum state {
	TEXT,
	REFERENCE,
	RAW,
	RAW_LESS,
	RAW_END,
	REST,
	TAG_OPEN,
	END_TAG_OPEN,
	TAG_NAME,
	BEFORE_ATTRIBUTE,
	ATTRIBUTE_NAME,
	AFTER_ATTRIBUTE,
	BEFORE_VALUE,
	QUOTED_VALUE,
	BARE_VALUE,
	DECLARATION,
	DECLARATION_DASH,
	BOGUS,
	COMMENT_START,
	COMMENT_START_DASH,
	COMMENT,
	COMMENT_DASH,
	COMMENT_DASHES,
	COMMENT_BANG,
	STATE_COUNT
};

enum attribute { ATTRIBUTE_OTHER, ATTRIBUTE_BACKGROUND, ATTRIBUTE_STYLE };

#endif
