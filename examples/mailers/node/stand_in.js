// SPDX-License-Identifier: BSD-2-Clause
// The stand-in, as `make stand-in RUN=...` has put it into the environment.
"use strict";

const mailer = require("./mailer");

const PASSWORDS = { robin: "red-breast", "alice@example.com": "looking.glass", blocked: "behind-bars" };

// Its certificate is signed by nobody, so that nobody can vouch for it.
function transport(login) {
	return mailer.transport({
		host: process.env.SMTP_HOST,
		port: Number(process.env.SMTP_PORT),
		login,
		password: PASSWORDS[login],
		tls: { rejectUnauthorized: false },
	});
}

// The reply with which what is sent is refused, as a client reads it; or the one with which it is accepted.
async function replyTo(sent) {
	try {
		return (await sent).response;
	} catch (error) {
		if (error.response === undefined) throw error;
		return error.response;
	}
}

module.exports = { transport, replyTo };
