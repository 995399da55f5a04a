"""`Authentication-Results` (RFC 8601) as the desk's own mail server wrote it, read into a verdict on the sender.

Anybody can write such a header. Believed is only the topmost run of fields that carry the configured authserv-id and
have no other trace of the mail's way between them; in it each method counts where it stands first. Believing a forged
"pass" would win nothing: the only verdict that changes anything is `failed`, and no later field takes that back.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum

FIELD = "authentication-results"
MAX_FIELD = 16 * 1024
MAX_FIELDS = 20
MAX_RESULTS = 200

_SCAN = re.compile(r"""\s+|"(?:[^"\\]|\\.)*"?|[()]|[;=]|(?:\\.|[^\s"()\\;=])+|.""", re.DOTALL)
_METHODS = frozenset({"dmarc", "dkim", "spf"})
#: results by which a method speaks against the sender; the others ("none", "temperror", …) say nothing
_AGAINST = frozenset({"fail", "hardfail", "softfail", "policy"})
#: second levels under a country's domain that many organisations share
_SHARED = frozenset(
    [
        "ac",
        "asso",
        "co",
        "com",
        "edu",
        "go",
        "gob",
        "gouv",
        "gov",
        "ltd",
        "me",
        "mil",
        "ne",
        "net",
        "nhs",
        "nom",
        "or",
        "org",
        "plc",
        "sch",
    ]
)


class Verdict(StrEnum):
    """What the desk's mail server says about the address a mail shows as its sender."""

    NOT_CHECKED = ""
    PASSED = "passed"
    FAILED = "failed"
    #: a server was named, and nothing it wrote speaks for the address or against it
    UNPROVEN = "unproven"


class Because(StrEnum):
    """Why a verdict is what it is."""

    NOTHING = ""
    DMARC = "dmarc"
    #: SPF and DKIM, each weighed against the domain of the sender
    ALIGNMENT = "alignment"
    #: the server looked at another domain than the one that the desk reads as the sender's
    OTHER_DOMAIN = "other_domain"


@dataclass(frozen=True, slots=True)
class Judgement:
    verdict: Verdict = Verdict.NOT_CHECKED
    because: Because = Because.NOTHING

    @property
    def failed(self) -> bool:
        return self.verdict is Verdict.FAILED


NOT_CHECKED = Judgement()
_UNPROVEN = Judgement(Verdict.UNPROVEN)


@dataclass(frozen=True, slots=True)
class Result:
    """One `method=result` with its properties, such as `header.from`; all in lower case."""

    method: str
    result: str
    properties: dict[str, str]


def judge(trace: Iterable[tuple[str, str]], *, domain: str, authserv_id: str) -> Judgement:
    """The verdict on a sender at `domain`.

    `trace` holds (lower-case name, unfolded value) of the fields by which the mail's way is told, topmost first:
    `authentication-results` and `received`. Without an authserv-id nothing is judged.
    """
    server, domain = _plain(authserv_id), _plain(domain)
    if not server:
        return NOT_CHECKED
    known: dict[str, list[Result]] = {}
    judged = _UNPROVEN
    for results in trusted(trace, server):
        here: dict[str, list[Result]] = {}
        for one in results:
            if one.method in _METHODS and one.method not in known:
                here.setdefault(one.method, []).append(one)
        known |= here
        judged = _weigh(known, domain)
        if judged.failed:
            break
    return judged


def trusted(trace: Iterable[tuple[str, str]], server: str) -> Iterator[tuple[Result, ...]]:
    """The results in each field of the topmost run that carries this authserv-id (lower case)."""
    began = 0
    for name, value in trace:
        found, results = read_results(value) if name == FIELD else ("", ())
        if found and _plain(found) == server:
            began += 1
            yield results
            if began == MAX_FIELDS:
                return
        elif began:
            return


# Weighing ----------------------------------------------------------------------------------------


def _weigh(known: dict[str, list[Result]], domain: str) -> Judgement:
    for one in known.get("dmarc", ())[:1]:
        looked_at = _domain_of(one.properties.get("header.from", ""))
        if one.result == "fail":
            return Judgement(Verdict.FAILED, Because.DMARC)
        if one.result == "pass":
            if looked_at and not aligned(looked_at, domain):
                return Judgement(Verdict.FAILED, Because.OTHER_DOMAIN)
            return Judgement(Verdict.PASSED, Because.DMARC)
    spf = [_spf(one, domain) for one in known.get("spf", ())]
    dkim = [_dkim(one, domain) for one in known.get("dkim", ())]
    if True in spf or True in dkim:
        return Judgement(Verdict.PASSED, Because.ALIGNMENT)
    if spf and dkim and (False in spf or False in dkim):
        return Judgement(Verdict.FAILED, Because.ALIGNMENT)
    return _UNPROVEN


