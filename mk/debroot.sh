#!/bin/bash
# debroot.sh - install a package into a new, minimal Debian and run the pipeline
# there. usage: debroot.sh PACKAGE.deb ROOT   (as root; ROOT must not exist)
# apt finds what the package depends on; nothing else of this machine is seen.
set -eu -o pipefail
deb=$(realpath "$1")
root=$2
suite=$(sed -n 's/^VERSION_CODENAME=//p' /etc/os-release)
[ ! -e "$root" ]

# Headers and pages of other packages, which take most of the time, are left out.
mmdebstrap --quiet --variant=apt --aptopt='APT::Install-Recommends "0"' \
    --dpkgopt=force-unsafe-io --dpkgopt='path-exclude=/usr/include/*' \
    --dpkgopt='path-exclude=/usr/share/locale/*' \
    --customize-hook="cp '$deb' \"\$1/tmp/csv-agent.deb\"" \
    --customize-hook="chroot \"\$1\" apt-get install -qq -y \
    /tmp/csv-agent.deb >&2" "$suite" "$root" >&2

cat >"$root/pipeline" <<'END'
set -eu -o pipefail
cd /usr/share/doc/csv-agent/examples
csv-synthq -q -n 10 data/penguins.csv data/staedte.csv |
    csv-episode -q -t reference | csv-triangulate -q >/tmp/episodes
[ "$(wc -l </tmp/episodes)" = 20 ]
[ "$(grep -c '"verified":true' /tmp/episodes)" = 20 ]
csv-inspect stats /tmp/episodes >/dev/null
csv-verify -q /tmp/episodes >/dev/null
for p in csv-synthq csv-episode csv-triangulate csv-llmq csv-verify \
    csv-inspect hf-push kaggle-pull; do
	$p --version
done
END
bwrap --bind "$root" / --proc /proc --dev /dev --tmpfs /tmp --clearenv \
    --setenv PATH /usr/bin:/bin --setenv HOME /tmp --setenv LC_ALL C.UTF-8 \
    bash /pipeline
echo "20 questions, 20 verified, in the new root"

hardened=$PWD/mk/hardened.sh
cd "$root"
for p in usr/bin/{csv,hf,kaggle}-*; do
	name=${p##*/}
	bash -n "usr/share/bash-completion/completions/$name"
	grep -q "^#compdef $name\$" "usr/share/zsh/vendor-completions/_$name"
	gzip -t "usr/share/man/man1/$name.1.gz"
done
"$hardened" usr/bin/{csv,hf,kaggle}-*
