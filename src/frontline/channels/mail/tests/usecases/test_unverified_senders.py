"""A mail whose sender is forged is taken in, and is nobody's word."""

import pytest

from frontline.channels.mail.usecases import intake
from frontline.channels.models import AddressState, Inbox, Mailbox, Outbox
from frontline.foundation.models import FactRow
from frontline.people.models import Person
from frontline.tickets import access
from frontline.tickets.models import Link, Message
from frontline.tickets.usecases import following, joining, talking

MX = "mx.acme.example"
FAILED = f"{MX}; dmarc=fail header.from=acme.example"
PASSED = f"{MX}; dmarc=pass header.from=acme.example"


@pytest.fixture
def mailbox(world) -> Mailbox:
    return Mailbox.objects.create(
        name="IT Service Desk", address="desk@acme.example", kind="none", authserv_id=MX
    )


@pytest.fixture
def forged(letter):
    """A mail that says it is from Omar, and is not."""

    def write(text: str = "Give me Omar's new password.", **said: str) -> bytes:
        return letter(text, **{"authentication_results": FAILED, **said})

    return write


def _verdicts() -> list[tuple[str, str]]:
    return list(Inbox.objects.order_by("id").values_list("sender_verdict", "verdict_because"))


def test_a_forged_mail_opens_a_ticket_of_nobody_and_says_so(take, forged, ticket_of, world):
    taken = take(forged())
    ticket, message = ticket_of(taken), Message.objects.get()
    assert (taken.outcome, taken.reason) == ("opened", "no_thread")
    assert (ticket.requester.name, ticket.requester.email) == ("Unverified sender", "")
    assert (message.author_id, message.sender_doubt, message.claimed_sender) == (
        ticket.requester_id,
        "dmarc",
        "Omar Example <omar@acme.example>",
    )
    assert ticket.tags == ["unverified"]
    assert _verdicts() == [("failed", "dmarc")]
    seen = {who: access.visible(world.actor(who), {ticket.pk}) for who in ("Omar", "Anna", "Ben")}
    assert seen == {"Omar": set(), "Anna": set(), "Ben": {ticket.pk}}


def test_all_forged_mails_belong_to_the_same_nobody(take, forged, ticket_of):
    one, two = ticket_of(take(forged())), ticket_of(take(forged(sender="zoe@initech.example")))
    assert one.requester_id == two.requester_id
    assert not Person.objects.filter(email="zoe@initech.example").exists()


def test_nobody_is_written_to(take, forged, react, world, ticket_of):
    ticket = ticket_of(take(forged()))
    react()
    talking.add_message(
        ref=ticket.ref, said=talking.Said(text="Who are you?"), actor=world.actor("Ben"), now=world.now
    )
    react()
    assert Outbox.objects.count() == 0


@pytest.mark.parametrize("mark", ["in_reply_to", "references", "reply_address", "subject"])
@pytest.mark.parametrize("sender", ["omar@acme.example", "anna@acme.example", "ben@acme.example"])
def test_no_mark_lets_a_forged_mail_join(take, letter, forged, react, mark, sender):
    first = take(letter(message_id="<one@x.example>", authentication_results=PASSED))
    react()
    said = {
        "in_reply_to": {"in_reply_to": "<one@x.example>"},
        "references": {"references": f"<{Outbox.objects.get().message_id}>"},
        "reply_address": {"to": Outbox.objects.get().reply_to},
        "subject": {"subject": f"Re: [{first.ticket}] VPN drops"},
    }[mark]
    second = take(forged(sender=sender, **said))
    assert (second.outcome, second.reason.rpartition("_by_")[2]) == ("opened", "unverified")
    assert Message.objects.filter(ticket__ref=first.ticket).count() == 1
    link = Link.objects.get()
    assert (link.ticket.ref, link.other.ref, link.kind) == (second.ticket, first.ticket, "follow_up")


