"""What an importer copies equals what the use cases write, row for row."""

from datetime import timedelta

from django.db import connection

from frontline.foundation.rows import draw_ids
from frontline.foundation.transactions import transaction
from frontline.kernel.facts import Origin
from frontline.people.usecases import parties
from frontline.tickets.histories import Hands, History, Moment, plan_history, write_histories
from frontline.tickets.logic.queue import Case, matters
from frontline.tickets.planning import Ids, Opening
from frontline.tickets.usecases import handing, opening

#: born anew in every row, or drawn from a sequence
OWN = {"id", "uid", "ref", "reply_token", "ticket_id", "search", "origin", "updated_at", "version", "xid"}


def rows(table, ticket_id):
    key = "id" if table == "tickets_ticket" else "ticket_id"
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT * FROM {table} WHERE {key} = %s ORDER BY id", [ticket_id])
        names = [c.name for c in cursor.description]
        return [{k: v for k, v in zip(names, row, strict=True) if k not in OWN} for row in cursor.fetchall()]


def facts(ticket_id):
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT seq, kind, at, audience, organisation_id FROM foundation_fact"
            " WHERE subject_kind = 'ticket' AND subject_id = %s ORDER BY seq",
            [ticket_id],
        )
        return cursor.fetchall()


def found_by(words):
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT id FROM tickets_ticket WHERE search @@ websearch_to_tsquery('english', %s) ORDER BY id",
            [words],
        )
        return [pk for (pk,) in cursor.fetchall()]


def test_one_and_many_write_the_same_rows(world):
    amira = world.actor("Amira")
    asked = opening.Asked(subject="Printer jams", text="It eats paper.", requester_email="omar@acme.example")
    one = opening.open_ticket(asked=asked, actor=amira, now=world.now)
    later = world.now + timedelta(minutes=30)
    handing.take_ticket(ref=one.ref, actor=amira, now=later)

    omar = world.people["Omar"]
    desk = parties.party_for_team(team_id=world.desk.pk)
    clocks = {c["measure"]: c["due_at"] for c in one.clocks}
    with transaction():
        ids = draw_ids(
            {"tickets_ticket": 1, "tickets_contact": 1, "tickets_message": 1, "tickets_custody": 1}
        )
        case = Case(
            state="open",
            priority=one.priority,
            opened_at=world.now,
            respond_due_at=clocks["respond"],
            resolve_due_at=clocks["resolve"],
            last_user_word_at=world.now,
        )
        planned = plan_history(
            History(
                opening=Opening(
                    ids=Ids(
                        ticket=ids["tickets_ticket"][0],
                        ref="T-copy",
                        contact=ids["tickets_contact"][0],
                        message=ids["tickets_message"][0],
                        custody=ids["tickets_custody"][0],
                    ),
                    subject=asked.subject,
                    text=asked.text,
                    kind="incident",
                    impact=3,
                    urgency=3,
                    priority=one.priority,
                    channel="portal",
                    language="en",
                    requester_id=omar.pk,
                    organisation_id=omar.organisation_id,
                    place_id=omar.place_id,
                    owner_id=one.owner_id,
                    desk_party_id=desk,
                    next_promise_at=clocks["respond"],
                    matters=matters(case),
                    at=world.now,
                    origin=Origin.HISTORY,
                ),
                moments=[
                    Moment(at=later, state="open"),
                    Moment(at=later, hands=Hands("desk", desk, amira.person_id), cause="taken"),
                ],
            )
        )
        write_histories([planned])

    copied = ids["tickets_ticket"][0]
    for table in ("tickets_ticket", "tickets_contact", "tickets_message", "tickets_custody"):
        assert rows(table, copied) == rows(table, one.id), table
    assert facts(copied) == facts(one.id)
    assert found_by("printer jams") == found_by("eats & paper") == [one.id, copied]


def test_a_chain_with_solving_reopening_and_closing_has_no_gap(world):
    desk = parties.party_for_team(team_id=world.desk.pk)
    omar = world.people["Omar"]
    at = [world.now + timedelta(hours=h) for h in range(8)]
    requester = Hands("requester", parties.party_for_person(person_id=omar.pk))
    with transaction():
        ids = draw_ids({"tickets_ticket": 1, "tickets_custody": 1})
        history = History(
            opening=Opening(
                ids=Ids(
                    ticket=ids["tickets_ticket"][0],
                    ref="T-h",
                    contact=None,
                    message=None,
                    custody=ids["tickets_custody"][0],
                ),
                subject="History",
                text="",
                kind="incident",
                impact=2,
                urgency=2,
                priority="P3",
                channel="phone",
                language="en",
                requester_id=omar.pk,
                organisation_id=omar.organisation_id,
                owner_id=world.people["Amira"].pk,
                desk_party_id=desk,
                at=at[0],
                origin=Origin.HISTORY,
            ),
            moments=[
                Moment(
                    at=at[1], state="open", hands=Hands("team", world.party(world.network)), cause="accepted"
                ),
                Moment(
                    at=at[0], hands=Hands("team", world.party(world.identity)), cause="accepted"
                ),  # steps back
                Moment(at=at[3], state="solved", hands=requester, cause="solved"),
                Moment(at=at[4], state="closed", cause="window_over"),
                Moment(at=at[5], state="open", hands=Hands("desk", desk), cause="reopened"),
                Moment(at=at[6], state="solved", hands=requester, cause="solved"),
                Moment(at=at[7], state="closed", cause="window_over"),
            ],
        )
        write_histories([plan_history(history)])
        with connection.cursor() as cursor:
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
            cursor.execute(
                "SELECT state, reopen_count, handoff_count, (SELECT count(*) FROM tickets_custody c"
                " WHERE c.ticket_id = t.id AND until IS NULL) FROM tickets_ticket t WHERE id = %s",
                [ids["tickets_ticket"][0]],
            )
            assert cursor.fetchone() == ("closed", 1, 2, 0)
