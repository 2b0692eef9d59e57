# pipeline.mk - the pipeline over many CSVs, one file a stage, in parallel:
#
#	make -j -f examples/pipeline.mk CSV='data/*.csv'
#
# Each CSV gets OUT/synth/PATH.questions.jsonl, .traces.jsonl, .episodes.jsonl
# (OUT/llm/... where a model asked); OUT/episodes.jsonl has all episodes. A file
# is there when it is finished: what is being written ends in .tmp. Records that
# a program rejected are kept beside its output in .rejects (exit status 1); any
# other failure stops. The same command again does what is missing, a chat
# teacher answering from the journal beside the traces.
#
# Targets:
#	all		synth, and llm where a chat API is set up
#	synth		episodes from csv-synthq's questions
#	llm		episodes from csv-llmq's questions
#	triangulate	episodes from the questions that are there
#	smoke		a quick try on one CSV: STAGE=questions or episodes, N=3
# Paths may not contain blanks or "..".

CSV ?= data/*.csv
OUT ?= out
# Questions a CSV, seed, and who answers (see csv-episode).
N ?= 100
LLM_N ?= 15
SEED ?= 0
TEACHER ?= auto
# More options for each program.
SYNTHQ ?=
LLMQ ?=
EPISODE ?=
TRIANGULATE ?=
# Where the programs are, if not on PATH.
BIN ?=

SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
ifneq ($(BIN),)
export PATH := $(abspath $(BIN)):$(PATH)
endif

FILES := $(sort $(wildcard $(CSV)))
STEMS := $(FILES:.csv=)
SYNTH := $(STEMS:%=$(OUT)/synth/%.episodes.jsonl)
LLM := $(STEMS:%=$(OUT)/llm/%.episodes.jsonl)
HAVE_LLMQ := $(shell command -v csv-llmq)
# Is there a chat API to ask?
CHAT ?= $(if $(filter chat,$(TEACHER)),yes,$(if $(filter auto,$(TEACHER)),\
    $(if $(OPENROUTER_API_KEY)$(CSV_AGENT_BASE_URL),yes)))
WANTED := $(SYNTH) $(if $(HAVE_LLMQ),$(if $(strip $(CHAT)),$(LLM)))
# Questions that are there, whatever made them.
ASKED := $(shell find $(OUT) -name '*.questions.jsonl' 2>/dev/null | sort)

# $(call stage,COMMAND): run it, keep its output and what it rejected.
define stage
@mkdir -p '$(@D)'
@status=0; $(1) --rejects '$@.rejects' >'$@.tmp' || status=$$?; \
[ -s '$@.rejects' ] || rm -f '$@.rejects'; \
if [ $$status -gt 1 ]; then \
	echo '$@: status '$$status >&2; exit $$status; fi; \
mv '$@.tmp' '$@'; \
echo "$@: $$(wc -l <'$@') lines$$([ ! -e '$@.rejects' ] || \
	echo ", $$(wc -l <'$@.rejects') rejected")"
endef

all: $(OUT)/episodes.jsonl
synth: $(SYNTH)

ifeq ($(HAVE_LLMQ),)
llm:
	@echo 'pipeline.mk: csv-llmq is not installed' >&2; exit 2
else
llm: $(LLM)
endif

ifeq ($(FILES),)
all synth llm: no-files
no-files:
	@echo "pipeline.mk: no file matches CSV='$(CSV)'" >&2; exit 2
endif

ifndef ASKED_ONLY
$(OUT)/synth/%.questions.jsonl: %.csv
	$(call stage,csv-synthq -n $(N) --seed $(SEED) $(SYNTHQ) '$<')

$(OUT)/llm/%.questions.jsonl: %.csv
	$(call stage,csv-llmq -n $(LLM_N) \
	    --journal '$(@:.questions.jsonl=.llmq.journal)' $(LLMQ) '$<')
endif

# The reference teacher needs no journal: it asks nobody.
%.traces.jsonl: %.questions.jsonl
	$(call stage,csv-episode --teacher $(TEACHER) $(if $(filter \
	    reference,$(TEACHER)),,--journal '$*.journal') $(EPISODE) '$<')

%.episodes.jsonl: %.traces.jsonl
	$(call stage,csv-triangulate $(TRIANGULATE) '$<')

$(OUT)/episodes.jsonl: $(WANTED)
	@cat $(WANTED) >'$@.tmp'
	@mv '$@.tmp' '$@'
	@echo "$@: $$(wc -l <'$@') lines"

triangulate:
	@[ -n '$(ASKED)' ] || { echo 'pipeline.mk: no questions in $(OUT)' >&2; \
	    exit 2; }
	@$(MAKE) --no-print-directory -f $(firstword $(MAKEFILE_LIST)) \
	    ASKED_ONLY=1 $(ASKED:.questions.jsonl=.episodes.jsonl)

STAGE ?= episodes
SMOKE := $(firstword $(FILES) examples/data/penguins.csv)
ifeq ($(origin N),file)
smoke: N := 3
endif
smoke:
ifeq ($(STAGE),questions)
	@csv-synthq -q -n $(N) $(SYNTHQ) '$(SMOKE)' | csv-inspect questions
else ifeq ($(STAGE),episodes)
	@csv-synthq -q -n $(N) $(SYNTHQ) '$(SMOKE)' | \
	    csv-episode -q --teacher $(TEACHER) $(EPISODE) | \
	    csv-triangulate -q $(TRIANGULATE) | csv-inspect episodes
else
	@echo 'pipeline.mk: STAGE is questions or episodes, not $(STAGE)' >&2; \
	    exit 2
endif

.PHONY: all synth llm triangulate smoke no-files
.SECONDARY:
