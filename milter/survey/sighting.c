/* SPDX-License-Identifier: BSD-2-Clause */
#include "milter/survey/sighting.h"

#include "milter/judged.h"

/* What is no string comes first, as it lies in memory; strings follow, each with its NUL. */
struct head {
	enum verdict_kind kind, other_kind;
	bool failed, has_other, sender_known, incomplete;
	int day;
	size_t finding_count;
	enum mode modes[CHECKS_MAX];
};

void
sighting_detail(const struct finding *finding, struct output *output)
{
	size_t begin = output->length;

	if (finding->rule != NULL)
		output_text(output, bytes_of(finding->rule));
	size_t behind_rule = output->length;
	output_add(output, bytes_of(behind_rule > begin ? ", " : ""));
	size_t before = output->length;
	judged_detail(finding, output);
	if (output->length == before)
		output->length = behind_rule;
}

static void
put(struct output *output, const char *string)
{
	output_add(output, (struct bytes){ string, strlen(string) + 1 });
}

static const char *
take(struct bytes *packed)
{
	const char *string = packed->data;

	*packed = bytes_from(*packed, strlen(string) + 1);
	return string;
}

void
sighting_pack(const struct sighting *sighting, struct output *output)
{
	struct head head = {
		.kind = sighting->answer.kind,
		.other_kind = sighting->other.kind,
		.failed = sighting->failed,
		.has_other = sighting->has_other,
		.sender_known = sighting->sender_known,
		.incomplete = sighting->incomplete,
		.day = sighting->day,
		.finding_count = sighting->finding_count,
	};

	for (size_t i = 0; i < sighting->finding_count; i++)
		head.modes[i] = sighting->findings[i].mode;
	output_add(output, (struct bytes){ (const char *)&head, sizeof head });
	put(output, sighting->answer.check);
	put(output, sighting->answer.reply);
	put(output, sighting->other.check);
	put(output, sighting->other.reply);
	put(output, sighting->profile);
	put(output, sighting->where);
	put(output, sighting->domain);
	for (size_t i = 0; i < sighting->finding_count; i++) {
		put(output, sighting->findings[i].check);
		put(output, sighting->findings[i].where);
		put(output, sighting->findings[i].detail);
	}
}

bool
sighting_unpack(struct bytes *packed, struct sighting *sighting_out)
{
	struct head head;

	if (packed->length < sizeof head)
		return false;
	memcpy(&head, packed->data, sizeof head);
	*packed = bytes_from(*packed, sizeof head);
	sighting_out->answer.kind = head.kind;
	sighting_out->other.kind = head.other_kind;
	sighting_out->failed = head.failed;
	sighting_out->has_other = head.has_other;
	sighting_out->sender_known = head.sender_known;
	sighting_out->incomplete = head.incomplete;
	sighting_out->day = head.day;
	sighting_out->finding_count = head.finding_count;
	sighting_out->answer.check = take(packed);
	sighting_out->answer.reply = take(packed);
	sighting_out->other.check = take(packed);
	sighting_out->other.reply = take(packed);
	sighting_out->profile = take(packed);
	sighting_out->where = take(packed);
	sighting_out->domain = take(packed);
	for (size_t i = 0; i < head.finding_count; i++) {
		sighting_out->findings[i].mode = head.modes[i];
		sighting_out->findings[i].check = take(packed);
		sighting_out->findings[i].where = take(packed);
		sighting_out->findings[i].detail = take(packed);
	}
	return true;
}
