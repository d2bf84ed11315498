/* SPDX-License-Identifier: BSD-2-Clause */
/* scan.h - a first reading of a configuration file: where everything stands, and a text that libconfig reads rightly.
 *
 * libconfig 1.5 tells lines but no columns, stops at the first error, and takes some mistakes silently for something else: an
 * integer beyond 32 bits for another one, two strings of a list without a comma between them for one. So the grammar is
 * gone through here first, with every mistake reported at its place; what libconfig then gets holds none that it could trip over.
 *
 *      struct scan scan;
 *      if (scan_file(&scan, &load, path)) ...       scan.text for libconfig, scan.nodes for the places
 *      scan_reset(&scan);
 *
 * A syntax error ends the scan; what came before the setting of the top level that holds it remains and is worth reading on. */
#ifndef POSTERN_CONF_SCAN_H
#define POSTERN_CONF_SCAN_H

#include "conf/load.h"

enum {
	SCAN_DEPTH_MAX = 16,             /* groups and lists inside each other; our deepest setting has five */
	SCAN_TEXT_MAX = 4 * 1024 * 1024, /* octets with all that is included */
	SCAN_NODES_MAX = 50000           /* settings and items: each name is compared with those before it */
};

/* A setting or an item of a list, in the order of the text: that of a walk over libconfig's tree, parents first. */
struct scan_node {
	struct place name; /* of an item: its value's */
	struct place value;
	bool broken;                 /* its value was refused already and must not be judged again */
	size_t group;                /* the node that holds it; of the top level: SCAN_TOP */
	size_t text_at, name_length; /* in scan.text */
};

#define SCAN_TOP ((size_t)-1)

struct scan {
	char *text; /* NUL-terminated, without comments and includes */
	size_t length, size;
	struct scan_node *nodes;
	size_t node_count, node_size;
};

/* False: there is nothing to read on, and an error says why. Reset it in either case. */
bool scan_file(struct scan *scan, struct load *load, const char *path);
bool scan_text(struct scan *scan, struct load *load, const char *name, struct bytes text);
void scan_reset(struct scan *scan);

#endif
