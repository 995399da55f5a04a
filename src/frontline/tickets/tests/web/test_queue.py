"""The queue: order with reasons, views, search, steps on many, a fixed price."""

import re
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from frontline.config.testing import forget_everything
from frontline.tickets import queries
from frontline.tickets.models import SavedView, Ticket
from frontline.tickets.usecases import handing, promising, talking
from frontline.tickets.web import live, rows

MINUTE = timedelta(minutes=1)
HOUR = timedelta(hours=1)


def page(client, address="/desk?view=desk"):
    response = client.get(address)
    assert response.status_code == 200, response.content
    return response.content.decode()


def refs_in(html):
    return re.findall(r'data-live-subject="ticket:(T-\d+)"', html)


def words_of(html):
    """The text of the page without its tags, white space as one blank."""
    return " ".join(re.sub(r"<[^>]+>", " ", html).split())


def test_a_row_says_why_it_stands_first(world, browse, opened):
    calm, promised = opened(subject="Calm one"), opened(subject="Promised one")
    ben = world.actor("Ben")
    promising.promise_update(ref=promised, due_at=world.now + 60 * MINUTE, actor=ben, now=world.now)

    html = page(browse("Ben", at=world.now + 48 * MINUTE))

    assert refs_in(html) == [promised, calm]
    assert "word to Omar due in 12 min" in words_of(html)
    assert "response due" in words_of(html)


def test_reasons_name_the_team_that_was_offered_it_and_the_one_that_gave_it_back(world, browse, opened):
    offered, returned = opened(subject="Offered"), opened(subject="Returned")
    ben, nils = world.actor("Ben"), world.actor("Nils")
    for ref in (offered, returned):
        handoff = handing.hand_over(
            ref=ref,
            to_party_id=world.party(world.network),
            why="Needs the gateway logs",
            tried="Reinstalled the client",
            asked="Say why it is refused",
            blocker="tool",
            actor=ben,
            now=world.now,
        )
    handing.return_handoff(
        handoff_uid=handoff.uid,
        code="not_ours",
        text="Certificate, not network",
        actor=nils,
        now=world.now + 10 * MINUTE,
    )

    words = words_of(page(browse("Ben", at=world.now + 25 * MINUTE)))

    assert "offered to Network, no answer for 25 min" in words
    assert "came back from Network 15 min ago" in words


def test_a_missed_promise_is_marked_with_a_word_and_not_by_colour_alone(world, browse, opened):
    ref = opened()
    promising.promise_update(ref=ref, due_at=world.now + 5 * MINUTE, actor=world.actor("Ben"), now=world.now)

    html = page(browse("Ben", at=world.now + 9 * MINUTE))

    assert 'class="why-act"' in html
    assert "word to Omar overdue since 09:05" in words_of(html)


def test_views_show_what_they_say(world, browse, opened):
    mine, other = opened(), opened()
    ben = world.people["Ben"]
    Ticket.objects.filter(ref=mine).update(owner=ben)
    Ticket.objects.filter(ref=other).update(owner=world.people["Chloe"])
    client = browse("Ben")

    assert refs_in(page(client, "/desk?view=mine")) == [mine]
    assert refs_in(page(client, "/desk")) == [mine]  # what one owns comes first
    assert set(refs_in(page(client, "/desk?view=unanswered"))) == {mine, other}
    assert refs_in(page(client, "/desk?view=offered")) == []
    assert "No handoff waits for your answer." in page(client, "/desk?view=offered")


def test_search_finds_words_and_numbers(world, browse, opened):
    printer = opened(subject="Printer on floor 3 jams")
    opened(subject="Something else")
    client = browse("Ben")

    assert refs_in(page(client, "/desk?q=printer")) == [printer]
    assert refs_in(page(client, f"/desk?q={printer}")) == [printer]
    assert "Try fewer, or a number" in page(client, "/desk?q=zebra")


def test_search_knows_a_number_however_it_is_written(world, browse, opened):
    wanted = opened(subject="Printer on floor 3 jams")
    opened(subject="Something else")
    number = wanted.removeprefix("T-")
    client = browse("Ben")

    for written in (wanted, wanted.lower(), number, f"%23{number}", f"%23T-{number}"):
        assert refs_in(page(client, f"/desk?q={written}")) == [wanted], written


def test_search_knows_the_number_another_product_gave_it(world, browse, opened):
    wanted = opened(external_id="CHG 12/b", source="old-desk")
    speaks_of_it = opened(subject="CHG 12/b: after CHG 12/b the CHG fails")

    assert refs_in(page(browse("Ben"), "/desk?q=CHG+12/b")) == [wanted, speaks_of_it]


