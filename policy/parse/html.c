/* SPDX-License-Identifier: BSD-2-Clause */
/* One function a state; each takes a point and moves on. A point that ends a state and belongs to the next one is
 * handed to that one's function. html_state.h shows how they follow each other. */
#include "policy/parse/html.h"

#include "policy/parse/html_element.h"
#include "policy/parse/html_state.h"
#include "policy/parse/visible.h"

static bool
is_blank(uint32_t point)
{
	return point == ' ' || (point >= '\t' && point <= '\r' && point != '\v');
}

static uint32_t
lower(uint32_t point)
{
	return point < 0x80 ? (uint32_t)ascii_lower((char)point) : point;
}

static bool
is_letter(uint32_t point)
{
	return lower(point) >= 'a' && lower(point) <= 'z';
}

static bool
shown(const struct html *html, bool visible)
{
	return visible && html->templates == 0;
}

static bool
enter(struct html *html, enum state state)
{
	html->state = state;
	return false;
}

static bool
enter_name(struct html *html, enum state state)
{
	html->name_length = 0;
	return enter(html, state);
}

/* No known name has an octet above ASCII. */
static void
name_add(struct html *html, uint32_t point)
{
	point = lower(point);
	if (html->name_length < HTML_NAME_MAX)
		html->name[html->name_length++] = (char)(point < 0x80 ? point : 0x7f);
}

static struct bytes
name(const struct html *html)
{
	return (struct bytes){ html->name, html->name_length };
}

static bool
text_point(struct html *html, uint32_t point)
{
	if (point == '<')
		return enter(html, TAG_OPEN);
	if (point == '&') {
		html_reference_init(&html->reference);
		return enter(html, REFERENCE);
	}
	return shown(html, visible_point(point));
}

static bool
reference_point(struct html *html, uint32_t point)
{
	if (html_reference_point(&html->reference, point))
		return false;
	bool visible = shown(html, html_reference_visible(&html->reference, point == ';'));
	html->state = TEXT;
	return (point != ';' && text_point(html, point)) || visible;
}

static bool
raw_is_shown(const struct html *html)
{
	return shown(html, (html->element->traits & HTML_RAW_TEXT) != 0);
}

static bool
raw_point(struct html *html, uint32_t point)
{
	if (point == '<')
		return enter(html, RAW_LESS);
	return raw_is_shown(html) && visible_point(point);
}

/* The `<` before the point turned out to be text. */
static bool
raw_go_on(struct html *html, uint32_t point)
{
	html->state = RAW;
	return raw_point(html, point) || raw_is_shown(html);
}

static bool
raw_less_point(struct html *html, uint32_t point)
{
	if (point == '/')
		return enter_name(html, RAW_END);
	return raw_go_on(html, point);
}

static bool
rest_point(struct html *html, uint32_t point)
{
	return shown(html, visible_point(point));
}

static bool
tag_open(struct html *html, bool end_tag, uint32_t point)
{
	html->end_tag = end_tag;
	html->element = NULL;
	html->draws = false;
	enter_name(html, TAG_NAME);
	name_add(html, point);
	return false;
}

static bool
tag_close(struct html *html)
{
	unsigned traits = html->element != NULL ? html->element->traits : 0;

	html->state = TEXT;
	if (html->end_tag) {
		if ((traits & HTML_TEMPLATE) != 0 && html->templates > 0)
			html->templates--;
		return false;
	}
	if ((traits & (HTML_RAW | HTML_RAW_TEXT)) != 0)
		html->state = RAW;
	if ((traits & HTML_REST) != 0)
		html->state = REST;
	if ((traits & HTML_TEMPLATE) != 0)
		html->templates++;
	return shown(html, html->draws || (traits & HTML_DRAWS) != 0);
}

static bool
bogus_point(struct html *html, uint32_t point)
{
	return enter(html, point == '>' ? TEXT : BOGUS);
}

static bool
tag_open_point(struct html *html, uint32_t point)
{
	if (is_letter(point))
		return tag_open(html, false, point);
	if (point == '/')
		return enter(html, END_TAG_OPEN);
	if (point == '!')
		return enter(html, DECLARATION);
	if (point == '?')
		return enter(html, BOGUS);
	html->state = TEXT;
	return text_point(html, point) || shown(html, true);
}

static bool
end_tag_open_point(struct html *html, uint32_t point)
{
	return is_letter(point) ? tag_open(html, true, point) : bogus_point(html, point);
}

static bool
before_attribute_point(struct html *html, uint32_t point)
{
	if (point == '>')
		return tag_close(html);
	if (is_blank(point) || point == '/')
		return enter(html, BEFORE_ATTRIBUTE);
	enter_name(html, ATTRIBUTE_NAME);
	name_add(html, point);
	return false;
}

static bool
tag_name_point(struct html *html, uint32_t point)
{
	if (is_blank(point) || point == '/' || point == '>') {
		html->element = html_element_find(name(html));
		return before_attribute_point(html, point);
	}
	name_add(html, point);
	return false;
}

