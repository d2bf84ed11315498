/* SPDX-License-Identifier: BSD-2-Clause */
/* password.h - a password from the file that the configuration names: its first line. */
#ifndef POSTERN_MILTER_PASSWORD_H
#define POSTERN_MILTER_PASSWORD_H

enum { PASSWORD_MAX = 512 }; /* octets with NUL: Redis' ACL GENPASS gives at most 256 */

/* NULL, or why it cannot be read, which holds until the thread's next call of strerror. Never waits. */
const char *password_read(const char *path, char password_out[PASSWORD_MAX]);

#endif
