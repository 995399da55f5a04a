"""Colleagues who were copied in follow the ticket, and hear of it once."""

from datetime import timedelta

import pytest

from frontline.channels.mail.usecases import copies
from frontline.channels.models import Mailbox, Outbox
from frontline.foundation.models import FactRow
from frontline.people.models import OtherAddress, Person
from frontline.tickets.models import Follower, Message, Ticket
from frontline.tickets.usecases import following, talking

LATER = timedelta(hours=1)


def _followers(taken) -> list[str]:
    found = Follower.objects.filter(ticket__ref=taken.ticket).order_by("id")
    return [row.person.shown_name or row.person.name for row in found.select_related("person")]


def _answer(world, taken, who: str = "Ben", text: str = "We look at it.") -> Message:
    return talking.add_message(
        ref=taken.ticket, said=talking.Said(text=text), actor=world.actor(who), now=world.now + LATER
    )


def test_colleagues_in_to_and_cc_follow_the_new_ticket(take, letter):
    taken = take(letter(to="Desk <desk@acme.example>, anna@acme.example", cc="NILS@acme.example"))
    assert _followers(taken) == ["Anna", "Nils"]
    told = FactRow.objects.filter(kind="tickets.PersonNamed").values_list("data__named", "data__present")
    assert list(told) == [(False, True), (False, True)]


def test_colleagues_in_an_answer_follow_too_and_nobody_twice(take, letter, world):
    first = take(letter(cc="anna@acme.example"))
    again = take(letter("More", subject=f"[{first.ticket}]", cc="anna@acme.example, nils@acme.example"))
    assert (again.ticket, _followers(first)) == (first.ticket, ["Anna", "Nils"])


def test_a_further_address_of_a_colleague_is_theirs(take, letter, world):
    OtherAddress.objects.create(person=world.people["Anna"], email="a.old@acme.example")
    assert _followers(take(letter(cc="a.old@acme.example, anna@acme.example"))) == ["Anna"]


def test_nobody_else_becomes_anything(take, letter, world):
    Mailbox.objects.create(name="Help", address="help@acme.example", kind="none")
    world.people["Ida"].active = False
    world.people["Ida"].save()
    take(letter(sender="New One <new@acme.example>"))
    before = Person.objects.count()
    taken = take(
        letter(
            to="desk@acme.example, desk+t1-abc@acme.example, help+x@acme.example, omar@acme.example",
            cc=", ".join(
                [
                    *("unknown@acme.example", "eve@evil.example", "sam@contoso.example"),
                    *("vera@initech.example", "ida@acme.example", "new@acme.example"),
                ]
            ),
        )
    )
    assert (_followers(taken), Person.objects.count()) == ([], before)


def test_a_stranger_brings_nobody_along_until_they_are_recognised(take, letter, world):
    first = take(letter(sender="New One <new@elsewhere.example>", cc="anna@acme.example"))
    assert _followers(first) == []
    Person.objects.filter(email="new@elsewhere.example").update(placeholder=False)
    take(letter("More", sender="new@elsewhere.example", subject=f"[{first.ticket}]", cc="anna@acme.example"))
    assert _followers(first) == ["Anna"]


def test_the_desks_address_never_follows_even_if_a_person_has_it(take, letter, world):
    Person.objects.filter(pk=world.people["Anna"].pk).update(email="help@acme.example")
    Mailbox.objects.create(name="Help", address="help@acme.example", kind="none")
    Person.objects.filter(pk=world.people["Nils"].pk).update(email="alias@acme.example")
    raw = letter(to="help@acme.example, alias@acme.example", delivered_to="alias@acme.example")
    assert _followers(take(raw)) == []


def test_one_mail_adds_ten_at_most(take, letter, world):
    omar = world.people["Omar"]
    many = [f"p{n:02}" for n in range(15)]
    for name in many:
        Person.objects.create(
            name=name, email=f"{name}@acme.example", organisation=omar.organisation, created_at=world.now
        )
    taken = take(letter(cc=", ".join(f"{name}@acme.example" for name in many)))
    assert _followers(taken) == many[: copies.MOST]


