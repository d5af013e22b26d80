"""The EHLO reply: which service extensions the server offers (RFC 5321 section 4.1.1.1)."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

from smtpdebugger.protocol.reply import Reply, decode


class Offer(NamedTuple):
    """One EHLO line: a keyword in capitals, and its parameters as they came."""

    keyword: str
    parameters: tuple[str, ...]

    @property
    def text(self) -> str:
        """Keyword and parameters as one line."""
        return " ".join((self.keyword, *self.parameters))


@dataclass(frozen=True)
class Capabilities:
    """The service extensions of one EHLO reply, in the order of the reply."""

    domain: str = ""
    greeting: str = ""
    offers: tuple[Offer, ...] = ()

    @cached_property
    def _by_keyword(self) -> dict[str, Offer]:
        # A keyword told twice: the first telling counts, as clients read it.
        return {offer.keyword: offer for offer in reversed(self.offers)}

    @cached_property
    def keywords(self) -> frozenset[str]:
        """All keywords, in capitals."""
        return frozenset(self._by_keyword)

    def __contains__(self, keyword: object) -> bool:
        return isinstance(keyword, str) and self.get(keyword) is not None

    def __iter__(self) -> Iterator[Offer]:
        return iter(self.offers)

    def get(self, keyword: str) -> Offer | None:
        """The offer of one keyword, or None."""
        return self._by_keyword.get(keyword) or self._by_keyword.get(keyword.upper())

    @property
    def size_limit(self) -> int | None:
        """The largest message in octets (RFC 1870); None where no limit is told."""
        offer = self.get("SIZE")
        if offer is None or not offer.parameters or not offer.parameters[0].isdecimal():
            return None
        # Twenty digits is the grammar's limit; longer numbers are a defect, not a size.
        return int(offer.parameters[0][:20]) or None

    @cached_property
    def auth_mechanisms(self) -> tuple[str, ...]:
        """SASL mechanisms of AUTH and of the old ``AUTH=`` line, each once, in capitals."""
        found: dict[str, None] = {}
        for offer in self.offers:
            if offer.keyword == "AUTH":
                found.update(dict.fromkeys(each.upper() for each in offer.parameters))
            elif offer.keyword.startswith("AUTH="):
                names = (offer.keyword.removeprefix("AUTH="), *offer.parameters)
                found.update(dict.fromkeys(each.upper() for each in names if each))
        return tuple(found)


def read_capabilities(reply: Reply) -> Capabilities:
    """What a positive reply to EHLO (or LHLO, RFC 2033) offers. Never raises."""
    first, *others = reply.lines
    domain, _, greeting = decode(first.text).partition(" ")
    offers = []
    for line in others:
        # Split and raised as octets: only ASCII blanks and letters count.
        words = line.text.split()
        if words:
            offers.append(Offer(decode(words[0].upper()), tuple(map(decode, words[1:]))))
    return Capabilities(domain, greeting.strip(), tuple(offers))
