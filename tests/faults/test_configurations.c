/* SPDX-License-Identifier: BSD-2-Clause */
/* Policies and configurations, made with each request for memory refused in turn: one is whole or there is none, a wrong one is
 * never taken for right, and there is always an error that says why. */
#define _GNU_SOURCE
#include "tests/conf/support.h"
#include "tests/faults/faults.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { PATH_SIZE = 512, TEST_S = 300, SUFFIXES = 300 };

struct loading {
	const char *path;
	char *expected; /* the messages when nothing is refused */
	struct conf *whole;
	const char *wrong;
};

static bool
tells_of_memory(const char *messages)
{
	return strstr(messages, "out of memory") != NULL || strstr(messages, "Cannot allocate memory") != NULL;
}

/* Whether both know the same suffixes: those that write_suffixes writes, and some that every list has. */
static bool
same_suffixes(const psl_ctx_t *a, const psl_ctx_t *b)
{
	static const char *const known[] = { "com", "co.uk", "github.io", "example.com" };
	char name[64];

	if (a == NULL || b == NULL)
		return a == b;
	for (size_t i = 0; i < sizeof known / sizeof known[0]; i++)
		if (psl_is_public_suffix(a, known[i]) != psl_is_public_suffix(b, known[i]))
			return false;
	for (unsigned i = 0; i < SUFFIXES; i++) {
		snprintf(name, sizeof name, "s%u.example", i);
		if (psl_is_public_suffix(a, name) != psl_is_public_suffix(b, name))
			return false;
	}
	return psl_suffix_count(a) == psl_suffix_count(b);
}

static const char *
judge(const struct loading *loading, const struct conf *conf, bool any_error, const char *messages)
{
	if (any_error != (conf == NULL))
		return any_error ? "there are errors and a configuration" : "there is neither error nor configuration";
	if (strcmp(messages, loading->expected) != 0 && !tells_of_memory(messages))
		return "its messages are others";
	if (conf == NULL)
		return NULL;
	if (loading->whole == NULL)
		return "it is taken for right";
	assert_same_policy(conf->policy, loading->whole->policy);
	assert_same_counters(&conf->counters, &loading->whole->counters);
	return same_suffixes(conf->policy->psl, loading->whole->policy->psl) ? NULL : "public suffixes are missing";
}

static void
run_load(void *context)
{
	struct loading *loading = context;
	struct conf_errors errors;

	conf_errors_init(&errors);
	struct conf *conf = conf_load(loading->path, &errors);
	allocator_pause();
	bool any_error = conf_errors_any(&errors);
	char *messages = printed(&errors);
	loading->wrong = judge(loading, conf, any_error, messages);
	free(messages);
	conf_free(conf);
}

static const char *
wrong_load(void *context)
{
	return ((struct loading *)context)->wrong;
}

static void
try_file(const char *path, bool good)
{
	struct loading loading = { .path = path };
	struct faults_work work = { .name = path, .run = run_load, .wrong = wrong_load, .context = &loading };
	struct conf_errors errors;

	conf_errors_init(&errors);
	loading.whole = conf_load(path, &errors);
	loading.expected = printed(&errors);
	ck_assert_msg((loading.whole != NULL) == good, "%s: %s", path, loading.expected);
	ck_assert_uint_gt(faults_each(&work), 0);
	conf_free(loading.whole);
	free(loading.expected);
}

static int
is_configuration(const struct dirent *entry)
{
	size_t length = strlen(entry->d_name);

	return length > 5 && strcmp(entry->d_name + length - 5, ".conf") == 0;
}

static void
try_folder(const char *folder, bool good)
{
	struct dirent **files = NULL;
	char path[PATH_SIZE];
	int count = scandir(folder, &files, is_configuration, alphasort);

	ck_assert_int_gt(count, 0);
	for (int i = 0; i < count; i++) {
		snprintf(path, sizeof path, "%s/%s", folder, files[i]->d_name);
		try_file(path, good);
		free(files[i]);
	}
	free(files);
}

START_TEST(good_files)
{
	try_file("conf/postern.conf", true);
	try_folder("tests/conf/good", true);
}
END_TEST

START_TEST(bad_files)
{
	try_folder("tests/conf/bad", false);
}
END_TEST

START_TEST(the_lack_of_memory_is_told)
{
	struct conf_errors errors;

	conf_errors_init(&errors);
	allocator_arm((struct fault){ .at = 1, .all_after = true });
	struct conf *conf = conf_load("conf/postern.conf", &errors);
	allocator_disarm();
	ck_assert_ptr_null(conf);
	char *text = printed(&errors);
	ck_assert_str_eq(text, "error: out of memory\n1 error\n");
	free(text);
}
END_TEST

static void
write_suffixes(const char *path)
{
	FILE *file = fopen(path, "w");

	ck_assert_ptr_nonnull(file);
	fputs("com\nco.uk\ngithub.io\n", file);
	for (unsigned i = 0; i < SUFFIXES; i++)
		fprintf(file, "s%u.example\n", i);
	ck_assert_int_eq(fclose(file), 0);
}

START_TEST(a_list_of_public_suffixes_is_whole)
{
	char folder[] = "/tmp/postern-faults-XXXXXX", list[PATH_SIZE], path[PATH_SIZE];

	ck_assert_ptr_nonnull(mkdtemp(folder));
	snprintf(list, sizeof list, "%s/suffixes", folder);
	snprintf(path, sizeof path, "%s/postern.conf", folder);
	write_suffixes(list);
	FILE *file = fopen(path, "w");
	ck_assert_ptr_nonnull(file);
	fprintf(file, "public_suffix_list = \"%s\";\n", list);
	ck_assert_int_eq(fclose(file), 0);
	try_file(path, true);
	ck_assert_int_eq(unlink(path) + unlink(list) + rmdir(folder), 0);
}
END_TEST

static void
run_policy(void *context)
{
	struct policy **policy = context;

	*policy = policy_new();
	if (*policy != NULL && !policy_complete(*policy))
		ck_abort_msg("the presets have too many fields");
	policy_free(*policy);
}

static const char *
wrong_policy(void *context)
{
	(void)context;
	return NULL;
}

START_TEST(a_policy_of_presets)
{
	struct policy *policy;
	struct faults_work work = {
		.name = "policy_new", .run = run_policy, .wrong = wrong_policy, .context = &policy
	};

	ck_assert_uint_gt(faults_each(&work), 2);
}
END_TEST

SUITE_MAIN_TIMEOUT(faults_configurations, TEST_S, a_policy_of_presets, good_files, bad_files,
		   the_lack_of_memory_is_told, a_list_of_public_suffixes_is_whole)
