/* SPDX-License-Identifier: BSD-2-Clause */
/* Files of conf.d, and files that are none. Each test works in a folder of its own, which is removed. */
#define _XOPEN_SOURCE 700
#include "tests/conf/support.h"

#include <stdlib.h>
#include <string.h>

#include <fcntl.h>
#include <ftw.h>
#include <sys/stat.h>
#include <unistd.h>

static char folder[] = "/tmp/postern-conf-XXXXXX";
static int before;

static void
enter_folder(void)
{
	before = open(".", O_RDONLY | O_DIRECTORY);
	ck_assert_int_ge(before, 0);
	ck_assert_ptr_nonnull(mkdtemp(folder));
	ck_assert_int_eq(chdir(folder), 0);
}

static int
remove_one(const char *path, const struct stat *status, int type, struct FTW *walk)
{
	(void)status;
	(void)type;
	(void)walk;
	return remove(path);
}

static void
leave_folder(void)
{
	ck_assert_int_eq(fchdir(before), 0);
	close(before);
	nftw(folder, remove_one, 8, FTW_DEPTH | FTW_PHYS);
	memcpy(folder + strlen(folder) - 6, "XXXXXX", 6);
}

static void
write_file(const char *path, const char *text)
{
	FILE *file = fopen(path, "w");

	ck_assert_ptr_nonnull(file);
	fputs(text, file);
	ck_assert_int_eq(fclose(file), 0);
}

static void
assert_refused(const char *path, const char *messages)
{
	struct conf_errors errors;

	conf_errors_init(&errors);
	ck_assert_ptr_null(conf_load(path, &errors));
	char *text = printed(&errors);
	ck_assert_str_eq(text, messages);
	free(text);
}

static const char *
mode_of(const struct conf *conf, size_t profile, const char *check)
{
	return mode_names[conf->policy->profiles[profile].checks[check_index(check_find(check))].mode];
}

START_TEST(later_files_replace_settings_and_add_to_groups)
{
	enter_folder();
	mkdir("conf.d", 0700);
	write_file("postern.conf",
		   "user = \"main\"; group = \"main\"; log = { facility = \"daemon\"; };\n"
		   "checks = { alignment = { mode = \"enforce\"; match = \"domain\"; }; };\n"
		   "profiles = ( { name = \"in\"; when = { origin = \"external\"; }; mode = \"observe\"; } );\n");
	write_file("conf.d/10-first.conf", "user = \"first\"; mode = \"tag\"; log = { decisions = \"findings\"; };\n");
	write_file("conf.d/20-second.conf",
		   "user = \"second\"; checks = { alignment = { mode = \"hold\"; }; body_missing = { }; };\n");
	write_file("conf.d/9-last.conf", "profiles = ( { name = \"own\"; when = { origin = \"local\"; };\n"
					 "checks = { subject_empty = { mode = \"enforce\"; }; }; } );\n");
	write_file("conf.d/.hidden.conf", "user = 5;\n");
	write_file("conf.d/30-third.conf.bak", "user = 5;\n");

	struct conf *conf = load_with("postern.conf", "");
	ck_assert_str_eq(conf->user, "second");
	ck_assert_str_eq(conf->group, "main");
	ck_assert_int_eq(conf->log_decisions, LOG_DECISIONS_FINDINGS);
	ck_assert_uint_eq(conf->policy->profile_count, 3);
	ck_assert_str_eq(conf->policy->profiles[0].name, "own");
	ck_assert_str_eq(conf->policy->profiles[1].name, "in");
	ck_assert_str_eq(mode_of(conf, 2, "alignment"), "hold");
	ck_assert_str_eq(mode_of(conf, 2, "body_missing"), "tag");
	ck_assert_str_eq(mode_of(conf, 1, "alignment"), "observe");
	ck_assert_str_eq(mode_of(conf, 0, "subject_empty"), "enforce");
	char *text = shown(conf);
	ck_assert_ptr_nonnull(strstr(text, "facility = \"daemon\""));
	ck_assert_ptr_nonnull(strstr(text, "match = \"domain\""));
	ck_assert_ptr_nonnull(strstr(text, "# conf.d/20-second.conf:1\n"));
	free(text);
	conf_free(conf);
	leave_folder();
}
END_TEST

