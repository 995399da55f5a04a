"""Questions about mail: where a mail belongs, what a letter needs to say, what set-up shows."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import connection
from django.db.models import Q

from frontline.channels.mail.logic.fields import addresses
from frontline.channels.mail.logic.threading import Evidence, Mark
from frontline.channels.models import Inbox, Mailbox, Outbox
from frontline.foundation import manifest
from frontline.kernel.actors import Actor, Role
from frontline.kernel.errors import NotFound

#: who holds these roles speaks for the desk
DESK_ROLES = ["agent", "lead", "commander"]
_MAIL_ROLES = (Role.ADMINISTRATOR,)


@dataclass(frozen=True, slots=True)
class Found:
    """A ticket under a mark of a mail, merges followed, and what the sender is to it.

    A solved one whose time to come back is over counts as closed, whether the watch has closed it yet or not.
    """

    evidence: str
    ticket_id: int
    ref: str
    state: str
    confidential: bool
    organisation_id: int
    domains: tuple[str, ...]
    participant: bool
    agent: bool
    supplier: bool
    supplier_domains: tuple[str, ...]


#: one question for all marks. A reply token leads to its ticket only with the right secret; a confidential ticket
#: knows its requester, its owner and those named, and nobody else.
_FOUND = """
WITH RECURSIVE marks AS (
    SELECT * FROM unnest(%(evidence)s::text[], %(value)s::text[], %(secret)s::text[])
        WITH ORDINALITY AS m(evidence, value, secret, place)
), hits AS (
    SELECT m.place, m.evidence, t.ticket_id FROM marks m
        JOIN tickets_message t ON t.mail_message_id = m.value AND t.mail_message_id <> ''
        WHERE m.evidence IN ('in_reply_to', 'references')
    UNION
    SELECT m.place, m.evidence, o.ticket_id FROM marks m JOIN channels_outbox o ON o.message_id = m.value
        WHERE m.evidence IN ('in_reply_to', 'references') AND o.ticket_id IS NOT NULL
    UNION
    SELECT m.place, m.evidence, t.id FROM marks m JOIN tickets_ticket t ON t.ref = m.value
        WHERE m.evidence = 'subject'
           OR (m.evidence = 'reply_token' AND t.reply_token <> '' AND t.reply_token = m.secret)
), chain AS (
    SELECT h.place, h.evidence, t.id, t.merged_into_id, 0 AS steps FROM hits h
        JOIN tickets_ticket t ON t.id = h.ticket_id
    UNION ALL
    SELECT c.place, c.evidence, t.id, t.merged_into_id, c.steps + 1 FROM chain c
        JOIN tickets_ticket t ON t.id = c.merged_into_id WHERE c.steps < 50
), who AS (
    SELECT p.id, p.organisation_id, EXISTS (
        SELECT FROM people_role_grant g WHERE g.person_id = p.id AND g.role = ANY(%(desk)s) AND g.since <= %(now)s
        AND (g.until IS NULL OR g.until > %(now)s)) AS at_desk
    FROM people_person p WHERE p.id = %(person)s AND p.active
), holders AS (
    SELECT c.ticket_id, y.organisation_id FROM tickets_custody c JOIN people_party y ON y.id = c.holder_id
    WHERE y.organisation_id IS NOT NULL AND c.ticket_id IN (SELECT id FROM chain)
)
SELECT c.evidence, t.id, t.ref,
    CASE WHEN t.state = 'solved' AND t.reopen_until <= %(now)s THEN 'closed' ELSE t.state END,
    t.confidential, t.organisation_id, o.domains,
    COALESCE(w.id = t.requester_id OR (NOT w.at_desk AND EXISTS (
        SELECT FROM tickets_follower f WHERE f.ticket_id = t.id AND f.person_id = w.id
        AND (f.named OR NOT t.confidential)))
      OR (NOT w.at_desk AND NOT t.confidential AND EXISTS (
        SELECT FROM tickets_message s WHERE s.ticket_id = t.id AND s.author_id = w.id AND s.author_kind = 'user')),
      false),
    COALESCE(w.id = t.owner_id OR (w.at_desk AND (NOT t.confidential OR EXISTS (
        SELECT FROM tickets_follower f WHERE f.ticket_id = t.id AND f.person_id = w.id AND f.named))), false),
    COALESCE(NOT t.confidential AND EXISTS (
        SELECT FROM holders h WHERE h.ticket_id = t.id AND h.organisation_id = w.organisation_id), false),
    CASE WHEN t.confidential THEN '{}' ELSE ARRAY(
        SELECT d FROM holders h JOIN people_organisation s ON s.id = h.organisation_id AND s.kind = 'supplier',
        jsonb_array_elements_text(s.domains) AS d WHERE h.ticket_id = t.id) END
