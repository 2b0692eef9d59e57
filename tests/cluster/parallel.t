#!/bin/bash
# parallel.t - examples/parallel: here, over ssh to two nodes of which one is
# killed in the middle, and again after a kill -9: the bytes are those of one
# pipe; nothing is lost or doubled.
set -u
top=$PWD
bin=$top/${B:-build}/bin
count=0
nodes=()

ok()	# status, what
{
	count=$((count + 1))
	if [ "$1" = 0 ]; then
		echo "ok $count - $2"
	else
		echo "not ok $count - $2"
		tail -n 15 "$tmp/log" | sed 's/^/# /'
	fi
}

skip_all()
{
	echo "1..0 # SKIP $1"
	exit 0
}

# Everything that a node runs: its sshd is the session's leader.
kill_node()	# pid
{
	local p
	for p in $(pgrep -P "$1"); do
		kill_node "$p"
	done
	kill -9 "$1" 2>/dev/null
}

finish()
{
	local p
	for p in "${nodes[@]}"; do
		kill_node "$p"
	done
	rm -rf "$tmp"
}

command -v parallel >/dev/null || skip_all 'no GNU parallel'
parallel --version 2>/dev/null | grep -q '^GNU parallel' ||
	skip_all 'this parallel is not GNU'
tmp=$(mktemp -d "${TMPDIR:-/tmp}/parallel.XXXXXX") || exit 1
trap finish EXIT
export SOURCE_DATE_EPOCH=1700000000 XDG_CONFIG_HOME=/nonexistent BIN=$bin
export HOME=$tmp PARALLEL_HOME=$tmp/parallel
mkdir "$PARALLEL_HOME"
: >"$PARALLEL_HOME/will-cite"
unset OPENROUTER_API_KEY OPENAI_API_KEY
cd "$tmp" || exit 1
ln -s "$top/examples" examples
cp examples/data/penguins.csv examples/data/wine.csv .
"$bin/csv-synthq" -q -n 12 penguins.csv wine.csv >questions.jsonl
"$bin/csv-episode" -q -t reference questions.jsonl 2>log |
	"$bin/csv-triangulate" -q >want.jsonl
[ "$(wc -l <want.jsonl)" = 24 ] || skip_all 'no sandbox here'

run()
{
	examples/parallel/run.sh -n 3 "$@" -t reference >log 2>&1
}

parallel --pipe -N 3 -j 2 --keep-order "$bin/csv-episode -q -t reference |
$bin/csv-triangulate -q" <questions.jsonl >pipe.jsonl 2>log
cmp want.jsonl pipe.jsonl >>log 2>&1
ok $? 'parallel --pipe: the bytes of one pipe'
run -j 2 questions.jsonl local && cmp want.jsonl local/episodes.jsonl >>log 2>&1
ok $? 'on this machine: the bytes of one pipe'
[ "$(find local -name '*.journal' | wc -l)" -le 8 ] &&
	[ -z "$(find local -name '*.tmp' -o -name '*.rejects*')" ]
ok $? 'nothing half done stays'

# kill -9 of the whole run in the middle; then the same command
setsid examples/parallel/run.sh -n 3 -j 2 questions.jsonl killed -t reference \
    >log 2>&1 &
pid=$!
for _ in $(seq 600); do
	[ ! -e killed/000001.episodes.jsonl ] || break
	sleep 0.1
done
kill_node $pid
wait $pid 2>/dev/null
[ ! -e killed/episodes.jsonl ]
ok $? 'killed before the end'
run -j 2 questions.jsonl killed && cmp want.jsonl killed/episodes.jsonl >>log 2>&1
ok $? 'the same command again: the same bytes'
rm killed/000003.episodes.jsonl
! examples/shards/merge.sh killed >log 2>&1 && grep -q 'not finished' log
ok $? 'a shard that is not finished is not left out'

sshd=$(PATH=$PATH:/usr/sbin command -v sshd)
if [ -z "$sshd" ] || [ "$(id -u)" != 0 ] || ! command -v ssh >/dev/null; then
	count=$((count + 1))
	echo "ok $count - over ssh # SKIP no sshd, or not root"
	echo "1..$count"
	exit 0
fi
mkdir -p /run/sshd
ssh-keygen -q -t ed25519 -N '' -f key
ssh-keygen -q -t ed25519 -N '' -f host
cp key.pub authorized
chmod 600 authorized
hosts=
for _ in 1 2; do
	port=$(python3 -c 'import socket
s = socket.socket()
s.bind(("127.0.0.1", 0))
print(s.getsockname()[1])')
	"$sshd" -D -f /dev/null -p "$port" -h "$tmp/host" -E "$tmp/sshd.log" \
	    -o ListenAddress=127.0.0.1 -o StrictModes=no -o UsePAM=no \
	    -o PidFile=none -o PermitRootLogin=yes -o MaxStartups=100 \
	    -o AuthorizedKeysFile="$tmp/authorized" &
	nodes+=($!)
	hosts=$hosts,"ssh -i $tmp/key -p $port -o StrictHostKeyChecking=no
-o UserKnownHostsFile=/dev/null -o LogLevel=ERROR 127.0.0.1"
done
hosts=$(tr '\n' ' ' <<<"${hosts#,}")
examples/parallel/run.sh -n 6 -j 1 -S "$hosts" questions.jsonl far \
    -t reference >log 2>&1 &
pid=$!
for _ in $(seq 1200); do
	[ -z "$(find far -name '*.episodes.jsonl' 2>/dev/null)" ] || break
	kill -0 $pid 2>/dev/null || break
	sleep 0.1
done
kill_node "${nodes[0]}"
wait $pid
rc=$?
[ $rc = 0 ] && cmp want.jsonl far/episodes.jsonl >>log 2>&1
ok $? 'over ssh, one of two nodes killed in the middle: the same bytes'
[ "$(sort far/episodes.jsonl | uniq | wc -l)" = 24 ]
ok $? 'nothing is lost or doubled'
echo "1..$count"
