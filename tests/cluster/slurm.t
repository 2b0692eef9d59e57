#!/bin/bash
# slurm.t - examples/slurm on two nodes that are daemons of this machine; one is
# killed in the middle, with what it runs. Then hf-push's dependency, and the
# same command again. The bytes are those of one pipe; nothing is lost or
# doubled.
set -u
top=$PWD
bin=$top/${B:-build}/bin
count=0
daemons=()
PATH=$PATH:/usr/sbin

ok()	# status, what
{
	count=$((count + 1))
	if [ "$1" = 0 ]; then
		echo "ok $count - $2"
	else
		echo "not ok $count - $2"
		tail -n 5 "$tmp"/log "$tmp"/ctld.log "$tmp"/*/episodes.log 2>&1 |
			sed 's/^/# /'
	fi
}

skip_all()
{
	echo "1..0 # SKIP $1"
	exit 0
}

# A process and all below it, before any can be adopted.
kill_tree()	# pid
{
	local p
	kill -STOP "$1" 2>/dev/null
	for p in $(pgrep -P "$1"); do
		kill_tree "$p"
	done
	kill -9 "$1" 2>/dev/null
}

# slurmstepd has left its slurmd: found by the log of its node.
kill_node()	# name, pid
{
	local p
	kill -9 "$2"
	wait "$2" 2>/dev/null
	for p in $(pgrep -x slurmstepd); do
		readlink "/proc/$p"/fd/* | grep -qx "$tmp/$1.log" &&
			kill_tree "$p"
	done
}

finish()
{
	local p
	scancel -u root 2>/dev/null
	kill_node n1 "${daemons[0]:-$$$$}" 2>/dev/null
	kill_node n2 "${daemons[1]:-$$$$}" 2>/dev/null
	for p in "${daemons[@]}"; do
		kill -9 "$p" 2>/dev/null
	done
	wait 2>/dev/null
	rm -rf "$tmp"
}

[ -n "${CHECK_ALL:-}" ] || skip_all 'takes a minute: CHECK_ALL is not set'
for p in slurmctld slurmd sbatch munged mungekey; do
	command -v $p >/dev/null || skip_all "no $p"
done
[ "$(id -u)" = 0 ] || skip_all 'the daemons want root'
tmp=$(mktemp -d "${TMPDIR:-/tmp}/slurm.XXXXXX") || exit 1
chmod 755 "$tmp"
trap finish EXIT
export SOURCE_DATE_EPOCH=1700000000 XDG_CONFIG_HOME=/nonexistent BIN=$bin
export SLURM_CONF=$tmp/slurm.conf HOME=$tmp
unset OPENROUTER_API_KEY OPENAI_API_KEY
cd "$tmp" || exit 1
ln -s "$top/examples" examples
cp examples/data/penguins.csv examples/data/wine.csv .
"$bin/csv-synthq" -q -n 12 penguins.csv wine.csv >questions.jsonl
"$bin/csv-episode" -q -t reference questions.jsonl 2>log |
	"$bin/csv-triangulate" -q >want.jsonl
[ "$(wc -l <want.jsonl)" = 24 ] || skip_all 'no sandbox here'

mapfile -t port < <(python3 -c 'import socket
some = [socket.socket() for _ in range(3)]
for s in some:
    s.bind(("127.0.0.1", 0))
    print(s.getsockname()[1])')
host=$(hostname -s)
cat >slurm.conf <<END
ClusterName=test
SlurmctldHost=$host(127.0.0.1)
SlurmctldPort=${port[0]}
SlurmUser=root
AuthType=auth/munge
AuthInfo=socket=$tmp/munge
CommunicationParameters=NoInAddrAny,NoCtldInAddrAny
StateSaveLocation=$tmp/state
SlurmdSpoolDir=$tmp/%n
SlurmctldPidFile=$tmp/ctld.pid
SlurmdPidFile=$tmp/%n.pid
SlurmctldLogFile=$tmp/ctld.log
SlurmdLogFile=$tmp/%n.log
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
SwitchType=switch/none
MpiDefault=none
SelectType=select/cons_tres
SelectTypeParameters=CR_Core
SlurmdTimeout=10
KillWait=1
NodeName=n1 NodeHostname=$host NodeAddr=127.0.0.1 Port=${port[1]} CPUs=1
NodeName=n2 NodeHostname=$host NodeAddr=127.0.0.1 Port=${port[2]} CPUs=1
PartitionName=all Nodes=n1,n2 Default=YES State=UP
END
mkdir state
mungekey -c -k key
munged --foreground --force --socket="$tmp/munge" --key-file="$tmp/key" \
    --pid-file="$tmp/munge.pid" --log-file="$tmp/munge.log" \
    --seed-file="$tmp/munge.seed" >>log 2>&1 &
munged=$!
slurmd -D -N n1 >>log 2>&1 &
daemons=("$!")
slurmd -D -N n2 >>log 2>&1 &
daemons+=("$!")
slurmctld -D >>log 2>&1 &
daemons+=("$!" "$munged")
for _ in $(seq 300); do
	[ "$(sinfo -h -t idle -o %D 2>/dev/null)" != 2 ] || break
	sleep 0.1
done
[ "$(sinfo -h -t idle -o %D 2>/dev/null)" = 2 ] ||
	skip_all "no cluster here: $(tail -n 1 ctld.log)"

# Wait for a job's end. One that was queued again would wait two minutes.
over()	# job
{
	local state j
	for _ in $(seq 1500); do
		state=$(scontrol -o show job "$1" 2>/dev/null |
			sed 's/.*JobState=\([A-Z_]*\).*/\1/')
		case $state in
		COMPLETED) return 0 ;;
		FAILED | CANCELLED | TIMEOUT) return 1 ;;
		esac
		for j in $(squeue -h -r -t PD -o '%i %r' |
			awk '$2 == "BeginTime" { print $1 }'); do
			scontrol update jobid="$j" StartTime=now >>log 2>&1
		done
		sleep 0.2
	done
	return 1
}

