/* SPDX-License-Identifier: BSD-2-Clause */
#define _GNU_SOURCE
#include "tests/bench/rival.h"

#include "tests/e2e/support/patience.h"
#include "tests/e2e/support/sockets.h"

#include <pwd.h>
#include <stdarg.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

enum { CONFIG_MAX = 4096, NUMBER_MAX = 16 };

static const char *const names[RIVAL_COUNT] = { "no milter", "do-nothing filter", "Postern", "OpenDKIM",
						"rspamd",    "MIMEDefang" };

/* What must be there. */
static const char *const programs[RIVAL_COUNT] = { [RIVAL_OPENDKIM] = "/usr/sbin/opendkim",
						   [RIVAL_RSPAMD] = "/usr/bin/rspamd",
						   [RIVAL_MIMEDEFANG] = "/usr/bin/mimedefang" };
static const char multiplexor[] = "/usr/bin/mimedefang-multiplexor";

/* What can choose its user is the one that Postfix is. */
static const char user[] = "postfix";

static const char postfix_settings[] = "default_process_limit = 200\n"
				       "virtual_transport = discard:\n"
				       "in_flow_delay = 0\n";

/* %s is the directory. */
static const char opendkim_conf[] = "Socket local:%1$s/socket\n"
				    "Background no\n"
				    "Mode sv\n"
				    "Domain example.com\n"
				    "Selector bench\n"
				    "KeyFile %1$s/key.pem\n"
				    "InternalHosts 127.0.0.1\n"
				    "Canonicalization relaxed/simple\n"
				    "RequireSafeKeys no\n";

/* %1$s is the directory, %2$d the number of workers. No module that asks DNS, Redis or a map. */
static const char rspamd_conf[] =
	"options {\n"
	"  pidfile = \"%1$s/pid\"; cache_file = \"%1$s/symbols.cache\"; history_file = \"%1$s/history\";\n"
	"  dynamic_conf = \"%1$s/dynamic\"; stats_file = \"%1$s/stats\"; tempdir = \"%1$s\"; hs_cache_dir = "
	"\"%1$s/\";\n"
	"  control_socket = \"%1$s/control mode=0600\"; url_tld = \"%1$s/tld\";\n"
	"  filters = \"chartable,regexp\"; map_watch_interval = 1d;\n"
	"  dns { nameserver = [\"127.0.0.1:1:1\"]; timeout = 0.1s; retransmits = 1; }\n"
	"}\n"
	"logging { type = \"console\"; level = \"warning\"; }\n"
	"actions { reject = 1000; add_header = 900; }\n"
	"lua = \"$RULESDIR/rspamd.lua\"\n"
	"modules { path = \"${PLUGINSDIR}\"; }\n"
	".include \"$CONFDIR/metrics.conf\"\n"
	".include \"$CONFDIR/composites.conf\"\n"
	".include \"$CONFDIR/groups.conf\"\n"
	".include \"$CONFDIR/modules.d/regexp.conf\"\n"
	".include \"$CONFDIR/modules.d/chartable.conf\"\n"
	".include \"$CONFDIR/modules.d/mime_types.conf\"\n"
	".include \"$CONFDIR/modules.d/forged_recipients.conf\"\n"
	".include \"$CONFDIR/modules.d/maillist.conf\"\n"
	"worker \"rspamd_proxy\" {\n"
	"  bind_socket = \"%1$s/socket mode=0666\"; count = %2$d; milter = yes; timeout = 60s;\n"
	"  upstream \"local\" { default = yes; self_scan = yes; hosts = \"localhost\"; }\n"
	"}\n";

static const char mimedefang_filter[] = "sub filter_begin { }\n"
					"sub filter { return action_accept(); }\n"
					"sub filter_multipart { return action_accept(); }\n"
					"sub filter_end { }\n"
					"1;\n";

static void
start_process(struct rival *rival, size_t number, const struct rival_needs *needs, const char *const argv[])
{
	process_start(&rival->processes[number], argv, path_join(rival->directory.text, "output").text,
		      needs->dir->leash);
}

/* A file of the directory, in the manner of printf. */
static struct path __attribute__((format(printf, 3, 4)))
write_file(const struct rival *rival, const char *name, const char *format, ...)
{
	struct path path = path_join(rival->directory.text, name);
	FILE *file = fopen(path.text, "w");
	va_list arguments;

	if (file == NULL)
		fail("cannot write %s", path.text);
	va_start(arguments, format);
	vfprintf(file, format, arguments);
	va_end(arguments);
	fclose(file);
	return path;
}

/* --- each of them --------------------------------------------------------------------------------------------------- */

static void
start_filter(struct rival *rival, const struct rival_needs *needs)
{
	char workers[NUMBER_MAX];

	snprintf(workers, sizeof workers, "%d", RIVAL_WORKERS);
	start_process(rival, 0, needs,
		      (const char *const[]){ needs->filters, rival->socket.text, workers, "0", "0", "pass", NULL });
}

