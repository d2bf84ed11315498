/* SPDX-License-Identifier: BSD-2-Clause */
#include "milter/survey/logged.h"

#include "milter/survey/logged_parts.h"

#include <stdio.h>

enum { WHERE_MAX = 256 }; /* octets of a time and a queue id, escaped */

/* What decision.c writes, in its order. From the profile on a line that ends early was cut. */
struct answer_line {
	struct bytes id, reply, check, profile;
	bool failed;
	enum verdict_kind kind;
};

/* postern[123]: , and once more when the journal has what the foreground wrote. */
static bool
take_tags(struct bytes *line)
{
	bool taken = false;

	for (int i = 0; i < 2; i++) {
		struct bytes rest = *line;
		struct bytes pid;

		if (!part_literal(&rest, "postern[") || !part_digits(&rest, &pid) || !part_literal(&rest, "]: "))
			return taken;
		*line = rest;
		taken = true;
	}
	return taken;
}

/* False when the line is of another program. */
static bool
take_front(struct bytes *line, const struct tm *now, struct logged *logged, bool *tagged_out)
{
	struct bytes host;
	const char *begin = line->data;

	logged->has_stamp = stamp_take(line, now, &logged->stamp);
	logged->stamp_text = (struct bytes){ begin, logged->has_stamp ? (size_t)(line->data - begin) : 0 };
	*tagged_out = take_tags(line);
	if (*tagged_out || !logged->has_stamp)
		return true;
	*tagged_out = part_word(line, &host) && part_literal(line, " ") && take_tags(line);
	return *tagged_out;
}

static bool
take_verdict(struct bytes *line, struct answer_line *answer)
{
	struct bytes word;

	if (!part_id(line, &answer->id) || !part_literal(line, ": ") || !part_word(line, &word))
		return false;
	for (size_t i = 0; i < VERDICT_COUNT; i++) {
		if (bytes_equal(word, bytes_of(verdict_names[i]))) {
			answer->kind = (enum verdict_kind)i;
			return true;
		}
	}
	return false;
}

static bool
take_answer(struct bytes *line, struct answer_line *answer)
{
	struct bytes word;

	if (part_literal(line, " \"") && !part_quoted(line, &answer->reply))
		return false;
	if (part_literal(line, " failure=")) {
		answer->failed = true;
		if (!part_word(line, &word))
			return false;
	}
	if (part_literal(line, " check=") &&
	    (!part_name(line, &answer->check) || !part_literal(line, " stage=") || !part_word(line, &word)))
		return false;
	return part_literal(line, " profile=") && part_word(line, &answer->profile);
}

/* Up to the sender. */
static bool
take_session(struct bytes *line)
{
	struct bytes word;

	if (!part_literal(line, " origin=") || !part_word(line, &word) || !part_literal(line, " client="))
		return false;
	part_word(line, &word);
	if (part_literal(line, " login=\"") && !part_quoted(line, &word))
		return false;
	return part_literal(line, " from=<");
}

static const char *
keep(struct logged *logged, struct bytes escaped)
{
	char *begin = logged->room + logged->used;
	size_t room = LOGGED_ROOM - logged->used;

	if (escaped.length >= room) { /* it does not get longer */
		logged->overflowed = true;
		return "";
	}
	size_t length = part_unescape(escaped, begin, room);
	logged->used += length + 1;
	return begin;
}

/* What postern check would say of it, and the line of the message. */
static const char *
keep_detail(struct logged *logged, const struct part_finding *part)
{
	struct output text = { .data = NULL };
	char *begin = logged->room + logged->used;

	sighting_detail(&part->finding, &text);
	if (part->finding.line > 0)
		output_format(&text, "%sline %zu", text.length > 0 ? ", " : "", part->finding.line);
	logged->refused = logged->refused || text.refused;
	logged->overflowed = logged->overflowed || text.refused || text.length >= LOGGED_ROOM - logged->used;
	if (!logged->overflowed) {
		if (text.length > 0)
			memcpy(begin, text.data, text.length);
		begin[text.length] = '\0';
		logged->used += text.length + 1;
	}
	output_free(&text);
	return logged->overflowed ? "" : begin;
}

static void
add_finding(struct logged *logged, const char *check, enum mode mode, const char *detail)
{
	struct sighting *sighting = &logged->sighting;

	sighting->findings[sighting->finding_count++] =
		(struct sighted_finding){ .check = check, .mode = mode, .where = sighting->where, .detail = detail };
}

/* To the line's end, or false: `a(...),b(...),and 3 more`, or nothing but how many there were. The daemon writes no more than
 * CHECKS_MAX. */
