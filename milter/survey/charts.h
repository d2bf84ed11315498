/* SPDX-License-Identifier: BSD-2-Clause */
/* charts.h - pictures of a survey: SVG elements within a page. Lengths along the page are in percent of its width and those across in
 * pixels, so that bars get longer on a wide screen and letters stay as large as they are. */
#ifndef POSTERN_MILTER_SURVEY_CHARTS_H
#define POSTERN_MILTER_SURVEY_CHARTS_H

#include "milter/survey/account.h"

void chart_checks(const struct survey *survey, struct output *output);
void chart_days(const struct survey *survey, struct output *output);
void chart_domains(const struct survey *survey, struct output *output);

#endif