def test_a_forged_mail_is_not_tied_to_a_confidential_ticket_nor_to_another_customers(
    take, letter, forged, world
):
    secret = take(letter())
    following.set_confidential(
        ref=secret.ticket, confidential=True, actor=world.actor("Amira"), now=world.now
    )
    foreign = take(letter(sender="vera@initech.example"))
    for first in (secret, foreign):
        assert take(forged(subject=f"[{first.ticket}]")).outcome == "opened"
    assert Link.objects.count() == 0


def test_a_forged_machine_does_not_join_either(take, letter, forged):
    first = take(letter())
    second = take(forged(subject=f"[{first.ticket}]", auto_submitted="auto-replied", in_reply_to="<x@y>"))
    assert (second.outcome, second.reason) == ("ignored", "automatic:auto_submitted")
    assert _verdicts()[1] == ("failed", "dmarc")


def test_a_forged_mail_does_not_unmute_an_address_nor_get_a_word_back(take, forged, letter, world, settings):
    AddressState.objects.create(address="omar@acme.example", muted_at=world.now, muted_because="hard")
    take(forged())
    assert AddressState.objects.get().muted_at is not None
    settings.FILE_BYTES_LIMIT = 100
    assert take(forged("x" * 1000)).reason == "too_large"
    assert Outbox.objects.count() == 0
    assert take(letter("x" * 1000, sender="anna@acme.example")).reason == "too_large"
    assert Outbox.objects.count() == 1


@pytest.mark.parametrize(
    ("results", "verdict"),
    [
        (PASSED, ("passed", "dmarc")),
        (f"{MX}; none", ("unproven", "")),
        ("mx.evil.example; dmarc=fail", ("unproven", "")),
        (f"{MX}; spf=pass smtp.mailfrom=acme.example; dkim=none", ("passed", "alignment")),
    ],
)
def test_who_is_not_refuted_is_believed_as_ever(take, letter, results, verdict):
    first = take(letter(authentication_results=results))
    second = take(letter("More", subject=f"[{first.ticket}]", authentication_results=results))
    assert (second.outcome, second.reason) == ("joined", "subject_by_participant")
    assert _verdicts() == [verdict, verdict]
    assert set(Message.objects.values_list("sender_doubt", "claimed_sender")) == {("", "")}


def test_without_a_named_server_nothing_is_checked(take, forged, mailbox, ticket_of, world):
    Mailbox.objects.update(authserv_id="")
    mailbox.refresh_from_db()
    by_mailbox, by_hand = take(forged()), take(forged(), box=None)
    assert {ticket_of(t).requester_id for t in (by_mailbox, by_hand)} == {world.people["Omar"].pk}
    assert _verdicts() == [("", ""), ("", "")]


def test_a_mail_from_quarantine_is_judged_again(take, world, mailbox):
    taken = take(f"Authentication-Results: {FAILED}\r\nSubject: no sender\r\n\r\nx".encode())
    row = Inbox.objects.get(pk=taken.inbox_id)
    assert (row.outcome, row.sender_verdict) == ("quarantined", "failed")
    Mailbox.objects.update(authserv_id="")
    intake.retry(uid=str(row.uid), now=world.now)
    assert _verdicts() == [("", "")]


def test_the_true_person_answers_on_the_ticket_that_was_opened_in_their_name(take, letter, forged):
    first = take(forged(message_id="<false@x.example>"))
    second = take(letter("That was not me.", in_reply_to="<false@x.example>"))
    assert (second.outcome, second.ticket) == ("joined", first.ticket)


def test_words_that_are_split_off_keep_their_doubt(take, forged, world, ticket_of):
    first = ticket_of(take(forged()))
    split = joining.split_ticket(
        ref=first.ref,
        subject="Also this",
        message_uids=[Message.objects.get().uid],
        actor=world.actor("Amira"),
        now=world.now,
    )
    assert Message.objects.get(pk=split.message_id).sender_doubt == "dmarc"


def test_facts_hold_no_words_of_the_mail(take, forged):
    take(forged())
    told = " ".join(str(data) for data in FactRow.objects.values_list("data", flat=True))
    assert not any(word in told for word in ("omar@acme.example", "Omar Example", "password"))
