# csv-agent: GNU make, no configure. `make help` lists the targets.
-include config.mk

VERSION := $(shell cat VERSION)
PREFIX ?= /usr/local
DESTDIR ?=
CC ?= cc
CFLAGS ?= -O2 -g
PKG_CONFIG ?= pkg-config
# DEPS=no: never install packages. WERROR=-Werror: warnings are errors.
DEPS ?= yes
WERROR ?=
# Seconds for each fuzzer; tests at once; where `make demo` writes.
FUZZ_TIME ?= 60
JOBS ?= $(shell nproc 2>/dev/null || echo 2)
DEMO ?= demo
B ?= build

PKGS := jansson libcurl yaml-0.1 libcrypto libseccomp libarchive zlib
WARN := -Wall -Wextra -Wpedantic -Wshadow -Wstrict-prototypes \
	-Wmissing-prototypes -Wpointer-arith -Wwrite-strings $(WERROR)
HARDEN := -fPIE -fstack-protector-strong -fstack-clash-protection
HARDEN_LD := -pie -Wl,-z,relro,-z,now,-z,noexecstack,--as-needed

ifdef SAN		# make SAN=address,undefined check
B := build-san
SANFLAGS := -fsanitize=$(SAN) -fno-sanitize-recover=all \
	-fno-omit-frame-pointer
HARDEN := -fPIE
export CK_FORK := no
export SAN
else ifneq ($(filter -O1 -O2 -O3 -Os,$(CFLAGS)),)
HARDEN += -U_FORTIFY_SOURCE -D_FORTIFY_SOURCE=2
endif

# For sanitizers and fuzzers: text that a string function is given ends in NUL,
# even where the function stops before. Settings of the user win.
ifeq ($(findstring strict_string_checks,$(ASAN_OPTIONS)),)
export ASAN_OPTIONS := strict_string_checks=1:$(ASAN_OPTIONS)
endif

CPPFLAGS += -D_GNU_SOURCE -iquote lib -iquote $(B)/gen
LIBS_CFLAGS := $(shell $(PKG_CONFIG) --cflags $(PKGS) 2>/dev/null)
LDLIBS += $(shell $(PKG_CONFIG) --libs $(PKGS) 2>/dev/null) -lm
NOLIBS := $(shell $(PKG_CONFIG) --exists $(PKGS) 2>/dev/null || echo yes)
COMPILE = $(CC) -std=c11 $(WARN) $(CPPFLAGS) $(LIBS_CFLAGS) $(HARDEN) \
	$(CFLAGS) $(SANFLAGS)
LINK = $(CC) $(CFLAGS) $(SANFLAGS) $(HARDEN_LD) $(LDFLAGS)

