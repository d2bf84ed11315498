/* SPDX-License-Identifier: BSD-2-Clause */
/* The page of `postern replay` and `postern report` in a real browser: Debian's chromium, without a screen. Skipped where there is none. */
#define _GNU_SOURCE
#include "tests/support/commands.h"
#include "tests/support/suite.h"

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#define BROWSER "/usr/bin/chromium"

enum {
	SKIPPED = 77,
	DOM_MAX = 1 << 20,
	TIMEOUT_S = 180, /* a browser takes seconds to start, on a busy machine many */
	PHONE_WIDTH = 360,
	DESKTOP_WIDTH = 1280,
	HEIGHT = 900,
	PICTURE_OCTETS_MIN = 10000 /* a blank one is smaller */
};

/* Nothing of a browser's own that needs a network, a screen or a home. */
#define FLAGS                                                                                                       \
	"--headless --no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking "      \
	"--disable-component-update --disable-sync --disable-extensions --disable-dev-shm-usage --hide-scrollbars " \
	"--allow-file-access-from-files --user-data-dir=profile"

static char dom[DOM_MAX];

static void
browse(const char *options, int width, bool dark, const char *page)
{
	char *command = NULL;

	ck_assert_int_gt(asprintf(&command,
				  "HOME=\"$PWD\" timeout 120 " BROWSER " " FLAGS " --window-size=%d,%d "
				  "--blink-settings=preferredColorScheme=%d %s \"file://$PWD/%s\" 2>browser.errors",
				  width, HEIGHT, dark ? 0 : 1, options, page),
			 0);
	FILE *pipe = popen(command, "r");
	ck_assert_ptr_nonnull(pipe);
	dom[fread(dom, 1, sizeof dom - 1, pipe)] = '\0';
	int status = pclose(pipe);
	ck_assert_msg(WIFEXITED(status) && WEXITSTATUS(status) == 0, "%s: status %d", command, status);
	free(command);
}

static bool
has(const char *text)
{
	return strstr(dom, text) != NULL;
}

#define HOSTILE                                              \
	"<script>document.title='owned'</script><img src=x " \
	"onerror=\"document.title='owned'\">&amp;\"'\033\xe2\x80\xae"

static void
make_page(void)
{
	FILE *box;

	commands_write("postern.conf",
		       "checks = { subject_missing = { mode = \"enforce\"; }; alignment = { mode = \"observe\"; };\n"
		       "attachment_empty = { mode = \"enforce\"; detail = true; }; };\n");
	commands_write("other.conf", "checks = { alignment = { mode = \"enforce\"; }; };\n");
	box = fopen("box", "w");
	ck_assert_ptr_nonnull(box);
	for (unsigned i = 0; i < 600; i++)
		fprintf(box,
			MBOX_SEPARATOR
			"Return-Path: <a@%u.a-rather-long-name-of-a-domain-that-does-not-fit.example.com>\n"
			"Received: x; %u Jan 2024 10:00:00 +0000\nFrom: %s <b@example.org>\n%s"
			"Content-Type: multipart/mixed; boundary=b\n\n--b\n\nhello\n--b\n"
			"Content-Type: a/b; "
			"name*=utf-8''%%3Cscript%%3Edocument.title%%3D1%%3C%%2Fscript%%3E\n\n%s--b--\n\n",
			i % 40, i % 31 + 1, HOSTILE, i % 3 == 0 ? "" : "Subject: x\n", i % 5 == 0 ? "" : "x\n");
	ck_assert_int_eq(fclose(box), 0);
	commands_assert("replay -c postern.conf --compare other.conf --html page.html box >text", 1, "");
}

/* The page with everything opened and a script of the test's own, which writes down what only a browser knows. */
static void
make_measured_page(void)
{
	static const char script[] =
		"<script>var s=getComputedStyle(document.body), r=[]; document.querySelectorAll(\"svg text, td, h1, "
		"li\")."
		"forEach(function(e){var b=e.getBoundingClientRect(); "
		"if(b.right>innerWidth+1||b.left<-1)r.push(e.textContent)});"
		"document.querySelectorAll(\"svg.bars g\").forEach(function(g){var t=g.querySelectorAll(\"text\"); if("
		"t[0].getBoundingClientRect().right>t[1].getBoundingClientRect().left)r.push(t[0].textContent)});"
		"document.body.setAttribute(\"data-seen\", \"background \"+s.backgroundColor+\" color \"+s.color+\" "
		"beyond \"+"
		"(document.documentElement.scrollWidth-innerWidth)+\" outside \"+r.length+\" width "
		"\"+innerWidth);</script>";

	commands_write("script", script);
	commands_assert("--version >/dev/null; sed -e 's/<meta http-equiv=\"Content-Security-Policy\"[^>]*>//' "
			"-e 's/<details>/<details open=\"open\">/' -e '/^<\\/body>/{\nr script\nN\n}' page.html "
			">measured.html; "
			"grep -c data-seen measured.html",
			0, "1\n");
	/* A window has a least width; a frame has none. */
	commands_write("phone.html",
		       "<body style=\"margin:0\"><iframe id=\"f\" src=\"measured.html\" width=\"360\" height=\"800\" "
		       "style=\"border:0\"></iframe><script>document.getElementById(\"f\").onload=function(){"
		       "document.body.setAttribute(\"data-phone\", this.contentDocument.body.dataset.seen)}</script>");
}

