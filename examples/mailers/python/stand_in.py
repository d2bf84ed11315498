# SPDX-License-Identifier: BSD-2-Clause
"""The stand-in, as `make stand-in RUN=...` has put it into the environment."""

import os
import smtplib
import ssl
import time

import mailer

PASSWORDS = {"robin": "red-breast", "alice@example.com": "looking.glass", "blocked": "behind-bars"}


def connect(login):
    """Its certificate is signed by nobody, so that nobody can vouch for it."""
    trusting = ssl.create_default_context()
    trusting.check_hostname = False
    trusting.verify_mode = ssl.CERT_NONE
    return mailer.connect(os.environ["SMTP_HOST"], int(os.environ["SMTP_PORT"]), login, PASSWORDS[login], trusting)


def reply_to(send):
    """The reply with which what send() does is refused, as a client reads it; None when it is not."""
    try:
        send()
    except smtplib.SMTPRecipientsRefused as error:
        code, text = next(iter(error.recipients.values()))
        return f"{code} {text.decode('ascii')}"
    except smtplib.SMTPResponseException as error:
        return f"{error.smtp_code} {error.smtp_error.decode('ascii')}"
    return None


def delivered(text, patience=60):
    """An accepted message that contains the text; it comes to be in the Maildir soon after it was accepted."""
    folder = os.path.join(os.environ["MAILDIR"], "new")
    end = time.monotonic() + patience
    while time.monotonic() < end:
        for name in os.listdir(folder) if os.path.isdir(folder) else []:
            with open(os.path.join(folder, name), encoding="utf-8") as file:
                message = file.read()
            if text in message:
                return message
        time.sleep(0.05)
    return None
