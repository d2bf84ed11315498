/* SPDX-License-Identifier: BSD-2-Clause */
/* visible.h - whether a reader would see anything: code points, and the decoded octets of text parts. */
#ifndef POSTERN_POLICY_PARSE_VISIBLE_H
#define POSTERN_POLICY_PARSE_VISIBLE_H

#include "policy/parse/charset.h"
#include "policy/parse/html.h"

/* Not white space, control, default-ignorable (Unicode) or blank by its own definition (U+2800 BRAILLE PATTERN BLANK, the
 * interlinear annotation controls, U+1D159). CHARSET_INVALID is visible: a reader shows something there. */
bool visible_point(uint32_t point);

/* Whether a text part shows anything, as it streams past (decoded octets, cut anywhere).
 *
 *      if (visible_open(&v, charset_name, VISIBLE_HTML) == CHARSET_REFUSED) ...
 *      visible_feed(&v, octets); ... visible_finish(&v);
 *      if (v.seen) ...
 *      visible_close(&v);
 *
 * Plain text: any visible code point. HTML: one outside tags, comments, and the contents of title, style, script, template and
 * the like (noscript stays visible), with character references decoded (&nbsp; &#8203; &zwnj; are not visible, unknown ones are); or
 * an element that shows something by itself (img, picture, svg, canvas, video, audio, iframe, object, embed, input, button,
 * select, textarea, hr, math, meter, progress, frame), or an attribute that draws (background=, url( in style). html.h says
 * how markup is told from text. In an unknown charset the octets are read as UTF-8, and what is none is visible.
 *
 * Once `seen` is true it stays so and feeding costs nothing. Constant memory; only visible_open allocates, in iconv. */
enum visible_kind { VISIBLE_PLAIN, VISIBLE_HTML };

struct visible {
	bool seen;
	enum visible_kind kind;
	struct charset charset;
	struct html html;
};

enum charset_status visible_open(struct visible *visible, struct bytes charset_name, enum visible_kind kind);
void visible_feed(struct visible *visible, struct bytes octets);
void visible_finish(struct visible *visible);
void visible_close(struct visible *visible);

#endif
