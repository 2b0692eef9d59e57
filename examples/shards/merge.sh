#!/bin/bash
# merge.sh - the episodes of all shards in the order of the questions.
# usage: merge.sh DIR   writes DIR/episodes.jsonl
# Refuses while a shard is not finished or the numbers do not add up.
set -eu
dir=$1
for q in "$dir"/[0-9]*.questions.jsonl; do
	e=${q%.questions.jsonl}.episodes.jsonl
	if [ ! -e "$e" ]; then
		echo "merge.sh: $e is not there: its shard is not finished" >&2
		exit 1
	fi
	cat "$e"
done >"$dir/episodes.tmp"
want=$(cat "$dir/split")
have=$(wc -l <"$dir/episodes.tmp")
rejected=$(cat "$dir"/[0-9]*.rejects 2>/dev/null | wc -l)
if [ $((have + rejected)) != "$want" ]; then
	echo "merge.sh: $want questions, but $have episodes and $rejected" \
	    "rejected records" >&2
	exit 1
fi
mv "$dir/episodes.tmp" "$dir/episodes.jsonl"
echo "$have episodes, $rejected rejected, of $want questions" >&2
