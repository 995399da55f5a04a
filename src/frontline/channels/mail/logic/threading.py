"""Which ticket a mail belongs to, decided from what the desk found under the mail's marks.

The marks are looked up in a fixed order: In-Reply-To, References from newest to oldest, reply address, subject.
A mark is not a key: who may not write on the ticket gets a new one that points to it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from frontline.channels.mail.logic.parse import ParsedMail
from frontline.channels.mail.logic.tokens import reply_tokens, subject_refs


class Evidence(StrEnum):
    IN_REPLY_TO = "in_reply_to"
    REFERENCES = "references"
    REPLY_TOKEN = "reply_token"  # noqa: S105 - the name of a way, not a secret
    SUBJECT = "subject"


class Relation(StrEnum):
    """What the sender is to a ticket."""

    PARTICIPANT = "participant"
    AGENT = "agent"
    SUPPLIER = "supplier"
    COLLEAGUE = "colleague"
    STRANGER = "stranger"
    #: the address in the mail proves nothing, whoever it belongs to
    UNVERIFIED = "unverified"


class Outcome(StrEnum):
    OPEN = "open"
    JOIN = "join"
    FOLLOW_UP = "follow_up"


@dataclass(frozen=True, slots=True)
class Mark:
    """Something in the mail that may lead to a ticket: a message id, a reply token, or a ref."""

    evidence: Evidence
    value: str
    secret: str = ""


@dataclass(frozen=True, slots=True)
class Parties:
    """Who belongs to a ticket; every address and domain in lower case.

    `domains` are the requester organisation's own; `supplier_domains` those of a supplier that holds or held it.
    """

    participants: frozenset[str] = frozenset()
    agents: frozenset[str] = frozenset()
    suppliers: frozenset[str] = frozenset()
    domains: frozenset[str] = frozenset()
    supplier_domains: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Candidate:
    """A ticket that was found under a mark (merges already followed), and what the sender is to it."""

    evidence: Evidence
    ticket: str
    relation: Relation


@dataclass(frozen=True, slots=True)
class Decision:
    """`ticket` is the one to join, or for a follow-up the one to point at. `reason` is a code for people and tests."""

    outcome: Outcome
    ticket: str | None
    reason: str


# Anybody can have an address there, so the domain makes nobody a colleague.
_PUBLIC = (
    "gmail.com googlemail.com outlook.com outlook.de hotmail.com hotmail.co.uk hotmail.fr hotmail.de live.com msn.com "
    "yahoo.com yahoo.co.uk yahoo.de yahoo.fr ymail.com aol.com icloud.com me.com mac.com gmx.de gmx.net gmx.com gmx.at "
    "gmx.ch web.de t-online.de freenet.de posteo.de mailbox.org proton.me protonmail.com pm.me fastmail.com zoho.com "
    "mail.com mail.ru yandex.ru yandex.com bk.ru inbox.ru list.ru rambler.ru ukr.net orange.fr free.fr wanadoo.fr "
    "laposte.net sfr.fr libero.it virgilio.it tiscali.it alice.it wp.pl o2.pl onet.pl interia.pl seznam.cz qq.com "
    "163.com 126.com sina.com naver.com daum.net btinternet.com comcast.net verizon.net att.net bluewin.ch hey.com "
    "tutanota.com terra.com.br uol.com.br bol.com.br telenet.be skynet.be ziggo.nl kpnmail.nl xs4all.nl telia.com "
    "online.no"
)
PUBLIC_DOMAINS = frozenset(_PUBLIC.split())


def marks(mail: ParsedMail) -> tuple[Mark, ...]:
    """Every mark of a mail in the order in which it counts."""
    found = [Mark(Evidence.IN_REPLY_TO, mail.in_reply_to)] if mail.in_reply_to else []
    found += [Mark(Evidence.REFERENCES, one) for one in reversed(mail.references) if one != mail.in_reply_to]
    found += [
        Mark(Evidence.REPLY_TOKEN, token.ref, token.token)
        for token in reply_tokens(mail.to + mail.cc + mail.envelope_to)
    ]
    found += [Mark(Evidence.SUBJECT, ref) for ref in subject_refs(mail.subject)]
    return tuple(found)


def relation_of(address: str, parties: Parties) -> Relation:
    """What the owner of an address is to a ticket."""
    plain = address.strip().lower()
    domain = plain.rpartition("@")[2]
    if plain in parties.participants:
        return Relation.PARTICIPANT
    if plain in parties.agents:
        return Relation.AGENT
    if plain in parties.suppliers or (domain in parties.supplier_domains and domain not in PUBLIC_DOMAINS):
        return Relation.SUPPLIER
    if domain and domain in parties.domains and domain not in PUBLIC_DOMAINS:
        return Relation.COLLEAGUE
    return Relation.STRANGER


def may_join(candidate: Candidate) -> bool:
    """A number in a subject can be guessed: with nothing else, only those join who are on the ticket already."""
    if candidate.relation is Relation.COLLEAGUE:
        return candidate.evidence is not Evidence.SUBJECT
    return candidate.relation not in {Relation.STRANGER, Relation.UNVERIFIED}


def decide(candidates: Sequence[Candidate]) -> Decision:
    """The first ticket its sender may write on; else a new one that points to the first found; else a new one."""
    for candidate in candidates:
        if may_join(candidate):
            return Decision(Outcome.JOIN, candidate.ticket, f"{candidate.evidence}_by_{candidate.relation}")
    if candidates:
        first = candidates[0]
        return Decision(Outcome.FOLLOW_UP, first.ticket, f"{first.evidence}_by_{first.relation}")
    return Decision(Outcome.OPEN, None, "no_thread")
