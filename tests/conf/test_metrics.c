/* SPDX-License-Identifier: BSD-2-Clause */
/* The group `metrics`. What is wrong with it is in bad/metrics*.conf. */
#define _POSIX_C_SOURCE 200809L
#include "tests/conf/support.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

START_TEST(there_are_no_metrics_unless_configured)
{
	struct conf *conf = load_text("");

	ck_assert_ptr_null(conf->metrics);
	char *text = shown(conf);
	ck_assert_ptr_nonnull(strstr(text, "metrics = {\n    listen = \"none\";"));
	free(text);
	conf_free(conf);
}
END_TEST

START_TEST(they_are_for_this_host)
{
	static const char *const addresses[] = {
		"unix:/run/postern/metrics.sock",
		"inet:9811@127.0.0.1",
		"inet:9811@127.0.0.53",
		"inet:9811@localhost",
		"inet6:9811@::1",
		"inet6:9811@[::1]",
	};

	for (size_t i = 0; i < sizeof addresses / sizeof addresses[0]; i++) {
		char text[128];

		snprintf(text, sizeof text, "metrics = { listen = \"%s\"; };", addresses[i]);
		struct conf *conf = load_text(text);
		ck_assert_str_eq(conf->metrics, addresses[i]);
		char *again = shown(conf);
		struct conf *second = load_text(again);
		ck_assert_str_eq(second->metrics, addresses[i]);
		free(again);
		conf_free(second);
		conf_free(conf);
	}
}
END_TEST

START_TEST(none_takes_them_back)
{
	struct conf *conf = load_text("metrics = { listen = \"none\"; };");

	ck_assert_ptr_null(conf->metrics);
	conf_free(conf);
}
END_TEST

SUITE_MAIN(metrics, there_are_no_metrics_unless_configured, they_are_for_this_host, none_takes_them_back)
