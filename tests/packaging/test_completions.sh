#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause
# test_completions: what each shell offers behind some words. bash has to be there; zsh and fish are asked where they are.
set -u

folder=$(cd "$(dirname "${POSTERN:-build/postern}")" && pwd)/completions
checks=0 failures=0

# expect SHELL LINE NEEDLE...: among what SHELL offers at the end of LINE are these; those with a ! before them are not.
expect() {
	local shell=$1 line=$2 offered needle
	shift 2
	offered=$("offers_$shell" "$line")
	for needle in "$@"; do
		checks=$((checks + 1))
		if [ "${needle#!}" = "$needle" ]; then
			grep -qx -e "$needle" <<<"$offered" && continue
		else
			grep -qx -e "${needle#!}" <<<"$offered" || continue
		fi
		failures=$((failures + 1))
		printf '%s: "%s" expects %s, offered:\n%s\n' "$shell" "$line" "$needle" "$offered"
	done
}

# As readline calls it: words are cut at = as well.
offers_bash() {
	bash -c '
		. "$1"
		line=${2//=/ = }
		read -ra COMP_WORDS <<<"$line"
		[[ $line == *" " ]] && COMP_WORDS+=("")
		COMP_CWORD=$((${#COMP_WORDS[@]} - 1))
		_postern
		printf "%s\n" "${COMPREPLY[@]}"' bash "$folder/bash" "$1"
}

offers_fish() {
	fish --no-config --command "source $folder/fish; complete --do-complete '$1'" 2>/dev/null | cut -f 1
}

# zsh completes only at a terminal, so it gets one; what is offered passes compadd, which writes it down.
offers_zsh() {
	local out
	out=$(mktemp)
	zsh -fc '
		compadd() {
			[[ "${@[1,(i)(-|--)]}" == *-(O|A|D)\ * ]] || {
				local -a hits
				builtin compadd -O hits "$@"
				print -rl -- $hits >>$out
			}
			builtin compadd "$@"
		}
		probe() {
			zle list-choices
			print -r -- END >>$out
		}
		start=$(typeset -f compadd probe)
		zmodload zsh/zpty
		zpty shell zsh -fi
		zpty -w shell "out=$2; autoload -U compinit; compinit -u -D; $start"
		zpty -w shell "source $3 2>/dev/null; compdef _postern postern; zle -N probe; bindkey ^T probe"
		zpty -w -n shell "$1"$'"'\024'"'
		for ((tenths = 0; tenths < 300; tenths++)); do
			grep -q END $2 && break
			sleep 0.1
		done' zsh "$1" "$out" "$folder/zsh"
	cat "$out"
	rm -f "$out"
}

for shell in bash fish zsh; do
	command -v $shell >/dev/null || {
		echo "no $shell here"
		continue
	}
	expect $shell 'postern ' run check config limits checks replies
	expect $shell 'postern co' config '!check' '!run'
	expect $shell 'postern config ' test show '!attachment_empty'
	expect $shell 'postern checks attach' attachment_empty attachment_type '!alignment'
	expect $shell 'postern check --ma' --mail-from '!--json'
	expect $shell 'postern limits ' list reset
done
# How a value is offered is the shell's affair: the whole word or its end.
expect bash 'postern check --color=a' auto always '!never'
expect bash 'postern check --login ' '!--json'
expect bash 'postern check Makef' Makefile
expect bash 'postern checks Makef' '!Makefile'
expect bash 'postern run -c Makef' Makefile

echo "$(((checks - failures) * 100 / checks))%: Checks: $checks, Failures: $failures, Errors: 0"
[ $failures -eq 0 ]
