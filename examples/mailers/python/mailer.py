# SPDX-License-Identifier: BSD-2-Clause
"""A shop's mailer, the program under test: it makes messages and submits them with smtplib."""

import email.utils
import smtplib
import ssl
import time
from email.message import EmailMessage

RATE_PAUSE = 1.1  # seconds: the rate is a message a second
RATE_TRIES = 20


def order_confirmation(order, invoice, sender="shop@example.com", to="reader@example.net"):
    """The message for an order, with its invoice as a PDF; with an invoice of no octets, a bug, an empty attachment."""
    message = EmailMessage()
    message["From"] = f"Shop <{sender}>"
    message["To"] = to
    message["Subject"] = f"Your order {order}" if order else ""
    message["Date"] = email.utils.localtime()
    message["Message-ID"] = email.utils.make_msgid(domain="example.com")
    message.set_content("Thank you. The invoice is attached.\n")
    message.add_attachment(invoice, maintype="application", subtype="pdf", filename="invoice.pdf")
    return message


def connect(host, port, login, password, trusted=None):
    """A session that is encrypted and logged in. trusted: an ssl.SSLContext, by default that of the system."""
    session = smtplib.SMTP(host, port, timeout=15)
    session.starttls(context=trusted or ssl.create_default_context())
    session.login(login, password)
    return session


def throttled(error):
    """Whether the platform says: later."""
    return isinstance(error, smtplib.SMTPResponseException) and error.smtp_code == 454


def submit(session, message, envelope_sender=None):
    """Sends a message; where the platform throttles, again after a pause."""
    for _ in range(RATE_TRIES):
        try:
            return session.send_message(message, from_addr=envelope_sender)
        except smtplib.SMTPResponseException as error:
            if not throttled(error):
                raise
            time.sleep(RATE_PAUSE)
    raise TimeoutError("throttled for too long")
