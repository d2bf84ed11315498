/* SPDX-License-Identifier: BSD-2-Clause */
/* Recursive descent over libconfig's grammar, at most SCAN_DEPTH_MAX deep:
 *
 *      settings = *( NAME ( "=" / ":" ) value [ ";" / "," ] )
 *      value    = scalar / 1*STRING / "{" settings "}" / "[" [ scalar *( "," scalar ) ] "]" / "(" [ value *( "," value ) ] ")"
 *
 * Every function returns false when the scan cannot go on. */
#include "conf/scan.h"

#include "conf/input.h"

#include <stdlib.h>
#include <string.h>

struct scanner {
	struct scan *scan;
	struct load *load;
	struct input input;
	struct token token; /* the next one, not yet taken */
	struct place place;
};

static bool scan_settings(struct scanner *scanner, size_t group);
static bool scan_value(struct scanner *scanner, size_t node, bool in_list);

static bool
refuse(struct scanner *scanner, const char *expected)
{
	struct conf_errors *errors = scanner->load->errors;
	struct bytes text = scanner->token.text;
	int shown = text.length < 40 ? (int)text.length : 40;

	if (scanner->token.kind == TOKEN_BAD)
		conf_error(errors, scanner->place, "syntax: %s", scanner->token.problem);
	else if (scanner->token.kind == TOKEN_END)
		conf_error(errors, scanner->place, "syntax: expected %s, not the end of the file", expected);
	else if (scanner->token.kind == TOKEN_STRING)
		conf_error(errors, scanner->place, "syntax: expected %s, not the string %.*s", expected, shown,
			   text.data);
	else
		conf_error(errors, scanner->place, "syntax: expected %s, not `%.*s`", expected, shown, text.data);
	return false;
}

static void
advance(struct scanner *scanner)
{
	input_next(&scanner->input, &scanner->token, &scanner->place);
}

static bool
out_of_memory(struct scanner *scanner)
{
	conf_out_of_memory(scanner->load->errors);
	return false;
}

static bool
emit(struct scanner *scanner, struct bytes text)
{
	struct scan *scan = scanner->scan;
	size_t need = scan->length + text.length + 2;

	if (need > SCAN_TEXT_MAX) {
		conf_error(scanner->load->errors, scanner->place, "the configuration is larger than 4 MiB");
		return false;
	}
	if (need > scan->size) {
		size_t size = 2 * need + 1024;
		char *larger = realloc(scan->text, size);

		if (larger == NULL)
			return out_of_memory(scanner);
		scan->text = larger;
		scan->size = size;
	}
	memcpy(scan->text + scan->length, text.data, text.length);
	scan->length += text.length;
	scan->text[scan->length++] = ' ';
	scan->text[scan->length] = '\0';
	return true;
}

/* Hands the token on to libconfig and goes to the next. */
static bool
take(struct scanner *scanner)
{
	if (!emit(scanner, scanner->token.text))
		return false;
	advance(scanner);
	return true;
}

static bool
add_node(struct scanner *scanner, size_t group)
{
	struct scan *scan = scanner->scan;

	if (scan->node_count == SCAN_NODES_MAX) {
		conf_error(scanner->load->errors, scanner->place, "more than %d settings and items", SCAN_NODES_MAX);
		return false;
	}
	if (scan->node_count == scan->node_size) {
		size_t size = scan->node_size == 0 ? 256 : 2 * scan->node_size;
		struct scan_node *larger = realloc(scan->nodes, size * sizeof *larger);

		if (larger == NULL)
			return out_of_memory(scanner);
		scan->nodes = larger;
		scan->node_size = size;
	}
	scan->nodes[scan->node_count++] = (struct scan_node){
		.name = scanner->place,
		.value = scanner->place,
		.group = group,
		.text_at = scan->length,
		.name_length = scanner->token.kind == TOKEN_NAME ? scanner->token.text.length : 0,
	};
	return true;
}

