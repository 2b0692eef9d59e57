#!/bin/bash
# check.sh - run tests with prove, keep their TAP, count. usage: check.sh TEST...
# Each test prints TAP; it runs in the top directory with B set to the build
# directory. The last line printed is "N passed, N failed, N skipped".
set -u
export B=${B:-build}
export TAP_DIR=$B/tap
# Tests depend on nothing that a user has set up.
export LC_ALL=C.UTF-8 TZ=UTC NO_COLOR=1 PYTHONDONTWRITEBYTECODE=1
export XDG_CONFIG_HOME=/nonexistent
unset OPENROUTER_API_KEY OPENAI_API_KEY HF_TOKEN KAGGLE_KEY SOURCE_DATE_EPOCH
for v in $(compgen -e CSV_AGENT_); do unset "$v"; done
rm -rf "$TAP_DIR"
mkdir -p "$TAP_DIR"
prove -j "${JOBS:-2}" --timer --exec mk/tap.sh "$@"
rc=$?
awk '/^ok / { if (toupper($0) ~ /# *SKIP/) { skip++ } else pass++ }
/^not ok / { if (toupper($0) ~ /# *TODO/) { skip++ } else fail++ }
END { printf "%d passed, %d failed, %d skipped\n", pass, fail, skip }' \
    "$TAP_DIR"/*.tap >"$TAP_DIR/count"
grep -h '^ok .*# *[Ss][Kk][Ii][Pp]' "$TAP_DIR"/*.tap |
	sed 's/^ok [0-9]* *-* */skipped: /' | sort | uniq -c | sort -rn |
	head -n 20
cat "$TAP_DIR/count"
exit $rc
