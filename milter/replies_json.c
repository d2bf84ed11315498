/* SPDX-License-Identifier: BSD-2-Clause */
#include "milter/replies_document.h"

#include <jansson.h>
#include <string.h>

/* The items of "RFC 5321, Infobip". */
static json_t *
list_array(const char *list)
{
	json_t *array = json_array();

	while (*list != '\0') {
		size_t length = strcspn(list, ",");

		if (json_array_append_new(array, json_stringn(list, length)) != 0) {
			json_decref(array);
			return NULL;
		}
		list += length;
		list += strspn(list, ", ");
	}
	return array;
}

static json_t *
classes_array(const char *classes)
{
	json_t *array = json_array();

	for (; *classes != '\0'; classes++) {
		if (json_array_append_new(array, json_integer(*classes - '0')) != 0) {
			json_decref(array);
			return NULL;
		}
	}
	return array;
}

static json_t *
code_object(const struct reply_code *code)
{
	return json_pack("{s:s, s:i, s:s, s:o}", "kind", "code", "code", code->code, "meaning", code->meaning,
			 "sources", list_array(code->sources));
}

static json_t *
enhanced_object(const struct enhanced_code *code)
{
	return json_pack("{s:s, s:s+, s:o, s:o, s:s, s:o}", "kind", "enhanced", "code", "x.", code->code, "classes",
			 classes_array(code->classes), "with", list_array(code->with), "meaning", code->meaning,
			 "sources", list_array(code->sources));
}

static json_t *
reply_object(const struct documented_reply *reply)
{
	struct bytes enhanced = documented_reply_enhanced(reply);
	json_t *enhanced_code = enhanced.length > 0 ? json_stringn(enhanced.data, enhanced.length) : json_null();
	int code = (reply->reply[0] - '0') * 100 + (reply->reply[1] - '0') * 10 + (reply->reply[2] - '0');

	return json_pack("{s:s, s:s, s:i, s:o, s:s, s:s, s:s?, s:s?, s:s?, s:s?, s:s?}", "kind", "reply", "reply",
			 reply->reply, "code", code, "enhanced", enhanced_code, "text", documented_reply_text(reply),
			 "document", reply->document, "command", reply->command, "given_by", reply->given_by, "reason",
			 reply->reason, "postfix", reply->postfix, "sendmail", reply->sendmail);
}

/* Takes the object; false when there is none. A stream that fails is for the caller to see. */
static bool
print_object(json_t *object, FILE *stream)
{
	if (object == NULL)
		return false;
	json_dumpf(object, stream, JSON_COMPACT);
	json_decref(object);
	fputc('\n', stream);
	return true;
}

bool
replies_json(const struct replies_query *query, FILE *stream)
{
	for (size_t i = 0; i < reply_codes_count; i++)
		if (replies_query_code(query, &reply_codes[i]) && !print_object(code_object(&reply_codes[i]), stream))
			return false;
	for (size_t i = 0; i < enhanced_codes_count; i++)
		if (replies_query_enhanced(query, &enhanced_codes[i]) &&
		    !print_object(enhanced_object(&enhanced_codes[i]), stream))
			return false;
	for (size_t i = 0; i < documented_replies_count; i++)
		if (replies_query_reply(query, &documented_replies[i]) &&
		    !print_object(reply_object(&documented_replies[i]), stream))
			return false;
	return true;
}
