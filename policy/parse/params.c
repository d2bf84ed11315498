/* SPDX-License-Identifier: BSD-2-Clause */
/* One octet at a time, through these states:
 *
 *      MAIN -----';', or a blank and more text-----> KEY <---';'--- VALUE
 *       | ^                                          | ^              ^ | '"' first
 *      '"'|                                          | +--'"'-- QUOTED<-+
 *       v '"'                                        +------'='-------+
 *      MAIN_QUOTED
 *
 * A comment may stand anywhere but in the two quoted states; its depth is a count beside the state. */
#include "policy/parse/params.h"
#include "policy/parse/params_text.h"

#include <string.h>

enum state { IN_MAIN, IN_MAIN_QUOTED, IN_KEY, IN_VALUE, IN_QUOTED };

void
params_init(struct params *params)
{
	/* Most fields have one short parameter or none: clearing the room for all of them would cost more than reading it. */
	memset(params, 0, offsetof(struct params, slots));
	params->state = IN_MAIN;
	params_text_init(params);
}

static bool
is_control(char c)
{
	return (unsigned char)c < 0x20 || c == 0x7f;
}

static void
begin_key(struct params *params)
{
	params->state = IN_KEY;
	params->key_length = 0;
	params->blank = false;
}

static void
begin_value(struct params *params)
{
	struct bytes key = { params->key, params->key_length };

	if (key.length > PARAMS_KEY_MAX)
		key.length = 0;
	params->state = IN_VALUE;
	params->begun = false;
	params_text_begin(params, key);
}

static void
put_main(struct params *params, char c)
{
	if (ascii_is_blank(c) || is_control(c))
		return;
	if (params->value_length == PARAMS_VALUE_MAX - 1) {
		params->flaws |= PARAMS_CUT;
		return;
	}
	params->value[params->value_length++] = ascii_lower(c);
}

static void
step_comment(struct params *params, char c)
{
	if (params->state == IN_VALUE && params_text_is_file(params))
		params_text_put_loose(params, c);
	if (params->escaped)
		params->escaped = false;
	else if (c == '\\')
		params->escaped = true;
	else if (c == '(')
		params->comments++;
	else if (c == ')')
		params->comments--;
}

static void
step_key(struct params *params, char c)
{
	if (c == ';') {
		begin_key(params);
	} else if (c == '=') {
		begin_value(params);
	} else if (c == '(') {
		params->comments = 1;
		params->blank = true;
	} else if (ascii_is_blank(c)) {
		params->blank = true;
	} else {
		if (params->blank)
			begin_key(params);
		if (params->key_length < PARAMS_KEY_MAX)
			params->key[params->key_length] = ascii_lower(c);
		if (params->key_length <= PARAMS_KEY_MAX)
			params->key_length++;
	}
}

/* Two words of a main value that no slash joins: the `;` between them is missing. */
static bool
main_value_ended(const struct params *params, char c)
{
	return params->blank && params->value_length > 0 && c != '/' && params->value[params->value_length - 1] != '/';
}

static void
step_main(struct params *params, char c)
{
	if (c == ';') {
		begin_key(params);
	} else if (c == '(') {
		params->comments = 1;
		params->blank = true;
	} else if (ascii_is_blank(c)) {
		params->blank = true;
	} else if (main_value_ended(params, c)) {
		begin_key(params);
		step_key(params, c);
	} else {
		params->blank = false;
		if (c == '"')
			params->state = IN_MAIN_QUOTED;
		else
			put_main(params, c);
	}
}

static void
step_value(struct params *params, char c)
{
	if (c == ';') {
		params_text_end(params);
		begin_key(params);
	} else if (c == '(') {
		params->comments = 1;
		if (params_text_is_file(params))
			params_text_put_loose(params, c);
	} else if (ascii_is_blank(c)) {
		params_text_put_loose(params, c);
	} else if (c == '"' && !params->begun) {
		params_text_drop_loose(params);
		params->state = IN_QUOTED;
	} else {
		params->begun = true;
		params_text_put(params, c);
	}
}

static void
put_quoted(struct params *params, char c)
{
	if (params->state == IN_QUOTED)
		params_text_put(params, c);
	else
		put_main(params, c);
}

static void
end_quoted(struct params *params)
{
	if (params->state == IN_MAIN_QUOTED) {
		params->state = IN_MAIN;
	} else {
		params_text_end(params);
		begin_key(params);
	}
}

static void
step_quoted(struct params *params, char c)
{
	bool escaped = params->escaped;

	params->escaped = false;
	if (escaped && c != '"' && c != '\\' && params_text_is_file(params))
		put_quoted(params, '\\');
	if (escaped)
		put_quoted(params, c);
	else if (c == '\\')
		params->escaped = true;
	else if (c == '"')
		end_quoted(params);
	else
		put_quoted(params, c);
}

static void
step(struct params *params, char c)
{
	if (params->comments > 0) {
		step_comment(params, c);
		return;
	}
	switch ((enum state)params->state) {
	case IN_MAIN:
		step_main(params, c);
		break;
	case IN_KEY:
		step_key(params, c);
		break;
	case IN_VALUE:
		step_value(params, c);
		break;
	case IN_MAIN_QUOTED:
	case IN_QUOTED:
		step_quoted(params, c);
		break;
	}
}

void
params_feed(struct params *params, struct bytes run)
{
	for (size_t i = 0; i < run.length; i++)
		/* What a line break separates, the blank after it separates too. */
		if (run.data[i] != '\r' && run.data[i] != '\n')
			step(params, run.data[i]);
}

void
params_finish(struct params *params)
{
	bool quoted = params->state == IN_QUOTED || params->state == IN_MAIN_QUOTED;

	if (quoted || params->comments > 0)
		params->flaws |= PARAMS_UNCLOSED;
	if (quoted && params->escaped)
		put_quoted(params, '\\');
	if (params->state == IN_VALUE || params->state == IN_QUOTED)
		params_text_end(params);
	begin_key(params);
	params_text_finish(params);
}
