#!/bin/bash
# completion.t - what the shells complete is what --help lists.
set -u
bin=${B:-build}/bin
count=0

ok()	# status, what
{
	count=$((count + 1))
	[ "$1" = 0 ] || printf 'not '
	echo "ok $count - $2"
}

# The options of --help, one a line, sorted.
options()
{
	"$1" --help | grep -oE '^  (-., |    )--[a-z-]+' |
		grep -oE -- '--[a-z-]+' | sort
}

# What bash offers after "PROG --".
in_bash()
{
	bash --norc --noprofile -c '
		eval "$("$1" --completion bash)" || exit 1
		words=$(complete -p "${1##*/}") || exit 1
		eval "set -- $words"
		while [ "$1" != -W ]; do shift; done
		compgen -W "$2" -- --' bash "$1" | sort
}

# The specifications that zsh would hand to _arguments, by their long names;
# one that is not well formed is shown as it is.
in_zsh()
{
	"$1" --completion zsh >"$tmp"
	zsh -f -c '
		_arguments() { print -rl -- "$@" }
		. "$1"' zsh "$tmp" | sed -nE \
	    -e '/^(-s|-S|\*:file:_files)$/d' \
	    -e 's/^(--[a-z-]+)(=?)\[([^][\\]|\\.)+\](:([^]:[\\]|\\.)+:_files)?$/\1/' \
	    -e '/^-[A-Za-z]\+?\[([^][\\]|\\.)+\](:([^]:[\\]|\\.)+:_files)?$/d' -e p | sort
}

tmp=$(mktemp) || exit 1
trap 'rm -f "$tmp"' EXIT
for p in "$bin"/*; do
	name=${p##*/}
	want=$(options "$p")
	[ "$(wc -l <<<"$want")" -gt 8 ] && [ "$(in_bash "$p")" = "$want" ]
	ok $? "$name: bash completes every option of --help and no other"
	if ! command -v zsh >/dev/null; then
		count=$((count + 1))
		echo "ok $count - $name: zsh # SKIP no zsh"
		continue
	fi
	[ "$(in_zsh "$p")" = "$want" ]
	ok $? "$name: zsh completes every option of --help and no other"
	"$p" --completion zsh | zsh -n
	ok $? "$name: zsh reads it"
done
echo "1..$count"
