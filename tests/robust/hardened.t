#!/bin/sh
# hardened.t - the programs are built with the protections that the Makefile
# asks for (mk/hardened.sh), and the checker sees one that is not.
bin=${B:-build}/bin
if ! command -v readelf >/dev/null; then
	echo 'ok 1 - hardened programs # SKIP no readelf'
	echo 1..1
	exit
fi
if [ -n "${SAN-}" ] || readelf -sW "$bin/csv-synthq" | grep -q __gcov_; then
	echo 'ok 1 - hardened programs # SKIP built to be examined'
	echo 1..1
	exit
fi
tmp=$(mktemp -d) || exit 1
trap 'rm -rf "$tmp"' EXIT
rc=0
if mk/hardened.sh "$bin"/* 2>"$tmp/why"; then
	echo 'ok 1 - PIE, RELRO, stack protector, FORTIFY, no executable stack'
else
	echo 'not ok 1 - PIE, RELRO, stack protector, FORTIFY'
	sed 's/^/# /' "$tmp/why"
	rc=1
fi
echo 'int main(void) { return 0; }' >"$tmp/soft.c"
if "${CC:-cc}" -no-pie -fno-stack-protector -Wl,-z,norelro -o "$tmp/soft" \
    "$tmp/soft.c" && ! mk/hardened.sh "$tmp/soft" 2>"$tmp/why" &&
	[ "$(grep -c . "$tmp/why")" -ge 4 ]; then
	echo 'ok 2 - a program without them is told'
else
	echo 'not ok 2 - a program without them is told'
	sed 's/^/# /' "$tmp/why"
	rc=1
fi
echo 1..2
exit $rc
