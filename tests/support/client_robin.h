/* SPDX-License-Identifier: BSD-2-Clause */
/* client_robin.h - a client of whom all is known, and the table of which tests ask whether somebody is in it. */
#ifndef POSTERN_TESTS_SUPPORT_CLIENT_ROBIN_H
#define POSTERN_TESTS_SUPPORT_CLIENT_ROBIN_H

#include "policy/client.h"
#include "policy/table.h"

/* From 192.0.2.1, which is trusted, at the listener "submission", port 587, with the login "robin". */
extern const struct client client_robin;

/* A file, as fake_services.h writes it: outside. */
extern const struct table table_outside;
/* What fake_services_init wants to hear of it: robin, a@example.com, <>, example.com, all below example.net, list@example.org and all of
 * example.edu; kim, fail@example.com and fail.example.com cannot be told. */
extern const char table_outside_rows[];

#endif
