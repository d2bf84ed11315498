/* SPDX-License-Identifier: BSD-2-Clause */
#include "policy/verdict.h"

#include <string.h>

const char *const verdict_names[VERDICT_COUNT] = { "accept", "hold", "defer", "refuse" };

const struct settings *
verdict_settings(const struct message *message, const struct check *check)
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

/* A check has one finding at most, so that the array cannot overflow: further ones are counted. */
static void
add(struct message *message, const struct check *check, enum stage stage, struct finding *finding)
{
	finding->check = check;
	finding->stage = stage;
	finding->settings = verdict_settings(message, check);
	finding->mode = finding->settings->mode;
	finding->times = 1;
	struct finding *known = find(message, check);
	if (known != NULL) {
		known->times++;
		return;
	}
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
		if (!reply_defers(&finding->settings->reply))
			return finding;
		if (deferring == NULL)
			deferring = finding;
	}
	return deferring;
}

static void
answer(const struct message *message, const struct finding *finding, enum stage stage, struct verdict *verdict_out)
{
	*verdict_out = (struct verdict){ .stage = stage, .check = finding->check };
	finding_reply(message, finding, &verdict_out->reply);
	verdict_out->kind = reply_defers(&verdict_out->reply) ? VERDICT_DEFER : VERDICT_REFUSE;
}

static void
hold(struct verdict *verdict, const struct finding *finding, enum stage stage)
{
	if (finding->mode == MODE_HOLD && verdict->kind == VERDICT_ACCEPT)
		*verdict = (struct verdict){ .kind = VERDICT_HOLD, .stage = stage, .check = finding->check };
}

static void
decide(struct message *message, enum stage stage)
{
	const struct finding *finding = deciding(message, stage);

	if (finding != NULL) {
		answer(message, finding, stage, &message->verdict);
		return;
	}
	for (size_t i = 0; i < message->finding_count; i++)
		hold(&message->verdict, &message->findings[i], stage);
}

void
verdict_ask(struct message *message, enum stage stage)
{
	uint32_t asked = message->questions.stages[stage] & ~message->questions.found;

	message->stage = stage;
	for (const struct check *check; (check = take_first(&asked)) != NULL;) {
		struct finding finding;

		begin_finding(&finding, 0);
		if (check->fires(message, verdict_settings(message, check), &finding))
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
		if (check->asked_again(settings, (enum stage)stage))
			questions->stages[stage] |= bit;
	if (check->gather != NULL)
		questions->gathers |= bit;
	if (check->field != NULL)
		questions->fields |= bit;
	if (check->leaf != NULL)
		questions->leaves |= bit;
}

void
verdict_prepare(struct message *message)
{
	message->questions = (struct questions){ .found = message->questions.found };
	for (size_t i = 0; i < checks_count; i++) {
		const struct settings *settings = verdict_settings(message, &checks[i]);

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
		if (check->field(name, value, verdict_settings(message, check), &finding))
			add(message, check, STAGE_HEADERS, &finding);
	}
}

void
verdict_gather(struct message *message, struct bytes name, struct bytes value)
{
	uint32_t asked = message->questions.gathers;

	for (const struct check *check; (check = take_first(&asked)) != NULL;)
		check->gather(message, verdict_settings(message, check), name, value);
}

/* Whether b, found after a, has the better claim to be the answer: see deciding. */
static bool
outdoes(const struct finding *a, const struct finding *b)
{
	return a->check == NULL || (reply_defers(&a->settings->reply) && !reply_defers(&b->settings->reply));
}

/* As verdict_ask does for a message. A check fires for many recipients, and has one finding. */
void
verdict_ask_recipient(struct message *message, struct verdict *verdict_out)
{
	uint32_t asked = message->questions.stages[STAGE_RCPT];
	struct finding answering = { .check = NULL };

	*verdict_out = (struct verdict){ .kind = VERDICT_ACCEPT, .stage = STAGE_RCPT };
	message->stage = STAGE_RCPT;
	for (const struct check *check; (check = take_first(&asked)) != NULL;) {
		struct finding finding;

		begin_finding(&finding, 0);
		if (!check->fires(message, verdict_settings(message, check), &finding))
			continue;
		const char *list = finding.list;
		finding.list = NULL; /* the next recipient's soon */
		add(message, check, STAGE_RCPT, &finding);
		finding.list = list;
		if (finding.mode == MODE_ENFORCE && outdoes(&answering, &finding))
			answering = finding;
	}
	if (answering.check != NULL)
		answer(message, &answering, STAGE_RCPT, verdict_out);
}

void
verdict_ask_leaf(struct message *message, const struct leaf *leaf)
{
	uint32_t asked = message->questions.leaves;

	for (const struct check *check; (check = take_first(&asked)) != NULL;) {
		if (!check->leaf(leaf, verdict_settings(message, check)))
			continue;
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

void
verdict_table_failed(struct message *message, const struct settings *settings)
{
	if (settings->mode == MODE_ENFORCE || settings->mode == MODE_HOLD)
		message_fail(message, FAILURE_TABLES);
}

bool
message_settled(const struct message *message)
{
	if (verdict_is_final(&message->verdict))
		return true;
	uint32_t asked = message->questions.stages[STAGE_MESSAGE] | message->questions.leaves;
	for (const struct check *check; (check = take_first(&asked)) != NULL;)
		if (check->settled == NULL || !check->settled(message, verdict_settings(message, check)))
			return false;
	return true;
}

void
verdict_found(struct message *message, const struct check *check, enum stage stage, struct finding *finding)
{
	add(message, check, stage, finding);
	hold(&message->verdict, finding, stage);
	if (finding->mode == MODE_ENFORCE && !verdict_is_final(&message->verdict))
		answer(message, finding, stage, &message->verdict);
}
