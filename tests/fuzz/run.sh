#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# Runs fuzz targets: run.sh BUILD SECONDS [TARGET...]. The seconds are shared by all of them, "message" having three shares;
# JOBS=2 runs two at a time. Prints a table, and fails when something was found: it lies in BUILD/found/TARGET then. What
# is mended goes to tests/fuzz/crashers/TARGET, under a name that says what it was, and is tested for ever after.
#
# BUILD holds fuzz (the targets' program), seeds, and below seed/ the objects of tests whose strings are the first inputs.
# The inputs that were found to matter stay in BUILD/corpus and are where the next run begins.
set -eu
export LC_ALL=C # logs hold any octet

here=tests/fuzz
all="header address address_path params words charset visible decoder mime domain reply message"

# The tests whose strings a target begins with.
seeds_of() {
	case $1 in
	address) echo parse/test_address parse/test_address_readers ;;
	visible) echo parse/test_visible parse/test_html ;;
	mime) echo parse/test_mime parse/test_mime_nesting parse/test_mime_part parse/test_mime_shapes ;;
	domain) echo test_domain ;;
	reply) echo test_reply ;;
	message) for cases in tests/policy/cases/*.c; do echo "cases/$(basename "$cases" .c)"; done ;;
	*) echo "parse/test_$1" ;;
	esac
}

dictionaries_of() {
	case $1 in
	address_path) echo address ;;
	params) echo params words ;;
	visible) echo visible charset ;;
	mime) echo mime params decoder ;;
	message) echo header address mime params words charset visible decoder ;;
	*) echo "$1" ;;
	esac
}

# Every string literal of the object files, each with its NUL.
strings_of() {
	for object in $(seeds_of "$1"); do
		for section in .rodata.str1.1 .rodata.str1.8 .rodata; do
			objcopy -O binary -j $section "$build/seed/tests/policy/$object.o" "$build/$1.strings" 2>/dev/null || continue
			cat "$build/$1.strings"
			printf '\0'
		done
	done
	[ "$1" != message ] || find tests/data -name '*.eml' -exec cat {} \; -exec printf '\0' \;
}

fuzz() {
	target=$1 seconds=$2
	corpus=$build/corpus/$target found=$build/found/$target log=$build/$target.log
	mkdir -p "$corpus" "$found"
	strings_of "$target" | "$build/seeds" "$target" "$corpus"
	for dictionary in $(dictionaries_of "$target"); do
		cat "$here/$dictionary.dict"
	done >"$build/$target.dict"
	ln -sf fuzz "$build/fuzz_$target"
	case $target in
	message | mime) longest=4096 ;;
	*) longest=2048 ;;
	esac
	status=0
	# shellcheck disable=SC2046 # a folder, or nothing
	"$build/fuzz_$target" -max_total_time="$seconds" -max_len=$longest -timeout=5 -rss_limit_mb=1024 -print_final_stats=1 \
		-dict="$build/$target.dict" -artifact_prefix="$found/" "$corpus" $(find $here/crashers/"$target" -type d 2>/dev/null) \
		>"$log" 2>&1 || status=$?
	runs=$(sed -n 's/^stat::number_of_executed_units: *//p' "$log")
	covered=$(sed -n 's/.* cov: \([0-9]*\) .*/\1/p' "$log" | tail -n 1)
	count=$(find "$found" -type f | wc -l)
	if [ $status -ne 0 ] && [ "$count" -eq 0 ]; then
		count=1 # it did not even run
		tail -n 3 "$log" >&2
	fi
	printf '%-14s %12s %10s %10s %10s\n' "$target" "${runs:-0}" "$((${runs:-0} / seconds))" "${covered:-0}" "$count" \
		>"$build/$target.row"
	cat "$build/$target.row"
}

if [ $# -lt 2 ]; then
	sed -n 's/^# Runs fuzz targets: //p' "$0" >&2
	exit 64
fi
build=$1 seconds=$2
shift 2
if [ "${1:-}" = --one ]; then
	fuzz "$2" "$seconds"
	exit
fi
# shellcheck disable=SC2086 # a list of words
[ $# -gt 0 ] || set -- $all
shares=$#
for target in "$@"; do
	[ "$target" != message ] || shares=$((shares + 2))
done

printf '%-14s %12s %10s %10s %10s\n' target executions "a second" edges found
share=$((seconds * ${JOBS:-1} / shares))
[ $share -gt 0 ] || share=1
for target in "$@"; do
	[ "$target" = message ] && part=$((share * 3)) || part=$share
	echo "$part --one $target"
done | xargs -L 1 -P "${JOBS:-1}" "$0" "$build"

for target in "$@"; do
	cat "$build/$target.row"
done | awk '{ runs += $2; found += $5 } END { printf "%-14s %12d %10s %10s %10d\n", "total", runs, "", "", found; exit found > 0 }'
