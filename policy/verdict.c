/* SPDX-License-Identifier: BSD-2-Clause */
#include "policy/verdict.h"

const char *const verdict_names[VERDICT_COUNT] = { "accept", "hold", "defer", "refuse" };

static const struct settings *
settings_of(const struct message *message, const struct check *check)
{
	return &message->profile->checks[check_index(check)];
}

static struct finding *
find(struct message *message, const struct check *check)
{
	for (size_t i = 0; i < message->finding_count; i++)
		if (message->findings[i].check == check)
			return &message->findings[i];
	return NULL;
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
}

static void
ask(struct message *message, const struct check *check, enum stage stage)
{
	if (check->fires == NULL || find(message, check) != NULL ||
	    !check_asked(check, settings_of(message, check), stage))
		return;
	struct finding finding = { 0 };
	if (check->fires(message, settings_of(message, check), &finding))
		add(message, check, stage, &finding);
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
	message->stage = stage;
	for (size_t i = 0; i < checks_count; i++)
		ask(message, &checks[i], stage);
	if (!verdict_is_final(&message->verdict))
		decide(message, stage);
}

void
verdict_prepare(struct message *message)
{
	for (size_t i = 0; i < checks_count; i++)
		if (checks[i].prepare != NULL && settings_of(message, &checks[i])->mode != MODE_OFF)
			checks[i].prepare(&message->facts, settings_of(message, &checks[i]));
}

void
verdict_ask_field(struct message *message, struct bytes name, struct bytes value)
{
	for (size_t i = 0; i < checks_count; i++) {
		const struct check *check = &checks[i];

		if (check->field == NULL || settings_of(message, check)->mode == MODE_OFF ||
		    find(message, check) != NULL)
			continue;
		struct finding finding = { .line = message->facts.line };
		if (check->field(name, value, settings_of(message, check), &finding))
			add(message, check, STAGE_HEADERS, &finding);
	}
}

void
verdict_ask_leaf(struct message *message, const struct leaf *leaf)
{
	for (size_t i = 0; i < checks_count; i++) {
		const struct check *check = &checks[i];

		if (check->leaf == NULL || settings_of(message, check)->mode == MODE_OFF ||
		    !check->leaf(leaf, settings_of(message, check)))
			continue;
		struct finding *known = find(message, check);
		if (known != NULL) {
			known->times++;
			continue;
		}
		struct finding finding = { .line = leaf->part->line };
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
	for (size_t i = 0; i < checks_count; i++)
		if (check_asked(&checks[i], settings_of(message, &checks[i]), STAGE_MESSAGE) &&
		    (checks[i].settled == NULL || !checks[i].settled(message, settings_of(message, &checks[i]))))
			return false;
	return true;
}
