/* SPDX-License-Identifier: BSD-2-Clause */
#define _GNU_SOURCE
#include "tests/support/well_formed.h"

#include <stdbool.h>
#include <stddef.h>
#include <string.h>

enum { DEPTH_MAX = 64 };

#define NAME_OCTETS "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-"

struct element {
	const char *name;
	size_t length;
};

struct place {
	const char *at;
	struct element open[DEPTH_MAX];
	size_t depth;
};

static const char elements[] =
	" html head meta title style body main header footer section div p h1 h2 b span ul li code bdi details "
	"summary table thead tbody tr th td svg g text tspan rect line ";
static const char attributes[] =
	" lang charset http-equiv content name class role aria-label data-label width height x y x1 x2 "
	"y1 y2 rx ";

static bool
is_one_of(const char *names, const char *name, size_t length)
{
	for (const char *at = names; (at = strchr(at, ' ')) != NULL; at++)
		if (length > 0 && strncmp(at + 1, name, length) == 0 && at[1 + length] == ' ')
			return true;
	return false;
}

static bool
is_reference(const char *at)
{
	static const char *const known[] = { "&amp;", "&lt;", "&gt;", "&quot;", "&#39;" };

	for (size_t i = 0; i < sizeof known / sizeof known[0]; i++)
		if (strncmp(at, known[i], strlen(known[i])) == 0)
			return true;
	return false;
}

/* ` name="value"`, as many as there are. */
static const char *
read_attributes(struct place *place)
{
	while (*place->at == ' ') {
		size_t name = strspn(++place->at, NAME_OCTETS);

		if (!is_one_of(attributes, place->at, name))
			return "an attribute that pages do not have";
		place->at += name;
		if (place->at[0] != '=' || place->at[1] != '"')
			return "an attribute has no quoted value";
		for (place->at += 2; *place->at != '"'; place->at++) {
			if (*place->at == '\0' || *place->at == '<')
				return "an attribute does not end";
			if (*place->at == '&' && !is_reference(place->at))
				return "an ampersand in an attribute";
		}
		place->at++;
	}
	return NULL;
}

static const char *
read_begin(struct place *place)
{
	struct element element = { place->at, strspn(place->at, NAME_OCTETS) };

	place->at += element.length;
	const char *wrong = is_one_of(elements, element.name, element.length) ? read_attributes(place)
									      : "an element that pages do not have";
	if (wrong != NULL)
		return wrong;
	if (strncmp(place->at, "/>", 2) == 0) {
		place->at += 2;
		return NULL;
	}
	if (*place->at++ != '>')
		return "a tag does not end";
	if (place->depth == DEPTH_MAX)
		return "elements too deep within each other";
	place->open[place->depth++] = element;
	return NULL;
}

static const char *
read_end(struct place *place)
{
	struct element element = { place->at, strspn(place->at, NAME_OCTETS) };

	if (place->depth == 0)
		return "the end of an element that did not begin";
	const struct element *open = &place->open[--place->depth];
	if (open->length != element.length || memcmp(open->name, element.name, element.length) != 0)
		return "the end of another element";
	place->at += element.length;
	return *place->at++ == '>' ? NULL : "a tag does not end";
}

static const char *
read_next(struct place *place)
{
	if (*place->at == '&')
		return is_reference(place->at++) ? NULL : "an ampersand";
	if (*place->at == '>')
		return "the end of a tag without its beginning";
	if ((unsigned char)*place->at < ' ' && *place->at != '\n')
		return "a control character";
	if (*place->at++ != '<')
		return NULL;
	if (*place->at == '/') {
		place->at++;
		return read_end(place);
	}
	return read_begin(place);
}

const char *
well_formed(const char *page, const char **at_out)
{
	static const char doctype[] = "<!DOCTYPE html>\n";
	struct place place = { .at = page };
	const char *wrong = strncmp(page, doctype, strlen(doctype)) == 0 ? NULL : "no doctype";

	place.at += wrong == NULL ? strlen(doctype) : 0;
	while (wrong == NULL && *place.at != '\0')
		wrong = read_next(&place);
	if (wrong == NULL && place.depth > 0)
		wrong = "an element does not end";
	*at_out = place.at;
	return wrong;
}
