# SPDX-License-Identifier: BSD-2-Clause
# zsh.awk: the lines of usage.awk, and "check NAME" for each check, as a completion of zsh.
$1 == "command" { commands[++count] = $2; gsub(/'/, "'\\''", $3); purpose[$2] = $3 }
$1 == "check" { checks = checks " " $2 }
$1 == "word" { words[$2] = words[$2] " " $3 }
$1 == "operand" && $3 ~ /^(FILE|DIR)$/ { operand[$2] = "*:file:_files" }
$1 == "operand" && $3 == "NAME" { operand[$2] = "*:check:($checks)" }
$1 == "option" { options[$2] = options[$2] " \\\n\t\t\t" option($3, $4) }

# May come again: as --rcpt-to does.
function option(name, argument) {
	if (argument == "")
		return "'*" name "'"
	return "'*" name (name ~ /^--/ ? "=" : "") ":" (argument ~ /[|]/ ? "value" : tolower(argument)) ":" value(argument) "'"
}

function value(argument) {
	if (argument ~ /^(FILE|DIR)$|[.]/)
		return "_files"
	if (argument !~ /[|]/)
		return ""
	gsub(/[|]/, " ", argument)
	return "(" argument ")"
}

END {
	print "#compdef postern"
	print "# zsh completion of postern(8), generated from what it says of itself"
	print "_postern() {"
	print "\tlocal -a commands checks"
	print "\tchecks=(" substr(checks, 2) ")"
	print "\tcommands=("
	for (i = 1; i <= count; i++)
		print "\t\t'" commands[i] ":" purpose[commands[i]] "'"
	print "\t)"
	print "\tif (( CURRENT == 2 )); then"
	print "\t\t_describe -t commands command commands"
	print "\t\t_arguments --help --version"
	print "\t\treturn"
	print "\tfi"
	print "\tshift words"
	print "\t(( CURRENT-- ))"
	print "\tcase $words[1] in"
	for (i = 1; i <= count; i++)
		print_command(commands[i])
	print "\tesac"
	print "}"
	print ""
	print "_postern \"$@\""
}

function print_command(name) {
	print "\t" name ")"
	printf "\t\t_arguments%s", options[name]
	if (name in words)
		printf " \\\n\t\t\t'1:what:(%s)'", substr(words[name], 2)
	if (name in operand)
		printf " \\\n\t\t\t\"%s\"", operand[name]
	print "\n\t\t;;"
}
