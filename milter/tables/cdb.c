/* SPDX-License-Identifier: BSD-2-Clause */
/* A constant database as tinycdb writes it. It is read, not mapped: a file that somebody cuts short in place would end the process that has
 * it mapped. What the file system has in memory costs two or three microseconds a look-up. */
#define _POSIX_C_SOURCE 200809L
#include "milter/tables/backend.h"
#include "milter/tables/watched.h"

#include <cdb.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { CDB_HEADER = 2048, CDB_TABLES = 256, CDB_SLOT = 8 }; /* octets; hash tables; octets of a place in one */

struct database {
	int fd;
	pthread_mutex_t lock; /* of the position in the file */
	off_t size;
	struct timespec modified;
};

struct cdb_table {
	struct backend backend;
	struct watched *watched;
};

static void
free_database(void *contents)
{
	struct database *database = contents;

	pthread_mutex_destroy(&database->lock);
	close(database->fd);
	free(database);
}

/* The header is written last, and says where the tables behind the records are: a file that is not whole shows it there. */
static bool
is_whole(int fd, off_t size)
{
	unsigned char header[CDB_HEADER];

	if (pread(fd, header, sizeof header, 0) != sizeof header)
		return false;
	for (size_t i = 0; i < CDB_TABLES; i++) {
		off_t start = (off_t)cdb_unpack(header + i * CDB_SLOT);
		off_t places = (off_t)cdb_unpack(header + i * CDB_SLOT + 4);

		if (start < CDB_HEADER || start > size || places * CDB_SLOT > size - start)
			return false;
	}
	return true;
}

static void *
load_database(int fd, const struct stat *status, void *data, char *why_out)
{
	struct database *database = malloc(sizeof *database);

	(void)data;
	if (database == NULL) {
		trouble_format(why_out, "the system refuses memory");
		return NULL;
	}
	*database = (struct database){ .size = status->st_size, .modified = status->st_mtim };
	database->fd = fcntl(fd, F_DUPFD_CLOEXEC, 0);
	if (database->fd >= 0 && is_whole(fd, status->st_size)) {
		pthread_mutex_init(&database->lock, NULL);
		return database;
	}
	if (database->fd < 0)
		trouble_format(why_out, "the file cannot be kept open: %s", strerror(errno));
	else
		close(database->fd);
	if (database->fd >= 0)
		trouble_format(why_out, "the file is no cdb, or not a whole one");
	free(database);
	return NULL;
}

/* With the lock held. 1: found, 0: absent, -1: the file cannot be read, or the value is none. */
static int
read_value(const struct database *database, const char *key, size_t key_length, char *value_out)
{
	unsigned length;
	int found = cdb_seek(database->fd, key, (unsigned)key_length, &length);

	if (found <= 0)
		return found;
	if (length > TABLE_VALUE_MAX)
		return -1;
	if (cdb_bread(database->fd, value_out, (int)length) != 0)
		return -1;
	if (length > 0 && value_out[length - 1] == '\0') /* some programs write it with the value */
		length--;
	if (length == TABLE_VALUE_MAX || memchr(value_out, '\0', length) != NULL)
		return -1;
	value_out[length] = '\0';
	return 1;
}

/* Written in place since it was opened: what was read may be of either version, or of none. */
static bool
is_changed(const struct database *database)
{
	struct stat status;

	return fstat(database->fd, &status) != 0 || status.st_size != database->size ||
	       status.st_mtim.tv_sec != database->modified.tv_sec ||
	       status.st_mtim.tv_nsec != database->modified.tv_nsec;
}

static bool
cdb_table_open(struct backend *backend, char *why_out)
{
	return watched_open(((struct cdb_table *)backend)->watched, why_out);
}

static enum table_answer
cdb_table_find(struct backend *backend, const char *key, char *value_out, char *why_out)
{
	struct watched *watched = ((struct cdb_table *)backend)->watched;
	struct version *version = watched_acquire(watched, why_out);
	struct database *database;
	char value[TABLE_VALUE_MAX];
	int found;

	if (version == NULL)
		return TABLE_FAILED;
	database = version->contents;
	pthread_mutex_lock(&database->lock);
	found = read_value(database, key, strlen(key), value);
	if (found == 0) /* keys with a NUL at their end are common, too */
		found = read_value(database, key, strlen(key) + 1, value);
	pthread_mutex_unlock(&database->lock);
	if (is_changed(database)) {
		trouble_format(why_out, "the file was changed in place: write it beside and rename it");
		found = -1;
	} else if (found < 0) {
		trouble_format(why_out, "a record cannot be read, is longer than %d octets, or holds a NUL",
			       TABLE_VALUE_MAX - 1);
	}
	watched_release(watched, version);
	if (found > 0)
		strcpy(value_out, value);
	return found < 0 ? TABLE_FAILED : found == 0 ? TABLE_ABSENT : TABLE_FOUND;
}

static void
cdb_table_free(struct backend *backend)
{
	struct cdb_table *table = (struct cdb_table *)backend;

	watched_free(table->watched);
	free(table);
}

struct backend *
cdb_table_new(const struct table *table, struct trouble *trouble)
{
	static const struct backend_class class = { cdb_table_open, cdb_table_find, cdb_table_free };
	static const struct watched_class contents = { load_database, free_database };
	struct cdb_table *cdb = calloc(1, sizeof *cdb);

	if (cdb == NULL)
		return NULL;
	cdb->backend.class = &class;
	cdb->watched = watched_new(table->argument, &contents, table->timeout_ms, trouble, NULL);
	if (cdb->watched != NULL)
		return &cdb->backend;
	free(cdb);
	return NULL;
}
