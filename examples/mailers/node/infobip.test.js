// SPDX-License-Identifier: BSD-2-Clause
// What Infobip answers to the shop's mail, with conf/examples/infobip.conf.
"use strict";

const assert = require("node:assert/strict");
const { test } = require("node:test");
const mailer = require("./mailer");
const standIn = require("./stand_in");

const INVOICE = Buffer.from("%PDF-1.4\n");

function reply(message, login = "robin") {
	return standIn.replyTo(mailer.submit(standIn.transport(login), message));
}

test("an order confirmation is accepted", async () => {
	assert.match(await reply(mailer.orderConfirmation(1042, INVOICE)), /^250 2\.0\.0 Ok: queued as /);
});

test("an invoice that was not made", async () => {
	assert.equal(await reply(mailer.orderConfirmation(1043, Buffer.alloc(0))), "554 5.6.0 Attachment is empty");
});

test("a subject that was not filled in", async () => {
	assert.equal(await reply(mailer.orderConfirmation(null, INVOICE)), "554 5.6.0 Subject not present");
});

test("a sender of another domain", async () => {
	const message = mailer.orderConfirmation(1044, INVOICE, { sender: "shop@example.net" });

	assert.equal(await reply(message), "550 5.7.1 Sender not allowed");
});

test("a From that does not fit the envelope", async () => {
	const message = mailer.orderConfirmation(1045, INVOICE, { sender: "shop@example.net" });

	message.envelope = { from: "bounces@example.com", to: message.to };
	assert.equal(await reply(message), "550 5.7.1 Header from domain does not align with envelope from domain");
});

test("a blocked account", async () => {
	assert.equal(
		await reply(mailer.orderConfirmation(1048, INVOICE), "blocked"),
		"550 5.7.1 Unauthorized access (account blocked by policy)",
	);
});
