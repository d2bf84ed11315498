/* SPDX-License-Identifier: BSD-2-Clause */
/* The system refuses memory, at each request in turn: a configuration is whole or there is none, and nothing is lost.
 *
 * malloc and its like are replaced for the whole program. libconfig is spared: it looks at no refusal, which is why conf/ asks
 * for its memory beforehand. Sanitizers bring an allocator of their own that cannot be replaced; there this tests nothing. */
#define _GNU_SOURCE
#include "tests/conf/support.h"

#include <stdlib.h>
#include <string.h>

#include <dlfcn.h>
#include <libconfig.h>

#if defined(__has_feature)
#if __has_feature(address_sanitizer) && !defined(__SANITIZE_ADDRESS__)
#define __SANITIZE_ADDRESS__ 1
#endif
#endif

#if !defined(__SANITIZE_ADDRESS__)

void *__libc_malloc(size_t size);
void *__libc_calloc(size_t count, size_t size);
void *__libc_realloc(void *memory, size_t size);
void __libc_free(void *memory);

static volatile int spared;          /* inside libconfig, so many calls deep */
static volatile bool armed, forever; /* refuse all from then on, or one */
static volatile size_t asked, refused_at;
static volatile long held; /* blocks, while armed */

static bool
refuse(void)
{
	if (!armed || spared > 0)
		return false;
	asked++;
	return forever ? asked >= refused_at : asked == refused_at;
}

static void *
hold(void *memory)
{
	held += armed && memory != NULL;
	return memory;
}

void *
malloc(size_t size)
{
	return refuse() ? NULL : hold(__libc_malloc(size));
}

void *
calloc(size_t count, size_t size)
{
	return refuse() ? NULL : hold(__libc_calloc(count, size));
}

void *
realloc(void *memory, size_t size)
{
	if (refuse())
		return NULL;
	return memory != NULL ? __libc_realloc(memory, size) : hold(__libc_realloc(memory, size));
}

void
free(void *memory)
{
	held -= armed && memory != NULL;
	__libc_free(memory);
}

int
config_read_string(config_t *config, const char *text)
{
	int (*original)(config_t *, const char *);

	spared++;
	*(void **)&original = dlsym(RTLD_NEXT, "config_read_string");
	int result = original(config, text);
	spared--;
	return result;
}

void
config_init(config_t *config)
{
	void (*original)(config_t *);

	spared++;
	*(void **)&original = dlsym(RTLD_NEXT, "config_init");
	original(config);
	spared--;
}

/* Loads with that refusal. Returns whether it came to it. */
static bool
load_refused(const char *path, const struct conf *whole, size_t at, bool all_after)
{
	struct conf_errors errors;

	conf_errors_init(&errors);
	refused_at = at;
	forever = all_after;
	asked = 0;
	held = 0;
	armed = true;
	struct conf *conf = conf_load(path, &errors);
	bool any = conf_errors_any(&errors);
	armed = false;
	if (conf != NULL)
		assert_same_policy(conf->policy, whole->policy);
	if (conf != NULL)
		assert_same_counters(&conf->counters, &whole->counters);
	armed = true;
	conf_free(conf);
	conf_errors_reset(&errors);
	armed = false;
	ck_assert_int_eq(conf == NULL, any);
	ck_assert_msg(held == 0, "%ld blocks are lost when request %zu is refused", held, at);
	return asked >= at;
}

static void
refuse_each(const char *path)
{
	struct conf *whole = load_with(path, "");
	size_t at = 1;

	while (load_refused(path, whole, at, false) && load_refused(path, whole, at, true))
		at++;
	ck_assert_uint_gt(at, 50);
	conf_free(whole);
}

START_TEST(each_request_for_the_shipped_file_is_refused)
{
	refuse_each("conf/postern.conf");
}
END_TEST

START_TEST(each_request_for_files_that_include_others_is_refused)
{
	refuse_each("tests/conf/good/included.conf");
	refuse_each("tests/conf/good/inheritance.conf");
	refuse_each("tests/conf/good/limits.conf");
}
END_TEST

START_TEST(the_lack_of_memory_is_told)
{
	struct conf_errors errors;

	conf_errors_init(&errors);
	asked = 0;
	refused_at = 1;
	forever = true;
	armed = true;
	struct conf *conf = conf_load("conf/postern.conf", &errors);
	armed = false;
	ck_assert_ptr_null(conf);
	char *text = printed(&errors);
	ck_assert_str_eq(text, "error: out of memory\n1 error\n");
	free(text);
}
END_TEST

SUITE_MAIN(conf_memory, each_request_for_the_shipped_file_is_refused,
	   each_request_for_files_that_include_others_is_refused, the_lack_of_memory_is_told)

#else

START_TEST(with_the_allocator_of_the_sanitizer_the_file_still_loads)
{
	conf_free(load_with("conf/postern.conf", ""));
}
END_TEST

SUITE_MAIN(conf_memory, with_the_allocator_of_the_sanitizer_the_file_still_loads)

#endif
