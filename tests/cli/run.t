#!/bin/bash
# run.t - golden runs of the programs. Each directory CASE beside this file has
#   cmd       a shell command, run in the top directory with the programs on
#             PATH and $CASE set to the directory; $T is an empty one to write to
#   in        its standard input (none: empty)
#   want.out  what it must print (none: nothing); want.err likewise, the path
#             of $T written as $T
#   want.rc   its exit status (none: 0)
#   needs     a command that tells whether the case can run here
# BLESS=1 rewrites what is wanted; review it with git diff.
set -u
dir=$(dirname "$0")
B=${B:-build}
export PATH="$PWD/$B/bin:$PATH"
export LC_ALL=C.UTF-8 TZ=UTC NO_COLOR=1 SOURCE_DATE_EPOCH=1769860800 COLUMNS=80
unset OPENROUTER_API_KEY OPENAI_API_KEY HF_TOKEN
tmp=$(mktemp -d "${TMPDIR:-/tmp}/cli.XXXXXX") || exit 1
trap 'rm -rf "$tmp"' EXIT
count=0

result()	# ok|not ok, what
{
	count=$((count + 1))
	echo "$1 $count - $2"
}

# same KIND FILE: is what was seen the wanted? Differences as comments.
same()
{
	local want=$CASE/want.$1
	[ -e "$want" ] || want=/dev/null
	diff -u --label "want.$1" --label seen "$want" "$2" >"$tmp/diff" &&
		return 0
	sed 's/^/# /' "$tmp/diff" | head -n 40
	return 1
}

keep()	# KIND FILE: what was seen becomes the wanted
{
	if [ -s "$2" ]; then
		cp "$2" "$CASE/want.$1"
	else
		rm -f "$CASE/want.$1"
	fi
}

for cmd in "$dir"/*/cmd; do
	[ -e "$cmd" ] || continue
	export CASE=${cmd%/cmd}
	export T=$tmp/t
	name=${CASE##*/}
	rm -rf "$T"
	mkdir "$T"
	if [ -e "$CASE/needs" ] && ! sh "$CASE/needs" >/dev/null 2>&1; then
		result ok "$name # SKIP $(head -n 1 "$CASE/needs")"
		continue
	fi
	in=$CASE/in
	[ -e "$in" ] || in=/dev/null
	bash "$cmd" <"$in" >"$tmp/out" 2>"$tmp/err.raw"
	rc=$?
	sed "s|$T|\$T|g" "$tmp/err.raw" >"$tmp/err"
	[ "$rc" = 0 ] && : >"$tmp/rc" || echo "$rc" >"$tmp/rc"
	if [ "${BLESS:-}" = 1 ]; then
		for k in out err rc; do keep "$k" "$tmp/$k"; done
	fi
	good=ok
	for k in out err rc; do same "$k" "$tmp/$k" || good='not ok'; done
	result "$good" "$name"
done
echo "1..$count"
