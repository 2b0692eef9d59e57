#!/bin/sh
# hardened.sh - do these programs have the protections that the Makefile asks
# for? usage: hardened.sh PROGRAM...
set -eu
bad=0

# lacks PROGRAM WHAT
lacks()
{
	echo "$1: no $2" >&2
	bad=1
}

for p in "$@"; do
	head=$(readelf -hW "$p")
	segments=$(readelf -lW "$p")
	dynamic=$(readelf -dW "$p")
	names=$(readelf -sW --dyn-syms "$p")
	case $head in *'DYN ('*) ;; *) lacks "$p" 'PIE' ;; esac
	case $segments in *GNU_RELRO*) ;; *) lacks "$p" 'RELRO' ;; esac
	case $dynamic in *BIND_NOW* | *'Flags: NOW'*) ;;
	*) lacks "$p" 'immediate binding' ;; esac
	printf '%s\n' "$segments" | grep 'GNU_STACK' | grep -q 'RW ' ||
		lacks "$p" 'stack without execution'
	case $names in *__stack_chk_fail*) ;;
	*) lacks "$p" 'stack protector' ;; esac
	case $names in *_chk@*) ;; *) lacks "$p" 'fortified function' ;; esac
done
exit "$bad"
