/* SPDX-License-Identifier: BSD-2-Clause */
#include "milter/survey/delivered.h"

#include "milter/survey/day.h"
#include "policy/parse/header.h"

/* What is kept of the header while it is read. */
struct reading {
	struct delivered *delivered;
	struct bytes name, value;
	struct bytes x_original_to, delivered_to; /* values, of the first ones */
	bool has_x_original_to, has_delivered_to, has_received;
	bool on_top; /* nothing but fields of delivery so far */
};

static bool
is_of_delivery(struct bytes name)
{
	return bytes_is(name, "Return-Path") || bytes_is(name, "X-Original-To") || bytes_is(name, "Delivered-To");
}

/* A path in brackets, without comments around it; or all there is. */
static void
copy_path(struct bytes value, char path_out[DELIVERED_PATH_MAX])
{
	ptrdiff_t open = bytes_find(value, '<');
	size_t end = value.length;

	while (open >= 0 && end > (size_t)open && value.data[end - 1] != '>')
		end--;
	if (open >= 0 && end > (size_t)open)
		value = (struct bytes){ value.data + open, end - (size_t)open };
	path_out[0] = '\0';
	buffer_append(path_out, DELIVERED_PATH_MAX, bytes_trim(value));
}

static void
take_received(struct reading *reading)
{
	struct bytes value = reading->value;
	size_t end = value.length;

	if (reading->has_received)
		return;
	reading->has_received = true;
	while (end > 0 && value.data[end - 1] != ';')
		end--;
	int day = day_of_field(bytes_from(value, end));
	if (day != DAY_UNKNOWN)
		reading->delivered->day = day;
}

static void
take_field(struct reading *reading)
{
	struct delivered *delivered = reading->delivered;

	if (bytes_is(reading->name, "Return-Path") && !delivered->has_sender) {
		delivered->has_sender = true;
		copy_path(reading->value, delivered->sender);
	} else if (bytes_is(reading->name, "X-Original-To") && !reading->has_x_original_to) {
		reading->has_x_original_to = true;
		reading->x_original_to = reading->value;
	} else if (bytes_is(reading->name, "Delivered-To") && !reading->has_delivered_to) {
		reading->has_delivered_to = true;
		reading->delivered_to = reading->value;
	} else if (bytes_is(reading->name, "Received")) {
		take_received(reading);
	} else if (bytes_is(reading->name, "Date") && delivered->day == DAY_UNKNOWN) {
		delivered->day = day_of_field(reading->value);
	}
}

/* The first field that delivery did not put there begins the message as it came in. */
static void
take_name(struct reading *reading, const struct header_event *event)
{
	struct delivered *delivered = reading->delivered;

	reading->name = event->text;
	reading->value = (struct bytes){ NULL, 0 };
	if (!reading->on_top || is_of_delivery(event->text))
		return;
	reading->on_top = false;
	delivered->text = bytes_from(delivered->text, (size_t)(event->text.data - delivered->text.data));
	delivered->lines = event->line - 1;
}

/* The text is fed in one chunk, so that names and values lie in it as a whole, but for a CR at the very end. */
static void
drain(struct reading *reading, struct header *header)
{
	struct header_event event;

	while (header_next(header, &event)) {
		if (event.type == HEADER_NAME)
			take_name(reading, &event);
		else if (event.type == HEADER_VALUE && reading->value.length == 0)
			reading->value = event.text;
		else if (event.type == HEADER_FIELD_END)
			take_field(reading);
	}
}

void
delivered_read(struct bytes text, struct delivered *delivered_out)
{
	struct reading reading = { .delivered = delivered_out, .on_top = true };
	struct header header;

	delivered_out->has_sender = delivered_out->has_recipient = false;
	delivered_out->day = DAY_UNKNOWN;
	delivered_out->text = text;
	delivered_out->lines = 0;
	header_init(&header);
	header_feed(&header, text);
	drain(&reading, &header);
	header_finish(&header);
	drain(&reading, &header);
	delivered_out->has_recipient = reading.has_x_original_to || reading.has_delivered_to;
	copy_path(reading.has_x_original_to ? reading.x_original_to : reading.delivered_to, delivered_out->recipient);
}
