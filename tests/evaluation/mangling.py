"""Bad input, by chance: every labelled session in every way in which one can be spoilt.

``python -m tests.evaluation.mangling --count 20000`` spoils so many sessions; the tests a few. What
is looked for is never a crash, never an invented fact, and no certainty that the input cannot give.
"""

import argparse
import random
import re
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from smtpdebugger.diagnosis.diagnose import diagnose
from smtpdebugger.diagnosis.model import Diagnosis
from smtpdebugger.diagnosis.ranking import UNKNOWN
from smtpdebugger.diagnosis.watchdog import all_findings
from smtpdebugger.protocol.state import SASL_RESPONSE
from smtpdebugger.session.exchange import Exchange
from smtpdebugger.session.session import Session
from smtpdebugger.transcript.errors import TranscriptError
from smtpdebugger.transcript.opening import read_session
from tests.evaluation.cases import Labelled, all_cases, unseen, wild
from tests.evaluation.score import CONFIDENT, SURE, everything_known, kin

MOST_REFUSALS = 12
"""Refusals of one session that are explained."""

Lines = list[str]
Mangler = Callable[[random.Random, Lines], bytes]

_NEUTRAL = {
    "utf-8": "Fehler: Vorgang abgebrochen, Übertragung ungültig",
    "latin-1": "Erreur : opération interrompue, échec général",
    "gb18030": "操作未能完成,请与管理员联系",
    "iso2022_jp": "処理を完了できませんでした",
    "koi8_r": "Операция не выполнена, произошла ошибка",
    "cp1252": "Operación interrumpida: se ha producido un error",
    "iso8859-15": "Operação não concluída, ocorreu um erro",
}
"""A sentence that says nothing but that it failed, by the encoding it comes in."""


def _octets(lines: Sequence[str], end: str = "\n") -> bytes:
    return end.join(lines).encode("utf-8", "surrogateescape")


def _cut(chance: random.Random, lines: Lines) -> bytes:
    whole = _octets(lines)
    start = chance.choice((0, 0, chance.randrange(len(whole))))
    return whole[start : chance.randrange(start, len(whole)) + 1]


def _no_greeting(chance: random.Random, lines: Lines) -> bytes:
    first = next((i for i, line in enumerate(lines) if line.startswith("C")), len(lines))
    kept = [line for line in lines[:first] if not re.match(r"S: ?220[ -]", line)]
    return _octets([*kept, *lines[first:]])


def _no_hello(chance: random.Random, lines: Lines) -> bytes:
    kept = [line for line in lines if not re.match(r"(?i)C: ?(EHLO|HELO|LHLO)|S: ?250-", line)]
    return _octets(kept)


def _no_client(chance: random.Random, lines: Lines) -> bytes:
    return _octets([line for line in lines if not line.startswith("C")])


def _no_server(chance: random.Random, lines: Lines) -> bytes:
    return _octets([line for line in lines if not line.startswith("S")])


def _wrong_code(chance: random.Random, lines: Lines) -> bytes:
    places = [i for i, line in enumerate(lines) if re.match(r"S: ?\d{3}", line)]
    changed = [*lines]
    for i in chance.sample(places, k=min(len(places), chance.choice((1, 1, 2, 5)))):
        at = changed[i].index(re.findall(r"\d", changed[i])[0]) + chance.randrange(3)
        changed[i] = changed[i][:at] + chance.choice("0123456789x ") + changed[i][at + 1 :]
    return _octets(changed)


def _shuffled(chance: random.Random, lines: Lines) -> bytes:
    mixed = [*lines]
    chance.shuffle(mixed)
    return _octets(mixed)


def _repeated(chance: random.Random, lines: Lines) -> bytes:
    told: Lines = []
    for line in lines:
        told += [line] * chance.choice((1, 1, 1, 2, 3))
    return _octets(told)


def _in_other_words(chance: random.Random, lines: Lines) -> bytes:
    encoding, text = chance.choice(list(_NEUTRAL.items()))
    last = max(i for i, line in enumerate(lines) if line.startswith("S"))
    head = re.match(r"S: ?\d{3}[ -](\d\.\d{1,3}\.\d{1,3} )?", lines[last])
    told = [line.encode("utf-8", "surrogateescape") for line in lines]
    told[last] = (head[0] if head else "S: 550 ").encode() + text.encode(encoding, "replace")
    return b"\n".join(told)


def _continued(chance: random.Random, lines: Lines) -> bytes:
    last = max(i for i, line in enumerate(lines) if line.startswith("S"))
    code = (re.findall(r"\d{3}", lines[last]) or ["550"])[0]
    more = [f"S: {code}-{'line of many ' * 3}{n}" for n in range(chance.choice((50, 400)))]
    return _octets([*lines[:last], *more, *lines[last:]])


