#!/bin/bash
# tap.sh - run one test and keep a copy of its TAP. usage: tap.sh TEST
# A test that ends without a plan or with another status than its results say
# leaves a "not ok" of its own in the copy.
set -u
name=${1#"$B"/}
copy=$TAP_DIR/${name//\//_}.tap
case $1 in */*) run=$1 ;; *) run=./$1 ;; esac
# A file, not a pipe: a process that a test leaves behind cannot hold it open.
timeout -k 10 "${TEST_TIMEOUT:-1200}" "$run" >"$copy"
rc=$?
cat "$copy"
if ! grep -q '^1\.\.[0-9]' "$copy" ||
	{ [ "$rc" != 0 ] && ! grep -q '^not ok' "$copy"; }; then
	echo "not ok - $1 ended with status $rc" >>"$copy"
fi
exit "$rc"