PROGS := $(notdir $(patsubst %/,%,$(dir $(wildcard cmd/*/main.c))))
LIBSRC := $(wildcard lib/*.c lib/*/*.c)
LIBOBJ := $(LIBSRC:%.c=$(B)/%.o)
PYSRC := $(wildcard lib/py/*.py)
GENHDR := $(PYSRC:lib/py/%.py=$(B)/gen/%.py.h)
GENHDR += $(B)/gen/page.css.h $(B)/gen/page.js.h $(B)/gen/version.h
LIB := $(B)/libcommon.a
BINS := $(PROGS:%=$(B)/bin/%)
UNITS := $(patsubst tests/unit/%.c,$(B)/tests/%,$(wildcard tests/unit/test_*.c))
HELPERS := $(patsubst tests/helper/%.c,$(B)/helper/%,\
	$(wildcard tests/helper/*.c)) $(B)/helper/fault.so
FUZZERS := $(patsubst tests/fuzz/%.c,%,$(wildcard tests/fuzz/fuzz_*.c))
REPLAYS := $(FUZZERS:%=$(B)/replay/%)
SOURCES = $(wildcard cmd/*/*.c lib/*.c lib/*/*.c tests/*/*.c)
HEADERS = $(wildcard cmd/*/*.h lib/*.h lib/*/*.h tests/*/*.h)
SCRIPTS = $(shell grep -lE '^\#!.*(bash|/sh|env sh)' .ci/run mk/* \
	examples/*.sh examples/*/*.sh tests/*/*.sh tests/*/*.t 2>/dev/null)
PYTHONS = $(shell grep -lE '^\#!.*python3' tests/*/* 2>/dev/null; \
	ls lib/py/*.py tests/*/*.py 2>/dev/null)
MANS = $(wildcard man/*.[157])

# loops over columns, which the compiler may unroll
LOOPS := csv csv_% num_% prof_% real real_% tab_% ops/%
$(addprefix $(B)/lib/,$(addsuffix .o,$(LOOPS))): CFLAGS += -O3

all: $(BINS) ## build the programs into build/bin

ifeq ($(NOLIBS),yes)
have-libs:
	@echo "make: some of these are missing: $(PKGS)" >&2
	@echo "make: 'make deps' installs what the build needs" >&2
	@exit 2
else
have-libs:
endif

$(B)/%.o: %.c | have-libs $(GENHDR)
	@mkdir -p $(@D)
	$(COMPILE) -MMD -MP -c -o $@ $<

# A Python file becomes a C array of its bytes, so that it stays a real file.
$(B)/gen/%.py.h: lib/py/%.py
	@mkdir -p $(@D)
	(printf 'static const char py_$*[] = {'; od -An -v -tu1 $< | \
	    sed 's/[0-9][0-9]*/&,/g'; printf '0};\n') > $@.tmp && mv $@.tmp $@

# So do the style and script of csv-inspect's page.
$(B)/gen/page.%.h: cmd/csv-inspect/page.%
	@mkdir -p $(@D)
	(printf 'static const char page_$*[] = {'; od -An -v -tu1 $< | \
	    sed 's/[0-9][0-9]*/&,/g'; printf '0};\n') > $@.tmp && mv $@.tmp $@

$(B)/gen/version.h: VERSION
	@mkdir -p $(@D)
	echo '#define CSV_AGENT_VERSION "$(VERSION)"' > $@

$(LIB): $(LIBOBJ)
	rm -f $@
	ar rcs $@ $^

define prog_rule
$(B)/bin/$(1): $$(patsubst %.c,$(B)/%.o,$$(wildcard cmd/$(1)/*.c)) $(LIB)
	@mkdir -p $$(@D)
	$$(LINK) -o $$@ $$^ $$(LDLIBS)
endef
$(foreach p,$(PROGS),$(eval $(call prog_rule,$(p))))

$(B)/tests/%: $(B)/tests/unit/%.o $(LIB)
	@mkdir -p $(@D)
	$(LINK) -o $@ $^ $(LDLIBS) $(shell $(PKG_CONFIG) --libs check) -lutil

# Small programs that tests run.
$(B)/helper/%: $(B)/tests/helper/%.o $(LIB)
	@mkdir -p $(@D)
	$(LINK) -o $@ $^ $(LDLIBS)

# It sees what proofs evaluate.
$(B)/helper/proofs: LDFLAGS += -Wl,--wrap=run_prog,--wrap=run_changed \
	-Wl,--wrap=run_without

# Preloaded into the programs by tests/robust/fault.t.
$(B)/helper/fault.so: tests/robust/fault.c
	@mkdir -p $(@D)
	$(CC) -std=c11 $(WARN) -D_GNU_SOURCE -U_FORTIFY_SOURCE -O1 -g -fPIC \
	    -shared -o $@ $<

# A fuzzer that only runs its seeds: works with any compiler.
$(B)/replay/%: $(B)/tests/fuzz/%.o $(B)/tests/fuzz/replay.o $(LIB)
	@mkdir -p $(@D)
	$(LINK) -o $@ $^ $(LDLIBS)

units: $(UNITS) $(REPLAYS) $(HELPERS)

# ---- Tests ----

# What `make check` runs; TESTS='tests/cli/run.t' picks some, OMIT='tests/jq/%'
# leaves some out.
TESTS ?= $(UNITS) $(REPLAYS) \
	$(filter-out $(OMIT),$(sort $(wildcard tests/*/*.t)))

check: ## build and run the tests
	@mk/deps.sh $(DEPS) build run check
	@$(MAKE) --no-print-directory DEPS=no run-check

check-all: ## the tests, slow ones and those that need more packages too
	@mk/deps.sh $(DEPS) build run check lint peers
	@CHECK_ALL=1 $(MAKE) --no-print-directory DEPS=no run-check

check-quick: all units ## unit tests, fuzzer seeds, golden runs, streams
	@B=$(B) JOBS=$(JOBS) mk/check.sh $(UNITS) $(REPLAYS) \
	    tests/cli/run.t tests/robust/streams.t

run-check: all units
	@B=$(B) JOBS=$(JOBS) mk/check.sh $(TESTS)

bench: ## one table against what users have today; BENCH='profile split'
	@mk/deps.sh $(DEPS) build run
	@mk/deps.sh $(DEPS) bench || echo "make: goes on without" >&2
	@$(MAKE) --no-print-directory DEPS=no run-bench

run-bench: all $(HELPERS)
	@B=$(B) tests/bench/run $(BENCH)

quality: all ## judge the questions of the example data
	@set -e; for t in $(sort $(wildcard tests/quality/quality_*)); do \
	    B=$(B) $$t; done

fuzz: ## fuzz each parser for FUZZ_TIME seconds (clang)
	@mk/deps.sh $(DEPS) build fuzz
	@$(MAKE) --no-print-directory DEPS=no B=build-fuzz CC=clang \
	    SANFLAGS='-fsanitize=fuzzer-no-link,address,undefined \
	    -fno-sanitize-recover=all -fno-omit-frame-pointer \
	    -DFUZZING_BUILD_MODE_UNSAFE_FOR_PRODUCTION' HARDEN=-fPIE \
	    FUZZ_LINK=-fsanitize=fuzzer,address,undefined run-fuzz

run-fuzz: $(FUZZERS:%=$(B)/fuzz/%)
	@set -e; for f in $(FUZZERS); do B=$(B) mk/fuzz.sh $$f $(FUZZ_TIME); \
	    done

$(B)/fuzz/%: $(B)/tests/fuzz/%.o $(LIB)
	@mkdir -p $(@D)
	$(CC) $(CFLAGS) $(FUZZ_LINK) -o $@ $^ $(LDLIBS)

# Programs that are killed, or may not write, spoil the counts of the others.
coverage: ## lines of lib/ that the tests reach, but those of tests/robust
	@rm -rf build-cov
	@$(MAKE) --no-print-directory B=build-cov CFLAGS='-O0 -g --coverage' \
	    HARDEN= HARDEN_LD= CK_FORK=no OMIT='tests/robust/%' check
	@mk/coverage.sh build-cov

# ---- Lint ----

lint: ## formatter, static checks, headers, man pages, scripts
	@mk/deps.sh $(DEPS) build lint
	@$(MAKE) --no-print-directory DEPS=no run-lint

run-lint: check-format check-headers check-tidy check-cppcheck check-man \
	check-scripts

check-format:
	clang-format --dry-run -Werror $(SOURCES) $(HEADERS)

# Each header compiles alone.
check-headers: $(GENHDR)
	@set -e; for h in $(HEADERS); do \
	    echo '#include "'$$h'"' | $(CC) -std=c11 $(WARN) -Werror \
	    $(CPPFLAGS) $(LIBS_CFLAGS) -iquote . -fsyntax-only -x c - || \
	    { echo "$$h: does not compile alone" >&2; exit 1; }; done

check-tidy: $(GENHDR) compile_commands.json
	printf '%s\n' $(filter lib/% cmd/%,$(SOURCES)) | \
	    xargs -P $(JOBS) -n 4 clang-tidy --quiet -p .

check-cppcheck:
	cppcheck --quiet --error-exitcode=1 --inline-suppr --std=c11 -j $(JOBS) \
	    --enable=warning,performance,portability \
	    --suppressions-list=mk/cppcheck.txt --library=mk/cppcheck.cfg \
	    -D_GNU_SOURCE -I lib $(SOURCES)

check-man:
	mandoc -Tlint -Wwarning $(MANS)

check-scripts:
	shellcheck $(SCRIPTS)
	python3 mk/pycheck.py $(PYTHONS)

# ---- Packages, demonstration ----

deps: ## install what is missing (apt), or print the command for it
	@mk/deps.sh $(DEPS) build run check

demo: ## run the pipeline on examples/data (no key is read or sent)
	@mk/deps.sh $(DEPS) build run
	@$(MAKE) --no-print-directory -s -j$(JOBS) DEPS=no all
	@BIN=$(B)/bin examples/demo.sh $(DEMO)

# ---- Install ----

BINDIR = $(DESTDIR)$(PREFIX)/bin
MANDIR = $(DESTDIR)$(PREFIX)/share/man
DOCDIR = $(DESTDIR)$(PREFIX)/share/doc/csv-agent
BASHDIR = $(DESTDIR)$(PREFIX)/share/bash-completion/completions
ZSHDIR = $(DESTDIR)$(PREFIX)/share/zsh/site-functions
DOCS = README.md NEWS.md LICENSE
EXAMPLES = $(shell cd examples && find . -type f ! -name '*.pyc')

install: all ## DESTDIR= PREFIX=/usr/local
	install -d $(BINDIR) $(BASHDIR) $(ZSHDIR) $(MANDIR)/man1 \
	    $(MANDIR)/man5 $(MANDIR)/man7 $(DOCDIR)
	install -m 755 $(BINS) $(BINDIR)
	install -m 644 $(DOCS) $(DOCDIR)
	@set -e; for m in $(MANS); do \
	    install -m 644 $$m $(MANDIR)/man$${m##*.}; done
	@set -e; for p in $(PROGS); do \
	    $(B)/bin/$$p --completion bash > $(BASHDIR)/$$p; \
	    $(B)/bin/$$p --completion zsh > $(ZSHDIR)/_$$p; done
	@set -e; cd examples; for f in $(EXAMPLES); do \
	    mode=644; [ ! -x $$f ] || mode=755; \
	    install -D -m $$mode $$f $(DOCDIR)/examples/$$f; done

uninstall: ## the same variables as install
	rm -f $(PROGS:%=$(BINDIR)/%) $(PROGS:%=$(BASHDIR)/%) \
	    $(PROGS:%=$(ZSHDIR)/_%)
	rm -f $(foreach m,$(notdir $(MANS)),\
	    $(MANDIR)/man$(subst .,,$(suffix $(m)))/$(m))
	rm -rf $(DOCDIR)

deb: ## a Debian package of HEAD in build-deb/
	@mk/deps.sh $(DEPS) build deb
	@mk/deb.sh

dist: ## a reproducible csv-agent-VERSION.tar.gz of HEAD
	@mk/dist.sh

compile_commands.json: Makefile $(SOURCES) ## for editors and tools
	@{ sep='['; for f in $(SOURCES); do printf '%s\n{"directory": "%s", ' \
	    "$$sep" '$(CURDIR)'; printf '"file": "%s", "command": "%s"}' $$f \
	    '$(COMPILE) -c '$$f; sep=','; done; printf '\n]\n'; } > $@.tmp
	@mv $@.tmp $@

clean: ## remove what was built
	rm -rf build build-* $(DEMO) compile_commands.json csv-agent-*.tar.gz

help: ## this list
	@sed -n 's/^\([a-z_.-]*\):.*## \(.*\)/  \1|\2/p' Makefile | \
	    awk -F'|' '{printf "%-24s %s\n", $$1, $$2}'
	@echo "Also: make SAN=address,undefined check; CC=clang; DEPS=no"

-include $(shell find $(B) -name '*.d' 2>/dev/null)

.PHONY: all have-libs units check check-all check-quick run-check bench \
	run-bench quality fuzz run-fuzz coverage lint run-lint check-format check-headers check-tidy \
	check-cppcheck check-man check-scripts deps demo install uninstall \
	dist deb clean help
.SECONDARY:
.DELETE_ON_ERROR:
