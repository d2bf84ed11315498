/* SPDX-License-Identifier: BSD-2-Clause */
/* files.h - small files and their paths, as tests need them. What cannot fail in a sane test run ends the program with
 * a message instead of returning an error. */
#ifndef POSTERN_TESTS_E2E_SUPPORT_FILES_H
#define POSTERN_TESTS_E2E_SUPPORT_FILES_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

enum { PATH_TEXT_MAX = 256 };

struct path {
	char text[PATH_TEXT_MAX];
};

/* "directory/name". */
struct path path_join(const char *directory, const char *name);
/* In the directory of the running program: what the build made beside it. */
struct path path_beside_us(const char *name);

/* The whole file, NUL-terminated, for free(); NULL when it cannot be read. */
char *file_read(const char *path, size_t *length_out);
void file_write(const char *path, const char *text);
/* Whether the file holds the text, and whether it comes to hold it. A missing file holds nothing. */
bool file_has(const char *path, const char *text);
bool file_comes_to_have(const char *path, const char *text, int timeout_ms);
/* Whether there is anything at the path, a socket too. */
bool path_exists(const char *path);

/* How many regular files in the directory hold the text; "" counts them all. */
size_t directory_count(const char *directory, const char *text);
/* The first such file, for free(); NULL when there is none. */
char *directory_find(const char *directory, const char *text);

/* A new directory of this mode, given to uid and gid. */
void directory_make(const char *path, mode_t mode, uid_t uid, gid_t gid);

/* Ends the program with status 1 and a message in the manner of printf. */
void fail(const char *format, ...) __attribute__((format(printf, 1, 2), noreturn));

#endif