static void
start_postern(struct rival *rival, const struct rival_needs *needs)
{
	postern_prepare(&rival->postern, needs->dir, "postern");
	postern_configure_as_shipped(&rival->postern, needs->shipped);
	postern_start(&rival->postern);
	rival->socket = rival->postern.socket;
}

static void
start_opendkim(struct rival *rival, const struct rival_needs *needs)
{
	struct path key = path_join(rival->directory.text, "key.pem");
	struct path conf = write_file(rival, "conf", opendkim_conf, rival->directory.text);

	if (process_run((const char *const[]){ "/usr/bin/openssl", "genrsa", "-out", key.text, "2048", NULL },
			path_join(rival->directory.text, "output").text) != 0)
		fail("openssl makes no key");
	if (chown(key.text, getpwnam(user)->pw_uid, (gid_t)-1) != 0)
		fail("cannot give %s away", key.text);
	start_process(rival, 0, needs,
		      (const char *const[]){ programs[RIVAL_OPENDKIM], "-f", "-u", user, "-x", conf.text, NULL });
}

static void
start_rspamd(struct rival *rival, const struct rival_needs *needs)
{
	/* The whole list of suffixes takes minutes to compile; these are those of the messages here. */
	write_file(rival, "tld", "com\nnet\norg\n");
	struct path conf = write_file(rival, "conf", rspamd_conf, rival->directory.text, RIVAL_WORKERS);

	start_process(
		rival, 0, needs,
		(const char *const[]){ programs[RIVAL_RSPAMD], "-f", "-u", user, "-g", user, "-c", conf.text, NULL });
}

static void
start_mimedefang(struct rival *rival, const struct rival_needs *needs)
{
	struct path filter = write_file(rival, "filter", "%s", mimedefang_filter);
	struct path program =
		write_file(rival, "program", "#!/bin/sh\nexec /usr/bin/mimedefang.pl -f %s \"$@\"\n", filter.text);
	struct path inner = path_join(rival->directory.text, "multiplexor");
	char workers[NUMBER_MAX];

	chmod(program.text, 0755);
	snprintf(workers, sizeof workers, "%d", RIVAL_WORKERS);
	start_process(rival, 0, needs,
		      (const char *const[]){ multiplexor, "-D", "-U", user, "-m", workers, "-x", workers, "-q", "128",
					     "-Q", "60", "-z", rival->directory.text, "-s", inner.text, "-f",
					     program.text, NULL });
	start_process(rival, 1, needs,
		      (const char *const[]){ programs[RIVAL_MIMEDEFANG], "-D", "-q", "-U", user, "-m", inner.text, "-z",
					     rival->directory.text, "-p", rival->socket.text, NULL });
}

/* --- all of them ---------------------------------------------------------------------------------------------------- */

static void
await_socket(const struct rival *rival)
{
	struct deadline deadline = deadline_in(PATIENCE_MS);
	int fd;

	while ((fd = connect_unix(rival->socket.text)) < 0) {
		size_t length;
		char *said;

		if (deadline_nap(&deadline))
			continue;
		said = file_read(path_join(rival->directory.text, "output").text, &length);
		fail("%s does not start: %s", rival->name, said != NULL ? said : "");
	}
	close(fd);
	chmod(rival->socket.text, 0666);
}

void
rival_start(struct rival *rival, enum rival_kind kind, const struct rival_needs *needs)
{
	static void (*const start[RIVAL_COUNT])(struct rival *, const struct rival_needs *) = {
		[RIVAL_FILTER] = start_filter, [RIVAL_POSTERN] = start_postern,       [RIVAL_OPENDKIM] = start_opendkim,
		[RIVAL_RSPAMD] = start_rspamd, [RIVAL_MIMEDEFANG] = start_mimedefang,
	};
	const struct passwd *owner = getpwnam(user);
	char name[NUMBER_MAX];

	*rival = (struct rival){ .name = names[kind] };
	if (programs[kind] != NULL && access(programs[kind], X_OK) != 0) {
		rival->missing = "not installed; `make bench-mta-deps` does that";
		return;
	}
	snprintf(name, sizeof name, "rival%d", (int)kind);
	rival->directory = path_join(needs->dir->path.text, name);
	rival->socket = path_join(rival->directory.text, "socket");
	directory_make(rival->directory.text, 0755, owner->pw_uid, owner->pw_gid);
	if (start[kind] != NULL) {
		start[kind](rival, needs);
		await_socket(rival);
	}
	snprintf(name, sizeof name, "postfix%d", (int)kind);
	postfix_start_with(&rival->postfix, needs->dir,
			   &(struct postfix_options){ .name = name,
						      .milter_socket = start[kind] != NULL ? rival->socket.text : NULL,
						      .settings = postfix_settings });
}

void
rival_stop(struct rival *rival)
{
	if (rival->missing != NULL)
		return;
	postfix_stop(&rival->postfix);
	if (rival->postern.supervisor.pid != 0)
		postern_kill(&rival->postern);
	for (size_t i = 0; i < RIVAL_PROCESSES_MAX; i++)
		process_kill(&rival->processes[i]);
}
