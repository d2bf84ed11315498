/* SPDX-License-Identifier: BSD-2-Clause */
/* How a file becomes ours: an empty one gets the table and both marks in one transaction; any other must have both. Several processes may be
 * at it at once. Nothing is changed in a file that is not ours. */
#define _GNU_SOURCE
#include "milter/stores/sqlite_open.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#define APPLICATION_ID 0x50737472 /* "Pstr", for file(1) and other programs */
#define SCHEMA_VERSION 1

#define TEXT_OF(number) TEXT_OF_EXPANDED(number)
#define TEXT_OF_EXPANDED(number) #number

/* Rows are found by key alone, so there is no other index that each charge would have to write. */
static const char schema[] =
	"CREATE TABLE counters (key TEXT PRIMARY KEY NOT NULL, value TEXT NOT NULL,"
	" expires_us INTEGER NOT NULL) WITHOUT ROWID;"
	"PRAGMA application_id = " TEXT_OF(APPLICATION_ID) ";"
							   "PRAGMA user_version = " TEXT_OF(SCHEMA_VERSION) ";";

/* What belonged to a file that is gone would spoil the new one. */
static void
remove_leftover(const char *path, const char *suffix)
{
	char leftover[PATH_MAX];
	int length = snprintf(leftover, sizeof leftover, "%s%s", path, suffix);

	if (length > 0 && (size_t)length < sizeof leftover)
		unlink(leftover);
}

/* The folder's descriptor, with a lock on the folder; -1, and why in errno, EWOULDBLOCK when others have had it for too long. */
static int
lock_folder(struct sqlite_file *file)
{
	const char *slash = strrchr(file->path, '/');
	char folder[PATH_MAX] = ".";

	if (slash != NULL)
		snprintf(folder, sizeof folder, "%.*s", (int)(slash + 1 - file->path), file->path);
	int fd = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	for (int times = 0; fd >= 0 && flock(fd, LOCK_EX | LOCK_NB) != 0; times++) {
		int why = errno;

		if (why == EWOULDBLOCK && sqlite_file_wait(file, times))
			continue;
		close(fd);
		errno = why;
		return -1;
	}
	return fd;
}

/* SQLite would make it with the rights that the umask leaves. When processes do this at once, one would take for leftovers what another that was
 * faster writes already: hence the lock. Where there is none, leftovers stay. */
