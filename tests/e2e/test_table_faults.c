/* SPDX-License-Identifier: BSD-2-Clause */
/* Tables that are replaced, broken, deleted and written in place under a daemon that is asked all the time: each message is judged by one whole
 * version, and while there is a version nobody is told to come again. */
#define _GNU_SOURCE
#include "tests/e2e/support/asking.h"
#include "tests/e2e/support/patience.h"
#include "tests/e2e/support/rig.h"
#include "tests/e2e/support/storm.h"
#include "tests/support/suite.h"

#include <cdb.h>
#include <fcntl.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum {
	FILLERS = 500, /* keys in front of those that are asked: a version takes some time to be read */
	REPLACED_MS = 2000,
	PAUSE_MS = 10,     /* between two replacements */
	SETTLED_MS = 2500, /* in which what lies still is looked at: a second after it came, and again a second later */
	LINE_TOO_LONG = 600, /* octets, for a key; and no database begins so */
	CALM = 50            /* messages */
};

/* The domains of both versions, and of none, are judged alike all the time. */
enum version { ONE, TWO };
static const char *const listed[][2] = { [ONE] = { "one", "always" }, [TWO] = { "two", "always" } };

#define NOT_LISTED "554 5.7.1 Not listed"
#define TEXT "From: Robin <robin@example.com>\n\nThe worm was early.\n"
#define LETTERS_OF(kind)                                                                                 \
	{ kind "-always", "robin@always." kind ".example.com", TEXT, { NULL, NULL } },                   \
		{ kind "-never", "robin@never." kind ".example.com", TEXT, { NOT_LISTED, NOT_LISTED } }, \
		{ kind "-one", "robin@one." kind ".example.com", TEXT, { NULL, NOT_LISTED } },           \
	{                                                                                                \
		kind "-two", "robin@two." kind ".example.com", TEXT,                                     \
		{                                                                                        \
			NOT_LISTED, NULL                                                                 \
		}                                                                                        \
	}
static const struct storm_letter letters[] = { LETTERS_OF("file"), LETTERS_OF("cdb"), LETTERS_OF("sqlite") };

static struct mta mta = { .kind = MTA_POSTFIX };
static struct storm storm;

/* --- versions ----------------------------------------------------------------------------------------------------- */

static void
make_file(const char *path, enum version version)
{
	FILE *file = fopen(path, "w");

	ck_assert_ptr_nonnull(file);
	for (int i = 0; i < FILLERS; i++)
		fprintf(file, "filler-%d.file.example.com\n", i);
	for (int i = 0; i < 2; i++)
		fprintf(file, "%s.file.example.com\n", listed[version][i]);
	ck_assert_int_eq(fclose(file), 0);
}

static void
make_cdb(const char *path, enum version version)
{
	struct cdb_make make;
	char key[64];
	int fd = open(path, O_RDWR | O_CREAT | O_TRUNC, 0644);

	ck_assert_int_ge(fd, 0);
	cdb_make_start(&make, fd);
	for (int i = 0; i < FILLERS + 2; i++) {
		if (i < FILLERS)
			snprintf(key, sizeof key, "filler-%d.cdb.example.com", i);
		else
			snprintf(key, sizeof key, "%s.cdb.example.com", listed[version][i - FILLERS]);
		ck_assert_int_eq(cdb_make_add(&make, key, (unsigned)strlen(key), "1", 1), 0);
	}
	ck_assert_int_eq(cdb_make_finish(&make), 0);
	close(fd);
}

static void
make_sqlite(const char *path, enum version version)
{
	char script[512];
	sqlite3 *database;

	unlink(path);
	ck_assert_int_eq(sqlite3_open(path, &database), SQLITE_OK);
	snprintf(script, sizeof script,
		 "PRAGMA synchronous = OFF; BEGIN; CREATE TABLE domains (domain TEXT PRIMARY KEY);"
		 "WITH RECURSIVE n(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i < %d)"
		 " INSERT INTO domains SELECT 'filler-' || i || '.sqlite.example.com' FROM n;"
		 "INSERT INTO domains VALUES ('%s.sqlite.example.com'), ('%s.sqlite.example.com'); COMMIT;",
		 FILLERS, listed[version][0], listed[version][1]);
	ck_assert_int_eq(sqlite3_exec(database, script, NULL, NULL, NULL), SQLITE_OK);
	sqlite3_close(database);
}

static const struct kind {
	const char *name;
	void (*make)(const char *path, enum version version);
} kinds[] = {
	{ "file", make_file },
	{ "cdb", make_cdb },
	{ "sqlite", make_sqlite },
};
enum { KINDS = sizeof kinds / sizeof kinds[0] };

