/* SPDX-License-Identifier: BSD-2-Clause */
/* conf.h - configuration text becomes a policy and the daemon's settings, before the first connection.
 *
 *      struct conf_errors errors;
 *      conf_errors_init(&errors);
 *      struct conf *conf = conf_load("/etc/postern/postern.conf", &errors);
 *      conf_errors_print(&errors, stderr);             warnings, too
 *      conf_errors_reset(&errors);
 *      if (conf == NULL) exit(EX_CONFIG);
 *      ... conf->policy ...
 *      conf_free(conf);
 *
 * The language is libconfig's. After the file itself come DIR/conf.d/?*.conf, where DIR is the file's folder, in the order of
 * their octets: a later setting replaces an earlier one, groups are merged setting by setting, and so are profiles of one name;
 * others go before
 * those of earlier files, as the first one that holds is used. Every error of every file is found in one run, and with one error there is no configuration at all.
 *
 * Which mode a check has: its own in the profile; else the profile's `mode`, where the check is on in `checks` or named in the profile;
 * else its own in `checks`, the `mode` of the top level, or enforce, in this order. A check that neither names is off.
 *
 * When the system refuses memory, that is an error like others. libconfig 1.5 itself looks at no refusal, so as much as it will
 * need is asked for, and given back, before it is called. */
#ifndef POSTERN_CONF_CONF_H
#define POSTERN_CONF_CONF_H

#include "conf/errors.h"
#include "conf/network.h"
#include "policy/policy.h"

/* Which verdicts are logged, a line each. */
enum log_decisions {
	LOG_DECISIONS_ALL,      /* every message */
	LOG_DECISIONS_FINDINGS, /* messages in which a check found something */
	LOG_DECISIONS_COUNT
};

/* Where rates and quotas are counted. */
enum counters_store {
	COUNTERS_MEMORY, /* shared by the workers of one daemon; gone when it ends */
	COUNTERS_SQLITE, /* sqlite:PATH */
	COUNTERS_REDIS   /* redis://HOST[:PORT][/DATABASE], rediss:// with TLS, redis+unix:PATH[?db=N] */
};

/* What happens to a message whose counters cannot be reached. */
enum counters_on_failure {
	COUNTERS_TEMPFAIL, /* FAILURE_COUNTERS is answered */
	COUNTERS_ACCEPT,   /* its limits do not apply */
	COUNTERS_LOCAL,    /* it is counted in this daemon's memory */
	COUNTERS_ON_FAILURE_COUNT
};

struct counters_conf {
	enum counters_store store;
	const char *target;        /* the path or URL as written behind `sqlite:`, or whole; NULL for memory */
	const char *host;          /* of Redis over TCP; else NULL */
	unsigned port;             /* 6379 */
	const char *path;          /* of SQLite's file, or Redis' socket; else NULL */
	unsigned database;         /* of Redis */
	bool tls;                  /* of Redis */
	const char *ca_file;       /* whom to trust with TLS; NULL: the system's */
	const char *user;          /* of Redis' access lists; NULL: none */
	const char *password_file; /* its first line; NULL: no password. Read when a connection is made */
	const char *prefix;        /* of every key in Redis: "postern:" */
	bool rates_in_memory;      /* rates are counted in memory whatever the store; preset for SQLite */
	enum counters_on_failure on_failure;
	unsigned timeout_ms; /* 100: what one call may take */
	unsigned max_keys;   /* of the memory store, rates and quotas each: 65,536 */
};

struct conf {
	struct policy *policy;
	/* Strings live as long as the policy. */
	const char *listen; /* as smfi_setconn wants it: "unix:PATH", "inet:PORT@HOST" */
	unsigned backlog;
	const char *user;         /* NULL: postern, if there is such a user */
	const char *group;        /* NULL: the user's own */
	unsigned socket_mode;     /* 0660 */
	const char *socket_group; /* NULL: that of the process, or of a set-group-ID folder */
	struct networks trusted_networks;
	unsigned workers; /* 0: one a core, at least two */
	unsigned
		drain_timeout; /* seconds that sessions of old workers have left after a reload; of a stop, 10 at most */
	int log_facility;      /* LOG_MAIL and the like, of syslog.h */
	enum log_decisions log_decisions;
	const char *public_suffix_list; /* path; NULL: the system's, or the one built into libpsl */
	struct counters_conf counters;
	const char *control;   /* path of the socket for `postern limits` and the like; NULL: none */
	const char *metrics;   /* where Prometheus asks, as `listen`: a Unix socket or the loopback; NULL: nowhere */
	enum mode mode;        /* of checks that have none of their own */
	struct layers *layers; /* what was written where, for conf_show */
};

/* NULL when there is an error; *errors may hold warnings in either case. */
struct conf *conf_load(const char *path, struct conf_errors *errors);
/* A text instead of a file, without conf.d; name is for messages. */
struct conf *conf_load_text(const char *name, struct bytes text, struct conf_errors *errors);
/* The shipped postern.conf. */
struct conf *conf_load_builtin(struct conf_errors *errors);
void conf_free(struct conf *conf); /* NULL is fine */

/* Everything that is in force as configuration text, each line with a comment that says where it was set: `# file:line` or
 * `# default`. Read again, it gives the same configuration. */
void conf_show(const struct conf *conf, FILE *stream);

#endif