START_TEST(a_profile_of_a_later_file_changes_the_one_of_that_name)
{
	enter_folder();
	mkdir("conf.d", 0700);
	write_file("postern.conf",
		   "checks = { alignment = { }; };\n"
		   "profiles = ( { name = \"in\"; when = { origin = \"external\"; }; mode = \"observe\";\n"
		   "checks = { subject_empty = { mode = \"tag\"; }; }; } );\n");
	write_file("conf.d/a.conf", "profiles = ( { name = \"in\"; mode = \"hold\"; } );\n");

	struct conf *conf = load_with("./postern.conf", "");
	ck_assert_uint_eq(conf->policy->profile_count, 2);
	ck_assert_uint_eq(conf->policy->profiles[0].when.origins, 1u << ORIGIN_EXTERNAL);
	ck_assert_str_eq(mode_of(conf, 0, "alignment"), "hold");
	ck_assert_str_eq(mode_of(conf, 0, "subject_empty"), "tag");
	conf_free(conf);
	leave_folder();
}
END_TEST

START_TEST(a_profile_of_a_later_file_goes_before_those_of_earlier_ones)
{
	static const char *const order[] = { "c", "d", "b", "a1", "a2", "default" };

	enter_folder();
	mkdir("conf.d", 0700);
	write_file("postern.conf",
		   "checks = { alignment = { }; };\n"
		   "profiles = ( { name = \"a1\"; when = { origin = \"local\"; }; }, { name = \"a2\"; } );\n");
	write_file("conf.d/1.conf", "profiles = ( { name = \"b\"; when = { login = [ \"robin\" ]; }; } );\n");
	write_file("conf.d/2.conf",
		   "profiles = ( { name = \"c\"; when = { login = [ \"ann\" ]; }; },\n"
		   "{ name = \"a1\"; mode = \"hold\"; }, { name = \"d\"; when = { sender = [ \"<>\" ]; }; } );\n");

	struct conf *conf = load_with("./postern.conf", "");
	ck_assert_uint_eq(conf->policy->profile_count, sizeof order / sizeof order[0]);
	for (size_t i = 0; i < conf->policy->profile_count; i++)
		ck_assert_str_eq(conf->policy->profiles[i].name, order[i]);
	conf_free(conf);
	leave_folder();
}
END_TEST

START_TEST(a_table_may_be_defined_after_it_is_used)
{
	enter_folder();
	mkdir("conf.d", 0700);
	write_file("postern.conf", "checks = { account_blocked = { accounts = \"table:blocked\"; };\n"
				   "sender_not_allowed = { senders = \"table:old\"; }; };\n"
				   "tables = { blocked = { source = \"file:/a\"; timeout = \"1s\"; }; old = { source = "
				   "\"file:/old\"; }; };\n");
	write_file("conf.d/a.conf", "profiles = ( { name = \"in\"; when = { login = \"table:late\"; }; } );\n"
				    "checks = { sender_not_allowed = { senders = \"cdb:/new\"; }; };\n");
	write_file("conf.d/b.conf",
		   "tables = { late = { source = \"file:/late\"; }; blocked = { source = \"file:/b\"; }; };\n");

	struct conf *conf = load_with("postern.conf", "");
	const struct profile *profile = &conf->policy->profiles[0];
	const struct table *blocked = profile->checks[check_index(check_find("account_blocked"))].values[0].table;
	ck_assert_str_eq(profile->when.login->source, "file:/late");
	ck_assert_str_eq(blocked->source, "file:/b");
	ck_assert_uint_eq(blocked->timeout_ms, 1000);
	ck_assert_str_eq(profile->checks[check_index(check_find("sender_not_allowed"))].values[0].table->source,
			 "cdb:/new");
	conf_free(conf);
	write_file("conf.d/b.conf", "tables = { late = { source = \"late\"; }; };\n");
	assert_refused("postern.conf", "conf.d/b.conf:1:30: error: tables.late.source: must begin with file:, cdb:, "
				       "sqlite:, regexp:, socketmap: or redis:\n1 error\n");
	leave_folder();
}
END_TEST

