"""Where a person's mail goes: onto the ticket it belongs to, or onto a new one."""

from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext as _

from frontline.channels.mail import queries
from frontline.channels.mail.logic.outgoing import one_line
from frontline.channels.mail.logic.parse import ParsedMail
from frontline.channels.mail.logic.replies import is_forward_subject
from frontline.channels.mail.logic.threading import (
    Candidate,
    Evidence,
    Outcome,
    Parties,
    Relation,
    decide,
    marks,
    may_join,
    relation_of,
)
from frontline.channels.mail.queries import Found
from frontline.channels.mail.usecases import copies, keeping
from frontline.channels.models import Mailbox
from frontline.kernel.actors import SYSTEM
from frontline.people import queries as people
from frontline.people.queries import RequesterRow
from frontline.people.usecases import persons, unverified
from frontline.tickets.usecases import delivery, joining, opening, talking

MOST_FILES = 100
#: states in which nobody looks any more; a person's word then opens a ticket that points back
OVER = frozenset({"closed", "cancelled", "spam"})
#: machines that answer or report: without a ticket of ours they have nothing to say to anybody. Lists and bulk mail
#: may carry a person's words, so they open one
ANSWERING = frozenset({"report", "null_return_path", "mail_system", "autoreply_header", "away_subject"})


@dataclass(frozen=True, slots=True)
class Placed:
    """The outcome with its reason code, and the ticket and message rows where there are any."""

    outcome: str
    reason: str
    ticket_id: int | None = None
    ref: str = ""
    message_id: int | None = None


def by_thread(mail: ParsedMail, *, sender: str, mailbox: Mailbox | None, now: datetime) -> Placed:
    """Join the first ticket under the mail's marks its sender may write on; else open one."""
    believed = not mail.judgement.failed
    person = people.requester_by_email(sender) if believed else None
    found = queries.found_under(marks(mail), person_id=person.id if person else None, now=now)
    candidates = [
        Candidate(
            Evidence(f.evidence),
            f.ref,
            relation_of(sender, _parties(f, sender, person)) if believed else Relation.UNVERIFIED,
        )
        for f in found
    ]
    decision = decide(candidates)
    if decision.outcome is Outcome.JOIN:
        at = next(i for i, c in enumerate(candidates) if may_join(c))
        ticket, relation = found[at], candidates[at].relation
        from_user = relation in {Relation.PARTICIPANT, Relation.COLLEAGUE}
        if mail.auto or not from_user or ticket.state not in OVER:
            return _join(
                mail, ticket, relation, sender=sender, person=person, reason=decision.reason, now=now
            )
        return _open(mail, sender=sender, person=person, after=ticket, reason="ticket_is_over", now=now)
    answers = mail.in_reply_to or mail.references
    if mail.auto_reason in ANSWERING or (mail.auto_reason == "auto_submitted" and answers):
        return Placed("ignored", f"automatic:{mail.auto_reason}")
    after = found[0] if found else None
    return _open(mail, sender=sender, person=person, after=after, reason=decision.reason, now=now)


def _parties(found: Found, sender: str, person: RequesterRow | None) -> Parties:
    """Who belongs to the ticket, as far as it matters for this sender."""
    me = frozenset({sender})
    nobody: frozenset[str] = frozenset()
    foreign = person is not None and person.organisation_id != found.organisation_id
    return Parties(
        participants=me if found.participant else nobody,
        agents=me if found.agent else nobody,
        suppliers=me if found.supplier else nobody,
        domains=nobody if foreign else frozenset(d.lower() for d in found.domains),
        supplier_domains=frozenset(d.lower() for d in found.supplier_domains),
    )


#: (audience, kind of author): an agent's mail is a note, for an address in a header proves nobody
SPEAKS_AS = {
    Relation.PARTICIPANT: ("public", "user"),
    Relation.COLLEAGUE: ("public", "user"),
    Relation.SUPPLIER: ("supplier", "supplier"),
    Relation.AGENT: ("internal", "desk"),
}


def _join(
    mail: ParsedMail,
    ticket: Found,
    relation: Relation,
    *,
    sender: str,
    person: RequesterRow | None,
    reason: str,
    now: datetime,
) -> Placed:
    author = person.id if person else _placeholder(mail, sender, now)
    audience, kind = SPEAKS_AS[relation]
    text = (mail.text if mail.forwarded else mail.reply_text or mail.text).strip()
    files, inline, left_out = _files(mail, now=now)
    if not text and not mail.html and not files:
        text = mail.subject or "…"
    message = talking.add_message(
        ref=ticket.ref,
        said=talking.Said(
            text=text[: talking.TEXT_LIMIT],
            full_text="" if mail.text.strip() == text and len(text) <= talking.TEXT_LIMIT else mail.text,
            html=mail.html or "",
            audience=audience,
            channel="mail",
            file_ids=tuple(files),
            inline=inline,
            mail_message_id=mail.message_id[:998],
            author_id=author,
            author_kind=kind,
            automatic=mail.auto,
        ),
        actor=SYSTEM,
        now=now,
    )
    _tell_left_out(ticket.ref, left_out, now=now)
    if relation is not Relation.SUPPLIER:  # who hears of a ticket is not for them to say
        copies.let_follow(
            mail,
            author_id=author,
            ref=ticket.ref,
            organisation_id=ticket.organisation_id,
            sender=sender,
            now=now,
        )
    return Placed("joined", reason, ticket.ticket_id, ticket.ref, message.pk)


