/* SPDX-License-Identifier: BSD-2-Clause */
#include "policy/domain.h"

#include "tests/support/suite.h"

#include <string.h>

START_TEST(normal_forms)
{
	static const struct {
		const char *written, *normal; /* NULL: cannot be read */
	} cases[] = {
		{ "example.com", "example.com" },
		{ "Example.COM", "example.com" },
		{ "example.com.", "example.com" },
		{ "localhost", "localhost" },
		{ "_dmarc.example.com", "_dmarc.example.com" },
		{ "[192.0.2.1]", "[192.0.2.1]" },
		{ "[IPv6:2001:DB8::1]", "[ipv6:2001:db8::1]" },
		{ "b\xc3\xbc"
		  "cher.example.com",
		  "xn--bcher-kva.example.com" },
		{ "B\xc3\x9c"
		  "CHER.example.com",
		  "xn--bcher-kva.example.com" },
		{ "bu\xcc\x88"
		  "cher.example.com",
		  "xn--bcher-kva.example.com" }, /* u and a combining diaeresis */
		{ "XN--Bcher-KVA.example.com", "xn--bcher-kva.example.com" },
		{ "example\xe3\x80\x82"
		  "com",
		  "example.com" },                           /* ideographic full stop */
		{ "\xef\xbd\x85xample.com", "example.com" }, /* fullwidth e */
		{ "stra\xc3\x9f"
		  "e.example",
		  "xn--strae-oqa.example" },
		{ "", NULL },
		{ ".", NULL },
		{ "..", NULL },
		{ "a..b", NULL },
		{ ".example.com", NULL },
		{ "example.com..", NULL },
		{ "exam ple.com", NULL },
		{ "example.com\n", NULL },
		{ "exa\x01mple.com", NULL },
		{ "example.com\x7f", NULL },
		{ "example.com\xe3\x80\x82", "example.com" }, /* and that stop at the end */
		{ "\xc2\xad", NULL },                         /* a soft hyphen is no label */
		{ "\xe3\x80\x82", NULL },
		{ "[192.0.2.1", NULL },
		{ "[192.0.2.1\xe3\x80\x80]", NULL }, /* an ideographic space, which would become a blank */
		{ "[\xef\xbc\x91]", NULL },
		{ "a@example.com", NULL },
		{ "example.com>", NULL },
		{ "example.org/.example.com", NULL },
		{ "example.org\xef\xbc\x8f.example.com", NULL }, /* fullwidth solidus */
		{ "exa'mple.com", NULL },
		{ "exa{mple.com", NULL },
		{ "\xff\xfe.com", NULL },
		{ "a12345678901234567890123456789012345678901234567890123456789012345.com", NULL },
	};

	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		char normal[DOMAIN_MAX] = "untouched";
		enum domain_status status = domain_normalize(bytes_of(cases[i].written), normal);

		ck_assert_msg(status == (cases[i].normal != NULL ? DOMAIN_READABLE : DOMAIN_UNREADABLE), "%s",
			      cases[i].written);
		ck_assert_str_eq(normal, cases[i].normal != NULL ? cases[i].normal : "untouched");
	}
}
END_TEST

START_TEST(a_nul_is_part_of_no_domain)
{
	char normal[DOMAIN_MAX];

	ck_assert_int_eq(domain_normalize((struct bytes){ "example.com\0.org", 16 }, normal), DOMAIN_UNREADABLE);
}
END_TEST

START_TEST(long_names_are_unreadable)
{
	char name[2000];
	char normal[DOMAIN_MAX];

	for (size_t i = 0; i < sizeof name; i++)
		name[i] = i % 10 == 9 ? '.' : 'a';
	ck_assert_int_eq(domain_normalize((struct bytes){ name, 254 }, normal), DOMAIN_READABLE);
	ck_assert_int_eq(domain_normalize((struct bytes){ name, 256 }, normal), DOMAIN_UNREADABLE);
	ck_assert_int_eq(domain_normalize((struct bytes){ name, 1999 }, normal), DOMAIN_UNREADABLE);
	name[0] = (char)0xc3;
	name[1] = (char)0xbc;
	ck_assert_int_eq(domain_normalize((struct bytes){ name, 1999 }, normal), DOMAIN_UNREADABLE);
}
END_TEST

START_TEST(organizations)
{
	static const struct {
		const char *a, *b;
		bool same;
	} cases[] = {
		{ "example.com", "example.com", true },
		{ "mail.example.com", "example.com", true },
		{ "a.example.com", "b.c.example.com", true },
		{ "example.com", "example.org", false },
		{ "example.com", "notexample.com", false },
		{ "a.co.uk", "b.co.uk", false },
		{ "mail.a.co.uk", "a.co.uk", true },
		{ "co.uk", "co.uk", true },
		{ "a.github.io", "b.github.io", false },
		{ "github.io", "a.github.io", false },
		{ "com", "example.com", false },
		{ "localhost", "localhost", true },
		{ "localhost", "otherhost", false },
		{ "a.unknowntld", "b.a.unknowntld", true }, /* the list's rule for names it does not have: `*` */
		{ "[192.0.2.1]", "[192.0.2.1]", true },
		{ "[192.0.2.1]", "[192.0.2.2]", false },
		{ "[192.0.2.1]", "example.com", false },
		{ "x.xn--55qx5d.cn", "xn--55qx5d.cn", false },
	};
	const psl_ctx_t *psl = psl_builtin();

	ck_assert_ptr_nonnull(psl);
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		ck_assert_msg(domain_same_organization(psl, cases[i].a, cases[i].b) == cases[i].same, "%s, %s",
			      cases[i].a, cases[i].b);
		ck_assert_msg(domain_same_organization(psl, cases[i].b, cases[i].a) == cases[i].same, "%s, %s",
			      cases[i].b, cases[i].a);
	}
	ck_assert(!domain_same_organization(NULL, "mail.example.com", "example.com"));
	ck_assert(domain_same_organization(NULL, "example.com", "example.com"));
}
END_TEST

SUITE_MAIN(domain, normal_forms, a_nul_is_part_of_no_domain, long_names_are_unreadable, organizations)
