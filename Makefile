# SPDX-License-Identifier: BSD-2-Clause
# Targets: all check check-units check-san lint headers layers docs html picture fuzz fuzz-milter fuzz-callbacks faults storm load
# tsan demo stand-in deps bench bench-mta install dist deb rpm system-test
# clean; see CONTRIBUTING.md.

VERSION := 1.0.0
PREFIX ?= /usr/local
SYSCONFDIR ?= /etc
ifeq ($(origin CC),default)
CC := gcc
endif
PKG_CONFIG ?= pkg-config

# V=1 shows the commands.
V ?=
Q := $(if $(V),,@)
say := @$(if $(V),:,echo ' ')

# SAN=1: the same targets below build/san, with AddressSanitizer and UndefinedBehaviorSanitizer; TSAN=1: below build/tsan, with
# ThreadSanitizer.
SAN ?=
TSAN ?=
B := build$(if $(SAN),/san,$(if $(TSAN),/tsan))

comma := ,
SANITIZE := $(if $(SAN),-fsanitize=address$(comma)undefined,$(if $(TSAN),-fsanitize=thread))
WARNINGS := -Wall -Wextra -Wshadow -Wconversion -Wstrict-prototypes -Wmissing-prototypes -Wvla -Wformat=2 -Werror
HARDENING := $(if $(SANITIZE),$(SANITIZE) -fno-sanitize-recover=all -fno-omit-frame-pointer,-U_FORTIFY_SOURCE -D_FORTIFY_SOURCE=2 -fstack-protector-strong -fPIE)
CFLAGS ?= -O2 -g
ALL_CFLAGS = -std=c11 -I. -I$(B) -MMD -MP $(WARNINGS) $(CFLAGS) $(HARDENING) -DPOSTERN_VERSION='"$(VERSION)"' -DPOSTERN_SYSCONFDIR='"$(SYSCONFDIR)"'
ALL_LDFLAGS = $(LDFLAGS) $(if $(SANITIZE),$(SANITIZE),-pie -Wl$(comma)-z$(comma)relro$(comma)-z$(comma)now)

# Evaluated when a recipe needs them, so that `make deps` works before the libraries are there.
POLICY_LIBS = $(shell $(PKG_CONFIG) --libs libpsl libidn2) -lunistring
CONF_LIBS = $(shell $(PKG_CONFIG) --libs libconfig)
MILTER_LIBS = $(shell $(PKG_CONFIG) --libs jansson sqlite3 hiredis libpcre2-8 libmicrohttpd) -lmilter -lcdb $(shell $(PKG_CONFIG) --exists hiredis_ssl 2>/dev/null && $(PKG_CONFIG) --libs hiredis_ssl openssl) -lpthread
CHECK_LIBS = $(shell $(PKG_CONFIG) --libs check)

