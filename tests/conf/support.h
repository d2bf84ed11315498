/* SPDX-License-Identifier: BSD-2-Clause */
/* support.h - what the tests of conf/ share: each fails the running test instead of returning an error. */
#ifndef POSTERN_TESTS_CONF_SUPPORT_H
#define POSTERN_TESTS_CONF_SUPPORT_H

#include "conf/conf.h"
#include "policy/table.h"
#include "tests/support/suite.h"

/* The messages as text; free it. Resets the errors. */
char *printed(struct conf_errors *errors);
/* Loads a file that must have exactly these messages, which are warnings. */
struct conf *load_with(const char *path, const char *warnings);
struct conf *load_text(const char *text);
char *shown(const struct conf *conf);
void assert_same_settings(const struct check *check, const struct settings *a, const struct settings *b);
void assert_same_policy(const struct policy *a, const struct policy *b);
void assert_same_counters(const struct counters_conf *a, const struct counters_conf *b);
/* The name of the profile for a message of which nothing but the origin is known. */
const char *profile_for(const struct conf *conf, enum origin origin);

#endif
