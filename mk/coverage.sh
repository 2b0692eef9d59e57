#!/bin/sh
# coverage.sh - lines reached, a file a line, worst first, and the sum.
# usage: coverage.sh BUILD-DIRECTORY
set -eu
find "$1/lib" "$1/cmd" -name '*.gcda' -print0 |
	xargs -0 -r gcov -n 2>/dev/null |
	awk -F"[':%]" '
	/^File/ { file = $2 }
	/^Lines executed/ && file ~ /^(lib|cmd)\/.*\.c$/ {
		split($0, p, " of "); n = p[2]
		sub(/^Lines executed:/, "", p[1]); sub(/%/, "", p[1])
		hit[file] = n * p[1] / 100; all[file] = n
		file = ""
	}
	END {
		for (f in all) {
			printf "%6.1f%% %6d  %s\n", 100 * hit[f] / all[f],
			    all[f], f
			if (f ~ /^lib/) { h += hit[f]; a += all[f] }
		}
		if (a > 0)
			printf "999 %.1f%% of the %d lines of lib\n",
			    100 * h / a, a
	}' | sort -n | sed 's/^999 /lib: /'