static bool
make_file(struct sqlite_file *file, struct reason *reason)
{
	struct stat status;
	int folder = lock_folder(file);

	if (folder < 0 && errno == EWOULDBLOCK) {
		reason_set(reason, "%s: cannot be made: another process is at it", file->path);
		return false;
	}
	if (folder >= 0 && lstat(file->path, &status) != 0 && errno == ENOENT) {
		remove_leftover(file->path, "-wal");
		remove_leftover(file->path, "-shm");
	}
	int fd = open(file->path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
	int why = errno;
	if (fd >= 0)
		close(fd);
	if (folder >= 0)
		close(folder);
	if (fd >= 0 || why == EEXIST)
		return true;
	reason_set(reason, "%s: cannot be made: %s", file->path, strerror(why));
	return false;
}

/* Never opened here when it is there: to close it again would take away the locks that this process has on it. */
static bool
make_sure_of_file(struct sqlite_file *file, struct reason *reason)
{
	struct stat status;

	if (stat(file->path, &status) != 0 && !make_file(file, reason))
		return false;
	if (stat(file->path, &status) == 0 && S_ISREG(status.st_mode))
		return true;
	reason_set(reason, "%s: this is no regular file", file->path);
	return false;
}

static bool
execute(struct sqlite_file *file, const char *text)
{
	file->result = sqlite3_exec(file->db, text, NULL, NULL, NULL);
	return file->result == SQLITE_OK;
}

static int
keep_number(void *data, int count, char **columns, char **names)
{
	int64_t *number = data;

	(void)names;
	*number = count > 0 && columns[0] != NULL ? strtoll(columns[0], NULL, 10) : 0;
	return 0;
}

static bool
ask_number(struct sqlite_file *file, const char *query, int64_t *number_out)
{
	*number_out = 0;
	file->result = sqlite3_exec(file->db, query, keep_number, number_out, NULL);
	return file->result == SQLITE_OK;
}

enum ownership { OWNERSHIP_OURS, OWNERSHIP_NEW, OWNERSHIP_NONE, OWNERSHIP_UNKNOWN };

static enum ownership
find_owner(struct sqlite_file *file, int64_t *version_out)
{
	int64_t application, things;

	if (!ask_number(file, "SELECT count(*) FROM sqlite_schema", &things) ||
	    !ask_number(file, "PRAGMA application_id", &application) ||
	    !ask_number(file, "PRAGMA user_version", version_out))
		return OWNERSHIP_UNKNOWN;
	if (things == 0 && application == 0 && *version_out == 0)
		return OWNERSHIP_NEW;
	return application == APPLICATION_ID ? OWNERSHIP_OURS : OWNERSHIP_NONE;
}

/* Another process may have been faster. */
static bool
make_schema(struct sqlite_file *file)
{
	int64_t version;

	if (!execute(file, "BEGIN IMMEDIATE"))
		return false;
	enum ownership ownership = find_owner(file, &version);
	if (ownership == OWNERSHIP_UNKNOWN || (ownership == OWNERSHIP_NEW && !execute(file, schema))) {
		int result = file->result;
		execute(file, "ROLLBACK");
		file->result = result;
		return false;
	}
	return execute(file, "COMMIT");
}

/* False, with *reason set. */
static bool
check_ours(struct sqlite_file *file, struct reason *reason)
{
	int64_t version;
	enum ownership ownership = find_owner(file, &version);

	if (ownership == OWNERSHIP_NEW)
		ownership = make_schema(file) ? find_owner(file, &version) : OWNERSHIP_UNKNOWN;
	if (ownership == OWNERSHIP_UNKNOWN)
		sqlite_file_explain(file, reason);
	else if (ownership != OWNERSHIP_OURS)
		reason_set(reason, "%s: this is a file of another application; it is left as it is", file->path);
	else if (version != SCHEMA_VERSION)
		reason_set(reason, "%s: version %lld of the file is of another Postern than this one, which knows %d",
			   file->path, (long long)version, SCHEMA_VERSION);
	else
		return true;
	return false;
}

/* SQLite does not wait when two processes do this for the first time. */
static bool
use_log(struct sqlite_file *file)
{
	for (int times = 0;; times++) {
		if (execute(file, "PRAGMA journal_mode = WAL"))
			return true;
		if ((file->result & 0xff) != SQLITE_BUSY || !sqlite_file_wait(file, times))
			return false;
	}
}

static bool
set_up(struct sqlite_file *file)
{
	/* The log is brought into the file in the background, never with a commit or at the close. */
	sqlite3_wal_autocheckpoint(file->db, 0);
	sqlite3_db_config(file->db, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, (int *)NULL);
	return use_log(file) &&
	       execute(file, "PRAGMA synchronous = NORMAL; PRAGMA journal_size_limit = 67108864; PRAGMA temp_store = "
			     "MEMORY") &&
	       sqlite_file_prepare(file);
}

static bool
is_writable(struct sqlite_file *file)
{
	file->result = SQLITE_READONLY;
	return sqlite3_db_readonly(file->db, "main") == 0;
}

bool
sqlite_file_open(struct sqlite_file *file, const char *path, struct reason *reason)
{
	file->path = path;
	if (!make_sure_of_file(file, reason))
		return false;
	file->result = sqlite3_open_v2(path, &file->db,
				       SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE, NULL);
	bool opened = file->result == SQLITE_OK && is_writable(file);
	if (opened) {
		sqlite_file_settle(file);
		sqlite3_db_config(file->db, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0, (int *)NULL);
		if (!check_ours(file, reason)) {
			sqlite_file_close(file);
			return false;
		}
	}
	if (opened && set_up(file))
		return true;
	sqlite_file_explain(file, reason);
	sqlite_file_close(file);
	return false;
}
