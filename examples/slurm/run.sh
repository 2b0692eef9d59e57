#!/bin/bash
# run.sh - questions to episodes on a Slurm cluster: an array job, an element a
# shard; when all are done a job that joins them; with -p one more that pushes.
# usage: run.sh [-n QUESTIONS-A-SHARD] [-j SHARDS-AT-ONCE] [-b SBATCH-OPTION]...
#            [-p USER/NAME] QUESTIONS DIR [csv-episode option]...
# The nodes share the current directory. A shard whose node goes away is queued
# again by Slurm and goes on from its journal; after that, or after scancel, the
# same command does what is missing. Prints the number of the last job.
set -eu
n=1000 at_once='' repo='' options=()
while getopts n:j:b:p: c; do
	case $c in
	n) n=$OPTARG ;;
	j) at_once=%$OPTARG ;;
	b) options+=("$OPTARG") ;;
	p) repo=$OPTARG ;;
	*) exit 2 ;;
	esac
done
shift $((OPTIND - 1))
if [ $# -lt 2 ]; then
	sed -n '/^# usage:/,/^# The/{s/^# usage: //;s/^#  *//;/^The/!p}' "$0" >&2
	exit 2
fi
questions=$1 dir=$2
shift 2
here=$(cd "$(dirname "$0")" && pwd)
export SOURCE_DATE_EPOCH=${SOURCE_DATE_EPOCH:-$(date +%s)}
export SHARDS=$here/../shards

"$SHARDS/split.sh" "$questions" "$dir" "$n"
left=()
for q in "$dir"/[0-9]*.questions.jsonl; do
	[ -e "${q%.questions.jsonl}.episodes.jsonl" ] ||
		left+=("$((10#$(basename "$q" .questions.jsonl)))")
done

# submit NAME OPTION... -- COMMAND...: its number.
submit()
{
	local name=$1 more=()
	shift
	while [ "$1" != -- ]; do
		more+=("$1")
		shift
	done
	shift
	sbatch --parsable --export=ALL --requeue --open-mode=append \
	    --job-name="$name" --output="$dir/$name.log" "${options[@]}" \
	    "${more[@]}" "$here/job.sh" "$@" | cut -d';' -f1
}

after=()
if [ ${#left[@]} -gt 0 ]; then
	array=$(IFS=,; submit episodes --ntasks=1 --array="${left[*]}$at_once" \
	    -- "$SHARDS/shard.sh" "$dir" SHARD "$@")
	after=("--dependency=afterok:$array" --kill-on-invalid-dep=yes)
fi
last=$(submit merge "${after[@]}" -- "$SHARDS/merge.sh" "$dir")
if [ -n "$repo" ]; then
	last=$(submit push "--dependency=afterok:$last" \
	    --kill-on-invalid-dep=yes -- \
	    hf-push -q --repo "$repo" "$dir/episodes.jsonl")
fi
echo "$last"
