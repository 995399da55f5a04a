"""What people are told, and what can never leave."""

from datetime import timedelta

import pytest

from frontline.channels.mail.usecases import letters, sending
from frontline.channels.models import AddressState, Outbox
from frontline.foundation.models import FactRow
from frontline.people.models import Person
from frontline.tickets.models import Message, Ticket
from frontline.tickets.usecases import following, owning, solving, talking

LATER = timedelta(hours=1)


def _say(ref, world, *, who="Ben", **said):
    said.setdefault("text", "We look at the gateway and call you.")
    return talking.add_message(
        ref=ref, said=talking.Said(**said), actor=world.actor(who), now=world.now + LATER
    )


@pytest.fixture
def opened(take, letter, ticket_of, react) -> Ticket:
    """Omar's ticket, acknowledged."""
    ticket = ticket_of(take(letter(message_id="<first@x.example>")))
    react()
    return ticket


def test_whoever_writes_hears_who_answers_for_it_and_by_when(opened):
    row = Outbox.objects.get()
    owner = opened.owner.shown_name
    assert (row.kind, row.automatic, row.state) == ("acknowledgement", True, "queued")
    assert (row.to, row.cc) == (["Omar <omar@acme.example>"], [])
    assert row.sender == f"=?utf-8?q?{owner}_=C2=B7_IT_Service_Desk?= <desk@acme.example>"
    assert row.reply_to == f"desk+t{opened.ref[2:]}-{opened.reply_token}@acme.example"
    assert row.subject == f"[{opened.ref}] VPN drops"
    assert row.references == ["first@x.example"]
    assert row.message_id == f"{row.uid}@acme.example"
    for body in (row.text, row.html):
        assert owner in body
        assert f"https://desk.acme.example/tickets/{opened.ref}" in body
        assert "You hear from us by" in body
        assert "CET" in body


def test_letters_speak_the_readers_language_and_zone(take, letter, react, world):
    Person.objects.filter(pk=world.people["Omar"].pk).update(timezone="America/New_York")
    take(letter())
    react()
    assert "EST" in Outbox.objects.get().text


def test_the_desks_word_goes_to_the_requester_and_who_follows_but_not_to_its_author(opened, world, react):
    for who in ("Anna", "Ben"):
        following.follow(
            ref=opened.ref, person_id=world.people[who].pk, actor=world.actor("Amira"), now=world.now
        )
    message = _say(opened.ref, world, promise_at=world.now + 3 * LATER)
    react(world.now + LATER)
    row = Outbox.objects.get(kind="message")
    message.refresh_from_db()
    assert (row.to, row.cc) == (["Omar <omar@acme.example>"], ["Anna <anna@acme.example>"])
    assert row.text.startswith("We look at the gateway and call you.")
    assert "You hear from us again by" in row.text
    assert (row.automatic, message.delivery) == (False, "queued")
    assert row.not_before == world.now + LATER + letters.UNDO
    assert row.references[0] == "first@x.example"


def test_an_internal_note_can_never_leave(opened, world, react):
    note = _say(opened.ref, world, audience="internal", text="The zebra knows the password")
    react(world.now + LATER)
    with pytest.raises(letters.NotForOutside):
        letters.tell_message(message_id=note.pk, fact_id=1, now=world.now)
    assert letters.tell_solution(ticket_id=opened.pk, message_id=note.pk, fact_id=1, now=world.now) is None
    assert not any("zebra" in row.text + row.html + row.subject for row in Outbox.objects.all())


def test_what_users_and_suppliers_say_is_not_mailed(opened, world, take, letter, react):
    take(letter("More from me", subject=f"[{opened.ref}]"))
    react()
    assert Outbox.objects.count() == 1


def test_a_solution_has_one_letter_with_one_tap_to_say_it_is_still_broken(opened, world, react, client):
    solving.solve_ticket(
        ref=opened.ref,
        code="fixed",
        text="The router was replaced.",
        actor=world.actor("Ben"),
        now=world.now + LATER,
    )
    react(world.now + LATER)
    row = Outbox.objects.exclude(kind="acknowledgement").get()
    url = next(w for w in row.text.split() if "/mail/still-broken/" in w)
    assert (row.kind, "The router was replaced." in row.text, url in row.html) == ("solution", True, True)


def test_a_solution_that_is_not_to_be_told_is_not(opened, world, react):
    solving.solve_ticket(
        ref=opened.ref,
        code="fixed",
        text="Internal wording only.",
        tell_user=False,
        actor=world.actor("Ben"),
        now=world.now + LATER,
    )
    react(world.now + LATER)
    assert [row.kind for row in Outbox.objects.all()] == ["acknowledgement"]


def test_a_new_owner_is_told_by_name(opened, world, react):
    other = next(n for n in ("Ben", "Chloe", "Amira") if world.people[n].pk != opened.owner_id)
    owning.pass_ownership(
        ref=opened.ref, to_person_id=world.people[other].pk, actor=world.actor("Amira"), now=world.now
    )
    react(world.now)
    row = Outbox.objects.get(kind="owner")
    assert (row.to, f"{other} now answers for" in row.text) == (["Omar <omar@acme.example>"], True)


