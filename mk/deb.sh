#!/bin/sh
# deb.sh - a Debian package of HEAD in build-deb/. usage: deb.sh
# DEB_BUILD_OPTIONS as dpkg-buildpackage knows them (nocheck, parallel=N).
set -eu
version=$(cat VERSION)
said=$(sed -n '1s/.*(\(.*\)).*/\1/p' debian/changelog)
if [ "$said" != "$version" ]; then
	echo "make deb: VERSION is $version, debian/changelog says $said" >&2
	exit 2
fi
mk/dist.sh
rm -rf build-deb
mkdir build-deb
tar -xf "csv-agent-$version.tar.gz" -C build-deb
cd "build-deb/csv-agent-$version"
# Only what was asked for: the variables of make stay behind.
env -u MAKEFLAGS -u MAKELEVEL -u MFLAGS -u CFLAGS -u CC \
    dpkg-buildpackage -b -us -uc >../log 2>&1 || {
	tail -n 40 ../log >&2
	exit 1
}
cd ..
rm -rf "csv-agent-$version"
ls "$PWD"/csv-agent_"$version"_*.deb
