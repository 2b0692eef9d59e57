#!/bin/bash
# demo.sh - the pipeline on the example data, with the reference teacher: real
# execution, no network, no key. usage: BIN=build/bin examples/demo.sh [DIR]
set -eu -o pipefail
out=${1:-demo}
cd "$(dirname "$0")/.."
[ -z "${BIN:-}" ] || PATH=$PWD/$BIN:$PATH
unset OPENROUTER_API_KEY OPENAI_API_KEY HF_TOKEN
mkdir -p "$out"

cat <<END
csv-synthq -n 15 examples/data/*.csv |
    csv-episode --teacher reference | csv-triangulate
END
csv-synthq -n 15 --progress never examples/data/*.csv |
	tee "$out/questions.jsonl" |
	csv-episode --teacher reference |
	tee "$out/traces.jsonl" |
	csv-triangulate --progress never >"$out/episodes.jsonl"

echo
# three of each file
jq -cs 'group_by(.csv_source) | map(.[0:3][]) | .[]' "$out/episodes.jsonl" |
	csv-inspect episodes
echo
jq -r '[.csv_source, .verified] | @tsv' "$out/episodes.jsonl" |
	awk -F'\t' '{ n[$1]++; v[$1] += $2 == "true" }
	END { for (f in n) printf "%-45s %3d episodes, %3d verified\n", f, n[f],
	    v[f] }' | sort
cat <<END

$out/questions.jsonl  questions with ground truth
$out/traces.jsonl     what the teacher did
$out/episodes.jsonl   episodes (csv-inspect trace ID $out/episodes.jsonl)

END
total=$(wc -l <"$out/episodes.jsonl")
verified=$(jq -s 'map(select(.verified)) | length' "$out/episodes.jsonl")
echo "$total episodes, $verified verified"
if [ "$total" -lt 150 ] || [ "$verified" != "$total" ]; then
	echo "demo: expected at least 150 episodes, all verified" >&2
	exit 1
fi