static bool
take_findings(struct bytes line, struct logged *logged)
{
	struct part_finding part;
	struct bytes digits;

	if (part_digits(&line, &digits)) {
		logged->sighting.incomplete = true;
		return line.length == 0;
	}
	while (logged->sighting.finding_count < CHECKS_MAX && part_finding(&line, &part)) {
		const char *check = keep(logged, part.check);

		add_finding(logged, check, part.finding.mode, keep_detail(logged, &part));
		if (line.length == 0)
			return true;
		if (!part_literal(&line, ","))
			return false;
	}
	if (!part_literal(&line, "and ") || !part_digits(&line, &digits) || !part_literal(&line, " more"))
		return false;
	logged->sighting.incomplete = true;
	return line.length == 0;
}

/* What follows an address, to the line's end. */
static bool
take_behind(struct bytes line, struct logged *logged)
{
	size_t used = logged->used;

	logged->sighting.finding_count = 0;
	logged->sighting.incomplete = false;
	if (line.length == 0)
		return true;
	if (part_literal(&line, " findings=") && take_findings(line, logged))
		return true;
	logged->used = used;
	return false;
}

/* The first end of an address behind which all reads well. Behind a sender there may be a recipient. Quotes within are escaped: one that
 * is not belongs to what follows. */
static bool
take_path(struct bytes line, bool is_sender, struct logged *logged, bool *recipient_out, struct bytes *path_out)
{
	for (size_t i = 0; i < line.length && line.data[i] != '"'; i += line.data[i] == '\\' ? 2 : 1) {
		struct bytes rest = bytes_from(line, i + 1);
		struct bytes recipient;

		if (line.data[i] != '>')
			continue;
		*path_out = (struct bytes){ line.data, i };
		*recipient_out = !is_sender;
		if (take_behind(rest, logged))
			return true;
		if (is_sender && part_literal(&rest, " to=<") &&
		    take_path(rest, false, logged, recipient_out, &recipient))
			return true;
	}
	return false;
}

static const char *
keep_domain(struct logged *logged, struct bytes path)
{
	char *text = (char *)keep(logged, path);
	char *domain = strrchr(text, '@');

	if (text[0] == '\0')
		return "<>";
	if (domain == NULL)
		return "";
	for (char *c = domain; *c != '\0'; c++)
		*c = ascii_lower(*c);
	return domain + 1;
}

static const char *
keep_where(struct logged *logged, struct bytes id)
{
	char where[WHERE_MAX] = "";

	buffer_append(where, sizeof where, bytes_trim(logged->stamp_text));
	buffer_append(where, sizeof where, bytes_of(logged->has_stamp ? " " : ""));
	buffer_append(where, sizeof where, id);
	return keep(logged, bytes_of(where));
}

/* The check that decided counts even where the log does not tell what it found. */
static void
add_decider(struct logged *logged)
{
	struct sighting *sighting = &logged->sighting;

	for (size_t i = 0; i < sighting->finding_count; i++)
		if (strcmp(sighting->findings[i].check, sighting->answer.check) == 0)
			return;
	if (sighting->answer.check[0] == '\0')
		return;
	sighting->finding_count -= sighting->finding_count == CHECKS_MAX ? 1 : 0;
	add_finding(logged, sighting->answer.check, MODE_ENFORCE, "");
}

static void
begin_sighting(struct logged *logged, const struct answer_line *answer)
{
	logged->sighting = (struct sighting){
		.answer = { .kind = answer->kind,
			    .check = keep(logged, answer->check),
			    .reply = keep(logged, answer->reply) },
		.failed = answer->failed,
		.other = { .check = "", .reply = "" },
		.profile = keep(logged, answer->profile),
		.where = keep_where(logged, answer->id),
		.day = logged->has_stamp ? day_of_date(logged->stamp.date) : DAY_UNKNOWN,
		.domain = "",
	};
}

enum logged_kind
logged_read(struct bytes line, const struct tm *now, struct logged *logged_out)
{
	struct answer_line answer = { .failed = false };
	struct bytes path = { NULL, 0 };
	bool tagged, is_recipient = false;

	logged_out->used = 0;
	logged_out->overflowed = logged_out->cut = logged_out->refused = false;
	if (!take_front(&line, now, logged_out, &tagged))
		return LOGGED_FOREIGN;
	if (!take_verdict(&line, &answer))
		return tagged ? LOGGED_OTHER : LOGGED_FOREIGN;
	if (!take_answer(&line, &answer))
		return LOGGED_UNREADABLE;
	begin_sighting(logged_out, &answer);
	logged_out->cut = !take_session(&line) || !take_path(line, true, logged_out, &is_recipient, &path);
	if (logged_out->cut) {
		logged_out->sighting.finding_count = 0;
		logged_out->sighting.incomplete = true;
	} else {
		logged_out->sighting.sender_known = true;
		logged_out->sighting.domain = keep_domain(logged_out, path);
	}
	add_decider(logged_out);
	if (logged_out->overflowed)
		return LOGGED_UNREADABLE;
	return is_recipient ? LOGGED_RECIPIENT : LOGGED_ANSWER;
}