@pytest.mark.parametrize(
    "headers",
    [
        {"auto_submitted": "auto-generated"},
        {"precedence": "bulk"},
        {"authentication_results": "mx.acme.example; dmarc=fail"},
    ],
)
def test_a_machine_and_a_forged_sender_bring_nobody_along(take, letter, mailbox, headers):
    mailbox.authserv_id = "mx.acme.example"
    taken = take(letter(cc="anna@acme.example", **headers))
    assert (taken.outcome, _followers(taken)) == ("opened", [])


def test_a_confidential_ticket_is_not_shown_to_who_is_copied_in(take, letter, world):
    first = take(letter())
    following.set_confidential(ref=first.ticket, confidential=True, actor=world.actor("Amira"), now=world.now)
    before = _followers(first)
    second = take(letter("More", subject=f"[{first.ticket}]", cc="anna@acme.example"))
    assert (second.ticket, _followers(first)) == (first.ticket, before)


def test_a_supplier_does_not_say_who_hears_of_a_ticket(take, letter, world, ticket_of):
    from frontline.people.models import Party
    from frontline.tickets.models import Custody

    first = take(letter())
    Custody.objects.filter(ticket=ticket_of(first)).update(until=world.now)
    Custody.objects.create(
        ticket=ticket_of(first),
        seq=2,
        prev_seq=1,
        holder_kind="supplier",
        holder=Party.objects.get(organisation=world.supplier),
        since=world.now,
        cause="accepted",
    )
    mark = {"subject": f"[{first.ticket}]", "sender": "sam@contoso.example"}
    second = take(letter("We look", cc="anna@acme.example", **mark), now=world.now + LATER)
    assert (second.reason, _followers(first)) == ("subject_by_supplier", [])


def test_who_stopped_following_is_not_brought_back_by_a_reply_to_all(take, letter, world):
    first = take(letter(cc="anna@acme.example, nils@acme.example"))
    anna = world.people["Anna"].pk
    following.unfollow(ref=first.ticket, person_id=anna, actor=world.actor("Ben"), now=world.now)
    take(letter("More", subject=f"[{first.ticket}]", cc="anna@acme.example, nils@acme.example"))
    assert _followers(first) == ["Nils"]
    following.follow(ref=first.ticket, person_id=anna, actor=world.actor("Ben"), now=world.now)
    assert _followers(first) == ["Nils", "Anna"]


def test_a_copied_agent_and_a_colleague_get_each_letter_once_and_none_of_their_own(
    take, letter, world, react
):
    taken = take(letter(to="desk@acme.example, ben@acme.example", cc="anna@acme.example, ben@acme.example"))
    react()
    _answer(world, taken, "Ben")
    _answer(world, taken, "Chloe", "It is the router.")
    react(world.now + LATER)
    assert [(row.kind, row.to, row.cc) for row in Outbox.objects.order_by("id")] == [
        ("acknowledgement", ["Omar <omar@acme.example>"], []),
        ("message", ["Omar <omar@acme.example>"], ["Anna <anna@acme.example>"]),
        ("message", ["Omar <omar@acme.example>"], ["Ben <ben@acme.example>", "Anna <anna@acme.example>"]),
    ]


def test_a_reply_to_all_ends_where_it_arrives(take, letter, world, react):
    """What a follower answers joins and is mailed to nobody; their machine's answer as well."""
    first = take(letter(cc="anna@acme.example"))
    react()
    _answer(world, first)
    react(world.now + LATER)
    ours = Outbox.objects.get(kind="message")
    back = {
        "sender": "anna@acme.example",
        "to": f"{ours.reply_to}, omar@acme.example",
        "in_reply_to": f"<{ours.message_id}>",
    }
    for more in ({}, {"auto_submitted": "auto-replied", "subject": "Automatic reply: VPN"}):
        taken = take(letter("Me too", **back, **more), now=world.now + LATER)
        assert (taken.outcome, taken.ticket) == ("joined", first.ticket)
    react(world.now + LATER)
    assert (Outbox.objects.count(), _followers(first)) == (2, ["Anna"])
    assert Ticket.objects.count() == 1
