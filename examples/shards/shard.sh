#!/bin/bash
# shard.sh - the questions of one shard to episodes. Run it again, on any
# machine that shares DIR, until it succeeds: what is done is not done again.
# usage: shard.sh DIR SHARD [csv-episode option]...
# reads DIR/SHARD.questions.jsonl; keeps DIR/SHARD.journal, what a chat teacher
# has answered; DIR/SHARD.episodes.jsonl is there when it is whole, and
# DIR/SHARD.rejects where a record was rejected. BIN: where the programs are, if
# not on PATH.
set -eu
shard=$1/$2
shift 2
[ -z "${BIN:-}" ] || PATH=$BIN:$PATH
# One at a time: the programs hold the lock too, should this shell be killed.
exec 9>"$shard.lock"
flock 9
[ ! -e "$shard.episodes.jsonl" ] || exit 0
rm -f "$shard.rejects" "$shard.rejects2"
set +e
csv-episode -q --rejects "$shard.rejects" --journal "$shard.journal" "$@" \
    "$shard.questions.jsonl" |
	csv-triangulate -q --rejects "$shard.rejects2" >"$shard.tmp"
status=("${PIPESTATUS[@]}")
set -e
for s in "${status[@]}"; do
	[ "$s" -le 1 ] || exit "$s"
done
cat "$shard.rejects2" >>"$shard.rejects"
rm -f "$shard.rejects2"
[ -s "$shard.rejects" ] || rm -f "$shard.rejects"
mv "$shard.tmp" "$shard.episodes.jsonl"