static struct bytes
node_name(const struct scan *scan, size_t node)
{
	return (struct bytes){ scan->text + scan->nodes[node].text_at, scan->nodes[node].name_length };
}

/* The setting that had the name in this group before, or SCAN_TOP. */
static size_t
find_twin(const struct scan *scan, size_t node)
{
	for (size_t i = 0; i < node; i++)
		if (scan->nodes[i].group == scan->nodes[node].group &&
		    bytes_equal(node_name(scan, i), node_name(scan, node)))
			return i;
	return SCAN_TOP;
}

/* Forgets everything from this node on. */
static void
drop_from(struct scan *scan, size_t node)
{
	scan->length = scan->nodes[node].text_at;
	scan->text[scan->length] = '\0';
	scan->node_count = node;
}

static bool
is_scalar(enum token_kind kind)
{
	return kind >= TOKEN_BOOLEAN && kind <= TOKEN_STRING;
}

static bool
scan_integer(struct scanner *scanner, size_t node)
{
	struct bytes text = scanner->token.text;
	int shown = text.length < 40 ? (int)text.length : 40;

	if (!scanner->token.too_large)
		return take(scanner);
	conf_error(scanner->load->errors, scanner->place, "syntax: %.*s does not fit %s", shown, text.data,
		   scanner->token.kind == TOKEN_INTEGER ? "32 bits; larger numbers need an L behind them" : "64 bits");
	scanner->scan->nodes[node].broken = true;
	if (!emit(scanner, bytes_of(scanner->token.kind == TOKEN_INTEGER ? "0" : "0L")))
		return false;
	advance(scanner);
	return true;
}

/* Strings that follow each other are one string: a way to write long ones, and in a list nearly always a lost comma. */
static bool
scan_strings(struct scanner *scanner, size_t node, bool in_list)
{
	if (!take(scanner))
		return false;
	while (scanner->token.kind == TOKEN_STRING) {
		if (in_list) {
			conf_error(scanner->load->errors, scanner->place,
				   "syntax: a comma is missing before this string; without it both would be one");
			scanner->scan->nodes[node].broken = true;
		}
		if (!take(scanner))
			return false;
	}
	return true;
}

static bool
enter(struct scanner *scanner)
{
	if (scanner->input.depth == SCAN_DEPTH_MAX) {
		conf_error(scanner->load->errors, scanner->place,
			   "syntax: more than %d groups and lists inside each other", SCAN_DEPTH_MAX);
		return false;
	}
	scanner->input.depth++;
	return take(scanner);
}

/* At the end of what the node opened. */
static bool
leave(struct scanner *scanner, size_t node, enum token_kind end, const char *expected)
{
	if (scanner->token.kind == TOKEN_END) {
		conf_error(scanner->load->errors, scanner->scan->nodes[node].value,
			   "syntax: what is opened here is not closed before the end of the file");
		return false;
	}
	if (scanner->token.kind != end)
		return refuse(scanner, expected);
	scanner->input.depth--;
	return take(scanner);
}

static bool
scan_group(struct scanner *scanner, size_t node)
{
	return enter(scanner) && scan_settings(scanner, node) &&
	       leave(scanner, node, TOKEN_GROUP_END, "the name of a setting, or `}`");
}

/* An item of an array has the type of the first one. */
static bool
scan_item(struct scanner *scanner, size_t group, bool array, enum token_kind *type)
{
	size_t node = scanner->scan->node_count;

	if (array && !is_scalar(scanner->token.kind))
		return refuse(scanner, "a plain value: only a list, in ( ), may hold others");
	if (array && *type != TOKEN_END && scanner->token.kind != *type)
		return refuse(scanner, "a value of the type of those before");
	*type = scanner->token.kind;
	return add_node(scanner, group) && scan_value(scanner, node, true);
}