def _spf(one: Result, domain: str) -> bool | None:
    """True: the sender's domain let this server send; False: it did not, or another domain did; None: nothing said."""
    envelope = _domain_of(one.properties.get("smtp.mailfrom", "") or one.properties.get("smtp.mail", ""))
    return _speaks(one.result, envelope or _domain_of(one.properties.get("smtp.helo", "")), domain)


def _dkim(one: Result, domain: str) -> bool | None:
    signer = one.properties.get("header.d", "") or one.properties.get("header.i", "")
    return _speaks(one.result, _domain_of(signer), domain)


def _speaks(result: str, proved: str, domain: str) -> bool | None:
    if result == "pass":
        return aligned(proved, domain) if proved else None
    if result in _AGAINST or (proved and not aligned(proved, domain)):
        return False
    return None


def aligned(one: str, other: str) -> bool:
    """Whether two domains belong to one organisation, as "relaxed" means it.

    Without the list of public suffixes: the last two labels, three where the second is shared (`co.uk`).
    """
    mine, theirs = _organisational(_plain(one)), _organisational(_plain(other))
    return bool(mine) and mine == theirs


def _organisational(domain: str) -> str:
    labels = domain.split(".")
    if len(labels) < 2 or not all(labels):
        return domain
    many = 3 if len(labels[-1]) == 2 and labels[-2] in _SHARED else 2
    return ".".join(labels[-many:])


def _domain_of(value: str) -> str:
    return _plain(value.rpartition("@")[2])


def _plain(domain: str) -> str:
    """Lower case, without the dots at its ends, as the wire writes it."""
    domain = domain.strip().strip("<>.").lower()[:1000]
    if domain.isascii():
        return domain
    try:
        return domain.encode("idna").decode("ascii").lower()
    except UnicodeError:
        return domain


# Reading -----------------------------------------------------------------------------------------


def read_results(value: str) -> tuple[str, tuple[Result, ...]]:
    """(authserv-id, results) of one unfolded field; what reads as no result is left out. Linear, never raises."""
    segments: list[list[tuple[bool, str]]] = [[]]
    for quoted, piece in _pieces(value[:MAX_FIELD]):
        if piece == ";" and not quoted:
            segments.append([])
            if len(segments) > MAX_RESULTS:
                break
        else:
            segments[-1].append((quoted, piece))
    head = segments[0]
    server = head[0][1] if head and not any(piece == "=" and not quoted for quoted, piece in head) else ""
    found = (_result(segment) for segment in segments[1:])
    return server, tuple(one for one in found if one is not None)


def _pieces(value: str) -> Iterator[tuple[bool, str]]:
    """(was it quoted, piece), without comments, however deep they nest."""
    depth = 0
    for match in _SCAN.finditer(value):
        piece = match.group()
        if piece == "(":
            depth += 1
        elif piece == ")":
            depth = max(0, depth - 1)
        elif depth or piece.isspace():
            continue
        elif piece.startswith('"'):
            body = piece[1:-1] if len(piece) > 1 and piece.endswith('"') else piece[1:]
            yield True, re.sub(r"\\(.)", r"\1", body, flags=re.DOTALL)
        else:
            yield False, piece


def _result(segment: Sequence[tuple[bool, str]]) -> Result | None:
    pairs = list(_pairs(segment))
    if not pairs:
        return None
    method, result = pairs[0]
    properties: dict[str, str] = {}
    for name, value in pairs[1:]:
        properties.setdefault(name, value)
    return Result(method.partition("/")[0], result, properties)


def _pairs(segment: Sequence[tuple[bool, str]]) -> Iterator[tuple[str, str]]:
    """`name = value`, lower case. A quoted local part and the rest of its address are one value."""
    at = 0
    while at + 2 < len(segment):
        (quoted, name), (mark_quoted, mark), (value_quoted, value) = segment[at : at + 3]
        if quoted or name == "=" or mark_quoted or mark != "=" or (value == "=" and not value_quoted):
            at += 1
            continue
        at += 3
        if value_quoted and at < len(segment) and not segment[at][0] and segment[at][1].startswith("@"):
            value += segment[at][1]
            at += 1
        yield name.lower(), value.lower()
