/* SPDX-License-Identifier: BSD-2-Clause */
#include "milter/stores/redis_pool.h"

/* Made from redis.lua by the Makefile. */
const char redis_script[] =
#include "milter/stores/redis_lua.inc"
	;
