#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause
# test_documents: what the README and the manual show can be done. Every piece of configuration in them loads, by itself and in
# conf.d beside the shipped one; postern(8) has the commands and options that the program has, and no others; the pages in HTML
# refer to what is there.
#
# In the README such a piece is a block of ```conf; in a manual page it has the comment .\" configuration before it.
set -u

postern=$(realpath "${POSTERN:-build/postern}")
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
. tests/packaging/check.sh

# loads NAME FILE: nothing is wrong with it.
loads() {
	check "$1 loads by itself" 'configuration is right' "$("$postern" config test -c "$2" 2>&1 | grep -v 'warning')"
	cp "$2" "$folder/shipped/conf.d/piece.conf"
	check "$1 loads beside the shipped one" 'configuration is right' \
		"$("$postern" config test -c "$folder/shipped/postern.conf" 2>&1 | grep -v 'warning')"
}

mkdir -p "$folder/shipped/conf.d" "$folder/pieces"
cp conf/postern.conf "$folder/shipped/"

# Pieces, as NAME.LINE.
for page in docs/man/*.[578]; do
	awk -v out="$folder/pieces/$(basename "$page")" '
		/^\.\\" configuration$/ { marked = 1; next }
		/^\.Bd -literal/ && marked { file = out "." NR; marked = 0; next }
		/^\.Ed/ { file = "" }
		file { gsub(/\\e/, "\\"); gsub(/\\\(aq/, "\047"); gsub(/\\-/, "-"); gsub(/\\\(dq/, "\""); print > file }' "$page"
	check "$page marks what looks like configuration" '' "$(awk '
		/^\.\\" configuration$/ { marked = 2 }
		/^\.Bd -literal/ { inside = 1 }
		/^\.Ed/ { inside = 0 }
		inside && !marked && /^ *[a-z_]+ *= [{("\[]/ { print FNR ": " $0 }
		/^\.Ed/ { marked = 0 }' "$page")"
done
for page in README.md CONTRIBUTING.md; do
	awk -v out="$folder/pieces/$page" '
		/^```conf$/ { file = out "." NR; next }
		/^```/ { file = "" }
		file { print > file }' "$page"
done
for piece in "$folder"/pieces/*; do
	loads "$(basename "$piece" | sed 's/\.\([0-9]*\)$/:\1/')" "$piece"
done
check 'the README counts the checks' "**$("$postern" checks | tail -n +2 | wc -l) checks**" "$(grep -o '[*][*][0-9]* checks[*][*]' README.md)"
check 'there are pieces in the README' yes "$(ls "$folder/pieces" | grep -q README && echo yes)"
check 'each check has a recipe' "$(grep -c '^\.Ss [a-z_]*$' docs/man/postern-checks.7)" \
	"$(ls "$folder/pieces" | grep -c postern-checks)"

# section NAME: the part of postern(8) on a command.
section() {
	awk -v name="$1" '/^\.S[sh] / { inside = $0 == ".Ss " name } inside' docs/man/postern.8
}

# synopsis NAME: its lines in the synopsis.
synopsis() {
	awk -v name="$1" '/^\.Sh / { inside = $2 == "SYNOPSIS" } /^\.Nm/ { mine = 0 } $1 == ".Cm" && $2 == name && inside { mine = 1 } mine' \
		docs/man/postern.8
}

# An option as mdoc has it: --mail-from is `Fl -mail-from`, -c is `Fl c`.
while IFS=$'\t' read -r kind name option _; do
	case $kind in
	command) check "postern(8) has a section on $name" ".Ss $name" "$(section "$name" | head -n 1)" ;;
	option)
		check "postern(8) says what $name $option does" yes \
			"$(section "$name" | grep -q -e "\(It\|,\) Fl ${option#-}\( \|\$\)" -e "Fl ${option#-}\( \|\$\)" && echo yes)"
		check "postern(8) has $name $option in its synopsis" yes \
			"$(synopsis "$name" | grep -q "Fl ${option#-}\( \|\$\)" && echo yes)"
		;;
	word) check "postern(8) tells of $name $option" yes "$(section "$name" | grep -q "Cm \(.* \)\?$option\b" && echo yes)" ;;
	esac
done < <("$postern" --help | awk -f packaging/completions/usage.awk)

# And the other way: what the manual lists is taken. Behind it stands an option that no command has, so that nothing is done.
for name in $("$postern" --help | awk -f packaging/completions/usage.awk | awk -F '\t' '$1 == "command" { print $2 }'); do
	for option in $(section "$name" | grep '^\.It Fl' | grep -o 'Fl [a-z-]*' | cut -d ' ' -f 2); do
		check "postern $name takes -$option" '' \
			"$(cd "$folder" && "$postern" "$name" "-$option" --none </dev/null 2>&1 | grep 'option' | grep -v -e "'--none'")"
	done
	check "postern $name --help" "usage: postern $name" "$("$postern" "$name" --help | head -n 1 | cut -d ' ' -f 1-3)"
done

if command -v mandoc >/dev/null; then
	docs/html.sh "$folder/html"
	check 'each page is in the index' "$(ls docs/man | sort)" \
		"$(grep -o 'href="[^"]*\.html' "$folder/html/index.html" | sed 's/href="//; s/\.html$//' | sort)"
	for link in $(grep -oh 'href="[^":#]*"' "$folder"/html/*.html | sed 's/href="//; s/"$//' | sort -u); do
		check "$link is there" yes "$([ -s "$folder/html/$link" ] && echo yes)"
	done
	check 'no page of ours is looked for elsewhere' '' "$(grep -oh 'https://manpages.debian.org/postern[^"]*' "$folder"/html/*.html)"
fi

echo "$(((checks - failures) * 100 / checks))%: Checks: $checks, Failures: $failures, Errors: 0"
[ $failures -eq 0 ]
