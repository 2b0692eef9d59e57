#!/bin/bash
# run.sh - questions to episodes on several machines by GNU parallel.
# usage: run.sh [-n QUESTIONS-A-SHARD] [-j JOBS] [-S HOST,...] QUESTIONS DIR
#            [csv-episode option]...
# -j jobs on each host; -S as in parallel(1), `:` is this machine. The hosts
# share the current directory (DIR and the CSV files in it). A shard whose host
# goes away is tried again, on another one if there is one; the same command
# again does what is missing. DIR/episodes.jsonl is there when all is done.
set -eu
n=1000 jobs=1 hosts=:
while getopts n:j:S: c; do
	case $c in
	n) n=$OPTARG ;;
	j) jobs=$OPTARG ;;
	S) hosts=$OPTARG ;;
	*) exit 2 ;;
	esac
done
shift $((OPTIND - 1))
if [ $# -lt 2 ]; then
	sed -n 's/^# usage: //p' "$0" >&2
	exit 2
fi
questions=$1 dir=$2
shift 2
shards=$(cd "$(dirname "$0")/../shards" && pwd)
export BIN=${BIN:-} SOURCE_DATE_EPOCH=${SOURCE_DATE_EPOCH:-$(date +%s)}

"$shards/split.sh" "$questions" "$dir" "$n"
for q in "$dir"/[0-9]*.questions.jsonl; do
	basename "$q" .questions.jsonl
done | parallel --joblog "$dir/joblog" --resume-failed --retries 5 -j "$jobs" \
    -S "$hosts" --workdir "$PWD" --env BIN --env SOURCE_DATE_EPOCH \
    --env OPENROUTER_API_KEY --env OPENAI_API_KEY \
    "$shards/shard.sh" "$dir" '{}' "$@"
"$shards/merge.sh" "$dir"
