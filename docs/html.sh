#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# html.sh FOLDER: the manual pages as HTML, with references to each other as links, a style sheet, and an index.
set -eu

pages=$(cd "$(dirname "$0")" && pwd)
mkdir -p "$1"
cp "$pages/style.css" "$1/"
cd "$1"

# References lead to Debian's pages, but for those to our own; and behind the opening of each page stands the way back.
edit='s|^<body>|&\n<p class="top"><a href="index.html">Postern</a></p>|'
for page in "$pages"/man/*.[578]; do
	name=$(basename "$page")
	edit="$edit;s|https://manpages.debian.org/$name\"|$name.html\"|g"
done
for page in "$pages"/man/*.[578]; do
	mandoc -T html -O 'style=style.css,toc,man=https://manpages.debian.org/%N.%S' "$page" |
		sed "$edit" >"$(basename "$page").html"
done

{
	cat <<'HEAD'
<!DOCTYPE html>
<html lang="en">
<head>
  <meta charset="utf-8"/>
  <meta name="viewport" content="width=device-width, initial-scale=1.0"/>
  <link rel="stylesheet" href="style.css" type="text/css"/>
  <title>Postern</title>
</head>
<body>
<h1>Postern</h1>
<p>A milter that makes Postfix and Sendmail refuse mail which breaks documented sender rules.</p>
<dl>
HEAD
	for page in "$pages"/man/*.8 "$pages"/man/*.5 "$pages"/man/*.7; do
		name=$(basename "$page")
		printf '<dt><a href="%s.html">%s(%s)</a></dt>\n<dd>%s</dd>\n' "$name" "${name%.*}" "${name##*.}" \
			"$(sed -n 's/^\.Nd //p' "$page")"
	done
	printf '</dl>\n</body>\n</html>\n'
} >index.html
