#!/bin/bash
# valgrind.t - no invalid access and no use of what was never set: programs in
# make check, unit tests and the pipeline in make check-all.
B=${B:-build}
n=0 failed=0
if ! command -v valgrind >/dev/null || [ -n "${SAN-}" ]; then
	echo "ok 1 - valgrind # SKIP not here, or a build with sanitizers"
	echo 1..1
	exit
fi
tmp=$(mktemp -d) || exit 1
trap 'rm -rf "$tmp"' EXIT

# clean WHAT COMMAND...: its output to $tmp/out; 77 tells of errors
clean()
{
	local what=$1 rc
	shift
	CK_FORK=no CK_DEFAULT_TIMEOUT=600 valgrind -q --error-exitcode=77 \
	    --child-silent-after-fork=yes --log-file="$tmp/log.%p" \
	    "$@" >"$tmp/out" 2>"$tmp/err"
	rc=$?
	n=$((n + 1))
	if [ $rc = 0 ] && ! grep -qs . "$tmp"/log.*; then
		echo "ok $n - $what"
	else
		echo "not ok $n - $what (status $rc)"
		cat "$tmp"/log.* "$tmp/err" | head -n 40 | sed 's/^/# /'
		failed=1
	fi
	rm -f "$tmp"/log.*
}

csv=examples/data/penguins.csv
clean 'csv-synthq' "$B/bin/csv-synthq" -q -n 8 $csv
cp "$tmp/out" "$tmp/questions"
clean 'csv-synthq --profile' "$B/bin/csv-synthq" -q --profile $csv
clean 'csv-inspect questions' "$B/bin/csv-inspect" questions "$tmp/questions"
if [ -n "${CHECK_ALL-}" ]; then
	# it knows neither seccomp nor Landlock
	if "$B/bin/csv-episode" -q --teacher reference <"$tmp/questions" \
	    >"$tmp/traces" 2>/dev/null; then
		clean 'csv-episode' "$B/bin/csv-episode" -q --sandbox none \
		    --teacher reference "$tmp/questions"
		clean 'csv-verify' "$B/bin/csv-verify" -q --sandbox none \
		    "$tmp/questions"
	else
		n=$((n + 1))
		echo "ok $n - csv-episode, csv-verify # SKIP no sandbox here"
	fi
	clean 'csv-triangulate' "$B/bin/csv-triangulate" -q "$tmp/traces"
	cp "$tmp/out" "$tmp/episodes"
	clean 'csv-inspect --html' "$B/bin/csv-inspect" episodes --html \
	    "$tmp/episodes"
	clean 'hf-push --dry-run' "$B/bin/hf-push" -q --repo me/x --dry-run \
	    --license cc-by-4.0 "$tmp/episodes"
	for unit in "$B"/tests/test_* "$B"/replay/fuzz_*; do
		case $unit in
		*.o | *.d | */test_box | */test_mem) continue ;;
		esac
		clean "${unit##*/}" "$unit"
	done
fi
echo "1..$n"
exit $failed
