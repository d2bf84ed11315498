/* SPDX-License-Identifier: BSD-2-Clause */
#include "policy/offline.h"

#include "policy/parse/header.h"

/* What the header parser gave of one field. The text is fed in one chunk: a value is one run, but for a CR that is the
 * last octet of all. */
struct field {
	char name[HEADER_NAME_MAX + 1];
	struct bytes value;
};

/* That CR lies behind the rest of the value in the text. */
static void
take_value(struct field *field, struct bytes run)
{
	if (field->value.length == 0)
		field->value = run;
	else
		field->value.length += run.length;
}

static void
take_event(struct message *message, struct field *field, const struct header_event *event)
{
	switch (event->type) {
	case HEADER_NAME:
		field->name[0] = '\0';
		buffer_append(field->name, sizeof field->name, event->text);
		field->value = (struct bytes){ NULL, 0 };
		break;
	case HEADER_VALUE:
		take_value(field, event->text);
		break;
	case HEADER_FIELD_END:
		message_field(message, bytes_of(field->name), field->value);
		break;
	case HEADER_END:
		message_end_of_headers(message);
		break;
	case HEADER_BODY:
		message_body(message, event->text);
		break;
	}
}

static void
drain(struct message *message, struct header *header, struct field *field)
{
	struct header_event event;

	while (header_next(header, &event))
		take_event(message, field, &event);
}

bool
offline_has_line_feeds(struct bytes text)
{
	ptrdiff_t end = bytes_find(text, '\n');

	return end == 0 || (end > 0 && text.data[end - 1] != '\r');
}

/* A message is refused when none of its recipients is left. */
static void
take_recipients(struct message *message, const char *const *paths)
{
	struct verdict verdict = { .kind = VERDICT_ACCEPT };

	for (; paths != NULL && *paths != NULL; paths++)
		message_recipient(message, &(struct recipient){ .path = *paths }, &verdict);
	if (message->facts.recipients == 0 && verdict_is_final(&verdict))
		message->verdict = verdict;
}

void
offline_judge(struct message *message, const struct envelope *envelope, struct bytes text)
{
	struct header header;
	struct field field = { .name = "" };

	struct envelope stored = *envelope;
	stored.line_feeds = offline_has_line_feeds(text);
	message_mail(message, &stored);
	take_recipients(message, envelope->recipients);
	header_init(&header);
	header_feed(&header, text);
	drain(message, &header, &field);
	struct bytes body = header_rest(&header);
	header_finish(&header);
	drain(message, &header, &field);
	if (body.length > 0)
		message_body(message, body);
	message_end(message);
}