def _long(chance: random.Random, lines: Lines) -> bytes:
    i = chance.randrange(len(lines))
    filling = chance.choice(("x", "no such user ", "é", "<", "250-", "\t", "550 5.1.1 ", "relay "))
    return _octets([*lines[:i], lines[i] + filling * 4000, *lines[i + 1 :]])


def _control(chance: random.Random, lines: Lines) -> bytes:
    whole = bytearray(_octets(lines))
    for _ in range(chance.choice((1, 3, 20))):
        whole.insert(chance.randrange(len(whole)), chance.choice((0, 0, 7, 8, 13, 27, 127, 155)))
    return bytes(whole)


def _binary(chance: random.Random, lines: Lines) -> bytes:
    whole = bytearray(_octets(lines))
    for _ in range(chance.choice((5, 60))):
        whole[chance.randrange(len(whole))] = chance.randrange(256)
    return bytes(whole)


_SAME: dict[str, Mangler] = {
    "Windows line ends": lambda chance, lines: _octets(lines, "\r\n"),
    "byte order mark": lambda chance, lines: b"\xef\xbb\xbf" + _octets(lines),
    "UTF-16": lambda chance, lines: "\n".join(lines).encode("utf-16"),
    "UTF-16, Windows": lambda chance, lines: (
        b"\xfe\xff" + "\r\n".join(lines).encode("utf-16-be", "replace")
    ),
    "blanks at the ends": lambda chance, lines: _octets([f"{line}  " for line in lines]),
    "indented": lambda chance, lines: _octets([f"    {line}" for line in lines]),
}
"""Ways that change nothing of what was said."""

MANGLERS: dict[str, Mangler] = {
    **_SAME,
    "CR only": lambda chance, lines: _octets(lines, "\r"),
    "cut": _cut,
    "no greeting": _no_greeting,
    "no hello": _no_hello,
    "no client": _no_client,
    "no server": _no_server,
    "wrong code": _wrong_code,
    "shuffled": _shuffled,
    "repeated": _repeated,
    "other words": _in_other_words,
    "continued": _continued,
    "long": _long,
    "control": _control,
    "binary": _binary,
}
KEEPING_THE_TRUTH = frozenset({*_SAME, "no greeting", "other words", "continued"})
"""After these the label still holds."""


@dataclass
class Tally:
    """What came of one way of spoiling sessions."""

    count: int = 0
    unread: int = 0
    """Files of which it was said in a sentence that no session is in them."""
    confident: int = 0
    confident_wrong: int = 0
    slowest: float = 0.0
    """Seconds."""


def mangled(count: int, seed: int) -> Iterator[tuple[Labelled, str, bytes]]:
    """So many spoilt sessions: always the same ones for a seed."""
    chance = random.Random(seed)
    cases = [*all_cases(), *unseen(), *wild()]
    for _ in range(count):
        case, name = chance.choice(cases), chance.choice(list(MANGLERS))
        yield case, name, MANGLERS[name](chance, [*case.lines])


def check(case: Labelled, name: str, octets: bytes, tally: Tally) -> list[str]:
    """What is wrong with what is said of a spoilt session, in sentences. Raises what it raises."""
    began = time.perf_counter()
    tally.count += 1
    try:
        session, _ = read_session(octets, "it")
    except TranscriptError as error:
        tally.unread += 1
        told = str(error)
        return [] if told.strip() and "Traceback" not in told else [f"no sentence: {told!r}"]
    findings = all_findings(session, everything_known())
    problems = list(untrue(session, [each.sentence for each in findings]))
    refused = [each for each in session.exchanges if each.is_negative][-MOST_REFUSALS:]
    diagnosis: Diagnosis | None = None
    for exchange in refused:
        diagnosis = diagnose(session, exchange, everything_known())
        problems += _wrong(session, diagnosis, case)
    tally.slowest = max(tally.slowest, time.perf_counter() - began)
    if diagnosis is not None and name in KEEPING_THE_TRUTH:
        best = diagnosis.causes[0]
        if best.id != UNKNOWN and best.probability >= CONFIDENT:
            tally.confident += 1
            tally.confident_wrong += best.id not in case.causes
    return problems


def _wrong(session: Session, diagnosis: Diagnosis, case: Labelled) -> Iterator[str]:
    """What is wrong with one diagnosis."""
    total = sum(cause.probability for cause in diagnosis.causes)
    if abs(total - 1) > 1e-6:
        yield f"the odds add up to {total}"
    told = [diagnosis.summary]
    for cause in diagnosis.causes:
        fixes = cause.fixes
        told += [each.sentence for each in (*cause.evidence, *cause.against)]
        told += [cause.sentence, cause.explanation, *fixes.sender, *fixes.developer]
        told += fixes.administrator
    yield from untrue(session, told)
    for each in diagnosis.alternatives:
        if re.search(r"[\r\n\0]", "".join(each.commands)):
            yield f"a command of more than a line: {each.commands}"
    server = diagnosis.server
    is_known = bool(case.program) and case.group in {"captured", "wild"}
    if is_known and server.confidence > SURE and not kin(server.id) & kin(case.program):
        yield f"{case.program} is named {server.id} ({server.confidence:.2f})"