FROM chain c JOIN tickets_ticket t ON t.id = c.id JOIN people_organisation o ON o.id = t.organisation_id
LEFT JOIN who w ON true
WHERE c.merged_into_id IS NULL ORDER BY c.place, c.steps, t.id DESC
"""


def found_under(marks: Sequence[Mark], *, person_id: int | None, now: datetime) -> list[Found]:
    """Tickets under the marks in the order the marks count. One query, none without marks."""
    if not marks:
        return []
    with connection.cursor() as cursor:
        cursor.execute(
            _FOUND,
            {
                "evidence": [m.evidence.value for m in marks],
                "value": [m.value for m in marks],
                "secret": [m.secret.lower() for m in marks],
                "person": person_id,
                "desk": DESK_ROLES,
                "now": now,
            },
        )
        rows = cursor.fetchall()
    return [
        Found(
            evidence=Evidence(row[0]),
            ticket_id=row[1],
            ref=row[2],
            state=row[3],
            confidential=row[4],
            organisation_id=row[5],
            domains=() if row[4] else tuple(_json(row[6])),
            participant=row[7],
            agent=row[8],
            supplier=row[9],
            supplier_domains=tuple(row[10]),
        )
        for row in rows
    ]


def _json(value: Any) -> list[str]:
    import json

    return json.loads(value) if isinstance(value, str) else list(value or [])


@dataclass(frozen=True, slots=True)
class Known:
    """Whether machine mail to a sender is muted, and (ticket id, ref, message row) of an article with this id."""

    muted: bool
    article: tuple[int, str, int] | None


_KNOWN = """
SELECT EXISTS (SELECT FROM channels_address_state WHERE address = %s AND muted_at IS NOT NULL), t.id, t.ref, m.id
FROM (VALUES (1)) AS always LEFT JOIN (
    SELECT id, ticket_id FROM tickets_message WHERE mail_message_id = %s AND mail_message_id <> ''
    ORDER BY id LIMIT 1) AS m ON true
LEFT JOIN tickets_ticket t ON t.id = m.ticket_id
"""


def known(*, sender: str, message_id: str) -> Known:
    """What we know of a mail before reading on. One query."""
    with connection.cursor() as cursor:
        cursor.execute(_KNOWN, [sender.lower(), message_id])
        muted, ticket_id, ref, message = cursor.fetchone()
    return Known(muted, None if ticket_id is None else (ticket_id, ref, message))


@dataclass(frozen=True, slots=True)
class LetterTicket:
    """What a letter about a ticket needs. `thread` holds Message-IDs of its mails, oldest first."""

    id: int
    ref: str
    subject: str
    confidential: bool
    origin: str
    requester_id: int
    owner_id: int
    reply_token: str
    next_promise_at: datetime | None
    solved_at: datetime | None
    reopen_until: datetime | None
    mailbox_id: int | None
    opened_by_machine: bool
    follower_ids: list[int]
    thread: list[str]
    channel: str


_LETTER = """
SELECT t.id, t.ref, t.subject, t.confidential, t.origin, t.requester_id, t.owner_id, t.reply_token,
    t.next_promise_at, t.solved_at, t.reopen_until,
    (SELECT i.mailbox_id FROM channels_inbox i WHERE i.ticket_id = t.id AND i.mailbox_id IS NOT NULL
     ORDER BY i.id LIMIT 1),
    EXISTS (SELECT FROM channels_inbox i WHERE i.ticket_id = t.id AND i.automatic AND i.outcome = 'opened'),
    ARRAY(SELECT f.person_id FROM tickets_follower f WHERE f.ticket_id = t.id
          AND (f.named OR NOT t.confidential) ORDER BY f.id),
    ARRAY(SELECT id FROM (
        SELECT m.mail_message_id AS id, m.at FROM tickets_message m
            WHERE m.ticket_id = t.id AND m.mail_message_id <> '' AND m.audience = 'public'
        UNION ALL
        SELECT o.message_id, o.created_at FROM channels_outbox o
            WHERE o.ticket_id = t.id AND o.state <> 'cancelled' AND o.kind <> 'supplier'
        ORDER BY at DESC LIMIT 12) AS newest ORDER BY at),
    t.channel
FROM tickets_ticket t WHERE t.id = %s
"""


def letter_ticket(ticket_id: int) -> LetterTicket | None:
    """The ticket as letters see it. One query."""
    with connection.cursor() as cursor:
        cursor.execute(_LETTER, [ticket_id])
        row = cursor.fetchone()
    return None if row is None else LetterTicket(*row)


@dataclass(frozen=True, slots=True)
class LetterMessage:
    """A message to be mailed. `is_solution`: the ticket was solved with it, which has a letter of its own."""

    id: int
    ticket_id: int
    audience: str
    author_kind: str
    author_id: int | None
    at: datetime
    text: str
    comes_next: str
    nothing_new_because: str
    promise_due_at: datetime | None
    is_solution: bool


_MESSAGE = """
SELECT m.id, m.ticket_id, m.audience, m.author_kind, m.author_id, m.at, m.text, m.comes_next, m.nothing_new_because,
    (SELECT p.due_at FROM tickets_promise p WHERE p.ticket_id = m.ticket_id AND p.state = 'open'
     AND p.made_at = m.at ORDER BY p.id DESC LIMIT 1),
    EXISTS (SELECT FROM foundation_fact f WHERE f.subject_kind = 'ticket' AND f.subject_id = m.ticket_id
            AND f.kind = 'tickets.TicketSolved' AND (f.data->>'message_id')::bigint = m.id)
