/* SPDX-License-Identifier: BSD-2-Clause */
/* Whose counters a message takes from. */
#include "tests/support/charging.h"
#include "tests/support/suite.h"

#include <string.h>

static struct charging it;

static const char *
key_of(const char *per)
{
	char settings[128] = "quota=1/24h; unit=messages; per=";

	strcat(settings, per);
	charging_limit(&it, "daily_quota", settings);
	charging_begin(&it);
	message_close(&it.message);
	const char *key = strstr(trace_text(&it.fake.trace), "look daily_quota messages/86400s ");
	return key != NULL ? key + strlen("look daily_quota messages/86400s ") : "nothing";
}

#define ASSERT_KEY(PER, EXPECTED)                        \
	do {                                             \
		ck_assert_str_eq(key_of(PER), EXPECTED); \
		trace_free(&it.fake.trace);              \
	} while (0)

START_TEST(keys_say_whose_they_are)
{
	charging_set_up(&it, NULL);
	it.client.login = "Robin@Example.COM";
	ASSERT_KEY("login", "login=robin@example.com 1\n");
	ASSERT_KEY("sender", "sender=robin.h@example.com 1\n");
	ASSERT_KEY("sender_domain", "sender_domain=example.com 1\n");
	ASSERT_KEY("client", "client=192.0.2.1 1\n");
	ASSERT_KEY("all", "all=all 1\n");
	it.client.address = (struct ip_address){ { 0x20, 0x01, 0x0d, 0xb8, 0, 0xa, 0, 1, 0xff, 1, 2, 3, 4, 5, 6, 7 } };
	it.client.address_text = "2001:db8:a:1:ff01:203:405:607";
	ASSERT_KEY("client", "client=2001:0db8:000a:0001::/64 1\n");
	it.envelope.sender = "<a@b\xc3\xbc"
			     "cher.example.org>";
	ASSERT_KEY("sender_domain", "sender_domain=xn--bcher-kva.example.org 1\n");
	it.envelope.sender = "<\"a\tb\"@example.org>";
	ASSERT_KEY("sender", "sender=a?b@example.org 1\n");
	it.client.login = "ro\nbin\x7f";
	ASSERT_KEY("login", "login=ro?bin? 1\n");
	charging_end(&it);
}
END_TEST

START_TEST(the_first_that_is_known_counts)
{
	charging_set_up(&it, NULL);
	ASSERT_KEY("login client", "login=robin 1\n");
	it.client.login = "";
	ASSERT_KEY("login client", "client=192.0.2.1 1\n");
	ASSERT_KEY("login sender", "sender=robin.h@example.com 1\n");
	it.envelope.sender = "<>";
	ASSERT_KEY("sender sender_domain all", "sender=<> 1\n");
	ASSERT_KEY("sender_domain", "sender_domain=<> 1\n");
	it.envelope.sender = "<Robin>"; /* what cannot be read is no way round a limit */
	ASSERT_KEY("sender", "sender=robin 1\n");
	ASSERT_KEY("sender_domain", "sender_domain=robin 1\n");
	it.envelope.sender = "<@example.com>";
	ASSERT_KEY("sender", "sender=@example.com 1\n");
	it.envelope.sender = NULL;
	ASSERT_KEY("sender sender_domain", "nothing");
	it.client.has_address = false;
	ASSERT_KEY("login client", "nothing");
	charging_end(&it);
}
END_TEST

/* They must not be cut to one, and must fit. */
START_TEST(long_keys_stay_apart)
{
	char first[TABLE_KEY_MAX], second[TABLE_KEY_MAX + 1];
	char keys[2][CHARGE_KEY_MAX + 8];

	charging_set_up(&it, NULL);
	memset(first, 'x', sizeof first - 1);
	first[sizeof first - 1] = '\0';
	strcpy(second, first);
	second[sizeof first - 2] = 'y';
	for (int i = 0; i < 2; i++) {
		it.client.login = i == 0 ? first : second;
		strcpy(keys[i], key_of("login"));
		ck_assert_uint_lt(strlen(keys[i]), CHARGE_KEY_MAX);
		trace_free(&it.fake.trace);
	}
	ck_assert_str_ne(keys[0], keys[1]);
	first[160] = '\0';
	it.client.login = first;
	const char *whole = key_of("login");
	ck_assert_msg(strncmp(whole + strlen("login="), first, 160) == 0, "one that fits is as it is");
	trace_free(&it.fake.trace);
	memset(second, 'x', sizeof second - 1);
	second[sizeof second - 1] = '\0';
	it.client.login = second;
	ASSERT_KEY("login client", "client=192.0.2.1 1\n"); /* longer than any login */
	charging_end(&it);
}
END_TEST

/* A local part of 511 octets fits a key, but not with its domain. */
START_TEST(a_sender_that_fits_no_key_is_not_known)
{
	char path[600] = "<";

	charging_set_up(&it, NULL);
	memset(path + 1, 'x', 511);
	strcat(path, "@example.com>");
	it.envelope.sender = path;
	ASSERT_KEY("sender client", "client=192.0.2.1 1\n");
	path[505] = '@';
	strcpy(path + 506, "example.com>");
	ASSERT_KEY("sender client", "client=192.0.2.1 1\n");
	charging_end(&it);
}
END_TEST

SUITE_MAIN(charges_keys, keys_say_whose_they_are, the_first_that_is_known_counts, long_keys_stay_apart,
	   a_sender_that_fits_no_key_is_not_known)
