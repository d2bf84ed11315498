/* SPDX-License-Identifier: BSD-2-Clause */
/* From a message's octets to its verdict. Whole, it is judged as `postern check` does (policy/offline.h); cut, as the
 * daemon does: header fields one by one, the body in chunks until message_settled, nothing after a refusal. Both must come
 * to the same verdict, by a policy that refuses for everything, and to the same findings, by one that only observes, and
 * by one that does not ask what takes the whole message to answer, so that it is settled early. */
#include "policy/offline.h"
#include "policy/parse/header.h"
#include "tests/fuzz/targets.h"

#include <string.h>

enum { ITEMS_MAX = 4 };

/* What differs from the presets, so that every check can fire on a small message. */
static const struct {
	const char *check, *param;
	const char *items[ITEMS_MAX];
} changed[] = {
	{ "null_sender", "allow", { "reports" } },
	{ "subject_too_long", "max_characters", { "40" } },
	{ "attachment_empty", "except_names", { "*.sig" } },
	{ "mime_invalid", "flaws", { "boundary_unseen", "unclosed", "base64_invalid", "header_unreadable" } },
	{ "mime_invalid", "max_depth", { "3" } },
	{ "mime_invalid", "max_parts", { "8" } },
	{ "size_exceeded", "limit", { "2 KiB" } },
	{ "attachment_type", "names", { "*.exe", "*.js" } },
	{ "attachment_type", "types", { "application/x-*" } },
};

/* Never settled before the end: each octet of the body may fire them. */
static const char *const lasting[] = { "mime_invalid", "size_exceeded", "control_characters" };

static struct policy *observing, *settling, *enforcing;

/* What became of a field's value so far; a value longer than an input there is none. */
struct field {
	char name[HEADER_NAME_MAX + 1];
	size_t length;
	char value[FUZZ_INPUT_MAX];
};

static void
change(struct policy *policy, size_t which)
{
	const struct check *check = check_find(changed[which].check);
	char rule[REPLY_RULE_MAX];
	size_t i = 0, count = 0;

	FUZZ_ASSERT(check != NULL);
	while (strcmp(check->params[i].name, changed[which].param) != 0)
		i++;
	struct value *value = &policy->profiles[0].checks[check_index(check)].values[i];
	*value = (struct value){ .number = 0 };
	for (; count < ITEMS_MAX && changed[which].items[count] != NULL; count++) {
		const char *broken = param_read(&check->params[i], changed[which].items[count], value, rule);

		if (broken != NULL)
			fuzz_fail("%s: %s: %s", changed[which].check, changed[which].param, broken);
	}
	if (param_is_list(check->params[i].type))
		value->list = (struct string_list){ changed[which].items, count };
}

static struct policy *
policy_of(enum mode mode)
{
	struct policy *policy = policy_new();

	FUZZ_ASSERT(policy != NULL);
	policy->psl = (psl_ctx_t *)psl_builtin();
	for (size_t i = 0; i < checks_count; i++)
		policy->profiles[0].checks[i].mode = mode;
	for (size_t i = 0; i < sizeof changed / sizeof changed[0]; i++)
		change(policy, i);
	FUZZ_ASSERT(policy_complete(policy));
	return policy;
}

static void
prepare(void)
{
	observing = policy_of(MODE_OBSERVE);
	settling = policy_of(MODE_OBSERVE);
	for (size_t i = 0; i < sizeof lasting / sizeof lasting[0]; i++)
		settling->profiles[0].checks[check_index(check_find(lasting[i]))].mode = MODE_OFF;
	enforcing = policy_of(MODE_ENFORCE);
}

static bool
is_final(const struct message *message)
{
	return message->verdict.kind == VERDICT_REFUSE || message->verdict.kind == VERDICT_DEFER;
}

static void
take_body(struct message *message, struct bytes chunk)
{
	if (chunk.length > 0 && !message_settled(message))
		message_body(message, chunk);
}

