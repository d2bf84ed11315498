/* SPDX-License-Identifier: BSD-2-Clause */
/* interrupt.h - a command that is told to end (SIGINT, SIGTERM) ends with what is done. */
#ifndef POSTERN_MILTER_INTERRUPT_H
#define POSTERN_MILTER_INTERRUPT_H

#include <stdbool.h>

/* From here on the first such signal is only remembered; the second one ends the process. A signal that was ignored stays so. */
void interrupt_watch(void);
bool interrupted(void);
/* After the work is put down: ends the process by the signal that came, so that a shell's loop around it ends, too. Returns when
 * none came. */
void interrupt_obey(void);

#endif
