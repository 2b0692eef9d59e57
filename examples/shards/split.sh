#!/bin/bash
# split.sh - cut questions into shards, once. usage: split.sh QUESTIONS DIR N
# DIR/000000.questions.jsonl and so on, N questions each. A question's traces
# are made in one shard, so that nothing has to be joined later.
set -eu
questions=$1 dir=$2 n=$3
[ ! -e "$dir/split" ] || exit 0
mkdir -p "$dir"
split -l "$n" -d -a 6 --additional-suffix=.questions.jsonl "$questions" "$dir/"
wc -l <"$questions" >"$dir/split.tmp"
mv "$dir/split.tmp" "$dir/split"