def test_a_reaction_repeated_says_nothing_twice(opened):
    fact = FactRow.objects.get(kind="tickets.TicketOpened")
    assert letters.acknowledge(ticket_id=opened.pk, fact_id=fact.pk, now=fact.at) is None
    assert Outbox.objects.count() == 1


def test_an_exercise_stays_inside(opened, world, react):
    Ticket.objects.filter(pk=opened.pk).update(origin="exercise")
    message = _say(opened.ref, world)
    FactRow.objects.filter(kind="tickets.MessageAdded", data__message_id=message.pk).update(origin="exercise")
    react(world.now + LATER)
    assert Outbox.objects.filter(kind="message").count() == 0
    assert letters.tell_message(message_id=message.pk, fact_id=7, now=world.now) is None


def test_a_hundred_automatic_answers_get_at_most_three_of_ours(take, letter, react, world):
    for turn in range(100):
        take(
            letter(
                f"Your mail has been received, number {turn}", sender="robot@shop.example", subject="Thanks!"
            )
        )
        react()
    sent = Outbox.objects.filter(to__contains=["Robot <robot@shop.example>"])
    assert (Ticket.objects.count(), sent.count()) == (100, 3)
    assert len(AddressState.objects.get(address="robot@shop.example").automatic_at) == 3


def test_a_machine_gets_ten_mails_a_day_at_most(take, letter, react, world):
    for hour in range(20):
        now = world.now + timedelta(hours=hour)
        take(letter(sender="robot@shop.example"), now=now)
        react(now)
    assert Outbox.objects.count() == 10


def test_a_mail_can_be_taken_back_until_it_is_handed_on(opened, world, react):
    _say(opened.ref, world)
    react(world.now + LATER)
    row = Outbox.objects.get(kind="message")
    sending.take_back(uid=str(row.uid))
    row.refresh_from_db()
    assert row.state == "cancelled"
    with pytest.raises(sending.TooLateToTakeBack):
        sending.take_back(uid=str(row.uid))


BOUNCE = """From: MAILER-DAEMON@mx.example
To: desk@acme.example
Subject: Undelivered Mail Returned to Sender
Message-ID: <b{n}@mx.example>
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary="b"

--b
Content-Type: text/plain

The mail could not be delivered.
--b
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.example

Final-Recipient: rfc822; omar@acme.example
Action: {action}
Status: {status}
Diagnostic-Code: smtp; {status} no such user

--b
Content-Type: text/rfc822-headers

Message-ID: <{original}>
Subject: hello
--b--
"""


def _bounce(original: str, *, status: str = "5.1.1", action: str = "failed", n: int = 1) -> bytes:
    return BOUNCE.format(original=original, status=status, action=action, n=n).encode()


def test_a_bounce_marks_the_message_tells_the_owner_and_mutes_the_address(opened, world, take, letter, react):
    message = _say(opened.ref, world)
    react(world.now + LATER)
    row = Outbox.objects.get(kind="message")
    taken = take(_bounce(row.message_id))
    message.refresh_from_db()
    note = Message.objects.latest("id")
    assert (taken.outcome, taken.ticket, taken.reason) == ("joined", opened.ref, "bounce:hard")
    assert message.delivery == "not_delivered"
    assert (note.audience, note.author_kind, "no such user" in note.text) == ("internal", "automatic", True)
    assert AddressState.objects.get(address="omar@acme.example").muted_because == "hard"
    assert FactRow.objects.filter(kind="channels.MailNotDelivered").count() == 1
    assert take(_bounce(row.message_id, n=2)).reason == "bounce_again:hard"
    assert Message.objects.filter(audience="internal").count() == 1


def test_a_muted_address_hears_no_machine_until_somebody_writes_from_there(
    opened, take, letter, react, world
):
    take(_bounce(Outbox.objects.get().message_id))
    owning.pass_ownership(
        ref=opened.ref,
        to_person_id=next(
            world.people[n].pk for n in ("Ben", "Chloe") if world.people[n].pk != opened.owner_id
        ),
        actor=world.actor("Amira"),
        now=world.now,
    )
    react()
    assert Outbox.objects.filter(kind="owner").count() == 0
    take(letter("I am back"))
    react()
    assert Outbox.objects.filter(kind="acknowledgement").count() == 2


def test_a_delay_only_leaves_a_note(opened, world, take, react):
    message = _say(opened.ref, world)
    react(world.now + LATER)
    taken = take(_bounce(Outbox.objects.get(kind="message").message_id, status="4.4.1", action="delayed"))
    message.refresh_from_db()
    assert (taken.reason, message.delivery) == ("bounce:delayed", "queued")
    assert not AddressState.objects.exclude(muted_at=None).exists()


def test_a_report_on_nothing_of_ours_changes_nothing(opened, take):
    taken = take(_bounce("spam@elsewhere.example"))
    assert (taken.outcome, taken.reason) == ("ignored", "bounce_unmatched:hard")
    assert (Ticket.objects.count(), Message.objects.count()) == (1, 1)
