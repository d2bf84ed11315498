# SPDX-License-Identifier: BSD-2-Clause
# smtp.sh: an SMTP client for bash, to be sourced.

fail() {
	echo "FAIL: $*" >&2
	exit 1
}

# reply PATTERN: the last line of the next reply.
reply() {
	local line=
	while IFS= read -r -t 30 line <&3; do
		line=${line%$'\r'}
		echo "S: $line"
		[ "${line:3:1}" = - ] || break
	done
	# shellcheck disable=SC2053 # a pattern
	[[ $line == $1 ]] || fail "expected $1"
}

say() {
	echo "C: $1"
	printf '%s\r\n' "$1" >&3
}

# send SUBJECT CONTENT: a message with an attachment, CONTENT in base64, up to the final dot.
send() {
	local line
	reply '220 *'
	say 'EHLO client.example.com'
	reply '250 *'
	say 'MAIL FROM:<orders@example.com>'
	reply '250 2.1.0 Ok'
	say 'RCPT TO:<reader@dest.example.org>'
	reply '250 2.1.5 Ok'
	say 'DATA'
	reply '354 *'
	for line in 'From: Shop <orders@example.com>' "Subject: $1" 'Date: Mon, 23 Nov 2026 12:00:00 +0000' \
		'Message-ID: <1042@example.com>' 'MIME-Version: 1.0' 'Content-Type: multipart/mixed; boundary="frontier"' '' \
		'--frontier' 'Content-Type: text/plain' '' 'The invoice is attached.' '--frontier' \
		'Content-Type: application/pdf; name="invoice.pdf"' 'Content-Disposition: attachment; filename="invoice.pdf"' \
		'Content-Transfer-Encoding: base64' '' "$2" '--frontier--' '.'; do
		printf '%s\r\n' "$line" >&3
	done
}

# session SUBJECT CONTENT REPLY: a whole session with the server on this host, and what it says to the message.
session() {
	exec 3<>/dev/tcp/127.0.0.1/25
	send "$1" "$2"
	reply "$3"
	say QUIT
	exec 3>&-
}