FROM tickets_message m WHERE m.id = %s
"""


def letter_message(message_id: int) -> LetterMessage | None:
    """One query."""
    with connection.cursor() as cursor:
        cursor.execute(_MESSAGE, [message_id])
        row = cursor.fetchone()
    return None if row is None else LetterMessage(*row)


def files_of_message(message_id: int) -> list[tuple[str, str, str, int]]:
    """(name, mime, sha256, size) of the files on a message that may leave. One query."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT f.name, f.mime, f.sha256, f.size FROM tickets_attachment a "
            "JOIN foundation_file f ON f.id = a.file_id WHERE a.message_id = %s AND f.state = 'clean' ORDER BY a.id",
            [message_id],
        )
        return list(cursor.fetchall())


def own_addresses() -> frozenset[str]:
    """Addresses of the desk itself, lower case: what comes from them must not start a loop. One query."""
    own = {a.lower() for a in Mailbox.objects.values_list("address", flat=True)}
    return frozenset(own | {a.address.lower() for a in addresses(settings.DEFAULT_FROM_EMAIL)})


class NoSuchMail(NotFound):
    """There is no such mail here."""


class NoSuchMailbox(NotFound):
    """There is no such mailbox."""


def mailboxes() -> list[Mailbox]:
    """All, by name. One query."""
    return list(Mailbox.objects.order_by("name", "id"))


def mailbox_of(uid: UUID | str) -> Mailbox:
    found = Mailbox.objects.filter(uid=uid).first()
    if found is None:
        raise NoSuchMailbox
    return found


def mailbox_at(address: str) -> Mailbox:
    """The mailbox with this address; raises NoSuchMailbox."""
    found = Mailbox.objects.filter(address__iexact=address.strip()).first()
    if found is None:
        raise NoSuchMailbox("There is no mailbox {address}. Set it up first.", address=address)
    return found


def quarantine(*, limit: int = 200) -> list[Inbox]:
    """What waits for somebody to look, newest first. One query."""
    waiting = Inbox.objects.filter(outcome="quarantined", settled_at=None)
    return list(waiting.select_related("mailbox", "file").order_by("-id")[:limit])


def quarantined(uid: UUID | str) -> Inbox:
    found = Inbox.objects.filter(uid=uid, outcome="quarantined").select_related("mailbox", "file").first()
    if found is None:
        raise NoSuchMail
    return found


@dataclass(frozen=True, slots=True)
class OutboxRow:
    """A line of the outbox. Subject and recipients are empty where the reader may not see the ticket."""

    uid: UUID
    kind: str
    state: str
    ref: str
    to: tuple[str, ...]
    cc: tuple[str, ...]
    subject: str
    text: str
    sender: str
    automatic: bool
    created_at: datetime
    not_before: datetime
    sent_at: datetime | None
    tries: int
    unknown_tries: int
    error: str
    bounce: str
    hidden: bool


def outbox(
    *, actor: Actor, state: str = "", only_seen: bool = False, limit: int = 100, offset: int = 0
) -> list[OutboxRow]:
    """Outgoing mail, newest first. Rows on tickets the actor may not see are blank, or left out. Two queries."""
    found = Outbox.objects.select_related("ticket").order_by("-created_at", "-id")
    if state:
        found = found.filter(state=state)
    if only_seen and not actor.is_staff:
        found = found.filter(
            Q(ticket__requester_id=actor.person_id) | Q(ticket__followers__person_id=actor.person_id)
        )
        found = found.distinct()
    rows = list(found[offset : offset + limit])
    seen = visible_tickets(actor, (r.ticket_id for r in rows))
    shown = [_outbox_row(r, hidden=not _may_see(r, seen, actor)) for r in rows]
    return [r for r in shown if not r.hidden] if only_seen else shown


def _may_see(row: Outbox, seen: set[int], actor: Actor) -> bool:
    return actor.has_role(*_MAIL_ROLES) if row.ticket_id is None else row.ticket_id in seen


def visible_tickets(actor: Actor, ids: Iterable[int | None]) -> set[int]:
    wanted = {i for i in ids if i is not None}
    return manifest.live_subjects()["ticket"].visible(actor, wanted) if wanted else set()


def _outbox_row(row: Outbox, *, hidden: bool) -> OutboxRow:
    return OutboxRow(
        uid=row.uid,
        kind=row.kind,
        state=row.state,
        ref="" if row.ticket is None or hidden else row.ticket.ref,
        to=() if hidden else tuple(row.to),
        cc=() if hidden else tuple(row.cc),
        subject="" if hidden else row.subject,
        text="" if hidden else row.text,
        sender="" if hidden else row.sender,
        automatic=row.automatic,
        created_at=row.created_at,
        not_before=row.not_before,
        sent_at=row.sent_at,
        tries=row.tries,
        unknown_tries=row.unknown_tries,
        error="" if hidden else row.error,
        bounce=row.bounce,
        hidden=hidden,
    )
