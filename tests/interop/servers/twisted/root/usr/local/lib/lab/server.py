"""Twisted's ESMTP server, with STARTTLS and inside TLS.

Arguments: a port for each, in this order. What is sent is taken and dropped.
"""

from __future__ import annotations

import os
import sys

from twisted.cred.checkers import InMemoryUsernamePasswordDatabaseDontUse
from twisted.cred.credentials import CramMD5Credentials
from twisted.cred.portal import IRealm, Portal
from twisted.internet import defer, reactor, ssl
from twisted.mail import smtp
from twisted.mail.imap4 import LOGINCredentials, PLAINCredentials
from zope.interface import implementer

HOST, DOMAIN = os.environ["LAB_HOST"].encode(), os.environ["LAB_DOMAIN"].encode()
USER, PASSWORD = os.environ["LAB_USER"].encode(), os.environ["LAB_PASSWORD"].encode()


@implementer(smtp.IMessage)
class Dropped:
    def lineReceived(self, line):
        pass

    def eomReceived(self):
        return defer.succeed(b"Delivered (dropped by the lab)")

    def connectionLost(self):
        pass


@implementer(smtp.IMessageDelivery)
class Delivery:
    def receivedHeader(self, helo, origin, recipients):
        return b"Received: by the lab"

    def validateFrom(self, helo, origin):
        return origin

    def validateTo(self, user):
        if user.dest.local == b"nobody":
            raise smtp.SMTPBadRcpt(user)
        if user.dest.domain.lower() != DOMAIN:
            raise smtp.SMTPBadRcpt(user, 554, "Relay access denied")
        return Dropped


@implementer(IRealm)
class Realm:
    def requestAvatar(self, avatar, mind, *interfaces):
        return smtp.IMessageDelivery, Delivery(), lambda: None


class Factory(smtp.SMTPFactory):
    def __init__(self, context):
        super().__init__()
        self.context = context
        people = InMemoryUsernamePasswordDatabaseDontUse()
        people.addUser(USER, PASSWORD)
        self.portal = Portal(Realm(), [people])

    def buildProtocol(self, address):
        session = smtp.ESMTP(contextFactory=self.context)
        session.factory, session.portal, session.host = self, self.portal, HOST
        session.delivery = Delivery()
        session.challengers = {
            b"CRAM-MD5": CramMD5Credentials,
            b"LOGIN": LOGINCredentials,
            b"PLAIN": PLAINCredentials,
        }
        return session


folder = os.environ["LAB_TLS"]
context = ssl.DefaultOpenSSLContextFactory(f"{folder}/server.key", f"{folder}/server.chain")
reactor.listenTCP(int(sys.argv[1]), Factory(context), interface="127.0.0.1")
reactor.listenSSL(int(sys.argv[2]), Factory(None), context, interface="127.0.0.1")
reactor.run()
