/* SPDX-License-Identifier: BSD-2-Clause */
/* shipped.h - conf/postern.conf as it was when the program was built. */
#ifndef POSTERN_CONF_SHIPPED_H
#define POSTERN_CONF_SHIPPED_H

extern const char conf_shipped[];

#endif