static struct path
place(const char *name)
{
	return path_join(asking.postern.directory.text, name);
}

static void
put(const struct kind *kind, enum version version)
{
	kind->make(place("new").text, version);
	ck_assert_int_eq(rename(place("new").text, place(kind->name).text), 0);
}

static void
put_all(enum version version)
{
	for (size_t i = 0; i < KINDS; i++)
		put(&kinds[i], version);
}

/* Cut to nothing, half written, then whole. */
static void
write_in_place(const struct kind *kind, enum version version)
{
	size_t length;

	kind->make(place("new").text, version);
	char *octets = file_read(place("new").text, &length);
	int fd = open(place(kind->name).text, O_WRONLY | O_TRUNC | O_CREAT, 0644);
	ck_assert(octets != NULL && fd >= 0);
	nap_ms(PAUSE_MS);
	ck_assert_int_eq(write(fd, octets, length / 2), (ssize_t)(length / 2));
	nap_ms(PAUSE_MS);
	ck_assert_int_eq(write(fd, octets + length / 2, length - length / 2), (ssize_t)(length - length / 2));
	close(fd);
	free(octets);
}

/* --- the daemon --------------------------------------------------------------------------------------------------- */

/* The sender is asked for before the table: each kind of table is asked for its own senders. */
static void
write_profile(FILE *out, const char *kind, const char *domains)
{
	static const char *const names[] = { "always", "never", "one", "two" };

	fprintf(out, " { name = \"%s\"; when = { sender_domain = \"%s\"; sender = [", kind, domains);
	for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
		fprintf(out, "%s \"robin@%s.%s.example.com\"", i > 0 ? "," : "", names[i], kind);
	fputs(" ]; }; checks = { subject_missing = { mode = \"off\"; }; }; }", out);
}

/* Returns when all workers serve. */
static void
serve(void)
{
	pid_t workers[ASKING_WORKERS];
	char domains[PATH_TEXT_MAX + 16], *config = NULL;
	size_t length;
	FILE *out = open_memstream(&config, &length);

	ck_assert_ptr_nonnull(out);
	fprintf(out,
		"control = \"%s\";\nlog = { decisions = \"findings\"; };\n"
		"tables = { domains = { source = \"sqlite:%s\";"
		" query = \"SELECT domain FROM domains WHERE domain = ?\"; timeout = \"2s\"; }; };\n"
		"checks = { subject_missing = { reply = \"" NOT_LISTED "\"; }; };\nprofiles = (",
		place("control").text, place("sqlite").text);
	for (size_t i = 0; i < KINDS; i++) {
		snprintf(domains, sizeof domains, "%s:%s", kinds[i].name, place(kinds[i].name).text);
		fputs(i > 0 ? "," : "", out);
		write_profile(out, kinds[i].name, strcmp(kinds[i].name, "sqlite") == 0 ? "table:domains" : domains);
	}
	fputs(");\n", out);
	fclose(out);
	postern_configure(&asking.postern, config);
	free(config);
	asking_launch();
	asking_workers(workers);
}

/* What a sender of that domain is told; valid until the next is asked for. */
static const char *
verdict_on(const char *name, const struct kind *kind)
{
	static struct milter_client client;
	char sender[64];

	snprintf(sender, sizeof sender, "<robin@%s.%s.example.com>", name, kind->name);
	asking_connect(&client);
	milter_mail(&client, sender, "4Qtables01");
	milter_message(&client, TEXT, (struct milter_cut){ 0, 0 });
	milter_close(&client);
	return milter_verdict(&client);
}

static bool
passes(const char *name, const struct kind *kind)
{
	return strcmp(verdict_on(name, kind), "accept") == 0;
}

/* By each worker: connections go to one or the other. */
static void
expect_version(const struct kind *kind, enum version version)
{
	for (int i = 0; i < 10; i++) {
		ck_assert_str_eq(verdict_on(listed[version][0], kind), "accept");
		ck_assert_str_eq(verdict_on(listed[version == ONE ? TWO : ONE][0], kind), "reply " NOT_LISTED);
	}
}

static void
await_version(const struct kind *kind, enum version version)
{
	struct deadline deadline = deadline_in(PATIENCE_MS);

	for (int in_a_row = 0; in_a_row < 20; in_a_row++)
		if (!passes(listed[version][0], kind)) {
			in_a_row = 0;
			ck_assert_msg(deadline_nap(&deadline), "the new %s is not taken up", kind->name);
		}
}