static bool
scan_items(struct scanner *scanner, size_t node, bool array)
{
	enum token_kind end = array ? TOKEN_ARRAY_END : TOKEN_LIST_END, type = TOKEN_END;

	if (!enter(scanner))
		return false;
	if (scanner->token.kind == end)
		return leave(scanner, node, end, "");
	while (scan_item(scanner, node, array, &type)) {
		if (scanner->token.kind != TOKEN_COMMA)
			return leave(scanner, node, end, array ? "`,` or `]`" : "`,` or `)`");
		if (!take(scanner))
			return false;
		if (scanner->token.kind == end)
			return refuse(scanner, "another item after the comma");
	}
	return false;
}

static bool
scan_value(struct scanner *scanner, size_t node, bool in_list)
{
	scanner->scan->nodes[node].value = scanner->place;
	switch (scanner->token.kind) {
	case TOKEN_GROUP_START:
		return scan_group(scanner, node);
	case TOKEN_ARRAY_START:
		return scan_items(scanner, node, true);
	case TOKEN_LIST_START:
		return scan_items(scanner, node, false);
	case TOKEN_STRING:
		return scan_strings(scanner, node, in_list);
	case TOKEN_INTEGER:
	case TOKEN_INTEGER64:
		return scan_integer(scanner, node);
	case TOKEN_BOOLEAN:
	case TOKEN_FLOAT:
		return take(scanner);
	default:
		return refuse(scanner, "a value");
	}
}

/* Whether the group has a setting of that name already. */
static bool
refuse_twin(struct scanner *scanner, size_t node)
{
	const struct scan *scan = scanner->scan;
	size_t twin = find_twin(scan, node);

	if (twin == SCAN_TOP)
		return false;
	struct bytes name = node_name(scan, twin);
	struct place place = scan->nodes[twin].name;
	conf_error(scanner->load->errors, scan->nodes[node].name, "%.*s: given twice in one group, first in %.200s:%zu",
		   name.length < 80 ? (int)name.length : 80, name.data, place.file->name, place.line);
	return true;
}

static bool
scan_setting(struct scanner *scanner, size_t group)
{
	struct scan *scan = scanner->scan;
	size_t node = scan->node_count;

	if (!add_node(scanner, group) || !take(scanner))
		return false;
	if (scanner->token.kind != TOKEN_EQUALS)
		return refuse(scanner, "`=`");

	bool twin = refuse_twin(scanner, node);
	if (!take(scanner) || !scan_value(scanner, node, false))
		return false;
	if ((scanner->token.kind == TOKEN_SEMICOLON || scanner->token.kind == TOKEN_COMMA) && !take(scanner))
		return false;
	if (twin)
		drop_from(scan, node);
	return true;
}

/* As many as there are; what ends them is the caller's. */
static bool
scan_settings(struct scanner *scanner, size_t group)
{
	while (scanner->token.kind == TOKEN_NAME) {
		size_t node = scanner->scan->node_count;

		if (scan_setting(scanner, group))
			continue;
		if (group == SCAN_TOP && scanner->scan->node_count > node)
			drop_from(scanner->scan, node);
		return false;
	}
	return true;
}

static bool
scan_input(struct scanner *scanner)
{
	bool ok = emit(scanner, (struct bytes){ "", 0 });

	if (ok) {
		advance(scanner);
		if (scan_settings(scanner, SCAN_TOP) && scanner->token.kind != TOKEN_END)
			refuse(scanner, "the name of a setting");
	}
	input_close(&scanner->input);
	return ok && !scanner->load->errors->out_of_memory;
}

bool
scan_file(struct scan *scan, struct load *load, const char *path)
{
	struct scanner scanner = { .scan = scan, .load = load };

	*scan = (struct scan){ 0 };
	return input_open_file(&scanner.input, load, path) && scan_input(&scanner);
}

bool
scan_text(struct scan *scan, struct load *load, const char *name, struct bytes text)
{
	struct scanner scanner = { .scan = scan, .load = load };

	*scan = (struct scan){ 0 };
	return input_open_text(&scanner.input, load, name, text) && scan_input(&scanner);
}

void
scan_reset(struct scan *scan)
{
	free(scan->text);
	free(scan->nodes);
	*scan = (struct scan){ 0 };
}
