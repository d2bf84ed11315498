/* SPDX-License-Identifier: BSD-2-Clause */
/* converters.h - those of the C library's charset converters that share tables with others, kept loaded.
 *
 * glibc loads converters when they are needed. Where memory is refused while it loads one whose shared tables another has loaded
 * before, it never succeeds with it again in that process: EUC-JP, say, would be an unknown charset until the worker ends, and a
 * blank Subject in it would pass. So the supervisor loads these before there are messages, and its workers inherit them. */
#ifndef POSTERN_MILTER_CONVERTERS_H
#define POSTERN_MILTER_CONVERTERS_H

/* Once in a process. A converter that is not installed is no loss: it is unknown then as before. */
void converters_keep(void);

#endif
