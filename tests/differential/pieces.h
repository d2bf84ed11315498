/* SPDX-License-Identifier: BSD-2-Clause */
/* pieces.h - a message as fields and lines, told apart without knowing any boundary, so that a message can be edited
 * whatever a parser makes of it: any line that begins with `--` may be a delimiter, and a header may follow it.
 *
 *      struct pieces pieces;
 *      pieces_init(&pieces, message);
 *      while (pieces_next(&pieces, &piece)) ...
 *
 * The pieces' texts, one behind the other, are the message. */
#ifndef POSTERN_TESTS_DIFFERENTIAL_PIECES_H
#define POSTERN_TESTS_DIFFERENTIAL_PIECES_H

#include "policy/parse/bytes.h"

enum piece_kind {
	PIECE_FIELD,    /* of what may be a header, with its folds */
	PIECE_NO_FIELD, /* a line there that is none */
	PIECE_EMPTY,    /* the empty line at its end */
	PIECE_DASHES,   /* a line that begins with `--` */
	PIECE_BODY      /* any other */
};

struct piece {
	enum piece_kind kind;
	bool in_header; /* what came before it was in a header, and no empty line since */
	bool first;     /* and it is that header's first line */
	bool message;   /* and a message follows that header, not a body */
	struct bytes text;
	struct bytes name, value; /* of a field; the value with its folds, without its last line break */
};

struct pieces {
	struct bytes rest;
	bool in_header, first;
	bool is_message, has_type, in_digest; /* of the header: a message follows it, if not a body */
};

void pieces_init(struct pieces *pieces, struct bytes message);
bool pieces_next(struct pieces *pieces, struct piece *piece_out);

#endif
