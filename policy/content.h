/* SPDX-License-Identifier: BSD-2-Clause */
/* content.h - what the leaf parts of a message hold: which of them are attachments or inline images, which are empty, and
 * whether there is anything to read at all.
 *
 *      content_begin(&c, part);                on MIME_PART
 *      content_feed(&c, data);                 on MIME_DATA
 *      leaf = content_end(&c, cut);            on MIME_PART_END
 *      content_close(&c);                      before *c is given up
 *
 * Attachment: disposition attachment; or a name, and a type other than text/plain and text/html; or any type that is not
 * text, an inline image or a control part. Inline image: image/... without disposition attachment that has a Content-ID, or disposition
 * inline, or sits in a multipart/related. Control parts: what a multipart/report, multipart/signed or multipart/encrypted
 * is made of beside the text (RFC 6522, RFC 1847). message/external-body is none of them (its content is elsewhere).
 * An enclosed message is judged only for being there: with disposition attachment or a name, it is an attachment when it has no octet.
 *
 * Empty: no octet after transfer decoding, in any of the encodings that the part's header names (readers differ in which
 * they believe). Of a part that ends with the message rather than at a delimiter, one last line break is the transport's. */
#ifndef POSTERN_POLICY_CONTENT_H
#define POSTERN_POLICY_CONTENT_H

#include "policy/parse/mime.h"
#include "policy/parse/visible.h"

enum leaf_kind {
	LEAF_TEXT,
	LEAF_ATTACHMENT,
	LEAF_INLINE_IMAGE,
	LEAF_CONTROL,   /* of a report or an encrypted message: it has something to say */
	LEAF_SIGNATURE, /* the control part of multipart/signed: it says nothing by itself */
	LEAF_ENCLOSED,  /* a message inside */
	LEAF_EXTERNAL   /* message/external-body */
};

struct leaf {
	const struct mime_part *part; /* borrowed from the parser */
	enum leaf_kind kind;
	bool empty;
};

struct content {
	struct leaf leaf;
	bool open;          /* a leaf is streaming past */
	unsigned undecided; /* bit set of 1u << enum encoding: decoded to nothing that counts so far */
	struct {
		char octets[3];
		size_t length;
	} heads[ENCODING_COUNT]; /* the first decoded octets: enough to tell a lone line break */
	bool looking;            /* for visible text in this leaf */
	bool wants_flaws;        /* some check asks for decoder_flaws: parts are decoded to their ends */
	/* Facts about the message: */
	uint32_t decoder_flaws; /* of enum decoder_flaw, of parts that ended */
	bool seen;              /* some leaf gives the reader something */
	bool text_octets;       /* some text leaf has octets, blank ones at least */
	bool refused;           /* the system refused memory to convert text or a name: `seen` may be short of it */
	/* The last members, see content_init. */
	struct decoder decoders[ENCODING_COUNT]; /* those of the part's encodings */
	struct visible visible;                  /* while looking */
};

enum leaf_kind leaf_kind(const struct mime_part *part);

void content_init(struct content *content);
void content_begin(struct content *content, const struct mime_part *part);
void content_feed(struct content *content, struct bytes data);
/* cut: the message ended before the part's delimiter came. */
const struct leaf *content_end(struct content *content, bool cut);
void content_close(struct content *content);

/* The open leaf, if any, can no more turn out to be empty in a way that a check asks for. */
bool content_decided(const struct content *content);

#endif
