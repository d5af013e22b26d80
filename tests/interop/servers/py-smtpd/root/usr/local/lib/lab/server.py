"""The smtpd module that Python had up to 3.11; later ones have it from PyPI. Argument: the port."""

from __future__ import annotations

import asyncore
import os
import smtpd
import sys


class Dropped(smtpd.SMTPServer):
    """Takes every message but those to nobody, and keeps none."""

    def process_message(self, peer, reverse_path, recipients, octets, **parameters):
        if any(recipient.startswith("nobody@") for recipient in recipients):
            return "550 5.1.1 No such user"
        return None


smtpd.socket.getfqdn = lambda *_: os.environ["LAB_HOST"]
Dropped(("127.0.0.1", int(sys.argv[1])), None, enable_SMTPUTF8=True)
asyncore.loop()