static bool
raw_end_point(struct html *html, uint32_t point)
{
	if (is_letter(point)) {
		name_add(html, point);
		return false;
	}
	if (!bytes_is(name(html), html->element->name) || !(is_blank(point) || point == '/' || point == '>'))
		return raw_go_on(html, point);
	html->end_tag = true;
	html->draws = false;
	return before_attribute_point(html, point);
}

static bool
after_attribute_point(struct html *html, uint32_t point)
{
	if (is_blank(point))
		return enter(html, AFTER_ATTRIBUTE);
	if (point != '=')
		return before_attribute_point(html, point);
	html->attribute = bytes_is(name(html), "background") ? ATTRIBUTE_BACKGROUND
			  : bytes_is(name(html), "style")    ? ATTRIBUTE_STYLE
							     : ATTRIBUTE_OTHER;
	html->matched = 0;
	return enter(html, BEFORE_VALUE);
}

static bool
attribute_name_point(struct html *html, uint32_t point)
{
	if (is_blank(point) || point == '/' || point == '>' || point == '=')
		return after_attribute_point(html, point);
	name_add(html, point);
	return false;
}

static bool
value_add(struct html *html, uint32_t point)
{
	static const char drawing[] = "url(";

	if (html->attribute == ATTRIBUTE_BACKGROUND && visible_point(point))
		html->draws = true;
	if (html->attribute != ATTRIBUTE_STYLE)
		return false;
	if (lower(point) != (unsigned char)drawing[html->matched])
		html->matched = 0;
	if (lower(point) == (unsigned char)drawing[html->matched])
		html->matched++;
	if (html->matched == sizeof drawing - 1) {
		html->draws = true;
		html->matched = 0;
	}
	return false;
}

static bool
bare_value_point(struct html *html, uint32_t point)
{
	if (is_blank(point))
		return enter(html, BEFORE_ATTRIBUTE);
	if (point == '>')
		return tag_close(html);
	return value_add(html, point);
}

static bool
before_value_point(struct html *html, uint32_t point)
{
	if (is_blank(point))
		return false;
	if (point == '"' || point == '\'') {
		html->quote = point;
		return enter(html, QUOTED_VALUE);
	}
	html->state = BARE_VALUE;
	return bare_value_point(html, point);
}

static bool
quoted_value_point(struct html *html, uint32_t point)
{
	return point == html->quote ? enter(html, BEFORE_ATTRIBUTE) : value_add(html, point);
}

static bool
declaration_point(struct html *html, uint32_t point)
{
	return point == '-' ? enter(html, DECLARATION_DASH) : bogus_point(html, point);
}

static bool
declaration_dash_point(struct html *html, uint32_t point)
{
	return point == '-' ? enter(html, COMMENT_START) : bogus_point(html, point);
}

static bool
comment_point(struct html *html, uint32_t point)
{
	unsigned state = html->state;

	if (point == '>' && state != COMMENT && state != COMMENT_DASH)
		return enter(html, TEXT);
	if (point == '!' && state == COMMENT_DASHES)
		return enter(html, COMMENT_BANG);
	if (point != '-')
		return enter(html, COMMENT);
	if (state == COMMENT_START)
		return enter(html, COMMENT_START_DASH);
	return enter(html, state == COMMENT || state == COMMENT_BANG ? COMMENT_DASH : COMMENT_DASHES);
}

void
html_init(struct html *html)
{
	*html = (struct html){ .state = TEXT };
}

bool
html_point(struct html *html, uint32_t point)
{
	static bool (*const steps[STATE_COUNT])(struct html *, uint32_t) = {
		[TEXT] = text_point,
		[REFERENCE] = reference_point,
		[RAW] = raw_point,
		[RAW_LESS] = raw_less_point,
		[RAW_END] = raw_end_point,
		[REST] = rest_point,
		[TAG_OPEN] = tag_open_point,
		[END_TAG_OPEN] = end_tag_open_point,
		[TAG_NAME] = tag_name_point,
		[BEFORE_ATTRIBUTE] = before_attribute_point,
		[ATTRIBUTE_NAME] = attribute_name_point,
		[AFTER_ATTRIBUTE] = after_attribute_point,
		[BEFORE_VALUE] = before_value_point,
		[QUOTED_VALUE] = quoted_value_point,
		[BARE_VALUE] = bare_value_point,
		[DECLARATION] = declaration_point,
		[DECLARATION_DASH] = declaration_dash_point,
		[BOGUS] = bogus_point,
		[COMMENT_START] = comment_point,
		[COMMENT_START_DASH] = comment_point,
		[COMMENT] = comment_point,
		[COMMENT_DASH] = comment_point,
		[COMMENT_DASHES] = comment_point,
		[COMMENT_BANG] = comment_point,
	};

	return steps[html->state](html, point);
}

bool
html_finish(struct html *html)
{
	switch (html->state) {
	case REFERENCE:
		return shown(html, html_reference_visible(&html->reference, false));
	case TAG_OPEN:
	case END_TAG_OPEN:
		return shown(html, true);
	case RAW_LESS:
	case RAW_END:
		return raw_is_shown(html);
	default:
		return false;
	}
}
