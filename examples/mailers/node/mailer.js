// SPDX-License-Identifier: BSD-2-Clause
// A shop's mailer, the program under test: it makes messages and submits them with nodemailer.
"use strict";

const nodemailer = require("nodemailer");
const { setTimeout: pause } = require("node:timers/promises");

const RATE_PAUSE = 1100; // milliseconds: the rate is a message a second
const RATE_TRIES = 20;

// The message for an order, with its invoice as a PDF; with an invoice of no octets, a bug, an empty attachment.
function orderConfirmation(order, invoice, { sender = "shop@example.com", to = "reader@example.net" } = {}) {
	return {
		from: { name: "Shop", address: sender },
		to,
		subject: order ? `Your order ${order}` : "",
		text: "Thank you. The invoice is attached.\n",
		attachments: [{ filename: "invoice.pdf", contentType: "application/pdf", content: invoice }],
	};
}

// What sends as this login; tls as of node:tls, by default with the certificates that the system trusts.
function transport({ host, port, login, password, tls = {} }) {
	return nodemailer.createTransport({
		host,
		port,
		tls,
		secure: false,
		requireTLS: true,
		auth: { user: login, pass: password },
	});
}

function throttled(error) {
	return error.responseCode === 454;
}

// Sends a message; where the platform throttles, again after a pause.
async function submit(transporter, message) {
	for (let tries = 0; tries < RATE_TRIES; tries++) {
		try {
			return await transporter.sendMail(message);
		} catch (error) {
			if (!throttled(error)) throw error;
			await pause(RATE_PAUSE);
		}
	}
	throw new Error("throttled for too long");
}

module.exports = { orderConfirmation, transport, submit };