START_TEST(the_page_says_the_same_in_a_browser)
{
	commands_begin();
	make_page();
	browse("--dump-dom", DESKTOP_WIDTH, false, "page.html");
	ck_assert(has("<b>600</b><span>messages</span>"));
	ck_assert(has("<b>280</b><span>refused, 46.67 %</span>"));
	ck_assert(has("<h2>What would change</h2>"));
	ck_assert(has("data-label=\"found\">200</td>"));
	ck_assert(has("&lt;script&gt;document.title=1&lt;/script&gt;"));
	/* None of what senders wrote has become an element, and the title is ours. */
	ck_assert(!has("<script") && !has("<img"));
	ck_assert(has("<title>What Postern would answer</title>"));
	commands_end();
}
END_TEST

START_TEST(it_fits_a_phone_and_a_desk_in_the_light_and_in_the_dark)
{
	static const struct {
		const char *name;
		const char *page;
		bool dark;
		const char *expected[4];
	} rows[] = {
		{ "a desk, light", "measured.html", false, { "background rgb(244, 246, 248) color rgb(28, 33, 39)" } },
		{ "a desk, dark", "measured.html", true, { "background rgb(15, 19, 23) color rgb(231, 235, 239)" } },
		{ "a phone, light",
		  "phone.html",
		  false,
		  { "data-phone=\"background rgb(244, 246, 248)", "width 360\"" } },
		{ "a phone, dark", "phone.html", true, { "data-phone=\"background rgb(15, 19, 23)", "width 360\"" } },
	};

	commands_begin();
	make_page();
	make_measured_page();
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		browse("--virtual-time-budget=5000 --dump-dom", DESKTOP_WIDTH, rows[i].dark, rows[i].page);
		const char *seen = strstr(dom, "background rgb");
		ck_assert_msg(seen != NULL, "%s: %.300s", rows[i].name, dom);
		for (const char *const *expected = rows[i].expected; *expected != NULL; expected++)
			ck_assert_msg(has(*expected), "%s: %.120s", rows[i].name, seen);
		/* Nothing lies to the right of the window, and no name on its number. */
		ck_assert_msg(has(" beyond 0 outside 0 "), "%s: %.120s", rows[i].name, seen);
	}
	commands_end();
}
END_TEST

static uint32_t
read_number(const unsigned char *octets)
{
	return (uint32_t)octets[0] << 24 | (uint32_t)octets[1] << 16 | (uint32_t)octets[2] << 8 | octets[3];
}

static long
picture(const char *name, uint32_t *width_out)
{
	unsigned char head[24] = { 0 };
	FILE *file = fopen(name, "r");

	ck_assert_ptr_nonnull(file);
	ck_assert_uint_eq(fread(head, 1, sizeof head, file), sizeof head);
	ck_assert_int_eq(fseek(file, 0, SEEK_END), 0);
	long size = ftell(file);
	fclose(file);
	*width_out = read_number(head + 16); /* of IHDR */
	return size;
}

START_TEST(pictures_of_it_are_not_blank)
{
	uint32_t width;

	commands_begin();
	make_page();
	browse("--screenshot=desk.png", DESKTOP_WIDTH, false, "page.html");
	ck_assert_int_gt(picture("desk.png", &width), PICTURE_OCTETS_MIN);
	ck_assert_uint_eq(width, DESKTOP_WIDTH);
	browse("--screenshot=phone.png", PHONE_WIDTH, true, "page.html");
	ck_assert_int_gt(picture("phone.png", &width), PICTURE_OCTETS_MIN);
	ck_assert_uint_eq(width, PHONE_WIDTH);
	commands_end();
}
END_TEST

int
main(void)
{
	const TTest *const tests[] = { the_page_says_the_same_in_a_browser,
				       it_fits_a_phone_and_a_desk_in_the_light_and_in_the_dark,
				       pictures_of_it_are_not_blank };

	if (access(BROWSER, X_OK) != 0) {
		puts("no " BROWSER " (package chromium)");
		return SKIPPED;
	}
	return suite_run("page", tests, sizeof tests / sizeof tests[0], TIMEOUT_S);
}
