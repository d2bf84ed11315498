# SPDX-License-Identifier: BSD-2-Clause
# Targets: all check check-san lint headers layers docs demo deps bench install clean; see CONTRIBUTING.md.

VERSION := 0.1.0
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

# SAN=1: the same targets below build/san, with AddressSanitizer and UndefinedBehaviorSanitizer.
SAN ?=
B := build$(if $(SAN),/san)

WARNINGS := -Wall -Wextra -Wshadow -Wconversion -Wstrict-prototypes -Wmissing-prototypes -Wvla -Wformat=2 -Werror
HARDENING := $(if $(SAN),-fsanitize=address$(comma)undefined -fno-sanitize-recover=all -fno-omit-frame-pointer,-D_FORTIFY_SOURCE=2 -fstack-protector-strong -fPIE)
comma := ,
CFLAGS ?= -O2 -g
ALL_CFLAGS = -std=c11 -I. -I$(B) -MMD -MP $(WARNINGS) $(CFLAGS) $(HARDENING) -DPOSTERN_VERSION='"$(VERSION)"' -DPOSTERN_SYSCONFDIR='"$(SYSCONFDIR)"'
ALL_LDFLAGS = $(LDFLAGS) $(if $(SAN),-fsanitize=address$(comma)undefined,-pie -Wl$(comma)-z$(comma)relro$(comma)-z$(comma)now)

# Evaluated when a recipe needs them, so that `make deps` works before the libraries are there.
POLICY_LIBS = $(shell $(PKG_CONFIG) --libs libpsl libidn2) -lunistring
CONF_LIBS = $(shell $(PKG_CONFIG) --libs libconfig)
MILTER_LIBS = $(shell $(PKG_CONFIG) --libs milter jansson) -lpthread
CHECK_LIBS = $(shell $(PKG_CONFIG) --libs check)

POLICY_SRC := $(wildcard policy/*.c policy/parse/*.c policy/checks/*.c)
CONF_SRC := $(wildcard conf/*.c)
MILTER_SRC := $(wildcard milter/*.c)
SUPPORT_SRC := $(wildcard tests/support/*.c tests/policy/cases/*.c)
E2E_SRC := $(wildcard tests/e2e/support/*.c)
obj = $(patsubst %.c,$(B)/%.o,$(1))

POLICY_TESTS := $(patsubst %.c,$(B)/%,$(wildcard tests/policy/test_*.c tests/policy/parse/test_*.c tests/policy/checks/test_*.c))
CONF_TESTS := $(patsubst %.c,$(B)/%,$(wildcard tests/conf/test_*.c))
MILTER_TESTS := $(patsubst %.c,$(B)/%,$(wildcard tests/milter/test_*.c))
E2E_TESTS := $(patsubst %.c,$(B)/%,$(wildcard tests/e2e/test_*.c))

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

$(B)/libpolicy.a: $(call obj,$(POLICY_SRC))
	$(Q)rm -f $@ && $(AR) rcs $@ $^
$(B)/libconf.a: $(call obj,$(CONF_SRC))
	$(Q)rm -f $@ && $(AR) rcs $@ $^
# Everything of milter/ but main, for its tests.
$(B)/libdaemon.a: $(call obj,$(filter-out milter/main.c,$(MILTER_SRC)))
	$(Q)rm -f $@ && $(AR) rcs $@ $^
$(B)/libsupport.a: $(call obj,$(SUPPORT_SRC) $(E2E_SRC))
	$(Q)rm -f $@ && $(AR) rcs $@ $^

$(B)/postern: $(call obj,milter/main.c) $(B)/libdaemon.a $(B)/libconf.a $(B)/libpolicy.a
	$(say) LINK $@
	$(Q)$(CC) $(ALL_LDFLAGS) -o $@ $^ $(MILTER_LIBS) $(CONF_LIBS) $(POLICY_LIBS)

# The policy and its tests are linked without libmilter and libconfig.
$(POLICY_TESTS): $(B)/%: $(B)/%.o $(B)/libsupport.a $(B)/libpolicy.a
	$(say) LINK $@
	$(Q)$(CC) $(ALL_LDFLAGS) -o $@ $^ $(POLICY_LIBS) $(CHECK_LIBS)
$(CONF_TESTS): $(B)/%: $(B)/%.o $(B)/libsupport.a $(B)/libconf.a $(B)/libpolicy.a
	$(say) LINK $@
	$(Q)$(CC) $(ALL_LDFLAGS) -o $@ $^ $(CONF_LIBS) $(POLICY_LIBS) $(CHECK_LIBS)
$(MILTER_TESTS) $(E2E_TESTS): $(B)/%: $(B)/%.o $(B)/libsupport.a $(B)/libdaemon.a $(B)/libconf.a $(B)/libpolicy.a
	$(say) LINK $@
	$(Q)$(CC) $(ALL_LDFLAGS) -o $@ $^ $(MILTER_LIBS) $(CONF_LIBS) $(POLICY_LIBS) $(CHECK_LIBS)

-include $(shell find $(B) -name '*.d' 2>/dev/null)