def _open(
    mail: ParsedMail,
    *,
    sender: str,
    person: RequesterRow | None,
    after: Found | None,
    reason: str,
    now: datetime,
) -> Placed:
    forwarded = mail.forwarded or is_forward_subject(mail.subject)
    text = (mail.text if forwarded else mail.reply_text or mail.text).strip()
    language = person.language if person else "en"
    believed = not mail.judgement.failed
    files, inline, left_out = _files(mail, now=now)
    opened = opening.open_ticket(
        asked=opening.Asked(
            subject=_subject(mail, language),
            text=text[: opening.TEXT_LIMIT],
            full_text="" if mail.text.strip() == text and len(text) <= opening.TEXT_LIMIT else mail.text,
            html=mail.html or "",
            requester_id=_requester(mail, sender, person, now),
            channel="mail",
            mail_message_id=mail.message_id[:998],
            tags=(*(("automatic",) if mail.auto else ()), *(() if believed else ("unverified",))),
        ),
        actor=SYSTEM,
        now=now,
    )
    if files:
        delivery.attach_files(message_id=opened.message_id, file_ids=files, inline=inline)
    _tell_left_out(opened.ref, left_out, now=now)
    if not believed:
        delivery.doubt_sender(
            message_id=opened.message_id, because=mail.judgement.because, claimed=_claimed(mail, sender)
        )
    copies.let_follow(
        mail,
        author_id=opened.requester.id,
        ref=opened.ref,
        organisation_id=opened.requester.organisation_id,
        sender=sender,
        now=now,
    )
    if after is not None:
        _point_back(opened.ref, opened.id, after, now=now)
    return Placed("opened", reason, opened.id, opened.ref, opened.message_id)


def _subject(mail: ParsedMail, language: str) -> str:
    subject = mail.subject.strip()[: opening.SUBJECT_LIMIT].strip()
    if subject:
        return subject
    with translation.override(language):
        return _("(no subject)")


def _point_back(ref: str, ticket_id: int, after: Found, *, now: datetime) -> None:
    """A possible follow-up: linked, where both belong to one organisation and nothing is confidential."""
    row = people.requester(person_id=_requester_of(ticket_id))
    if not after.confidential and row.organisation_id == after.organisation_id:
        joining.link_tickets(ref=ref, other=after.ref, kind="follow_up", actor=SYSTEM, now=now)


def _requester_of(ticket_id: int) -> int:
    found = queries.letter_ticket(ticket_id)
    assert found is not None, "it was opened in this transaction"
    return found.requester_id


def _requester(mail: ParsedMail, sender: str, person: RequesterRow | None, now: datetime) -> int:
    """Whose ticket it is. A sender in doubt is nobody's word, so it is nobody's who is known."""
    if mail.judgement.failed:
        return unverified.unverified_sender(actor=SYSTEM, now=now)
    return person.id if person else _placeholder(mail, sender, now)


def _claimed(mail: ParsedMail, sender: str) -> str:
    name = one_line(mail.from_.name)[:200] if mail.from_ else ""
    return f"{name} <{sender}>" if name else sender


def _placeholder(mail: ParsedMail, sender: str, now: datetime) -> int:
    name = mail.from_.name if mail.from_ else ""
    return persons.placeholder_for(email=sender, name=name, actor=SYSTEM, now=now)


def _files(mail: ParsedMail, *, now: datetime) -> tuple[list[int], dict[int, str], list[str]]:
    """Stored files of the mail, the content ids of those its HTML shows, and the names of what did not fit."""
    ids: list[int] = []
    inline: dict[int, str] = {}
    left_out: list[str] = []
    for one in mail.attachments:
        if len(ids) >= MOST_FILES or one.size > settings.FILE_BYTES_LIMIT:
            left_out.append(one.display_name)
            continue
        file_id = keeping.keep(one.payload, name=one.display_name, declared_mime=one.mime, now=now)
        ids.append(file_id)
        if one.in_body and one.content_id:
            inline[file_id] = one.content_id[:255]
    return ids, inline, left_out


def _tell_left_out(ref: str, names: list[str], *, now: datetime) -> None:
    """The desk is told which files are only in the kept source."""
    if names:
        listed = ", ".join(names[:20])
        text = _("Files too large or too many to attach; they are in the kept source of the mail: %(names)s")
        talking.add_message(
            ref=ref,
            said=talking.Said(
                text=text % {"names": listed},
                audience="internal",
                channel="mail",
                author_kind="desk",
                automatic=True,
            ),
            actor=SYSTEM,
            now=now,
        )