POLICY_SRC := $(wildcard policy/*.c policy/parse/*.c policy/checks/*.c)
CONF_SRC := $(wildcard conf/*.c)
MILTER_SRC := $(filter-out milter/stores/redis_tls%.c,$(wildcard milter/*.c milter/doctor/*.c milter/stores/*.c milter/survey/*.c milter/tables/*.c))
# TLS to Redis where hiredis has it.
MILTER_SRC += milter/stores/redis_tls$(if $(shell $(PKG_CONFIG) --exists hiredis_ssl 2>/dev/null && echo yes),,_absent).c
SUPPORT_SRC := $(wildcard tests/support/*.c tests/policy/cases/*.c tests/conf/support.c)
# What the fuzzer and the replay of its findings share.
FUZZ_SRC := $(filter-out tests/fuzz/seeds.c $(wildcard tests/fuzz/test_*.c),$(wildcard tests/fuzz/*.c))
E2E_SRC := $(wildcard tests/e2e/support/*.c)
# Load, for the tests, for `make load` and `make tsan`, and for the benches.
LOAD_SRC := $(addprefix tests/bench/,histogram.c letter.c load.c load_negotiate.c load_open.c script.c smtp_load.c) \
	$(addprefix tests/load/,crowd.c footprint.c slow_peers.c trend.c)
obj = $(patsubst %.c,$(B)/%.o,$(1))

POLICY_TESTS := $(patsubst %.c,$(B)/%,$(wildcard tests/policy/test_*.c tests/policy/parse/test_*.c tests/fuzz/test_*.c))
CONF_TESTS := $(patsubst %.c,$(B)/%,$(wildcard tests/conf/test_*.c))
MILTER_TESTS := $(patsubst %.c,$(B)/%,$(wildcard tests/milter/test_*.c))
E2E_TESTS := $(patsubst %.c,$(B)/%,$(wildcard tests/e2e/test_*.c))
FAULTS_TESTS := $(patsubst %.c,$(B)/%,$(wildcard tests/faults/test_*.c))

all: $(B)/postern

.SECONDARY:
.DELETE_ON_ERROR:

$(B)/%.o: %.c
	@mkdir -p $(@D)
	$(say) CC $<
	$(Q)$(CC) $(ALL_CFLAGS) -c -o $@ $<

# The shipped configuration as lines of a C string.
$(B)/conf/shipped.inc: conf/postern.conf
	@mkdir -p $(@D)
	$(Q)sed 's/\\/\\\\/g; s/"/\\"/g; s/.*/"&\\n"/' $< > $@
$(B)/conf/shipped.o: $(B)/conf/shipped.inc

# The script for Redis likewise.
$(B)/milter/stores/redis_lua.inc: milter/stores/redis.lua
	@mkdir -p $(@D)
	$(Q)sed 's/\\/\\\\/g; s/"/\\"/g; s/.*/"&\\n"/' $< > $@
$(B)/milter/stores/redis_script.o: $(B)/milter/stores/redis_lua.inc

$(B)/libpolicy.a: $(call obj,$(POLICY_SRC))
	$(Q)rm -f $@ && $(AR) rcs $@ $^
$(B)/libconf.a: $(call obj,$(CONF_SRC))
	$(Q)rm -f $@ && $(AR) rcs $@ $^
# Everything of milter/ but main, for its tests.
$(B)/libdaemon.a: $(call obj,$(filter-out milter/main.c,$(MILTER_SRC)))
	$(Q)rm -f $@ && $(AR) rcs $@ $^
$(B)/libsupport.a: $(call obj,$(SUPPORT_SRC) $(E2E_SRC) $(LOAD_SRC) $(filter-out tests/fuzz/main.c,$(FUZZ_SRC)))
	$(Q)rm -f $@ && $(AR) rcs $@ $^

$(B)/postern: $(call obj,milter/main.c $(if $(TSAN),tests/load/tsan_clocks.c)) $(B)/libdaemon.a $(B)/libconf.a $(B)/libpolicy.a
	$(say) LINK $@
	$(Q)$(CC) $(ALL_LDFLAGS) -o $@ $^ $(MILTER_LIBS) $(CONF_LIBS) $(POLICY_LIBS)

# The policy and its tests are linked without libmilter and libconfig.
$(POLICY_TESTS): $(B)/%: $(B)/%.o $(B)/libsupport.a $(B)/libpolicy.a
	$(say) LINK $@
	$(Q)$(CC) $(ALL_LDFLAGS) -o $@ $^ $(POLICY_LIBS) $(CHECK_LIBS)
$(CONF_TESTS): $(B)/%: $(B)/%.o $(B)/libsupport.a $(B)/libconf.a $(B)/libpolicy.a
	$(say) LINK $@
	$(Q)$(CC) $(ALL_LDFLAGS) -o $@ $^ $(CONF_LIBS) $(POLICY_LIBS) $(CHECK_LIBS)
# TLS of the SMTP client that the tests play.
$(E2E_TESTS): CHECK_LIBS += $(shell $(PKG_CONFIG) --libs openssl)
$(MILTER_TESTS) $(E2E_TESTS): $(B)/%: $(B)/%.o $(B)/libsupport.a $(B)/libdaemon.a $(B)/libconf.a $(B)/libpolicy.a
	$(say) LINK $@
	$(Q)$(CC) $(ALL_LDFLAGS) -o $@ $^ $(MILTER_LIBS) $(CONF_LIBS) $(POLICY_LIBS) $(CHECK_LIBS)

# Programs whose memory is refused in turn (tests/faults/allocator.h). What stands before the C library for that comes last, or it
# would draw in what stands there for other tests.
WRAPPED := iconv_open iconv_close config_init config_read_string fts_open psl_latest psl_load_file \
	$(if $(SAN),malloc calloc realloc free strdup open_memstream idn2_to_ascii_8z)
$(B)/libfaults.a: $(call obj,tests/faults/allocator.c tests/faults/spared.c)
	$(Q)rm -f $@ && $(AR) rcs $@ $^
$(FAULTS_TESTS): $(B)/%: $(B)/%.o $(call obj,tests/faults/faults.c tests/faults/fate.c) $(B)/libsupport.a $(B)/libdaemon.a \
		$(B)/libconf.a $(B)/libpolicy.a $(B)/libfaults.a
	$(say) LINK $@
	$(Q)$(CC) $(ALL_LDFLAGS) $(WRAPPED:%=-Wl$(comma)--wrap=%) -o $@ $^ $(MILTER_LIBS) $(CONF_LIBS) $(POLICY_LIBS) $(CHECK_LIBS)

# One of the policy's own tests refuses memory as well.
$(B)/tests/policy/test_memory: ALL_LDFLAGS += $(WRAPPED:%=-Wl$(comma)--wrap=%)
$(B)/tests/policy/test_memory: $(B)/libfaults.a

# The strings of the unit tests.
$(B)/tests/faults/test_parsers: | $(B)/tests/faults/test_parsers.texts
$(B)/tests/faults/test_parsers.texts: $(call obj,$(wildcard tests/policy/parse/test_*.c tests/policy/cases/*.c) \
		tests/policy/test_domain.c tests/policy/test_sender.c)
	@mkdir -p $(@D)
	$(Q)for object in $^; do for section in .rodata.str1.1 .rodata.str1.8 .rodata; do \
		objcopy -O binary -j $$section $$object $@.part 2>/dev/null && cat $@.part && printf '\0'; done; done >$@ || :
	$(Q)rm -f $@.part

# --- tests --------------------------------------------------------------------------------------------------------

# Structure as GMime sees it, and as we do.
GMIME = $(shell $(PKG_CONFIG) $(1) gmime-3.0)
DIFFERENTIAL_OBJ := $(call obj,$(wildcard tests/differential/*.c))
$(DIFFERENTIAL_OBJ): ALL_CFLAGS += $(call GMIME,--cflags)
DIFFERENTIAL_TESTS := $(B)/tests/differential/test_gmime
$(DIFFERENTIAL_TESTS): $(DIFFERENTIAL_OBJ) $(B)/libsupport.a $(B)/libpolicy.a
	$(say) LINK $@
	$(Q)$(CC) $(ALL_LDFLAGS) -o $@ $^ $(call GMIME,--libs) $(POLICY_LIBS) $(CHECK_LIBS)

# What end-to-end tests run beside themselves; and what stands before the C library in a Sendmail, which has no sanitizer.
E2E_PROGRAMS := $(B)/tests/e2e/programs/filter $(addprefix $(B)/tests/e2e/programs/,sendmail_preload.so callback_faults.so clock_steps.so)
$(E2E_TESTS): | $(E2E_PROGRAMS)
$(B)/tests/e2e/programs/filter: $(B)/tests/e2e/programs/filter.o
	$(say) LINK $@
	$(Q)$(CC) $(ALL_LDFLAGS) -o $@ $^ $(MILTER_LIBS)
$(B)/tests/e2e/programs/%.so: tests/e2e/programs/%.c
	@mkdir -p $(@D)
	$(say) LINK $@
	$(Q)$(CC) -std=c11 $(WARNINGS) -O2 -g -fPIC -shared -o $@ $<

# What is installed, and what shells complete.
PACKAGING_TESTS := $(patsubst %.sh,$(B)/%,$(wildcard tests/packaging/test_*.sh))
$(PACKAGING_TESTS): $(B)/%: %.sh | $(B)/postern completions
	@mkdir -p $(@D)
	$(Q)install -m 755 $< $@

TESTS := $(POLICY_TESTS) $(CONF_TESTS) $(MILTER_TESTS) $(DIFFERENTIAL_TESTS) $(FAULTS_TESTS) $(PACKAGING_TESTS) $(E2E_TESTS)
$(B)/tests/e2e/demo: $(B)/tests/e2e/demo.o $(B)/libsupport.a $(B)/libpolicy.a
	$(say) LINK $@
	$(Q)$(CC) $(ALL_LDFLAGS) -o $@ $^ $(POLICY_LIBS) -lpthread

# Programs for the tests and nothing else, so that a build without root or MTA is possible.
programs: $(B)/postern $(TESTS) $(B)/tests/e2e/demo $(B)/tests/e2e/stand_in

$(B)/tests/e2e/stand_in: $(B)/tests/e2e/stand_in.o $(B)/libsupport.a $(B)/libpolicy.a
	$(say) LINK $@
	$(Q)$(CC) $(ALL_LDFLAGS) -o $@ $^ $(POLICY_LIBS) $(CHECK_LIBS) $(shell $(PKG_CONFIG) --libs openssl) -lpthread
$(B)/tests/packaging/test_mailers: | $(B)/tests/e2e/stand_in

# Everything: what must hold of the text, then the tests, plainly and under the sanitizers.
check: deps
	$(Q)$(MAKE) --no-print-directory layers headers docs-current
	$(Q)$(MAKE) --no-print-directory programs
	$(Q)$(MAKE) --no-print-directory SAN=1 programs
	$(Q)tests/run.sh build build/san
	$(Q)$(MAKE) --no-print-directory fuzz SECONDS=60 JOBS=2

# What needs no mail server, for who builds packages.
check-units:
	$(Q)$(MAKE) --no-print-directory $(POLICY_TESTS) $(CONF_TESTS)
	$(Q)tests/run.sh $(B)

check-san: deps
	$(Q)$(MAKE) --no-print-directory SAN=1 programs
	$(Q)tests/run.sh build/san

# --- what must hold of the text -----------------------------------------------------------------------------------

SOURCES = $(shell git ls-files --cached --others --exclude-standard '*.c' '*.h' 2>/dev/null || find policy milter conf tests -name '*.[ch]')

lint: deps
	$(Q)clang-format --dry-run --Werror $(SOURCES)
	$(Q)cppcheck --quiet --error-exitcode=1 --std=c11 --inline-suppr --enable=warning,performance,portability \
		--suppress=missingIncludeSystem --suppress=internalAstError:conf/shipped.c --suppress=internalAstError:milter/stores/redis_script.c -I. policy conf milter
	$(Q)$(MAKE) --no-print-directory $(B)/conf/shipped.inc $(B)/milter/stores/redis_lua.inc
	$(Q)clang-tidy --quiet $(POLICY_SRC) $(CONF_SRC) $(MILTER_SRC) -- -std=c11 -I. -I$(B) \
		-DPOSTERN_VERSION='"$(VERSION)"' -DPOSTERN_SYSCONFDIR='"$(SYSCONFDIR)"' 2>/dev/null
	$(Q)$(MAKE) --no-print-directory CC=clang B=build/clang programs
	$(Q)mandoc -T lint -W warning docs/man/*.[578]

# Every header can be included first and alone.
headers:
	$(Q)for header in $(filter %.h,$(SOURCES)); do \
		echo "#include \"$$header\"" | $(CC) -std=c11 -I. $(WARNINGS) -fsyntax-only -x c - || exit 1; done

# Includes point one way: parse <- checks <- policy <- conf, milter <- main; and policy/ is pure.
layers:
	$(Q)tests/layers.sh

# --- documentation ------------------------------------------------------------------------------------------------

# Writes what follows from the table of checks into README.md and the manual.
docs: $(B)/postern
	$(Q)docs/generate.sh $(B)/postern write

docs-current: $(B)/postern
	$(Q)docs/generate.sh $(B)/postern compare

# The manual pages as HTML.
html:
	$(Q)docs/html.sh $(B)/html

# docs/terminal.svg, from what programs print; needs what `make demo` needs.
picture: deps
	$(Q)$(MAKE) --no-print-directory $(B)/postern $(B)/tests/e2e/demo
	$(Q)docs/terminal.py $(B)

# --- fuzzing and coverage -------------------------------------------------------------------------------------------

# Where the fuzzer is built, and keeps what it found to matter.
FUZZ ?= build/fuzz
FUZZ_SEEDS := $(patsubst %.c,$(FUZZ)/seed/%.o,$(wildcard tests/policy/parse/test_*.c tests/policy/test_domain.c \
	tests/policy/test_reply.c tests/policy/cases/*.c))
FUZZ_FLAGS := -fsanitize=fuzzer-no-link,address,undefined -fno-sanitize=null,alignment,object-size \
	-fno-sanitize-recover=all -fno-omit-frame-pointer

# For MINUTES, or SECONDS; TARGETS are those of tests/fuzz/targets.h, all of them by default; JOBS run at a time.
MINUTES ?= 10
SECONDS ?= $(shell expr $(MINUTES) \* 60)
TARGETS ?=
JOBS ?= 1
fuzz:
	$(Q)$(MAKE) --no-print-directory CC=clang SAN=1 B=$(FUZZ) HARDENING='$(FUZZ_FLAGS)' $(FUZZ)/fuzz
	$(Q)$(MAKE) --no-print-directory B=$(FUZZ)/seed CFLAGS=-O2 $(FUZZ_SEEDS)
	$(Q)$(MAKE) --no-print-directory $(FUZZ)/seeds
	$(Q)JOBS=$(JOBS) tests/fuzz/run.sh $(FUZZ) $(SECONDS) $(TARGETS)

$(FUZZ)/fuzz: $(call obj,$(FUZZ_SRC) tests/support/trace.c tests/support/points.c) $(B)/libpolicy.a
	$(say) LINK $@
	$(Q)$(CC) $(LDFLAGS) -fsanitize=fuzzer,address,undefined -o $@ $^ $(POLICY_LIBS)
$(FUZZ)/seeds: build/tests/fuzz/seeds.o
	$(say) LINK $@
	$(Q)$(CC) $(ALL_LDFLAGS) -o $@ $^

# The milter protocol against a running daemon with sanitizers; FUZZ_MILTER_SEED repeats a run.
fuzz-milter: deps
	$(Q)$(MAKE) --no-print-directory SAN=1 build/san/postern build/san/tests/e2e/test_fuzz_milter
	$(Q)FUZZ_MILTER_SECONDS=$(SECONDS) POSTERN=build/san/postern build/san/tests/e2e/test_fuzz_milter

# Callbacks in any order with any arguments, by libFuzzer.
CALLBACKS_OBJ := $(call obj,tests/fuzz/callbacks/callbacks.c tests/support/caller.c tests/support/fake_milter.c)
$(B)/fuzz_callbacks: $(CALLBACKS_OBJ) $(B)/libdaemon.a $(B)/libconf.a $(B)/libpolicy.a
	$(say) LINK $@
	$(Q)$(CC) $(LDFLAGS) -fsanitize=fuzzer,address,undefined -o $@ $^ $(MILTER_LIBS) $(CONF_LIBS) $(POLICY_LIBS)
fuzz-callbacks: deps
	$(Q)$(MAKE) --no-print-directory CC=clang SAN=1 B=$(FUZZ) HARDENING='$(FUZZ_FLAGS)' $(FUZZ)/fuzz_callbacks
	$(Q)mkdir -p $(FUZZ)/corpus/callbacks $(FUZZ)/found/callbacks
	$(Q)cat tests/fuzz/*.dict >$(FUZZ)/callbacks.dict
	$(Q)$(FUZZ)/fuzz_callbacks -max_total_time=$(SECONDS) -max_len=4096 -timeout=5 -rss_limit_mb=2048 -close_fd_mask=2 \
		-print_final_stats=1 -dict=$(FUZZ)/callbacks.dict -artifact_prefix=$(FUZZ)/found/callbacks/ $(FUZZ)/corpus/callbacks

# Each request for memory refused in turn, over all messages and in every way; `make check` does the most of it.
faults: deps
	$(Q)$(MAKE) --no-print-directory fault-programs
	$(Q)$(MAKE) --no-print-directory SAN=1 fault-programs
	$(Q)for program in $(FAULTS_TESTS) $(FAULTS_TESTS:build/%=build/san/%); do FAULTS=all $$program || exit 1; done

fault-programs: $(B)/postern $(FAULTS_TESTS)

coverage:
	$(Q)tests/coverage.sh

# Kills, restarts and reloads under load for long, counting every message: KILLS of workers, of supervisors, and of these with a held socket.
KILLS ?= 1000
STORM_TESTS := $(addprefix $(B)/tests/e2e/test_storm_,kills restarts reload)
storm: deps
	$(Q)$(MAKE) --no-print-directory $(B)/postern $(STORM_TESTS)
	$(Q)STORM_KILLS=$(KILLS) POSTERN=$(B)/postern $(B)/tests/e2e/test_storm_kills
	$(Q)STORM_RESTARTS=$$(($(KILLS) / 10)) POSTERN=$(B)/postern $(B)/tests/e2e/test_storm_restarts
	$(Q)STORM_SECONDS=60 POSTERN=$(B)/postern $(B)/tests/e2e/test_storm_reload

# --- load ----------------------------------------------------------------------------------------------------------

# The daemon under load, for SECONDS and MESSAGES at least; as many connections of it, and through Postfix.
load: SECONDS = 60
MESSAGES ?= 1000000
CONNECTIONS ?= 1000
SMTP_CONNECTIONS ?= 1000
load: deps
	$(Q)$(MAKE) --no-print-directory $(B)/postern $(B)/tests/load/load
	$(Q)POSTERN=$(B)/postern $(B)/tests/load/load -s $(SECONDS) -m $(MESSAGES) -c $(CONNECTIONS) -p $(SMTP_CONNECTIONS) conf/postern.conf

$(B)/tests/load/load: $(call obj,$(addprefix tests/load/,main.c endurance.c standing.c through_postfix.c)) $(B)/libsupport.a
	$(say) LINK $@
	$(Q)$(CC) $(ALL_LDFLAGS) -o $@ $^ -lpthread -lm

# The daemon under ThreadSanitizer: three of them, one for each store, with load, reloads and questions at once. It wants an address space without surprises.
tsan: SECONDS = 60
tsan: deps
	$(Q)$(MAKE) --no-print-directory TSAN=1 build/tsan/postern
	$(Q)$(MAKE) --no-print-directory $(B)/tests/load/storm
	$(Q)POSTERN=build/tsan/postern $(shell setarch -R true 2>/dev/null && echo setarch -R) \
		$(B)/tests/load/storm -s $(SECONDS) tests/load/tsan.suppressions

$(B)/tests/load/storm: $(call obj,tests/load/storm.c) $(B)/libsupport.a
	$(say) LINK $@
	$(Q)$(CC) $(ALL_LDFLAGS) -o $@ $^ $(shell $(PKG_CONFIG) --libs hiredis) -lpthread -lm

# --- for people ---------------------------------------------------------------------------------------------------

KEEP ?=
demo: deps
	$(Q)$(MAKE) --no-print-directory $(B)/postern $(B)/tests/e2e/demo
	$(Q)$(B)/tests/e2e/demo $(if $(KEEP),--keep)

# A platform's stand-in for a mailer under test: CONFIG; RUN='command', with SMTP_HOST and SMTP_PORT; PORT.
CONFIG ?= conf/examples/infobip.conf
RUN ?=
PORT ?=
stand-in: deps
	$(Q)$(MAKE) --no-print-directory $(B)/postern $(B)/tests/e2e/stand_in
	$(Q)$(B)/tests/e2e/stand_in $(if $(PORT),--port $(PORT)) $(CONFIG) $(if $(RUN),sh -c "$$RUN")

# The scanner against memchr, then the daemon against filters that do nothing; some minutes. Ratios, within one run.
bench: deps
	$(Q)$(MAKE) --no-print-directory $(B)/postern $(B)/tests/bench/scanner $(B)/tests/bench/daemon $(B)/tests/bench/filters $(B)/tests/bench/counters
	$(Q)$(B)/tests/bench/scanner
	$(Q)$(B)/tests/bench/counters
	$(Q)POSTERN=$(B)/postern $(B)/tests/bench/daemon $(B)/tests/bench/filters conf/postern.conf
	$(Q)echo "Beside other milters, behind a Postfix: make bench-mta"

$(B)/tests/bench/counters: $(B)/tests/bench/counters.o $(B)/libsupport.a $(B)/libdaemon.a $(B)/libconf.a $(B)/libpolicy.a
	$(say) LINK $@
	$(Q)$(CC) $(ALL_LDFLAGS) -o $@ $^ $(MILTER_LIBS) $(CONF_LIBS) $(POLICY_LIBS)
BENCH_OBJ := $(call obj,$(addprefix tests/bench/,daemon.c contender.c goals.c))
$(B)/tests/bench/daemon: $(BENCH_OBJ) $(B)/libsupport.a
	$(say) LINK $@
	$(Q)$(CC) $(ALL_LDFLAGS) -o $@ $^ -lpthread
# What milters cost a Postfix, end to end: none, one that does nothing, Postern and others as far as they are installed. ROUNDS of ROUND_S seconds; in memory where
# there is a file system for that, since a queue on a disk would hide the milters. Some six minutes.
ROUNDS ?= 9
ROUND_S ?= 1.5
bench-mta: deps
	$(Q)$(MAKE) --no-print-directory $(B)/postern $(B)/tests/bench/mta $(B)/tests/bench/filters
	$(Q)mkdir -p $(B)/bench
	$(Q)TMPDIR=$(shell test -w /dev/shm && echo /dev/shm || echo /tmp) POSTERN=$(B)/postern $(B)/tests/bench/mta \
		-r $(ROUNDS) -s $(ROUND_S) -o $(B)/bench/mta.tsv $(abspath $(B)/tests/bench/filters) conf/postern.conf
	$(Q)python3 tests/bench/plot.py $(B)/bench/mta.tsv $(B)/bench/mta.svg

# The milters that are compared: for this alone.
bench-mta-deps:
	$(Q)packaging/deps.sh rspamd opendkim mimedefang libnet-dns-perl python3

# Takes the last run into the documentation.
bench-mta-publish:
	$(Q)install -m 644 $(B)/bench/mta.tsv docs/performance.tsv
	$(Q)install -m 644 $(B)/bench/mta.svg docs/performance.svg

$(B)/tests/bench/mta: $(call obj,$(addprefix tests/bench/,mta.c rival.c goals.c)) $(B)/libsupport.a
	$(say) LINK $@
	$(Q)$(CC) $(ALL_LDFLAGS) -o $@ $^ -lpthread
$(B)/tests/bench/filters: $(B)/tests/bench/filters.o
	$(say) LINK $@
	$(Q)$(CC) $(ALL_LDFLAGS) -o $@ $^ $(MILTER_LIBS)
SCANNER_OBJ := $(call obj,$(addprefix tests/bench/,scanner.c scanner_kinds.c scanner_gmime.c))
$(B)/tests/bench/scanner_gmime.o: ALL_CFLAGS += $(call GMIME,--cflags)
$(B)/tests/bench/scanner: $(SCANNER_OBJ) $(B)/libpolicy.a
	$(say) LINK $@
	$(Q)$(CC) $(ALL_LDFLAGS) -o $@ $^ $(call GMIME,--libs) $(POLICY_LIBS)

deps:
	$(Q)packaging/deps.sh

# --- installation and packages --------------------------------------------------------------------------------------

# Folders that distributions have elsewhere; an empty APPARMORDIR leaves the profile out.
SBINDIR ?= $(PREFIX)/sbin
UNITDIR ?= $(PREFIX)/lib/systemd/system
SYSUSERSDIR ?= $(PREFIX)/lib/sysusers.d
TMPFILESDIR ?= $(PREFIX)/lib/tmpfiles.d
APPARMORDIR ?= $(SYSCONFDIR)/apparmor.d
BASHDIR ?= $(PREFIX)/share/bash-completion/completions
ZSHDIR ?= $(PREFIX)/share/zsh/site-functions
FISHDIR ?= $(PREFIX)/share/fish/vendor_completions.d
MANDIR ?= $(PREFIX)/share/man
DOCDIR ?= $(PREFIX)/share/doc/postern
LICENSEDIR ?= $(PREFIX)/share/licenses/postern
COMPLETIONS := $(addprefix $(B)/completions/,bash zsh fish)

# Commands and their options as `postern --help` has them.
completions: $(COMPLETIONS)
$(B)/completions/%: $(wildcard packaging/completions/*) $(B)/postern
	@mkdir -p $(@D)
	$(Q)packaging/completions/generate.sh $(B)/postern $* > $@

# The configuration is never overwritten.
install: $(B)/postern $(COMPLETIONS)
	install -D -m 755 $(B)/postern $(DESTDIR)$(SBINDIR)/postern
	install -d $(DESTDIR)$(SYSCONFDIR)/postern/conf.d
	test -e $(DESTDIR)$(SYSCONFDIR)/postern/postern.conf || \
		install -m 644 conf/postern.conf $(DESTDIR)$(SYSCONFDIR)/postern/postern.conf
	install -D -m 644 -t $(DESTDIR)$(MANDIR)/man5 docs/man/*.5
	install -D -m 644 -t $(DESTDIR)$(MANDIR)/man7 docs/man/*.7
	install -D -m 644 -t $(DESTDIR)$(MANDIR)/man8 docs/man/*.8
	install -D -m 644 -t $(DESTDIR)$(UNITDIR) $(wildcard packaging/systemd/*.service packaging/systemd/*.socket)
	install -D -m 644 packaging/postern.sysusers $(DESTDIR)$(SYSUSERSDIR)/postern.conf
	install -D -m 644 packaging/postern.tmpfiles $(DESTDIR)$(TMPFILESDIR)/postern.conf
	install -D -m 644 -t $(DESTDIR)$(PREFIX)/share/postern packaging/sendmail/postern.m4 packaging/grafana/postern.json \
		packaging/prometheus/postern.rules.yml
	$(if $(APPARMORDIR),install -D -m 644 -t $(DESTDIR)$(APPARMORDIR) packaging/apparmor/usr.sbin.postern)
	install -D -m 644 $(B)/completions/bash $(DESTDIR)$(BASHDIR)/postern
	install -D -m 644 $(B)/completions/zsh $(DESTDIR)$(ZSHDIR)/_postern
	install -D -m 644 $(B)/completions/fish $(DESTDIR)$(FISHDIR)/postern.fish
	install -D -m 644 -t $(DESTDIR)$(DOCDIR) README.md NEWS.md $(wildcard SECURITY.md docs/*.md)
	install -D -m 644 docs/licenses/README.md $(DESTDIR)$(DOCDIR)/licenses.md
	install -D -m 644 -t $(DESTDIR)$(DOCDIR)/examples $(wildcard conf/examples/*)
	install -D -m 644 -t $(DESTDIR)$(LICENSEDIR) LICENSE

# The same octets from the same sources, wherever it is made.
dist:
	$(Q)packaging/dist.sh $(VERSION) build/dist

# In build/deb; with lintian where it is installed.
deb: dist
	$(Q)packaging/deb.sh $(VERSION) build/dist build/deb

# In build/rpm; with rpmlint where it is installed.
rpm: dist
	$(Q)packaging/rpm.sh $(VERSION) build/dist build/rpm

# The Debian package in a booted systemd, installed over the package OLDER if that is given: as root, and it says so where it cannot run.
OLDER ?=
system-test: deb
	$(Q)packaging/system-test.sh build/deb $(OLDER)

clean:
	rm -rf build

.PHONY: all programs check check-units check-san lint headers layers docs docs-current html picture fuzz fuzz-milter fuzz-callbacks faults fault-programs \
	coverage storm load tsan demo stand-in bench bench-mta bench-mta-deps bench-mta-publish deps \
	completions install dist deb rpm system-test clean

# Not those of packages that were built below it.
-include $(shell find $(B) \( -path '*/deb' -o -path '*/rpm' \) -prune -o -type f -name '*.d' -print 2>/dev/null)
