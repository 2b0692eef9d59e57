#!/bin/bash
# job.sh - what run.sh has Slurm run: a command, in which SHARD is the name of
# the array's element. BIN: where the programs are, if not on PATH.
set -eu
[ -z "${BIN:-}" ] || PATH=$BIN:$PATH
shard=$(printf %06d "${SLURM_ARRAY_TASK_ID:-0}")
command=()
for word; do
	[ "$word" != SHARD ] || word=$shard
	command+=("$word")
done
exec "${command[@]}"
