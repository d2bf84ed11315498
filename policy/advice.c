/* SPDX-License-Identifier: BSD-2-Clause */
#include "policy/advice.h"

#include "policy/checks.h"

static const struct advice advice[CHECKS_MAX] = {
	{ "connections_total",
	  "A queue that was held back is flushed at once, or clients keep sessions open that they do not use.",
	  "Send over fewer sessions and several messages in each; after the 421 wait before connecting again.",
	  "checks = { connections_total = { limit = 500; }; };\n" },
	{ "connections_per_client",
	  "A program opens a session for each message or each thread, or forgets to close those that failed.",
	  "Keep a pool of sessions smaller than the limit, send QUIT, and wait after the 421.",
	  "# A /24 of IPv4 is one client; the trusted networks may open as many as they want.\n"
	  "checks = { connections_per_client = { limit = 20; ipv4_prefix = 24; }; };\n"
	  "profiles = (\n"
	  "    {\n"
	  "        name = \"own\";\n"
	  "        when = { origin = [ \"local\", \"trusted\" ]; };\n"
	  "        checks = { connections_per_client = { mode = \"off\"; }; };\n"
	  "    }\n"
	  ");\n" },
	{ "tls_required",
	  "The mailer is set to plain SMTP, is so old that it has only TLS 1.0, or skips STARTTLS because it does not "
	  "trust the server's certificate.",
	  "Switch STARTTLS on in the program that sends, or use the port for SMTP over TLS (465), and bring its TLS "
	  "library up to date.",
	  "checks = { tls_required = { minimum = \"TLSv1.2\"; }; };\n" },
	{ "auth_required",
	  "Credentials are missing, the program sends to the wrong port, or its mechanism is none of those allowed.",
	  "Log in with AUTH before MAIL; where mechanisms are limited, choose one of them.",
	  "# Logins for all but our own networks; programs on the host need none in any case.\n"
	  "checks = { auth_required = { }; };\n"
	  "profiles = (\n"
	  "    {\n"
	  "        name = \"own\";\n"
	  "        when = { origin = \"trusted\"; };\n"
	  "        checks = { auth_required = { mode = \"off\"; }; };\n"
	  "    }\n"
	  ");\n" },
	{ "account_blocked", "The account was stopped: its password was stolen, it was reported for spam, or it left.",
	  "Nothing in the mail can mend it: whoever runs the server takes the login out of the table again.",
	  "# One login a line; a change is in force within seconds, without a reload.\n"
	  "checks = { account_blocked = { accounts = \"file:/etc/postern/blocked\"; }; };\n" },
	{ "null_sender",
	  "A mailer leaves the envelope sender empty so as to get no bounces, or passes a variable that is empty.",
	  "Give an envelope sender that can take bounces. Automatic answers and delivery reports keep the null sender, "
	  "and say Auto-Submitted, or are multipart/report.",
	  "checks = { null_sender = { allow = \"reports\"; }; };\n" },
	{ "sender_invalid",
	  "The address was put together from parts, and one of them was empty, held blanks, or ended in a dot; or it "
	  "has umlauts and SMTPUTF8 was not asked for.",
	  "Validate addresses where they are entered, write domains as A-labels, and ask for SMTPUTF8 where the local "
	  "part is not ASCII.",
	  "checks = { sender_invalid = { detail = true; }; };\n" },
	{ "sender_not_allowed",
	  "An application uses a sender from its configuration that nobody registered for its login, or people send "
	  "with a private address through the company's server.",
	  "Use an address that belongs to the login, or have the address added to the table.",
	  "# robin   robin@example.com, @robin.example.com\n"
	  "checks = { sender_not_allowed = { senders = \"file:/etc/postern/senders\"; }; };\n" },
	{ "size_declared",
	  "Attachments grow by a third when they are encoded in base64, so 20 MiB of files are a message of 27 MiB.",
	  "Send a link in place of the file, or split the files over several messages.",
	  "# Who announces it is told before sending; who does not, after the final dot.\n"
	  "checks = {\n"
	  "    size_declared = { limit = \"25 MiB\"; };\n"
	  "    size_exceeded = { limit = \"25 MiB\"; };\n"
	  "};\n" },
	{ "recipient_invalid",
	  "Addresses were imported without being looked at: two in one field, a display name among them, a blank or a "
	  "dot at the end.",
	  "Take the address out of the list. It never worked: no server can deliver to it.",
	  "checks = { recipient_invalid = { detail = true; }; };\n" },
	{ "recipients_too_many",
	  "A newsletter goes to all its readers in one message; or a program takes the 452 for the end, when it is "
	  "only about this recipient.",
	  "Send to the recipients that were taken, and the others in another message: that is what mail servers do by "
	  "themselves.",
	  "checks = { recipients_too_many = { limit = 100; }; };\n" },
	{ "send_rate", "A program sends in a loop, as fast as it can.",
	  "Slow down, and after a 454 wait longer each time before trying again. The message is as it was: keep it.",
	  "# 14 a second, 200 at once.\n"
	  "checks = { send_rate = { per = \"login\"; rate = \"14/1s burst 200\"; }; };\n" },
	{ "daily_quota", "Somebody sends more than was agreed, or somebody else sends with their password.",
	  "Wait until units come free, which a quota tells for each time that it has; ask for a larger one; or look "
	  "who else knows the password.",
	  "# Kept over restarts; other limits for those in the table: robin   20000/24h\n"
	  "counters = { store = \"sqlite:/var/lib/postern/counters.db\"; };\n"
	  "checks = {\n"
	  "    daily_quota = {\n"
	  "        per = \"login\";\n"
	  "        quota = [ \"500/1h\", \"2000/24h\" ];\n"
	  "        overrides = \"file:/etc/postern/quotas\";\n"
	  "    };\n"
	  "};\n" },
	{ "header_missing",
	  "A script writes the message by hand and leaves the field out. Postfix adds From, Date and Message-ID to "
	  "mail of its own clients before a filter sees it, others do not.",
	  "Have the message made by a library for mail, which writes the fields that must be there.",
	  "checks = { header_missing = { fields = [ \"From\", \"Date\", \"Message-ID\" ]; }; };\n" },
	{ "header_duplicate",
	  "A program adds its own Subject or To to a template which has one already, or what users type gets into the "
	  "header with its line ends.",
	  "Set header fields, do not append them, and take line ends out of what goes into one.",
	  "# Many programs write a second Content-Type; what matters most are these.\n"
	  "checks = { header_duplicate = { fields = [ \"From\", \"Subject\", \"To\", \"Date\", \"Message-ID\" ]; }; "
	  "};\n" },
	{ "subject_missing", "A report or an alarm is sent by a script that gives only a text.",
	  "Write a Subject that tells readers what the message is about.", "checks = { subject_missing = { }; };\n" },
	{ "subject_empty",
	  "A template is filled with an empty variable, or with one that holds a no-break space or a zero-width space.",
	  "Look whether the variable has anything to see in it, and put a word in its place if not.",
	  "checks = { subject_empty = { detail = true; }; };\n" },
	{ "subject_too_long", "The first line of a text, or a whole error message, is used as the Subject.",
	  "Cut it at a word before it is encoded. 60 characters are seen in most lists of messages.",
	  "checks = { subject_too_long = { max_characters = 150; }; };\n" },
	{ "address_invalid",
	  "A display name with a comma or a dot is not in quotes, so that half of it is taken for an address; or an "
	  "address ends in a dot, or lacks its domain.",
	  "Have addresses written by a library for mail, with name and address apart. The reply tells the rule that is "
	  "broken.",
	  "# To and Cc are often typed by hand.\n"
	  "checks = { address_invalid = { fields = [ \"From\", \"Sender\", \"Reply-To\" ]; }; };\n" },
	{ "identity_unverified",
	  "The address in From was never verified with the platform, or the Return-Path of a library stands beside it.",
	  "Verify the address or its whole domain, or send with one that is.",
	  "checks = {\n"
	  "    identity_unverified = {\n"
	  "        identities = [ \"example.com\", \"robin@example.org\" ];\n"
	  "        region = \"eu-central-1\";\n"
	  "    };\n"
	  "};\n" },
	{ "alignment",
	  "The envelope sender is that of the host or of a service (www-data@web1.example.net), while From names the "
	  "brand; or a form writes its visitor's address into From.",
	  "Use an envelope sender below the domain of From, such as bounces@mail.example.com for shop@example.com; "
	  "write the visitor's address into Reply-To.",
	  "checks = { alignment = { match = \"organization\"; detail = true; }; };\n" },
	{ "mime_invalid",
	  "The boundary in Content-Type is not that between the parts, for it was changed in one place, or line ends "
	  "were lost on the way.",
	  "Have multiparts made by a library for mail, and do not edit the message behind it.",
	  "# Also a multipart whose last delimiter is missing: mail that was cut.\n"
	  "checks = {\n"
	  "    mime_invalid = {\n"
	  "        flaws = [ \"boundary_missing\", \"boundary_unseen\", \"nested_too_deep\", \"too_many_parts\", "
	  "\"unclosed\" ];\n"
	  "    };\n"
	  "};\n" },
	{ "inline_image_empty", "A logo could not be fetched when the template was filled, and an empty file went in.",
	  "Look at the length of what was fetched, and leave the image and the text that refers to it out when there "
	  "is nothing.",
	  "checks = { inline_image_empty = { detail = true; }; };\n" },
	{ "attachment_empty",
	  "A report was attached before it was written to the end, an upload failed, or a stream was read twice.",
	  "Close the file before attaching it, look at its length, and send no mail without it.",
	  "checks = { attachment_empty = { except_names = [ \"*.lock\", \"__init__.py\" ]; detail = true; }; };\n" },
	{ "body_missing", "A template came out empty, or an HTML part holds nothing but tags and style sheets.",
	  "Write a text. Where the subject says it all, repeat it.",
	  "# A text of blanks is enough.\n"
	  "checks = { body_missing = { blank_is_missing = false; }; };\n" },
	{ "size_exceeded", "The message is larger than its files, since base64 makes 4 octets of 3.",
	  "Send a link in place of the file, or split the files over several messages.",
	  "checks = { size_exceeded = { limit = \"25 MiB\"; }; };\n" },
	{ "control_characters",
	  "A program ends lines with LF alone, or writes a binary file into the message without encoding it.",
	  "End lines with CRLF in SMTP, and send as quoted-printable or base64 what is not text of lines.",
	  "# First see which programs send such.\n"
	  "checks = { control_characters = { mode = \"observe\"; }; };\n" },
	{ "attachment_type", "Programs and scripts are sent as they are, although receivers refuse them.",
	  "Send a link, or a kind of file that is allowed.",
	  "checks = { attachment_type = { names = [ \"*.exe\", \"*.scr\", \"*.js\", \"*.vbs\", \"*.lnk\" ]; detail = "
	  "true; }; };\n" },
};

const struct advice *
check_advice(const struct check *check)
{
	return &advice[check_index(check)];
}
