/* SPDX-License-Identifier: BSD-2-Clause */
/* What is read in one piece: domains, and the replies of a configuration. */
#include "policy/domain.h"
#include "policy/reply.h"
#include "tests/fuzz/targets.h"

#include <string.h>

/* A normal form is its own, is ASCII without capitals, and belongs to its own organization. */
static void
trace_domain(struct trace *trace, struct cutter *cutter)
{
	char normal[DOMAIN_MAX] = "untouched", again[DOMAIN_MAX];
	struct bytes text = cutter_rest(cutter);

	(void)trace;
	enum domain_status status = domain_normalize(text, normal);
	FUZZ_ASSERT(status != DOMAIN_REFUSED);
	if (status == DOMAIN_UNREADABLE) {
		FUZZ_ASSERT(strcmp(normal, "untouched") == 0);
		return;
	}
	for (const char *c = normal; *c != '\0'; c++)
		FUZZ_ASSERT(*c > ' ' && *c < 0x7f && *c == ascii_lower(*c));
	FUZZ_ASSERT(domain_normalize(bytes_of(normal), again) == DOMAIN_READABLE && strcmp(again, normal) == 0);
	FUZZ_ASSERT(domain_same_organization(psl_builtin(), normal, again));
	FUZZ_ASSERT(domain_same_organization(psl_builtin(), normal, "example.com") ==
		    domain_same_organization(psl_builtin(), "example.com", normal));
}

/* A reply that is well formed is so again when it is read back, and its lines hold its text. */
static void
trace_reply(struct trace *trace, struct cutter *cutter)
{
	static char string[FUZZ_INPUT_MAX + 1], printed[REPLY_STRING_MAX];
	static char lines[REPLY_LINES_MAX][REPLY_LINE_MAX + 1];
	static struct reply reply, again;
	char rule[REPLY_RULE_MAX] = "";
	struct bytes text = cutter_rest(cutter);

	(void)trace;
	if (text.length > 0)
		memcpy(string, text.data, text.length);
	string[text.length] = '\0';
	if (!reply_parse(string, &reply, rule)) {
		FUZZ_ASSERT(rule[0] != '\0' && memchr(rule, '\0', sizeof rule) != NULL);
		return;
	}
	FUZZ_ASSERT(reply.code >= 400 && reply.code <= 599 && reply.text[0] != '\0');
	FUZZ_ASSERT(reply_defers(&reply) == (reply.code < 500));
	size_t count = reply_lines(&reply, lines);
	FUZZ_ASSERT(count >= 1 && count <= REPLY_LINES_MAX);
	for (size_t i = 0; i < count; i++)
		FUZZ_ASSERT(strlen(lines[i]) <= REPLY_LINE_MAX && strpbrk(lines[i], "%\r\n") == NULL);
	reply_string(&reply, printed);
	FUZZ_ASSERT(reply_parse(printed, &again, rule));
	FUZZ_ASSERT(again.code == reply.code && strcmp(again.enhanced, reply.enhanced) == 0);
}

const struct fuzz_target fuzz_domain = { .name = "domain", .takes_whole = true, .trace = trace_domain };
const struct fuzz_target fuzz_reply = { .name = "reply", .takes_whole = true, .trace = trace_reply };
