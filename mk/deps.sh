#!/bin/sh
# deps.sh - find what is missing on this machine and install it with apt.
# usage: deps.sh yes|no WHAT...   WHAT: build run check lint fuzz deb peers
#        bench
# With "no", or without apt, it prints what would be installed and exits 2.
set -u
install=$1
shift
apt='' dnf='' brew=''

# need APT DNF BREW: remember the packages of something that is missing.
need()
{
	apt="$apt $1" dnf="$dnf $2" brew="$brew $3"
}

have()
{
	command -v "$1" >/dev/null 2>&1
}

# lib MODULE APT DNF BREW
lib()
{
	"${PKG_CONFIG:-pkg-config}" --exists "$1" 2>/dev/null ||
		need "$2" "$3" "$4"
}

# Has any interpreter that the programs try these modules?
python_has()
{
	for py in "${VIRTUAL_ENV:-/nonexistent}/bin/python3" python3 \
	    /usr/bin/python3; do
		"$py" -c 'import importlib.util as u, sys
sys.exit(any(u.find_spec(m) is None for m in sys.argv[1:]))' "$@" \
		    2>/dev/null && return 0
	done
	return 1
}

build()
{
	if ! have "${CC:-cc}" || ! have ar; then
		need "gcc libc6-dev" "gcc glibc-devel" gcc
	fi
	echo '#include <stdio.h>' | "${CC:-cc}" -E -x c - >/dev/null 2>&1 ||
		need libc6-dev glibc-devel gcc
	have make || need make make make
	have "${PKG_CONFIG:-pkg-config}" ||
		need pkg-config pkgconf-pkg-config pkg-config
	lib jansson libjansson-dev jansson-devel jansson
	lib libcurl libcurl4-openssl-dev libcurl-devel curl
	lib yaml-0.1 libyaml-dev libyaml-devel libyaml
	lib libcrypto libssl-dev openssl-devel openssl
	lib libseccomp libseccomp-dev libseccomp-devel libseccomp
	lib libarchive libarchive-dev libarchive-devel libarchive
	lib zlib zlib1g-dev zlib-devel zlib
}

run()
{
	have bwrap || need bubblewrap bubblewrap bubblewrap
	have jq || need jq jq jq
	have bash || need bash bash bash
	python_has pandas numpy scipy statsmodels sklearn ||
		need "python3 python3-pandas python3-numpy python3-scipy \
python3-statsmodels python3-sklearn" "python3 python3-pandas python3-numpy \
python3-scipy python3-statsmodels python3-scikit-learn" "python numpy scipy"
}

check()
{
	lib check check check-devel check
	have prove || need perl perl-Test-Harness perl
	have mandoc || need mandoc mandoc mandoc
}

lint()
{
	have clang-format || need clang-format clang-tools-extra clang-format
	have clang-tidy || need clang-tidy clang-tools-extra llvm
	have cppcheck || need cppcheck cppcheck cppcheck
	have shellcheck || need shellcheck ShellCheck shellcheck
	have mandoc || need mandoc mandoc mandoc
	have python3 || need python3 python3 python
}

fuzz()
{
	have clang || need clang clang llvm
	[ -n "$(find /usr/lib/clang /usr/lib/llvm* /usr/lib64/clang -name \
	    'libclang_rt.fuzzer*.a' 2>/dev/null | head -n 1)" ] ||
		need clang compiler-rt llvm
}

deb()
{
	have dpkg-buildpackage || need dpkg-dev rpm-build rpm
	have dh || need debhelper rpm-build rpm
	have fakeroot || need fakeroot fakeroot fakeroot
	have mmdebstrap || need mmdebstrap mmdebstrap mmdebstrap
}

peers()
{
	fuzz
	have valgrind || need valgrind valgrind valgrind
	have parallel || need parallel parallel parallel
	have sshd || [ -x /usr/sbin/sshd ] ||
		need openssh-server openssh-server openssh
	have ssh || need openssh-client openssh-clients openssh
	have zsh || need zsh zsh zsh
	if ! have sbatch || ! [ -x /usr/sbin/slurmctld ] ||
	    ! [ -x /usr/sbin/munged ]; then
		need "slurm-wlm munge" "slurm slurm-slurmctld slurm-slurmd \
munge" slurm
	fi
	have chromium || have chromium-browser || have google-chrome ||
		need chromium chromium chromium
}

# What the benches compare with; npm packages they fetch themselves.
bench()
{
	have jq || need jq jq jq
	have mlr || need miller miller miller
	echo '#include <csv.h>' | "${CC:-cc}" -E -x c - >/dev/null 2>&1 ||
		need libcsv-dev libcsv-devel libcsv
	have npm || need "nodejs npm" "nodejs npm" node
	python_has httpx || need python3-httpx python3-httpx "python httpx"
	python_has ipykernel jupyter_client || need "python3-ipykernel \
python3-jupyter-client" "python3-ipykernel python3-jupyter-client" jupyterlab
}

for what in "$@"; do
	case $what in
	build | run | check | lint | fuzz | deb | peers | bench) "$what" ;;
	*)
		echo "deps.sh: unknown part: $what" >&2
		exit 2
		;;
	esac
done

# Each package once.
once()
{
	printf '%s\n' "$@" | awk 'NF && !seen[$0]++' | tr '\n' ' '
}

# shellcheck disable=SC2086 # lists of words
apt=$(once $apt) dnf=$(once $dnf) brew=$(once $brew)
[ -n "$apt" ] || exit 0

give_up()
{
	{
		echo "make: missing on this machine: $apt"
		echo "  Debian, Ubuntu: sudo apt-get install \
--no-install-recommends $apt"
		echo "  Fedora:         sudo dnf install $dnf"
		echo "  Homebrew:       brew install $brew"
		[ "$brew" = "${brew#*scipy}" ] || echo "                  \
and python3 -m pip install pandas statsmodels scikit-learn"
	} >&2
	exit 2
}

if [ "$install" = no ] || ! have apt-get; then
	give_up
fi
if [ "$(id -u)" = 0 ]; then
	root=
elif ! have sudo; then
	give_up
elif [ -t 0 ] && [ -t 2 ]; then
	root=sudo
else
	root='sudo -n'
fi
echo "make deps: installing $apt" >&2
export DEBIAN_FRONTEND=noninteractive
$root apt-get update -q >&2 || give_up
# shellcheck disable=SC2086
$root env DEBIAN_FRONTEND=noninteractive apt-get install -q -y \
    --no-install-recommends $apt >&2 || give_up
