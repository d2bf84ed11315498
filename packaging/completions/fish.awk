# SPDX-License-Identifier: BSD-2-Clause
# fish.awk: the lines of usage.awk, and "check NAME" for each check, as a completion of fish.
BEGIN {
	print "# fish completion of postern(8), generated from what it says of itself"
	print "complete -c postern -f"
	print "complete -c postern -n __fish_use_subcommand -l help"
	print "complete -c postern -n __fish_use_subcommand -l version"
}
$1 == "command" { gsub(/'/, "\\'", $3); print "complete -c postern -n __fish_use_subcommand -a " $2 " -d '" $3 "'" }
$1 == "check" { checks = checks " " $2 }
$1 == "word" { words[$2] = words[$2] " " $3 }
$1 == "operand" && $3 ~ /^(FILE|DIR)$/ { takes_files[$2] = 1 }
$1 == "operand" && $3 == "NAME" { takes_checks[$2] = 1 }
$1 == "option" { print with($2) option($3) value($4) }

function with(command) {
	return "complete -c postern -n '__fish_seen_subcommand_from " command "'"
}

function option(name) {
	return name ~ /^--/ ? " -l " substr(name, 3) : " -s " substr(name, 2)
}

function value(argument) {
	if (argument == "")
		return ""
	if (argument ~ /^(FILE|DIR)$|[.]/)
		return " -r -F"
	if (argument !~ /[|]/)
		return " -x"
	gsub(/[|]/, " ", argument)
	return " -x -a '" argument "'"
}

END {
	for (name in words)
		print "complete -c postern -n '__fish_seen_subcommand_from " name "; and not __fish_seen_subcommand_from" words[name] \
			"' -a '" substr(words[name], 2) "'"
	for (name in takes_checks)
		print with(name) " -a '" substr(checks, 2) "'"
	for (name in takes_files)
		print with(name) " -F"
}
