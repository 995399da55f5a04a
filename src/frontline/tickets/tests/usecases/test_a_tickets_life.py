"""Scene 2 as use cases: opened, promised, handed on, returned, accepted, solved, reopened, closed."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, connection, transaction

from frontline.foundation.models import FactRow
from frontline.kernel.errors import Forbidden
from frontline.tickets import access, present, queries
from frontline.tickets.logic.handoff import NotYours, ThinHandoff
from frontline.tickets.models import SolutionReturn, Ticket
from frontline.tickets.usecases import (
    calls,
    following,
    handing,
    joining,
    opening,
    owning,
    promising,
    reopening,
    solving,
    talking,
)

MINUTE = timedelta(minutes=1)
HOUR = timedelta(hours=1)


def opened(world, **more):
    asked = opening.Asked(
        **{
            "subject": "VPN drops",
            "text": "It drops every ten minutes.",
            "requester_email": "omar@acme.example",
            **more,
        }
    )
    return opening.open_ticket(asked=asked, actor=world.actor("Ben"), now=world.now)


def test_an_opened_ticket_has_owner_holder_clocks_and_facts_from_its_first_instant(world):
    made = opened(world, service_id=world.vpn.pk, impact=2, urgency=2)

    ticket = Ticket.objects.get(ref=made.ref)
    assert (ticket.state, ticket.priority, ticket.holder_kind) == ("new", "P3", "desk")
    assert ticket.owner.shown_name in {"Amira", "Ben", "Chloe"}
    assert {c["measure"] for c in made.clocks} == {"respond", "resolve"}
    assert ticket.next_promise_at == next(c["due_at"] for c in made.clocks if c["measure"] == "respond")
    kinds = [
        f.kind for f in FactRow.objects.filter(subject_kind="ticket", subject_id=ticket.pk).order_by("seq")
    ]
    assert kinds[:2] == ["tickets.TicketOpened", "tickets.CustodyPassed"]


def test_scene_two_handoff_returned_then_accepted_keeps_owner_and_adds_up(world):
    ben, nils, ida = world.actor("Ben"), world.actor("Nils"), world.actor("Ida")
    call = calls.Call(
        person_id=world.people["Omar"].pk,
        subject="VPN refuses my laptop",
        text="Certificate error since this morning",
        item_id=world.laptop.pk,
        service_id=world.vpn.pk,
        caller_check="employee_number",
        caller_checked=True,
        promise_at=world.now + HOUR,
    )
    logged = calls.log_call(call=call, actor=ben, now=world.now)
    ref = logged.ref
    owner = Ticket.objects.get(ref=ref).owner_id

    with pytest.raises(ThinHandoff):
        handing.hand_over(
            ref=ref,
            to_party_id=world.party(world.network),
            why="Needs the gateway logs",
            tried="",
            asked="Look at it please",
            blocker="tool",
            actor=ben,
            now=world.now + MINUTE,
        )
    first = handing.hand_over(
        ref=ref,
        to_party_id=world.party(world.network),
        why="Needs the gateway logs",
        tried="Reinstalled the client, same error",
        asked="Say why the gateway refuses it",
        blocker="tool",
        actor=ben,
        now=world.now + MINUTE,
    )
    assert Ticket.objects.get(ref=ref).holder_kind == "desk"  # the giver holds until it is accepted
    with pytest.raises(NotYours):
        handing.accept_handoff(handoff_uid=first.uid, actor=ida, now=world.now + 2 * MINUTE)
    handing.return_handoff(
        handoff_uid=first.uid,
        code="not_ours",
        text="certificate, not network",
        actor=nils,
        now=world.now + 5 * MINUTE,
    )
    second = handing.hand_over(
        ref=ref,
        to_party_id=world.party(world.identity),
        why="The certificate is refused",
        tried="Reinstalled the client, Network looked",
        asked="Issue a new certificate",
        blocker="permission",
        actor=ben,
        now=world.now + 6 * MINUTE,
    )
    handing.accept_handoff(handoff_uid=second.uid, actor=ida, now=world.now + 8 * MINUTE)
    solving.solve_ticket(
        ref=ref,
        code="fixed",
        text="Issued a new certificate; please connect again.",
        actor=ida,
        now=world.now + 40 * MINUTE,
    )

    ticket = Ticket.objects.get(ref=ref)
    assert ticket.owner_id == owner
    assert (ticket.state, ticket.blocker, ticket.holder_kind) == ("solved", "permission", "requester")
    told = {(r.to_party_id, r.to_person_id) for r in SolutionReturn.objects.filter(ticket=ticket)}
    assert (world.party(world.network), world.people["Nils"].pk) in told
    assert world.people["Ben"].pk in {person for _, person in told}
    at = world.now + 60 * MINUTE
    shown = present.custody(queries.ticket(ref, world.actor("Ben")), at)
    assert shown["total_seconds"] == 3600
    assert [(s["holder"]["kind"], s["seconds"]) for s in shown["shares"]] == [
        ("desk", 480),
        ("team", 32 * 60),
        ("requester", 20 * 60),
    ]


def test_a_promise_is_kept_by_a_human_word_and_broken_by_silence(world):
    ben = world.actor("Ben")
    kept, broken = opened(world).ref, opened(world, subject="Second").ref
    for ref in (kept, broken):
        promising.promise_update(ref=ref, due_at=world.now + HOUR, actor=ben, now=world.now)

    talking.add_message(
        ref=kept,
        said=talking.Said(text="We found the failing gateway and restart it at noon."),
        actor=ben,
        now=world.now + MINUTE,
    )
    promise = Ticket.objects.get(ref=broken).promises.get()
    promising.break_promise(promise_id=promise.pk, now=world.now + 2 * HOUR)

    states = {ref: [p.state for p in Ticket.objects.get(ref=ref).promises.all()] for ref in (kept, broken)}
    assert states == {kept: ["kept"], broken: ["broken"]}


def test_still_broken_reopens_the_same_ticket_within_its_window_and_not_after(world):
    ben, omar = world.actor("Ben"), world.actor("Omar")
    ref = opened(world).ref
    solving.solve_ticket(
        ref=ref, code="fixed", text="Restarted the client for you.", actor=ben, now=world.now + MINUTE
    )
    reopening.reopen(ref=ref, actor=omar, now=world.now + HOUR)
    ticket = Ticket.objects.get(ref=ref)
    assert (ticket.state, ticket.reopen_count, ticket.holder_kind) == ("open", 1, "desk")

    solving.solve_ticket(
        ref=ref, code="fixed", text="Restarted it once more.", actor=ben, now=world.now + 2 * HOUR
    )
    assert solving.close_due(world.now + timedelta(days=15)) == 1
    with pytest.raises(reopening.WindowClosed):
        reopening.reopen(ref=ref, actor=omar, now=world.now + timedelta(days=16))


def test_a_merged_ticket_leads_to_its_survivor_and_can_be_taken_back(world):
    ben = world.actor("Ben")
    one, two = opened(world).ref, opened(world, subject="Same again", requester_email="anna@acme.example").ref
    joining.merge_ticket(ref=two, into=one, actor=ben, now=world.now + MINUTE)
    merged = Ticket.objects.get(ref=two)
    assert (merged.state, joining.survivor_of(merged).ref) == ("merged", one)
    assert [p.name for p in queries.followers(queries.ticket(one, ben))] == ["Anna Example"]

    joining.unmerge_ticket(ref=two, actor=ben, now=world.now + HOUR)
    assert Ticket.objects.get(ref=two).state == "open"


def test_a_confidential_ticket_is_seen_by_those_named_only(world):
    ben = world.actor("Ben")
    ref = opened(world, subject="Harassment at work").ref
    following.set_confidential(
        ref=ref, confidential=True, named=[world.people["Chloe"].pk], actor=ben, now=world.now
    )
    sees = {name for name in world.people if queries.tickets(world.actor(name), queries.Filters()).rows}
    owner = Ticket.objects.get(ref=ref).owner.shown_name
    assert sees == {"Ben", "Chloe", "Omar", owner}
    with pytest.raises(access.NoSuchTicket):
        queries.ticket(ref, world.actor("Adam"))


def test_a_leavers_tickets_pass_on_by_name(world):
    refs = [opened(world, subject=f"Case {n}").ref for n in range(6)]
    leaver = Ticket.objects.get(ref=refs[0]).owner_id
    owning.pass_on_all(person_id=leaver, cause="left", now=world.now + MINUTE)
    assert leaver not in set(Ticket.objects.values_list("owner_id", flat=True))


def test_users_open_for_themselves_only(world):
    with pytest.raises(Forbidden):
        opening.open_ticket(
            asked=opening.Asked(subject="x", requester_email="anna@acme.example"),
            actor=world.actor("Omar"),
            now=world.now,
        )


ENDED = "UPDATE tickets_custody SET until = since + interval '1 hour' WHERE seq = 2; "
THIRD = (
    "INSERT INTO tickets_custody (ticket_id, lane, seq, prev_seq, holder_kind, since, cause)"
    " SELECT ticket_id, lane, {seq}, {previous}, holder_kind, {since}, 'x' FROM tickets_custody WHERE seq = 2"
)


def third(since, *, seq="3", previous="2"):
    return THIRD.format(seq=seq, previous=previous, since=since)


@pytest.mark.parametrize(
    ("attempt", "rule"),
    [
        (ENDED + third("until + interval '5 hours'"), "custody_no_gap"),
        (ENDED + third("until - interval '5 minutes'"), "custody_no_gap"),
        ("UPDATE tickets_custody SET until = until - interval '1 hour' WHERE seq = 1", "custody_no_gap"),
        ("UPDATE tickets_custody SET until = until + interval '1 hour' WHERE seq = 1", "custody_no_gap"),
        ("UPDATE tickets_custody SET since = since - interval '1 hour' WHERE seq = 2", "custody_no_gap"),
        ("DELETE FROM tickets_custody WHERE seq = 1", "custody_no_gap"),
        (third("since"), "custody_one_open"),
        ("UPDATE tickets_custody SET until = NULL WHERE seq = 1", "custody_one_open"),
        ("UPDATE tickets_custody SET until = since - interval '1 second' WHERE seq = 2", "custody_runs_forward"),
        (ENDED + third("until", previous="1"), "custody_follows"),
        (ENDED + third("until", previous="NULL"), "custody_follows"),
        (ENDED + third("until", seq="2", previous="1"), "custody_in_order"),
    ],
    ids=[
        "gap", "overlap", "early-end", "late-end", "early-start", "hole", "two-open", "two-open-again", "backward",
        "skipped-one", "second-beginning", "twice-the-same-place",
    ],
)  # fmt: skip
def test_the_database_refuses_a_broken_chain(world, attempt, rule):
    ref = opened(world).ref
    handing.take_ticket(ref=ref, actor=world.actor("Ben"), now=world.now + HOUR)
    with pytest.raises(IntegrityError) as refused, transaction.atomic():
        write_by_hand(attempt)
    assert refused.value.__cause__.diag.constraint_name == rule


@pytest.mark.parametrize("length", ["1 hour", "0 seconds"])
def test_the_database_takes_a_chain_that_goes_on_where_it_ended(world, length):
    ref = opened(world).ref
    handing.take_ticket(ref=ref, actor=world.actor("Ben"), now=world.now + HOUR)
    write_by_hand(ENDED.replace("1 hour", length) + third("until"))
    assert Ticket.objects.get(ref=ref).custody.count() == 3


def write_by_hand(statements):
    with connection.cursor() as cursor:
        cursor.execute(f"{statements}; SET CONSTRAINTS ALL IMMEDIATE")


def test_facts_of_a_ticket_are_numbered_without_gaps(world):
    ref = opened(world).ref
    talking.add_message(
        ref=ref,
        said=talking.Said(text="Hello there, looking at it."),
        actor=world.actor("Ben"),
        now=world.now,
    )
    pk = Ticket.objects.get(ref=ref).pk
    seqs = list(
        FactRow.objects.filter(subject_kind="ticket", subject_id=pk)
        .order_by("id")
        .values_list("seq", flat=True)
    )
    assert seqs == list(range(1, len(seqs) + 1))
    assert len(seqs) >= 3
