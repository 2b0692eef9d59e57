# csv-agent: GNU make, no configure. `make help` lists the targets.
-include config.mk

VERSION := $(shell cat VERSION)
PREFIX ?= /usr/local
DESTDIR ?=
CC ?= cc
CFLAGS ?= -O2 -g
PKG_CONFIG ?= pkg-config
DEPS ?= yes
B ?= build

PKGS := jansson libcurl yaml-0.1 libcrypto libseccomp libarchive
WARN := -Wall -Wextra -Wpedantic -Wshadow -Wstrict-prototypes \
	-Wmissing-prototypes -Wpointer-arith -Wwrite-strings
CPPFLAGS += -D_GNU_SOURCE -iquote lib -iquote $(B)/gen \
	-DCSV_AGENT_VERSION='"$(VERSION)"' $(shell $(PKG_CONFIG) --cflags $(PKGS))
LDLIBS += $(shell $(PKG_CONFIG) --libs $(PKGS)) -lm

ifdef SAN		# make SAN=address,undefined check
B := build-san
SANFLAGS := -fsanitize=$(SAN) -fno-sanitize-recover=all \
	-fno-omit-frame-pointer
export CK_FORK := no
endif

PROGS := $(notdir $(patsubst %/,%,$(dir $(wildcard cmd/*/main.c))))
LIBSRC := $(wildcard lib/*.c lib/*/*.c)
LIBOBJ := $(LIBSRC:%.c=$(B)/%.o)
PYSRC := $(wildcard lib/py/*.py)
PYHDR := $(PYSRC:lib/py/%.py=$(B)/gen/%.py.h)
LIB := $(B)/libcommon.a
BINS := $(PROGS:%=$(B)/bin/%)
UNITS := $(patsubst tests/unit/%.c,$(B)/tests/%,$(wildcard tests/unit/test_*.c))

all: $(BINS)

$(B)/%.o: %.c | $(PYHDR)
	@mkdir -p $(@D)
	$(CC) -std=c11 $(WARN) $(CPPFLAGS) $(CFLAGS) $(SANFLAGS) -MMD -MP -c -o $@ $<

# A Python file becomes a C array of its bytes, so that it stays a real file.
$(B)/gen/%.py.h: lib/py/%.py
	@mkdir -p $(@D)
	(printf 'static const char py_$*[] = {'; od -An -v -tu1 $< | \
	    sed 's/[0-9][0-9]*/&,/g'; printf '0};\n') > $@.tmp && mv $@.tmp $@

$(LIB): $(LIBOBJ)
	rm -f $@
	ar rcs $@ $^

define prog_rule
$(B)/bin/$(1): $$(patsubst %.c,$(B)/%.o,$$(wildcard cmd/$(1)/*.c)) $(LIB)
	@mkdir -p $$(@D)
	$$(CC) $$(CFLAGS) $$(SANFLAGS) $$(LDFLAGS) -o $$@ $$^ $$(LDLIBS)
endef
$(foreach p,$(PROGS),$(eval $(call prog_rule,$(p))))

$(B)/tests/%: $(B)/tests/unit/%.o $(LIB)
	@mkdir -p $(@D)
	$(CC) $(CFLAGS) $(SANFLAGS) $(LDFLAGS) -o $@ $^ $(LDLIBS) \
	    $(shell $(PKG_CONFIG) --libs check)

units: $(UNITS)

check: all units
	B=$(B) prove -v $(UNITS) $(wildcard tests/*/*.t)

clean:
	rm -rf build build-*

-include $(shell find $(B) -name '*.d' 2>/dev/null)

.PHONY: all units check clean
.SECONDARY:
