# SPDX-License-Identifier: BSD-2-Clause
"""What Infobip answers to the shop's mail, with conf/examples/infobip.conf."""

import unittest

import mailer
import stand_in

INVOICE = b"%PDF-1.4\n"


class Infobip(unittest.TestCase):
    def reply(self, message, login="robin", envelope_sender=None):
        with stand_in.connect(login) as session:
            return stand_in.reply_to(lambda: mailer.submit(session, message, envelope_sender))

    def test_an_order_confirmation_is_accepted(self):
        self.assertIsNone(self.reply(mailer.order_confirmation(1042, INVOICE)))
        self.assertIn("invoice.pdf", stand_in.delivered("Subject: Your order 1042\n"))

    def test_an_invoice_that_was_not_made(self):
        self.assertEqual(self.reply(mailer.order_confirmation(1043, b"")), "554 5.6.0 Attachment is empty")

    def test_a_subject_that_was_not_filled_in(self):
        self.assertEqual(self.reply(mailer.order_confirmation(None, INVOICE)), "554 5.6.0 Subject not present")

    def test_a_sender_of_another_domain(self):
        message = mailer.order_confirmation(1044, INVOICE, sender="shop@example.net")
        self.assertEqual(self.reply(message), "550 5.7.1 Sender not allowed")

    def test_a_from_that_does_not_fit_the_envelope(self):
        message = mailer.order_confirmation(1045, INVOICE, sender="shop@example.net")
        self.assertEqual(
            self.reply(message, envelope_sender="bounces@example.com"),
            "550 5.7.1 Header from domain does not align with envelope from domain",
        )

    def test_no_envelope_sender(self):
        message = mailer.order_confirmation(1046, INVOICE)
        self.assertEqual(self.reply(message, envelope_sender="<>"), "550 5.7.1 Empty sender not allowed")

    def test_a_recipient_that_is_none(self):
        message = mailer.order_confirmation(1047, INVOICE, to="rea..der@example.net")
        self.assertEqual(self.reply(message), "501 5.1.7 Bad recipient address <rea..der@example.net>")

    def test_a_blocked_account(self):
        self.assertEqual(
            self.reply(mailer.order_confirmation(1048, INVOICE), login="blocked"),
            "550 5.7.1 Unauthorized access (account blocked by policy)",
        )


if __name__ == "__main__":
    unittest.main()
