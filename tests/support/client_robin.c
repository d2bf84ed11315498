/* SPDX-License-Identifier: BSD-2-Clause */
#include "tests/support/client_robin.h"

const struct client client_robin = {
	.origin = ORIGIN_TRUSTED,
	.has_address = true,
	.address = { { [10] = 0xff, 0xff, 192, 0, 2, 1 } },
	.address_text = "192.0.2.1",
	.login = "robin",
	.mechanism = "",
	.tls_version = "",
	.listener = "submission",
	.listener_port = "587",
};

const struct table table_outside = { .source = "outside", .kind = TABLE_FILE, .argument = "/outside" };

const char table_outside_rows[] = "robin\nkim !\na@example.com\n<>\nexample.com\n.example.net\nlist@example.org\n"
				  "@example.edu\nfail@example.com !\nfail.example.com !\n";
