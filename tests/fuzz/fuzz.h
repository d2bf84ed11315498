/* SPDX-License-Identifier: BSD-2-Clause */
/* fuzz.h - what must hold of a parser, whatever it is fed: it gives the same however its input is cut, touches no octet
 * outside the chunk at hand, keeps no pointer into one it was done with, and allocates nothing (memory.h).
 *
 *      fuzz_run(&target, data, size);          aborts when something does not hold
 *
 * An input is FUZZ_STEPS octets that say where to cut, then the text. Each of them is the length of a piece: below 128 that
 * many octets, above it (octet - 127) * 64; they are taken in turns, longer after a while, and all zero means no
 * cut. A text whose parser needs to be told something (a charset, a Content-Type) has that on its first line.
 *
 * A target draws its text from the cutter:
 *
 *      while (cutter_next(cutter, &chunk)) ...
 *
 * and writes down what the parser makes of it. It is run with the text whole, then cut, and both traces must be equal.
 * Inputs longer than FUZZ_INPUT_MAX are passed over. */
#ifndef POSTERN_TESTS_FUZZ_FUZZ_H
#define POSTERN_TESTS_FUZZ_FUZZ_H

#include "tests/support/trace.h"

enum {
	FUZZ_STEPS = 4,
	FUZZ_INPUT_MAX = 1 << 17,
	FUZZ_LINE_MAX = 512,     /* of the first line, for those who ask for it */
	FUZZ_TRACE_MAX = 1 << 24 /* a longer one is out of proportion to its input */
};

struct cutter {
	struct bytes rest; /* of the text */
	unsigned char steps[FUZZ_STEPS];
	size_t step; /* how many were taken */
	bool whole;
	bool begun;
};

struct fuzz_target {
	const char *name;
	bool takes_whole;      /* its parser takes the text in one piece */
	void (*prepare)(void); /* before its first run, outside what is watched; or NULL */
	void (*trace)(struct trace *trace, struct cutter *cutter);
};

extern const struct fuzz_target *const fuzz_targets[];
extern const size_t fuzz_target_count;
/* NULL when there is none of that name. */
const struct fuzz_target *fuzz_target_find(const char *name);

void fuzz_run(const struct fuzz_target *target, const char *data, size_t size);

/* The text's first line without its end, NUL-terminated and cut to fit. To be asked before the first piece. */
void cutter_line(struct cutter *cutter, char line_out[FUZZ_LINE_MAX]);
/* The next piece, at least one, maybe empty. It lies between octets that must not be touched and is gone with the next. */
bool cutter_next(struct cutter *cutter, struct bytes *piece_out);
/* The whole rest as one piece. */
struct bytes cutter_rest(struct cutter *cutter);

/* Says what does not hold, and ends the program. */
_Noreturn void fuzz_fail(const char *format, ...) __attribute__((format(printf, 1, 2)));
#define FUZZ_ASSERT(condition)                                                                 \
	do {                                                                                   \
		if (!(condition))                                                              \
			fuzz_fail("%s:%d: does not hold: %s", __FILE__, __LINE__, #condition); \
	} while (0)

#endif