/* False once the header has ended. */
static bool
take_header(struct message *message, struct header *header, struct field *field)
{
	struct header_event event;
	bool goes_on = true;

	while (header_next(header, &event)) {
		if (event.type == HEADER_NAME) {
			field->name[0] = '\0';
			field->length = 0;
			buffer_append(field->name, sizeof field->name, event.text);
		} else if (event.type == HEADER_VALUE) {
			memcpy(field->value + field->length, event.text.data, event.text.length);
			field->length += event.text.length;
		} else if (event.type == HEADER_FIELD_END) {
			message_field(message, bytes_of(field->name), (struct bytes){ field->value, field->length });
		} else if (event.type == HEADER_END) {
			if (!is_final(message))
				message_end_of_headers(message);
			goes_on = false;
		} else {
			take_body(message, event.text);
		}
	}
	return goes_on;
}

static void
judge_cut(struct message *message, const struct envelope *envelope, struct cutter *cutter)
{
	static struct field field;
	struct header header;
	struct bytes piece;
	bool in_header = true;

	message_mail(message, envelope);
	header_init(&header);
	while (cutter_next(cutter, &piece)) {
		if (in_header) {
			header_feed(&header, piece);
			in_header = take_header(message, &header, &field);
			piece = in_header ? (struct bytes){ NULL, 0 } : header_rest(&header);
		}
		take_body(message, piece);
	}
	header_finish(&header);
	take_header(message, &header, &field);
	if (!is_final(message))
		message_end(message);
}

static void
trace_verdict(struct trace *trace, const struct message *message)
{
	const struct verdict *verdict = &message->verdict;

	trace_add(trace, "%s at %s for %s: %d %s %s\n", verdict_names[verdict->kind], stage_names[verdict->stage],
		  verdict->check != NULL ? verdict->check->name : "-", verdict->reply.code, verdict->reply.enhanced,
		  verdict->reply.text);
	FUZZ_ASSERT(!verdict->failed);
}

/* All of them but how often, which a message that is not read to its end does not tell. */
static void
trace_findings(struct trace *trace, const struct message *message)
{
	for (size_t i = 0; i < message->finding_count; i++) {
		const struct finding *finding = &message->findings[i];

		trace_add(trace, "%s at %s, line %zu, field %s, part %s, rule %s, ", finding->check->name,
			  stage_names[finding->stage], finding->line, finding->field, finding->part,
			  finding->rule != NULL ? finding->rule : "-");
		trace_add_bytes(trace, bytes_of(finding->name));
		trace_add(trace, ", ");
		trace_add_bytes(trace, bytes_of(finding->value));
		trace_add(trace, "\n");
	}
}

static void
judge(struct trace *trace, const struct policy *policy, const struct envelope *envelope, struct cutter cutter)
{
	static struct message message;

	message_init(&message, policy);
	if (cutter.whole)
		offline_judge(&message, envelope, cutter_rest(&cutter));
	else
		judge_cut(&message, envelope, &cutter);
	trace_verdict(trace, &message);
	if (policy != enforcing)
		trace_findings(trace, &message);
	message_reset(&message);
}

/* The sender is that of the first line; without one it is not known. */
static void
trace_message(struct trace *trace, struct cutter *cutter)
{
	char sender[FUZZ_LINE_MAX];
	struct envelope envelope = { .origin = ORIGIN_TRUSTED };

	cutter_line(cutter, sender);
	ptrdiff_t end = bytes_find(cutter->rest, '\n');
	envelope.sender = sender[0] != '\0' ? sender : NULL;
	envelope.line_feeds = end == 0 || (end > 0 && cutter->rest.data[end - 1] != '\r');
	judge(trace, observing, &envelope, *cutter);
	judge(trace, settling, &envelope, *cutter);
	judge(trace, enforcing, &envelope, *cutter);
}

const struct fuzz_target fuzz_message = { .name = "message", .prepare = prepare, .trace = trace_message };