static void
begin_storm(const char *name)
{
	put_all(ONE);
	serve();
	storm_start(&storm, &(struct storm_options){ .name = name,
						     .mta = &mta,
						     .seed = dice_seed("STORM_SEED"),
						     .pause_ms = 10,
						     .policies = 2,
						     .letters = letters,
						     .letters_count = sizeof letters / sizeof letters[0] });
	storm_await(&storm, CALM);
}

static void
end_storm(void)
{
	storm_finish(&storm);
	expect_storm_kept(&storm);
	expect_storm_lost(&storm, 0);
	ck_assert_msg(!file_has(asking.postern.log.text, " was killed by signal "), "a worker has crashed");
}

START_TEST(replaced_tables_are_old_or_new_and_always_there)
{
	struct deadline deadline = deadline_in(REPLACED_MS);

	begin_storm("replaced");
	for (unsigned i = 0; deadline_nap(&deadline); i++) {
		put_all(i % 2 == 0 ? TWO : ONE);
		nap_ms(PAUSE_MS);
	}
	put_all(TWO);
	for (size_t i = 0; i < KINDS; i++)
		await_version(&kinds[i], TWO);
	end_storm();
	expect_storm_deferred(&storm, 0);
	storm_free(&storm);
	ck_assert_int_eq(postern_stop(&asking.postern), 0);
}
END_TEST

static void
break_all(void)
{
	char broken[LINE_TOO_LONG + 1] = "";

	memset(broken, 'x', LINE_TOO_LONG);
	for (size_t i = 0; i < KINDS; i++) {
		file_write(place("new").text, broken);
		ck_assert_int_eq(rename(place("new").text, place(kinds[i].name).text), 0);
	}
}

static void
delete_all(void)
{
	for (size_t i = 0; i < KINDS; i++)
		ck_assert_int_eq(unlink(place(kinds[i].name).text), 0);
}

START_TEST(a_table_is_read_before_anybody_asks)
{
	for (int deleted = 0; deleted < 2; deleted++) {
		put_all(ONE);
		serve();
		break_all();
		if (deleted)
			delete_all();
		for (size_t i = 0; i < KINDS; i++)
			expect_version(&kinds[i], ONE);
		ck_assert_int_eq(postern_stop(&asking.postern), 0);
	}
}
END_TEST

START_TEST(broken_and_deleted_tables_leave_the_old_ones)
{
	begin_storm("broken");
	break_all();
	nap_ms(SETTLED_MS);
	storm_await(&storm, CALM);
	delete_all();
	nap_ms(SETTLED_MS);
	storm_await(&storm, CALM);
	for (size_t i = 0; i < KINDS; i++)
		expect_version(&kinds[i], ONE);
	put_all(TWO);
	for (size_t i = 0; i < KINDS; i++)
		await_version(&kinds[i], TWO);
	end_storm();
	expect_storm_deferred(&storm, 0);
	storm_free(&storm);
	ck_assert_int_eq(postern_stop(&asking.postern), 0);
}
END_TEST

/* A database cannot tell then, and says so; a text file is what it was. Nothing is judged by half a version. */
START_TEST(tables_written_in_place_are_never_half)
{
	struct deadline deadline = deadline_in(REPLACED_MS);

	begin_storm("in-place");
	for (unsigned i = 0; deadline_nap(&deadline); i++)
		for (size_t j = 0; j < KINDS; j++)
			write_in_place(&kinds[j], i % 2 == 0 ? TWO : ONE);
	for (size_t i = 0; i < KINDS; i++) {
		write_in_place(&kinds[i], TWO);
		await_version(&kinds[i], TWO);
	}
	end_storm();
	for (unsigned i = 0; i < storm_ledger_tally(&storm.ledger).sent; i++)
		ck_assert(storm.ledger.messages[i].answer != STORM_DEFERRED ||
			  strncmp(letters[storm.ledger.messages[i].letter].name, "file", 4) != 0);
	storm_free(&storm);
	ck_assert_int_eq(postern_stop(&asking.postern), 0);
}
END_TEST

int
main(void)
{
	const TTest *const tests[] = { a_table_is_read_before_anybody_asks,
				       replaced_tables_are_old_or_new_and_always_there,
				       broken_and_deleted_tables_leave_the_old_ones,
				       tables_written_in_place_are_never_half };

	if (postfix_missing() != NULL) {
		fprintf(stderr, "skipped: %s\n", postfix_missing());
		return RIG_SKIPPED;
	}
	asking_begin();
	postfix_start(&mta.postfix, &asking.dir, asking.postern.socket.text);
	mta.port = mta.postfix.port;
	int status = suite_run("table_faults", tests, sizeof tests / sizeof tests[0], RIG_TEST_TIMEOUT);
	postfix_stop(&mta.postfix);
	asking_end();
	return status;
}
