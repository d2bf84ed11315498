/* SPDX-License-Identifier: BSD-2-Clause */
/* demo [--keep] [FILE] - Postern at work behind a Postfix of its own, with the checks of the shipped configuration.
 *
 * Shows the whole dialogue of one refusal; sends the samples and sets the replies beside the documented ones; shows
 * what Postern logged. Exits 0 when every reply is as documented, 1 when one differs, 77 where Postfix cannot be run.
 * With --keep everything is left running, for the user to talk to. */
#define _GNU_SOURCE
#include "tests/e2e/support/rig.h"
#include "tests/e2e/support/samples.h"
#include "tests/e2e/support/smtp.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sysexits.h>
#include <unistd.h>

static const char shipped_config[] = "conf/postern.conf";

/* Escape sequences, empty where they would not be understood. */
struct style {
	const char *strong, *good, *bad, *faint, *plain;
};

static struct style
choose_style(void)
{
	const char *no_color = getenv("NO_COLOR");

	if (!isatty(STDOUT_FILENO) || (no_color != NULL && no_color[0] != '\0'))
		return (struct style){ "", "", "", "", "" };
	return (struct style){ "\x1b[1m", "\x1b[32m", "\x1b[1;31m", "\x1b[2m", "\x1b[0m" };
}

static void
print_title(const struct style *style, const char *title)
{
	printf("\n%s%s%s\n\n", style->strong, title, style->plain);
}

/* The reply without its last line end, further lines under the first. */
static void
print_reply(const char *label, const char *reply)
{
	const char *line = reply;

	printf("           %-13s", label);
	if (*line == '\0')
		printf("(no reply)\n");
	while (*line != '\0') {
		size_t length = strcspn(line, "\r");

		printf("%s%.*s\n", line == reply ? "" : "                        ", (int)length, line);
		line += length;
		line += strspn(line, "\r\n");
	}
}

static bool
show_dialogue(const struct rig *rig, const struct style *style)
{
	const struct sample *sample = sample_find("empty-attachment");
	struct smtp client;

	print_title(style, "A mailer sends an order confirmation and forgets to fill in the attachment:");
	smtp_open(&client, rig->postfix.port, stdout);
	smtp_command(&client, "HELO client.example.com");
	smtp_send(&client, &(struct mail){ NULL, sample->sender, sample->text });
	bool as_documented = smtp_replied(&client, sample->reply);
	smtp_quit(&client);
	return as_documented;
}

struct outcome {
	char mail[SMTP_REPLY_MAX]; /* the reply to MAIL */
	char data[SMTP_REPLY_MAX]; /* to the end of data; empty when it did not come to that */
	bool as_documented;
};

static void
send_sample(const struct rig *rig, const struct sample *sample, struct outcome *outcome_out)
{
	const struct mail mail = { sample->name, sample->sender, sample->text };
	struct smtp client;

	*outcome_out = (struct outcome){ .as_documented = false };
	smtp_open(&client, rig->postfix.port, NULL);
	smtp_hello(&client);
	smtp_command(&client, "MAIL FROM:<%s>", mail.sender);
	strcpy(outcome_out->mail, client.reply);
	if (smtp_replied_code(&client, 250)) {
		smtp_command(&client, "RCPT TO:<%s>", smtp_recipient);
		smtp_command(&client, "DATA");
		smtp_write_mail(&client, &mail);
		smtp_end(&client);
		strcpy(outcome_out->data, client.reply);
	}
	bool refused_at_mail = outcome_out->data[0] == '\0';
	bool belongs_to_mail = sample->check != NULL && strcmp(sample->check, "null_sender") == 0;
	bool replied = sample->reply != NULL ? smtp_replied(&client, sample->reply) : smtp_replied_code(&client, 250);
	outcome_out->as_documented = replied && refused_at_mail == belongs_to_mail;
	smtp_quit(&client);
}

static bool
delivered_as_documented(const struct rig *rig, const struct sample *sample)
{
	char field[128];

	snprintf(field, sizeof field, "X-Id: %s\n", sample->name);
	return postfix_settles(&rig->postfix) &&
	       postfix_delivered(&rig->postfix, field) == (sample->check == NULL ? 1 : 0);
}

