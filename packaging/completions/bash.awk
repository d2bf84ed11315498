# SPDX-License-Identifier: BSD-2-Clause
# bash.awk: the lines of usage.awk, and "check NAME" for each check, as a completion of bash.
$1 == "command" { commands = commands " " $2 }
$1 == "check" { checks = checks " " $2 }
$1 == "word" { words[$2] = words[$2] " " $3 }
$1 == "operand" && $3 ~ /^(FILE|DIR)$/ { takes_files[$2] = 1 }
$1 == "operand" && $3 == "NAME" { takes_checks[$2] = 1 }
$1 == "option" {
	options[$2] = options[$2] " " $3
	key = "\t" $2 ":" $3 ") "
	if ($4 ~ /^(FILE|DIR)$|[.]/)
		values = values key "files=yes ;;\n"
	else if ($4 ~ /[|]/)
		values = values key "words='" spaced($4) "' ;;\n"
	else if ($4 != "")
		values = values key "return ;;\n"
}

function spaced(text) {
	gsub(/[|]/, " ", text)
	return text
}

END {
	print "# bash completion of postern(8), generated from what it says of itself"
	print "_postern()"
	print "{"
	print "\tlocal current=${COMP_WORDS[COMP_CWORD]} before=${COMP_WORDS[COMP_CWORD-1]} words= files="
	print "\t# --option=value is three words."
	print "\tif [ \"$current\" = = ]; then"
	print "\t\tcurrent="
	print "\telif [ \"$before\" = = ]; then"
	print "\t\tbefore=${COMP_WORDS[COMP_CWORD-2]}"
	print "\tfi"
	print "\tCOMPREPLY=()"
	print "\tcase ${COMP_WORDS[1]-}:$before in"
	printf "%s", values
	print "\t*)"
	print "\t\tcase $COMP_CWORD:${COMP_WORDS[1]-} in"
	print "\t\t1:*) words='" substr(commands, 2) " --help --version' ;;"
	count = split(commands, names, " ")
	for (i = 1; i <= count; i++)
		print_command(names[i])
	print "\t\tesac"
	print "\t\t;;"
	print "\tesac"
	print "\tmapfile -t COMPREPLY < <(compgen -W \"$words\" -- \"$current\"; [ -z \"$files\" ] || compgen -f -- \"$current\")"
	print "\t[ -z \"$files\" ] || compopt -o filenames 2>/dev/null"
	print "} &&"
	print "\tcomplete -F _postern postern"
}

function print_command(name,   choice, list) {
	choice = options[name] (name in takes_checks ? checks : "")
	if (name in words)
		print "\t\t2:" name ") words='" substr(words[name] choice, 2) "' ;;"
	list = "words='" substr(choice, 2) "'"
	if (name in takes_files)
		list = list " files=yes"
	print "\t\t*:" name ") " list " ;;"
}
