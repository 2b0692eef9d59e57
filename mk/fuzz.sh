#!/bin/sh
# fuzz.sh - one fuzzer. usage: fuzz.sh fuzz_NAME SECONDS   (B: build directory)
# New inputs are kept in B/corpus/NAME; a finding is left as B/crash-...
set -eu
name=${1#fuzz_}
seeds=tests/fuzz/seeds/$name
mkdir -p "$B/corpus/$name" "$seeds"
dict=tests/fuzz/$name.dict
echo "fuzz $name: $2 s"
"$B/fuzz/$1" -max_total_time="$2" -max_len=65536 -timeout=20 -rss_limit_mb=4096 \
	-print_final_stats=1 -verbosity=0 -artifact_prefix="$B/crash-$name-" \
	${dict:+$([ ! -f "$dict" ] || echo "-dict=$dict")} \
	"$B/corpus/$name" "$seeds" 2>"$B/fuzz-$name.log" || {
	tail -n 40 "$B/fuzz-$name.log" >&2
	exit 1
}
grep -E 'number_of_executed_units|average_exec' "$B/fuzz-$name.log" || true