START_TEST(errors_of_all_files_are_told_in_the_order_of_the_files)
{
	enter_folder();
	mkdir("conf.d", 0700);
	write_file("postern.conf", "user = 5;\nmode =\n");
	write_file("conf.d/b.conf", "group = 5;\n");
	write_file("conf.d/a.conf", "}\n");
	mkdir("conf.d/c.conf", 0700);
	ck_assert_int_eq(mkfifo("conf.d/d.conf", 0600), 0);
	ck_assert_int_eq(symlink("nowhere", "conf.d/e.conf"), 0);
	assert_refused("postern.conf", "postern.conf:1:8: error: user: must be a string, not a number\n"
				       "postern.conf:3:1: error: syntax: expected a value, not the end of the file\n"
				       "conf.d/a.conf:1:1: error: syntax: expected the name of a setting, not `}`\n"
				       "conf.d/b.conf:1:9: error: group: must be a string, not a number\n"
				       "conf.d/c.conf: error: cannot read: it is a directory\n"
				       "conf.d/d.conf: error: cannot read: it is not a regular file\n"
				       "conf.d/e.conf: error: cannot read: No such file or directory\n"
				       "7 errors\n");
	leave_folder();
}
END_TEST

START_TEST(what_is_no_file_is_refused)
{
	enter_folder();
	assert_refused("postern.conf", "postern.conf: error: cannot read: No such file or directory\n1 error\n");
	assert_refused(".", ".: error: cannot read: it is a directory\n1 error\n");
	assert_refused("/dev/zero", "/dev/zero: error: cannot read: it is not a regular file\n1 error\n");
	ck_assert_int_eq(mkfifo("fifo", 0600), 0);
	assert_refused("fifo", "fifo: error: cannot read: it is not a regular file\n1 error\n");
	ck_assert_int_eq(symlink("loop", "loop"), 0);
	assert_refused("loop", "loop: error: cannot read: Too many levels of symbolic links\n1 error\n");
	write_file("conf.d", "");
	write_file("main.conf", "");
	assert_refused("main.conf", "conf.d: error: cannot read: Not a directory\n1 error\n");
	leave_folder();
}
END_TEST

START_TEST(a_file_over_one_mebibyte_is_refused)
{
	enter_folder();
	write_file("exact.conf", "checks = { alignment = { }; };\n");
	ck_assert_int_eq(truncate("exact.conf", 1024 * 1024), 0);
	assert_refused("exact.conf",
		       "exact.conf:2:1: error: a NUL octet: this is not a text in ASCII or UTF-8\n1 error\n");
	ck_assert_int_eq(truncate("exact.conf", 1024 * 1024 + 1), 0);
	assert_refused("exact.conf", "exact.conf: error: cannot read: it is larger than 1 MiB\n1 error\n");
	leave_folder();
}
END_TEST

START_TEST(files_that_include_each_other_over_and_over_come_to_an_end)
{
	enter_folder();
	for (char name = 'a'; name < 'k'; name++) {
		char path[] = "x.conf", text[300] = "", line[40];

		path[0] = name;
		snprintf(line, sizeof line, "@include \"%c.conf\"\n", name + 1);
		for (int i = 0; name < 'j' && i < 10; i++)
			strcat(text, line);
		write_file(path, text);
	}
	struct conf_errors errors;
	conf_errors_init(&errors);
	ck_assert_ptr_null(conf_load("a.conf", &errors));
	char *text = printed(&errors);
	ck_assert_ptr_nonnull(strstr(text, "error: @include: more than 100 of them in one configuration\n"));
	free(text);
	leave_folder();
}
END_TEST

START_TEST(the_message_shows_a_hostile_file_name_on_one_line)
{
	assert_refused("/nowhere/\x1b[31m\nx\xff", "/nowhere/\\x1B[31m\\x0Ax\\xFF: error: cannot read: No such file or "
						   "directory\n1 error\n");
}
END_TEST

SUITE_MAIN(conf_files, later_files_replace_settings_and_add_to_groups,
	   a_profile_of_a_later_file_changes_the_one_of_that_name,
	   a_profile_of_a_later_file_goes_before_those_of_earlier_ones, a_table_may_be_defined_after_it_is_used,
	   errors_of_all_files_are_told_in_the_order_of_the_files, what_is_no_file_is_refused,
	   a_file_over_one_mebibyte_is_refused, files_that_include_each_other_over_and_over_come_to_an_end,
	   the_message_shows_a_hostile_file_name_on_one_line)
