/* SPDX-License-Identifier: BSD-2-Clause */
/* metrics_text.h - the statistics as Prometheus reads them: its text format 0.0.4. Labels have few values, all of them ours: never an
 * address, a login or anything else that comes with mail. */
#ifndef POSTERN_MILTER_METRICS_TEXT_H
#define POSTERN_MILTER_METRICS_TEXT_H

#include "milter/output.h"
#include "milter/statistics.h"

void metrics_text(struct output *output, const struct statistics *statistics);

#endif