def test_search_finds_while_the_last_word_is_still_being_typed(world, browse, opened):
    printer = opened(subject="Printer on floor 3 jams")
    password = opened(subject="Password of the printer portal expired")
    client = browse("Ben")

    assert set(refs_in(page(client, "/desk?q=prin"))) == {printer, password}
    assert refs_in(page(client, "/desk?q=printer+expi")) == [password]
    assert refs_in(page(client, "/desk?q=expir+floor")) == []  # only the last may be unfinished
    for hostile in ("%27%22", "printer+%26", "a%3A*", "prin!", "%22prin", "-prin", "%5C", "prin%00"):
        assert client.get(f"/desk?q={hostile}").status_code in {200, 400, 422}, hostile


def test_pages_go_on_where_the_last_one_ended(world, browse, opened, monkeypatch):
    monkeypatch.setattr("frontline.tickets.web.queue.PAGE", 2)
    made = [opened(subject=f"Number {n}") for n in range(3)]
    client = browse("Ben")

    first = page(client)
    more = re.search(r'rel="next" href="([^"]+)"', first)[1].replace("&amp;", "&")

    assert sorted(refs_in(first) + refs_in(page(client, more))) == sorted(made)


def test_three_rows_cost_what_one_costs(world, browse, opened):
    client = browse("Ben")
    opened()
    forget_everything()  # what is kept for a second is read anew both times
    with CaptureQueriesContext(connection) as one:
        page(client)
    opened(), opened()
    forget_everything()
    with CaptureQueriesContext(connection) as three:
        page(client)

    assert len(three) == len(one) <= 22


@pytest.mark.parametrize(
    ("name", "status"),
    [("Amira", 200), ("Viktor", 200), ("Clara", 200), ("Sam", 200), ("Omar", 403), ("Vera", 403)],
)
def test_the_desk_is_for_those_who_read_or_hold_tickets(browse, name, status):
    assert browse(name).get("/desk").status_code == status


def test_readers_get_no_forms_they_may_not_send(browse, opened):
    opened()
    html = page(browse("Clara"))
    assert "data-bulk" not in html
    assert browse("Clara").post("/desk/many", {"ref": "T-1", "act": "take"}).status_code == 403


def test_steps_on_many_say_by_row_what_failed(world, browse, opened):
    one, two = opened(), opened()
    client = browse("Ben")

    done = client.post(
        "/desk/many", {"ref": [one, two], "act": "tag", "tag": "vip", "back": "/desk?view=desk"}
    )
    failed = client.post("/desk/many", {"ref": [one, "T-999999"], "act": "take", "back": "/desk?view=desk"})

    assert (done.status_code, done["Location"]) == (302, "/desk?view=desk")
    assert [t.tags for t in Ticket.objects.order_by("id")] == [["vip"], ["vip"]]
    assert failed.status_code == 422
    assert "There is no ticket T-999999 that you may see." in failed.content.decode()
    assert Ticket.objects.get(ref=one).worker == world.people["Ben"]


def test_a_list_is_kept_as_a_view_and_removed_again(world, browse):
    client = browse("Ben")
    client.post("/desk/views", {"name": "Urgent", "view": "desk", "priority": "P1"})
    view = SavedView.objects.get()
    assert "Urgent" in page(client, "/desk?view=desk&priority=P1")

    client.post(f"/desk/views/{view.uid}/drop")

    assert not SavedView.objects.exists()


def test_the_stream_draws_the_same_row_as_the_page(world, browse, opened):
    ref = opened()
    ticket = Ticket.objects.get(ref=ref)
    html = page(browse("Ben"))

    drawn = live.draw(world.actor("Ben"), {ticket.pk})[ticket.pk]

    assert refs_in(drawn["fragments"]["queue-row"]) == [ref]
    assert drawn["queue"]["lists"] == rows.lists_of(queries.rows_by_id(world.actor("Ben"), [ticket.pk])[0])
    assert {"queue:desk", "queue:new", rows.owned_by(ticket.owner_id)} <= set(drawn["queue"]["lists"])
    assert 'data-queue-lists="queue:desk"' in html
    assert live.draw(world.actor("Omar"), {ticket.pk}) == {}


def test_the_stream_draws_nothing_of_a_confidential_ticket_for_others(world, opened):
    ref = opened()
    Ticket.objects.filter(ref=ref).update(confidential=True, owner=world.people["Amira"])
    ticket = Ticket.objects.get(ref=ref)

    assert live.draw(world.actor("Chloe"), {ticket.pk}) == {}
    assert ticket.pk in live.draw(world.actor("Amira"), {ticket.pk})


def test_a_reply_moves_the_row_on(world, browse, opened):
    ref = opened()
    said = talking.Said(text="We are looking into the gateway.")
    talking.add_message(ref=ref, said=said, actor=world.actor("Ben"), now=world.now + HOUR)

    assert "1 min without word" in words_of(page(browse("Ben", at=world.now + HOUR + MINUTE)))
