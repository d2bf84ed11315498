/* SPDX-License-Identifier: BSD-2-Clause */
/* page.h - the parts of the page that account_page puts together. */
#ifndef POSTERN_MILTER_SURVEY_PAGE_H
#define POSTERN_MILTER_SURVEY_PAGE_H

#include "milter/survey/account.h"

extern const char page_style[];

/* What is behind the chart of domains. */
void page_domains(const struct survey *survey, struct output *output);
/* Sections: what the checks found, and what another configuration would change. */
void page_findings(const struct account *account, struct output *output);
void page_changes(const struct account *account, struct output *output);

#endif