_PLACE = re.compile(r"\(exchange (\d+)\)|\bin exchange (\d+)")
_OFFER = re.compile(r"\b[EL]HLO \(exchange (\d+)\) (?:offer|list)(?:s|ed) ([A-Z][A-Z0-9-]+)")
_VERB = re.compile(r"(?<![\w*•-])([A-Z]{4,}) \(exchange (\d+)\)")
_OPENED = re.compile(r"opened with (EHLO|HELO) \(exchange (\d+)\)")
_REFUSED = re.compile(r"\b(MAIL|RCPT) had been refused in exchange (\d+)")


def untrue(session: Session, sentences: Sequence[str]) -> Iterator[str]:
    """Sentences that claim what the session does not show."""
    for told in dict.fromkeys(sentences):
        is_true = all(claim(session, told) for claim in _CLAIMS)
        if not is_true or re.search(r"\{(server|verb|code|n|other|ehlo)\}", told):
            yield f"not so: {told}"


def _is_placed(session: Session, told: str) -> bool:
    places = [int(a or b) for a, b in _PLACE.findall(told)]
    return all(0 <= place <= len(session.exchanges) for place in places)


def _is_offered(session: Session, told: str) -> bool:
    for place, keyword in _OFFER.findall(told):
        hello = _at(session, place)
        said = b"" if hello is None or hello.reply is None else hello.reply.octets.upper()
        if hello is None or hello.verb not in {"EHLO", "LHLO"} or keyword.encode() not in said:
            return False
    return True


def _is_sent(session: Session, told: str) -> bool:
    for verb, place in _VERB.findall(told):
        exchange = _at(session, place)
        if exchange is None or (verb == "AUTH" and exchange.verb == SASL_RESPONSE):
            continue  # a response belongs to its AUTH
        shown = f"{exchange.verb} {exchange.command_text}"
        if exchange.unit is None and exchange.reply is not None:
            shown = exchange.reply.plain_text  # which may name the verb that it refuses
        if verb not in shown.upper():
            return False
    return True


def _is_opened(session: Session, told: str) -> bool:
    found = [(verb, _at(session, place)) for verb, place in _OPENED.findall(told)]
    return all(each and each.verb == verb and not each.is_negative for verb, each in found)


def _is_refused(session: Session, told: str) -> bool:
    found = [(verb, _at(session, place)) for verb, place in _REFUSED.findall(told)]
    return all(each and each.verb == verb and each.is_negative for verb, each in found)


def _is_logged_in(session: Session, told: str) -> bool:
    is_claimed = "had logged in before" in told or "already authenticated when" in told
    logins = [each for each in session.exchanges if each.verb in {"AUTH", SASL_RESPONSE}]
    return not is_claimed or any((each.code or 0) // 100 == 2 for each in logins)


def _at(session: Session, place: str) -> Exchange | None:
    number = int(place)
    return session.exchange(number) if 1 <= number <= len(session.exchanges) else None


_CLAIMS = (_is_placed, _is_offered, _is_sent, _is_opened, _is_refused, _is_logged_in)


def run(count: int, seed: int) -> tuple[dict[str, Tally], list[str]]:
    """Spoil so many sessions; what came of it by way, and all problems in sentences."""
    tallies = {name: Tally() for name in MANGLERS}
    problems: list[str] = []
    for number, (case, name, octets) in enumerate(mangled(count, seed)):
        try:
            found = check(case, name, octets, tallies[name])
        except Exception as error:  # noqa: BLE001 - whatever it is, it is told with its input
            found = [f"{type(error).__name__}: {error}"]
        problems += [f"{number} {case.id} ({name}): {each}" for each in found]
    return tallies, problems


def main(arguments: Sequence[str] | None = None) -> int:
    """Spoils sessions and prints what came of it; 1 where anything was wrong."""
    parser = argparse.ArgumentParser(prog="python -m tests.evaluation.mangling")
    parser.add_argument("--count", type=int, default=5000)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args(arguments)
    tallies, problems = run(options.count, options.seed)
    print(f"{'':20}{'count':>7}{'unread':>8}{'>= 0.8':>8}{'wrong':>7}{'slowest':>10}")
    for name, one in tallies.items():
        row = f"{name:20}{one.count:7}{one.unread:8}{one.confident:8}{one.confident_wrong:7}"
        print(f"{row}{one.slowest * 1000:7.0f} ms")
    kinds = Counter(re.sub(r"\d+", "#", each.split("): ", 1)[1])[:90] for each in problems)
    for kind, number in kinds.most_common(20):
        print(f"{number:6} {kind}")
    for each in problems[:30]:
        print(each[:300])
    return int(bool(problems))


if __name__ == "__main__":
    sys.exit(main())