static bool
show_sample(const struct rig *rig, const struct sample *sample, const struct style *style)
{
	struct outcome outcome;

	send_sample(rig, sample, &outcome);
	bool good = outcome.as_documented && delivered_as_documented(rig, sample);
	printf("  %s%-9s%s%s%s%s", good ? style->good : style->bad, good ? "OK" : "DIFFERS", style->plain,
	       style->strong, sample->what, style->plain);
	if (sample->check != NULL)
		printf("  %s%s%s", style->faint, sample->check, style->plain);
	putchar('\n');
	print_reply("MAIL", outcome.mail);
	if (outcome.data[0] != '\0')
		print_reply("end of data", outcome.data);
	print_reply("expected", sample->reply != NULL ? sample->reply : "250, and delivered once");
	putchar('\n');
	return good;
}

/* How many differ. */
static size_t
show_samples(const struct rig *rig, const struct style *style)
{
	size_t differing = 0;

	print_title(style, "What is sent (and which check it is for), what the client reads, and what is documented:");
	for (size_t i = 0; i < samples_count; i++)
		if (samples[i].shown && !show_sample(rig, &samples[i], style))
			differing++;
	return differing;
}

/* A log line, broken before these for a narrow terminal. */
static void
print_log_line(const char *line, size_t length)
{
	static const char *const breaks[] = { " check=", " origin=", " findings=" };
	const char *end = line + length;

	printf("  ");
	for (size_t i = 0; i < sizeof breaks / sizeof breaks[0]; i++) {
		const char *at = memmem(line, (size_t)(end - line), breaks[i], strlen(breaks[i]));

		if (at == NULL)
			continue;
		printf("%.*s\n      ", (int)(at - line), line);
		line = at + 1;
	}
	printf("%.*s\n", (int)(end - line), line);
}

static void
show_log(const struct rig *rig, const struct style *style)
{
	size_t length;
	char *log = file_read(rig->postern.log.text, &length);

	print_title(style, "What Postern logged, one line for each message (broken here to fit):");
	for (const char *line = log; line != NULL && *line != '\0';) {
		size_t end = strcspn(line, "\n");

		print_log_line(line, end);
		line += end + (line[end] == '\n');
	}
	free(log);
}

static void
show_summary(size_t differing, const struct style *style)
{
	size_t shown = 0;

	for (size_t i = 0; i < samples_count; i++)
		shown += samples[i].shown;
	if (differing == 0)
		printf("\n%sAll %zu messages were answered as documented, to the octet.%s\n", style->good, shown,
		       style->plain);
	else
		printf("\n%s%zu of %zu messages were NOT answered as documented.%s\n", style->bad, differing, shown,
		       style->plain);
}

static void
show_how_to_talk(const struct rig *rig, const struct style *style)
{
	const char *directory = rig->postern.directory.text;

	print_title(style, "Left running:");
	printf("  SMTP       127.0.0.1 port %d: mail to <%s>\n", rig->postfix.port, smtp_recipient);
	printf("             curl -s smtp://127.0.0.1:%d --mail-from you@example.com --mail-rcpt %s -T FILE.eml\n",
	       rig->postfix.port, smtp_recipient);
	printf("  delivered  %s/store/new\n", rig->postfix.directory.text);
	printf("  milter     unix:%s\n", rig->postern.socket.text);
	printf("  config     %s (and conf.d beside it); then: kill -HUP %d\n", rig->postern.config.text,
	       (int)rig->postern.supervisor.pid);
	printf("  logs       %s\n             %s\n", rig->postern.log.text, rig->postfix.log.text);
	printf("  stop       kill %d %d; rm -rf %.*s\n", (int)rig->postfix.master.pid, (int)rig->postern.supervisor.pid,
	       (int)(strrchr(directory, '/') - directory), directory);
}

int
main(int argc, char **argv)
{
	bool keep = argc > 1 && strcmp(argv[1], "--keep") == 0;
	const char *config = argc > 1 + keep ? argv[1 + keep] : shipped_config;
	const struct style style = choose_style();
	struct rig rig;

	if (argc > 2 + keep || config[0] == '-') {
		fprintf(stderr, "usage: demo [--keep] [FILE]\n");
		return EX_USAGE;
	}
	setvbuf(stdout, NULL, _IOLBF, 0);
	if (!rig_prepare(&rig))
		return RIG_SKIPPED;
	postern_configure_as_shipped(&rig.postern, config);
	postern_start(&rig.postern);
	postfix_start(&rig.postfix, &rig.dir, rig.postern.socket.text);
	size_t differing = show_dialogue(&rig, &style) ? 0 : 1;
	differing += show_samples(&rig, &style);
	show_log(&rig, &style);
	show_summary(differing, &style);
	if (keep) {
		show_how_to_talk(&rig, &style);
		tempdir_keep(&rig.dir);
	} else {
		rig_close(&rig);
	}
	return differing == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
