/* SPDX-License-Identifier: BSD-2-Clause */
/* Messages too large to store: whole, and in chunks as MTAs and files give them. */
#include "tests/support/suite.h"
#include "tests/support/trace.h"
#include "tests/support/trial.h"

enum {
	MILTER_CHUNK = 65535, /* octets, as MTAs send a body */
	LARGE = 4 << 20       /* octets: many chunks, and a moment under the sanitizers */
};

#define HEAD "From: sender@example.com\nSubject: Large\n"
#define MULTIPART(boundary) "Content-Type: multipart/mixed; boundary=" boundary "\n\n"
#define ATTACHED "--b\nContent-Type: application/octet-stream; name=dump.bin\nContent-Transfer-Encoding: base64\n\n"

static void
repeat(struct trace *text, size_t octets, const char *piece)
{
	for (size_t end = text->length + octets; text->length < end;)
		trace_add(text, "%s", piece);
}

static void
write_attachment(struct trace *text)
{
	trace_add(text, HEAD MULTIPART("b") "--b\n\nSee the dump.\n" ATTACHED);
	repeat(text, LARGE, "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8gISIjJCUmJygpKissLS4vMDEyMzQ1Njc4\n");
	trace_add(text, "--b--\n");
}

static void
write_attachment_of_padding(struct trace *text)
{
	trace_add(text, HEAD MULTIPART("b") "--b\n\nSee the dump.\n" ATTACHED);
	repeat(text, LARGE, "====    ====\t\n");
	trace_add(text, "--b--\n");
}

static void
write_octet_behind_padding(struct trace *text)
{
	trace_add(text, HEAD MULTIPART("b") "--b\n\nSee the dump.\n" ATTACHED);
	repeat(text, LARGE, "\n  \n");
	trace_add(text, "QQ==\n--b--\n");
}

static void
write_blank_text(struct trace *text)
{
	trace_add(text, HEAD "Content-Type: text/plain; charset=utf-8\n\n");
	repeat(text, LARGE, " \xc2\xa0\xe2\x80\x8b\t\n");
}

static void
write_one_line(struct trace *text)
{
	trace_add(text, HEAD "\n");
	repeat(text, LARGE, "a line without end ");
}

/* Lines that begin as the delimiter does, so that each must be looked at to its end. */
static void
write_near_delimiters(struct trace *text)
{
	trace_add(text, HEAD MULTIPART("bbbbbbbb") "--bbbbbbbb\nContent-Type: application/zip; name=a.zip\n\n");
	repeat(text, LARGE, "--bbbbbbb\n--bbbbbbbbb\n--bbbbbbbb-\n--bbbbbbbb x\n");
	trace_add(text, "--bbbbbbbb--\n");
}

static void
write_empty_attachments(struct trace *text)
{
	trace_add(text, HEAD MULTIPART("b") "--b\n\nMany.\n");
	for (size_t i = 0; i < 9000; i++)
		trace_add(text, ATTACHED);
	trace_add(text, "--b--\n");
}

static void
write_too_many_parts(struct trace *text)
{
	trace_add(text, HEAD MULTIPART("b"));
	for (size_t i = 0; i < 200000; i++)
		trace_add(text, "--b\n\n\n");
	trace_add(text, "--b--\n");
}

static void
write_nest(struct trace *text, unsigned levels)
{
	trace_add(text, HEAD);
	for (unsigned i = 0; i < levels; i++)
		trace_add(text, MULTIPART("level%u") "--level%u\n", i, i);
	trace_add(text, "\nIn the middle.\n");
	while (levels-- > 0)
		trace_add(text, "--level%u--\n", levels);
}

static void
write_deep_nest(struct trace *text)
{
	write_nest(text, 90);
}

static void
write_too_deep_nest(struct trace *text)
{
	write_nest(text, 20000);
}

static void
write_long_field(struct trace *text)
{
	trace_add(text, "From: sender@example.com\nX-Report:");
	repeat(text, 100 << 10, " score=1.0 rule=NONE\n");
	trace_add(text, "Subject: A long field before it\n\nText.\n");
}

static void
write_recipients(struct trace *text)
{
	trace_add(text, "From: sender@example.com\nSubject: Everybody\nTo: first@example.net");
	for (size_t i = 0; i < 5000; i++)
		trace_add(text, ",\n \"Recipient, %zu\" <r%zu@example.net>", i, i);
	trace_add(text, "\n\nText.\n");
}

static void
write_last_recipient_wrong(struct trace *text)
{
	trace_add(text, "From: sender@example.com\nSubject: Everybody\nTo: first@example.net");
	for (size_t i = 0; i < 5000; i++)
		trace_add(text, ",\n \"Recipient, %zu\" <r%zu@example.net>", i, i);
	trace_add(text, ",\n last.@example.net\n\nText.\n");
}

static void
write_blank_words(struct trace *text)
{
	trace_add(text, "From: sender@example.com\nSubject:");
	for (size_t i = 0; i < 50000; i++)
		trace_add(text, " =?utf-8?Q?=C2=A0?=\n");
	trace_add(text, "\nText.\n");
}

static void
run_large(const char *left_out)
{
	static const struct {
		const char *sentence;
		void (*write)(struct trace *text);
		const char *findings;
	} rows[] = {
		{ "a large attachment", write_attachment, "" },
		{ "an attachment of nothing but padding", write_attachment_of_padding,
		  "attachment_empty 2:9 \"dump.bin\"\n" },
		{ "an attachment of one octet behind much padding", write_octet_behind_padding, "" },
		{ "a large blank text", write_blank_text, "body_missing\n" },
		{ "a text of one line", write_one_line, "" },
		{ "lines that begin as the delimiter does", write_near_delimiters, "" },
		{ "many empty attachments", write_empty_attachments, "attachment_empty 2:9 \"dump.bin\" x9000\n" },
		{ "far too many parts, all of them empty", write_too_many_parts,
		  "body_missing\nmime_invalid \"too_many_parts\"\n" },
		{ "a deep nest", write_deep_nest, "" },
		{ "far too deep a nest", write_too_deep_nest, "mime_invalid \"nested_too_deep\"\n" },
		{ "a long header field", write_long_field, "" },
		{ "many recipients", write_recipients, "" },
		{ "many recipients, the last of them wrong", write_last_recipient_wrong,
		  "address_invalid To:3 \"Local address ends with dot\"\n" },
		{ "a Subject of many blank words", write_blank_words,
		  "subject_empty Subject:2 ...\nsubject_too_long Subject:2 \"50000 characters\"\n" },
	};
	struct policy *policy = trial_policy(left_out);

	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		struct trace text = { 0 };
		struct trial trial = { .name = rows[i].sentence, .findings = rows[i].findings, .policy = policy };

		rows[i].write(&text);
		trial.text = (struct bytes){ text.text, text.length };
		trial.sender = "<sender@example.com>";
		trial_run_whole(&trial);
		trial_run_in_chunks(&trial, (struct trial_chunks){ MILTER_CHUNK, MILTER_CHUNK });
		trial_run_in_chunks(&trial, (struct trial_chunks){ 1, 4096 });
		trace_free(&text);
	}
	policy_free(policy);
}

START_TEST(large_messages_give_what_they_must)
{
	run_large(NULL);
}
END_TEST

START_TEST(large_messages_give_the_same_when_settled)
{
	run_large("control_characters");
}
END_TEST

SUITE_MAIN(large, large_messages_give_what_they_must, large_messages_give_the_same_when_settled)