job=$(examples/slurm/run.sh -n 3 questions.jsonl far -t reference 2>>log)
for _ in $(seq 600); do
	[ -z "$(find far -name '*.episodes.jsonl')" ] || break
	sleep 0.1
done
for _ in $(seq 100); do	# until the node has something to lose
	squeue -h -t R -w n1 | grep -q . && break
	sleep 0.05
done
kill_node n1 "${daemons[0]}"
[ ! -e far/episodes.jsonl ]
ok $? 'a node was killed before the end'
over "$job" && cmp want.jsonl far/episodes.jsonl >>log 2>&1
ok $? 'one of two nodes killed in the middle: the bytes of one pipe'
[ "$(sort far/episodes.jsonl | uniq | wc -l)" = 24 ]
ok $? 'nothing is lost or doubled'
grep -q 'Requeue\|requeu' ctld.log
ok $? 'what the node had was queued again'
[ -z "$(find far -name '*.tmp' -o -name '*.rejects*')" ]
ok $? 'nothing half done stays'

rm far/000003.episodes.jsonl far/episodes.jsonl
job=$(examples/slurm/run.sh -n 3 -j 1 questions.jsonl far -t reference 2>>log)
over "$job" && cmp want.jsonl far/episodes.jsonl >>log 2>&1 &&
	[ "$(find far -name '*.episodes.jsonl' | wc -l)" = 8 ]
ok $? 'the same command again does what is missing'

# A shard that fails: what depends on it never runs.
rm far/000003.episodes.jsonl far/episodes.jsonl
job=$(examples/slurm/run.sh -n 3 -p me/set questions.jsonl far -t nobody \
    2>>log)
! over "$job" && [ ! -e far/episodes.jsonl ]
ok $? 'no merge and no push after a shard that failed'
echo "1..$count"
