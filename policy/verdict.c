/* SPDX-License-Identifier: BSD-2-Clause */
#include "policy/verdict.h"

#include <string.h>

const char *const verdict_names[VERDICT_COUNT] = { "accept", "hold", "defer", "refuse" };

static const struct settings *
settings_of(const struct message *message, const struct check *check)
{
	return &message->profile->checks[check_index(check)];
}

static uint32_t
bit_of(const struct check *check)
{
	return UINT32_C(1) << check_index(check);
}

/* The first check of the set, which loses it; NULL when it is empty. */
static const struct check *
take_first(uint32_t *set)
{
	if (*set == 0)
		return NULL;
	const struct check *check = &checks[__builtin_ctz(*set)];
	*set &= *set - 1;
	return check;
}

static struct finding *
find(struct message *message, const struct check *check)
{
	if ((message->questions.found & bit_of(check)) == 0)
		return NULL;
	struct finding *finding = message->findings;
	while (finding->check != check)
		finding++;
	return finding;
}

/* As zeroed, as far as anybody looks: strings are as long as their NUL says. */
static void
begin_finding(struct finding *finding, size_t line)
{
	memset(finding, 0, offsetof(struct finding, field));
	finding->line = line;
	finding->field[0] = finding->part[0] = finding->name[0] = finding->value[0] = '\0';
}

/* A check has one finding at most, so that the array cannot overflow. */
static void
add(struct message *message, const struct check *check, enum stage stage, struct finding *finding)
{
	finding->check = check;
	finding->stage = stage;
	finding->mode = settings_of(message, check)->mode;
	finding->times = 1;
	message->findings[message->finding_count++] = *finding;
	message->questions.found |= bit_of(check);
}

bool
verdict_is_final(const struct verdict *verdict)
{
	return verdict->kind == VERDICT_REFUSE || verdict->kind == VERDICT_DEFER;
}

/* The finding of this stage that gives the reply: the first one enforced with a 5xx, else the first with a 4xx. */
static const struct finding *
deciding(struct message *message, enum stage stage)
{
	const struct finding *deferring = NULL;

	for (size_t i = 0; i < checks_count; i++) {
		const struct finding *finding = find(message, &checks[i]);

		if (finding == NULL || finding->stage != stage || finding->mode != MODE_ENFORCE)
			continue;
		if (!reply_defers(&settings_of(message, &checks[i])->reply))
			return finding;
		if (deferring == NULL)
			deferring = finding;
	}
	return deferring;
}

static void
decide(struct message *message, enum stage stage)
{
	const struct finding *finding = deciding(message, stage);
	struct verdict *verdict = &message->verdict;

	if (finding != NULL) {
		*verdict = (struct verdict){ .stage = stage, .check = finding->check };
		finding_reply(finding, settings_of(message, finding->check), &verdict->reply);
		verdict->kind = reply_defers(&verdict->reply) ? VERDICT_DEFER : VERDICT_REFUSE;
		return;
	}
	for (size_t i = 0; i < message->finding_count && verdict->kind == VERDICT_ACCEPT; i++)
		if (message->findings[i].mode == MODE_HOLD)
			*verdict = (struct verdict){ .kind = VERDICT_HOLD,
						     .stage = stage,
						     .check = message->findings[i].check };
}

void
verdict_ask(struct message *message, enum stage stage)
{
	uint32_t asked = message->questions.stages[stage] & ~message->questions.found;

	message->stage = stage;
	for (const struct check *check; (check = take_first(&asked)) != NULL;) {
		struct finding finding;

		begin_finding(&finding, 0);
		if (check->fires(message, settings_of(message, check), &finding))
			add(message, check, stage, &finding);
	}
	if (!verdict_is_final(&message->verdict) && message->finding_count > 0)
		decide(message, stage);
}

static void
note_questions(struct questions *questions, const struct check *check, const struct settings *settings)
{
	uint32_t bit = bit_of(check);

	if (check->fires != NULL)
		questions->stages[check->stage] |= bit;
	for (int stage = 0; check->asked_again != NULL && stage < STAGE_COUNT; stage++)
		if (check->fires != NULL && check->asked_again(settings, (enum stage)stage))
			questions->stages[stage] |= bit;
	if (check->field != NULL)
		questions->fields |= bit;
	if (check->leaf != NULL)
		questions->leaves |= bit;
}

void
verdict_prepare(struct message *message)
{
	for (size_t i = 0; i < checks_count; i++) {
		const struct settings *settings = settings_of(message, &checks[i]);

		if (settings->mode == MODE_OFF)
			continue;
		note_questions(&message->questions, &checks[i], settings);
		if (checks[i].prepare != NULL)
			checks[i].prepare(&message->facts, settings);
	}
}

void
verdict_ask_field(struct message *message, struct bytes name, struct bytes value)
{
	uint32_t asked = message->questions.fields & ~message->questions.found;

	for (const struct check *check; (check = take_first(&asked)) != NULL;) {
		struct finding finding;

		begin_finding(&finding, message->facts.line);
		if (check->field(name, value, settings_of(message, check), &finding))
			add(message, check, STAGE_HEADERS, &finding);
	}
}

void
verdict_ask_leaf(struct message *message, const struct leaf *leaf)
{
	uint32_t asked = message->questions.leaves;

	for (const struct check *check; (check = take_first(&asked)) != NULL;) {
		if (!check->leaf(leaf, settings_of(message, check)))
			continue;
		struct finding *known = find(message, check);
		if (known != NULL) {
			known->times++;
			continue;
		}
		struct finding finding;
		begin_finding(&finding, leaf->part->line);
		buffer_append(finding.part, sizeof finding.part, bytes_of(leaf->part->number));
		buffer_append(finding.name, sizeof finding.name, bytes_of(leaf->part->name));
		add(message, check, STAGE_MESSAGE, &finding);
	}
}

void
message_fail(struct message *message, enum failure failure)
{
	const struct failure_answer *answer = &message->policy->failures[failure];

	if (answer->accept || verdict_is_final(&message->verdict))
		return;
	message->verdict = (struct verdict){
		.kind = reply_defers(&answer->reply) ? VERDICT_DEFER : VERDICT_REFUSE,
		.stage = message->stage,
		.failed = true,
		.failure = failure,
		.reply = answer->reply,
	};
}

bool
message_settled(const struct message *message)
{
	if (verdict_is_final(&message->verdict))
		return true;
	uint32_t asked = message->questions.stages[STAGE_MESSAGE] | message->questions.leaves;
	for (const struct check *check; (check = take_first(&asked)) != NULL;)
		if (check->settled == NULL || !check->settled(message, settings_of(message, check)))
			return false;
	return true;
}
