/* SPDX-License-Identifier: BSD-2-Clause */
#include "conf/shipped.h"

/* The Makefile makes a string literal of each line of conf/postern.conf. */
const char conf_shipped[] =
#include "conf/shipped.inc"
	;
