# SPDX-License-Identifier: BSD-2-Clause
"""What Amazon SES answers to the shop's mail, with conf/examples/ses.conf: verified identities, and a message a second."""

import unittest

import mailer
import stand_in

INVOICE = b"%PDF-1.4\n"
UNVERIFIED = (
    "554 Message rejected: Email address is not verified. "
    "The following identities failed the check in region us-east-1: shop@example.net"
)
THROTTLED = "454 Throttling failure: Maximum sending rate exceeded"


class Ses(unittest.TestCase):
    def test_an_identity_that_is_not_verified(self):
        message = mailer.order_confirmation(1042, INVOICE, sender="shop@example.net")
        with stand_in.connect("robin") as session:
            self.assertEqual(stand_in.reply_to(lambda: mailer.submit(session, message)), UNVERIFIED)

    def test_a_mailer_that_waits_when_it_is_throttled(self):
        with stand_in.connect("alice@example.com") as session:
            for order in range(2001, 2004):
                mailer.submit(session, mailer.order_confirmation(order, INVOICE))
        for order in range(2001, 2004):
            self.assertIsNotNone(stand_in.delivered(f"Subject: Your order {order}\n"))

    def test_a_mailer_that_does_not_wait(self):
        replies = []
        with stand_in.connect("blocked") as session:
            while len(replies) < 50 and replies[-1:] in ([], [None]):
                message = mailer.order_confirmation(3001 + len(replies), INVOICE)
                replies.append(stand_in.reply_to(lambda: session.send_message(message)))
        self.assertEqual(replies[-1], THROTTLED)
        self.assertEqual(set(replies[:-1]), {None})


if __name__ == "__main__":
    unittest.main()
