// SPDX-License-Identifier: BSD-2-Clause
// What Amazon SES answers to the shop's mail, with conf/examples/ses.conf: verified identities, and a message a second.
"use strict";

const assert = require("node:assert/strict");
const { test } = require("node:test");
const mailer = require("./mailer");
const standIn = require("./stand_in");

const INVOICE = Buffer.from("%PDF-1.4\n");
const ACCEPTED = /^250 2\.0\.0 Ok: queued as /;

test("an identity that is not verified", async () => {
	const message = mailer.orderConfirmation(1042, INVOICE, { sender: "shop@example.net" });

	assert.equal(
		await standIn.replyTo(mailer.submit(standIn.transport("robin"), message)),
		"554 Message rejected: Email address is not verified. " +
			"The following identities failed the check in region us-east-1: shop@example.net",
	);
});

test("a mailer that waits when it is throttled", async () => {
	const transporter = standIn.transport("alice@example.com");

	for (let order = 2001; order <= 2003; order++) {
		const sent = mailer.submit(transporter, mailer.orderConfirmation(order, INVOICE));

		assert.match(await standIn.replyTo(sent), ACCEPTED);
	}
});

test("a mailer that does not wait", async () => {
	const transporter = standIn.transport("blocked");
	let reply = "";

	for (let sent = 0; sent < 50 && (sent === 0 || ACCEPTED.test(reply)); sent++)
		reply = await standIn.replyTo(transporter.sendMail(mailer.orderConfirmation(3001 + sent, INVOICE)));
	assert.equal(reply, "454 Throttling failure: Maximum sending rate exceeded");
});
