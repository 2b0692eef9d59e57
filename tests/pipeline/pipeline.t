#!/bin/bash
# shellcheck disable=SC2181 # statuses are looked at after the run
# pipeline.t - examples/pipeline.mk: its targets, a second run, a CSV that is
# refused, a run that is killed; and the same bytes from the pipe whatever -j.
set -u
top=$PWD
bin=$top/${B:-build}/bin
tmp=$(mktemp -d "${TMPDIR:-/tmp}/pipeline.XXXXXX") || exit 1
trap 'rm -rf "$tmp"' EXIT
count=0

ok()	# status, what
{
	count=$((count + 1))
	if [ "$1" = 0 ]; then
		echo "ok $count - $2"
	else
		echo "not ok $count - $2"
		sed 's/^/# /' "$tmp/log" | tail -n 15
	fi
}

for p in csv-synthq csv-episode csv-triangulate csv-inspect; do
	if [ ! -x "$bin/$p" ]; then
		echo "1..0 # SKIP no $p"
		exit 0
	fi
done
unset OPENROUTER_API_KEY OPENAI_API_KEY MAKEFLAGS MAKELEVEL MFLAGS
export XDG_CONFIG_HOME=/nonexistent
cd "$tmp" || exit 1
ln -s "$top/examples" examples
mkdir -p data/sub
cp examples/data/penguins.csv data/a.csv
cp examples/data/wine.csv data/sub/a.csv

mk()
{
	make -f examples/pipeline.mk BIN="$bin" TEACHER=reference N=3 "$@" \
	    >"$tmp/log" 2>&1
}

if ! "$bin/csv-synthq" -q -n 1 data/a.csv |
    "$bin/csv-episode" -q -t reference >"$tmp/log" 2>&1; then
	echo "1..0 # SKIP no sandbox here"
	exit 0
fi

mk -j2 CSV='data/*.csv data/sub/*.csv'
ok $? "all"
[ "$(wc -l <out/episodes.jsonl)" = 6 ]
ok $? "six episodes of two files"
[ "$(jq -r .verified out/episodes.jsonl | sort -u)" = true ]
ok $? "all verified"
[ -s out/synth/data/a.questions.jsonl ] &&
	[ -s out/synth/data/sub/a.traces.jsonl ] &&
	[ -s out/synth/data/sub/a.episodes.jsonl ]
ok $? "one file a stage, also of equal names"
[ -z "$(find out -name '*.tmp' -o -name '*.rejects')" ]
ok $? "nothing half done, nothing rejected"

find out -type f -printf '%T@ %p\n' | sort >before
mk -j2 CSV='data/*.csv data/sub/*.csv'
ok $? "a second run"
find out -type f -printf '%T@ %p\n' | sort | cmp -s - before
ok $? "has nothing to do"

printf 'a,b\n1,2\n3,4,5,6\n' >data/bad.csv
mk CSV='data/bad.csv data/a.csv' OUT=out2
ok $? "a CSV that is refused stops nothing"
[ -e out2/synth/data/bad.questions.jsonl ] &&
	[ "$(jq -r .code out2/synth/data/bad.questions.jsonl.rejects)" = csv ]
ok $? "its rejects are kept"
[ "$(wc -l <out2/episodes.jsonl)" = 3 ]
ok $? "the others have their episodes"

rm -rf out/synth/data/a.episodes.jsonl out/synth/data/a.traces.jsonl
touch -d '1 hour' data/a.csv
cp out/synth/data/a.questions.jsonl questions.before
mk triangulate
ok $? "triangulate"
[ -s out/synth/data/a.episodes.jsonl ] &&
	cmp -s questions.before out/synth/data/a.questions.jsonl
ok $? "makes episodes of the questions that are there"
mk triangulate OUT=nothing
[ $? != 0 ] && grep -q 'no questions in nothing' "$tmp/log"
ok $? "and says when there are none"

mk CSV='nothing/*.csv' OUT=out3
[ $? != 0 ] && grep -q 'no file matches' "$tmp/log"
ok $? "no CSV is an error"

# A program that is killed: the file of its stage is not there.
mkdir fake
# shellcheck disable=SC2016 # for the script that is written
printf '#!/bin/sh\nhead -c 100\nkill -9 $$\n' >fake/csv-triangulate
chmod +x fake/csv-triangulate
ln -s "$bin"/csv-synthq "$bin"/csv-episode fake/
make -f examples/pipeline.mk BIN=fake TEACHER=reference N=2 \
    CSV=data/sub/a.csv OUT=out4 >"$tmp/log" 2>&1 </dev/null
[ $? != 0 ] && [ ! -e out4/synth/data/sub/a.episodes.jsonl ] &&
	[ -s out4/synth/data/sub/a.traces.jsonl ]
ok $? "kill -9 leaves no finished file"
mk N=2 CSV=data/sub/a.csv OUT=out4
ok $? "the next run goes on"
[ "$(wc -l <out4/episodes.jsonl)" = 2 ]
ok $? "and ends with all episodes"

mk smoke STAGE=questions && [ "$(grep -c . "$tmp/log")" -ge 3 ]
ok $? "smoke STAGE=questions"
mk smoke CSV=data/sub/a.csv && grep -q '✓\|verified' "$tmp/log"
ok $? "smoke"
mk smoke STAGE=nonsense
[ $? != 0 ]
ok $? "smoke of a stage that is not there"

# The same bytes, whatever the parallelism, run after run.
export SOURCE_DATE_EPOCH=1769860800
run()
{
	"$bin/csv-synthq" -q -n 4 data/a.csv data/sub/a.csv |
		"$bin/csv-episode" -q -t reference -j "$1" |
		"$bin/csv-triangulate" -q
}
run 1 >one 2>"$tmp/log"
run 8 >eight 2>"$tmp/log"
run 8 >again 2>"$tmp/log"
[ "$(wc -l <one)" = 8 ] && cmp one eight >"$tmp/log" 2>&1
ok $? "csv-episode -j1 and -j8 give the same bytes"
cmp eight again >"$tmp/log" 2>&1
ok $? "two runs give the same bytes"
echo "1..$count"
