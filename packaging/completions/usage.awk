# SPDX-License-Identifier: BSD-2-Clause
# usage.awk: what `postern --help` says, as lines of fields with tabs between, for bash.awk, zsh.awk and fish.awk:
#
#	command NAME PURPOSE
#	option  NAME OPTION ARGUMENT    ARGUMENT: empty, or as it stands there: FILE, auto|always|never
#	word    NAME WORD               an operand that is a word of its own: config test
#	operand NAME ARGUMENT           one that stands for another: FILE
BEGIN { OFS = "\t" }

# "  postern NAME SYNOPSIS", then a line with the purpose.
/^  postern [a-z]/ {
	name = $2
	synopsis = $0
	sub(/^ *postern [a-z]+ */, "", synopsis)
	getline purpose
	sub(/^ */, "", purpose)
	print "command", name, purpose
	read_synopsis(name, synopsis)
}

function read_synopsis(name, synopsis,   tokens, count, i, token, value) {
	gsub(/\[|\]|\.\.\./, " ", synopsis)
	gsub(/ \| /, " ", synopsis)
	count = split(synopsis, tokens, " ")
	for (i = 1; i <= count; i++) {
		token = tokens[i]
		if (token !~ /^-./) {
			read_operand(name, token)
			continue
		}
		value = ""
		if (match(token, /=/)) {
			value = substr(token, RSTART + 1)
			token = substr(token, 1, RSTART - 1)
		} else if (tokens[i + 1] ~ /^[A-Z]/) {
			value = tokens[++i]
		}
		print "option", name, token, value
	}
}

function read_operand(name, token,   words, count, i) {
	count = split(token, words, "|")
	for (i = 1; i <= count; i++)
		if (words[i] ~ /^[a-z]/)
			print "word", name, words[i]
		else if (words[i] ~ /^[A-Z]/)
			print "operand", name, words[i]
}
