#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# generate.sh POSTERN bash|zsh|fish: the shell's completion, from what POSTERN says of its commands, options and checks.
set -eu

folder=$(dirname "$0")
{
	"$1" --help | awk -f "$folder/usage.awk"
	"$1" checks | awk -v OFS='\t' 'NR > 1 { print "check", $1 }'
} | awk -F '\t' -f "$folder/$2.awk"
