#!/bin/sh
# dist.sh - a tarball of HEAD: the same commit gives the same bytes.
set -eu
version=$(cat VERSION)
name=csv-agent-$version
if ! git rev-parse --git-dir >/dev/null 2>&1; then
	echo "make dist: this is not a git checkout" >&2
	exit 2
fi
tag=$(git describe --tags --exact-match HEAD 2>/dev/null || true)
if [ -n "$tag" ] && [ "${tag#v}" != "$version" ]; then
	echo "make dist: VERSION is $version, but HEAD has the tag $tag" >&2
	exit 2
fi
if ! grep -q "^## $version" NEWS.md; then
	echo "make dist: NEWS.md has no section for $version" >&2
	exit 2
fi
if [ -n "$(git status --porcelain --untracked-files=no)" ]; then
	echo "make dist: changes that are not committed are left out" >&2
fi
git -c tar.umask=0022 archive --format=tar --prefix="$name/" HEAD |
	gzip -9n >"$name.tar.gz.tmp"
mv "$name.tar.gz.tmp" "$name.tar.gz"
echo "$name.tar.gz"
