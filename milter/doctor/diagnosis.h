/* SPDX-License-Identifier: BSD-2-Clause */
/* diagnosis.h - what `postern doctor` has to say: remarks in the order in which they were made, printed together.
 *
 *      struct diagnosis diagnosis = { 0 };
 *      diagnosis_add(&diagnosis, SEVERITY_WARNING, "postfix_default_action", "Postfix: milter_default_action is %s", value);
 *      diagnosis_why(&diagnosis, "While Postern is away, mail gets in unjudged.");
 *      diagnosis_mend(&diagnosis, "postconf -e 'milter_default_action = tempfail'");
 *      diagnosis_print(&diagnosis, stdout, colored);
 *      diagnosis_free(&diagnosis);
 *
 * Texts may hold whatever was found in other programs' files: they are escaped when they are printed. Once memory is refused
 * nothing is added any more, and `refused` says so. */
#ifndef POSTERN_MILTER_DOCTOR_DIAGNOSIS_H
#define POSTERN_MILTER_DOCTOR_DIAGNOSIS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

enum severity {
	SEVERITY_OK,      /* looked at, and right */
	SEVERITY_NOTE,    /* may be meant so */
	SEVERITY_WARNING, /* works, and is not what one should want */
	SEVERITY_ERROR,   /* mail is not judged, or not taken */
	SEVERITY_COUNT
};
extern const char *const severity_names[SEVERITY_COUNT]; /* ok, note, warning, error */

struct remark {
	enum severity severity;
	const char *name; /* for scripts: one of each kind of remark */
	char *what;       /* a sentence without its full stop */
	char *why;        /* what follows from it; or NULL */
	char *mend;       /* a command, or lines for a file; or NULL */
};

/* A diagnosis names so many things at most: a configuration with more services than this is told of the first ones. */
enum { DIAGNOSIS_REMARKS_MAX = 512 };

struct diagnosis {
	struct remark *remarks;
	size_t count, size;
	bool refused; /* memory was */
	char *after;  /* a command to be run when all is mended; or NULL */
};

void diagnosis_add(struct diagnosis *diagnosis, enum severity severity, const char *name, const char *format, ...)
	__attribute__((format(printf, 4, 5)));
/* Of the remark that was added last. */
void diagnosis_why(struct diagnosis *diagnosis, const char *format, ...) __attribute__((format(printf, 2, 3)));
void diagnosis_mend(struct diagnosis *diagnosis, const char *format, ...) __attribute__((format(printf, 2, 3)));
void diagnosis_after(struct diagnosis *diagnosis, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* Whether something is wrong: there is a warning or an error. */
bool diagnosis_is_bad(const struct diagnosis *diagnosis);

/* For people: the worst last, where a terminal leaves the eye. For scripts: a JSON object a line, in the order in which they were made. False
 * when memory is refused or the stream takes no more. */
bool diagnosis_print(const struct diagnosis *diagnosis, FILE *stream, bool colored);
bool diagnosis_json(const struct diagnosis *diagnosis, FILE *stream);

void diagnosis_free(struct diagnosis *diagnosis);

/* The text as one word of a shell: plain where that is safe, else 'it'\''s'. For free(); NULL when memory is refused. */
char *shell_word(const char *text);

#endif
