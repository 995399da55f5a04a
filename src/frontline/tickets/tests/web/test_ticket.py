"""The ticket page: what each role sees of it, and what each step does and keeps when it is refused."""

import re
from datetime import timedelta

import pytest
from django.contrib.messages import get_messages
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext

from frontline.config.testing import forget_everything
from frontline.people.models import Leave
from frontline.people.queries import forget_duty
from frontline.tickets.models import Draft, Handoff, Message, Promise, SolutionReturn, Ticket
from frontline.tickets.usecases import handing, keeping, solving, talking

MINUTE = timedelta(minutes=1)
HOUR = timedelta(hours=1)
CLEAN = {
    "to": "Network",
    "why": "Needs the gateway logs",
    "tried": "Reinstalled the client, same error",
    "asked": "Say why the gateway refuses it",
    "blocker": "tool",
}


def words_of(response):
    return " ".join(re.sub(r"<[^>]+>", " ", response.content.decode()).split())


def offer(world, ref, team=None, by="Ben", at=None):
    return handing.hand_over(
        ref=ref,
        to_party_id=world.party(team or world.network),
        why=CLEAN["why"],
        tried=CLEAN["tried"],
        asked=CLEAN["asked"],
        blocker="tool",
        actor=world.actor(by),
        now=at or world.now,
    )


def test_the_page_tells_the_story_with_words_for_who_reads_what(world, browse, opened):
    ref = opened()
    note = talking.Said(text="Looks like the certificate.", audience="internal")
    talking.add_message(ref=ref, said=note, actor=world.actor("Ben"), now=world.now + MINUTE)

    response = browse("Ben").get(f"/desk/tickets/{ref}")

    assert response.status_code == 200
    words = words_of(response)
    assert "It drops every ten minutes." in words
    assert "internal note" in words
    assert 'class="message message-internal"' in response.content.decode()
    assert "Who held it when" in response.content.decode()  # the ribbon
    assert "First answer" in words


def test_a_supplier_sees_what_they_hold_and_no_internal_note(world, browse, opened):
    ref = opened()
    note = talking.Said(text="They are always late.", audience="internal")
    talking.add_message(ref=ref, said=note, actor=world.actor("Ben"), now=world.now)
    contoso = next(p for p in world.actor("Sam").party_ids)
    handing.hand_over(
        ref=ref,
        to_party_id=contoso,
        why="Only they run the gateway",
        tried="Everything on the client",
        asked="Restart the gateway please",
        blocker="supplier",
        actor=world.actor("Ben"),
        now=world.now,
    )
    client = browse("Sam")

    words = words_of(client.get(f"/desk/tickets/{ref}"))

    assert "Restart the gateway please" in words
    assert "They are always late." not in words
    assert "Telephone" not in words
    assert (
        client.post(f"/desk/tickets/{ref}/accept", {"handoff": Handoff.objects.get().uid}).status_code == 302
    )
    assert Ticket.objects.get(ref=ref).holder_kind == "supplier"


def test_whoever_may_not_see_a_ticket_is_told_there_is_none(world, browse, opened):
    ref = opened()
    Ticket.objects.filter(ref=ref).update(confidential=True, owner=world.people["Amira"])
    for address in (f"/desk/tickets/{ref}", f"/desk/tickets/{ref}/preview"):
        assert browse("Chloe").get(address).status_code == 404
        assert browse("Amira").get(address).status_code == 200
    assert browse("Chloe").post(f"/desk/tickets/{ref}/reply", {"text": "Hello there"}).status_code == 404


def test_a_thin_handoff_is_refused_in_place_and_names_all_that_is_missing(world, browse, opened):
    ref = opened()
    sent = {**CLEAN, "tried": "", "asked": "Help"}

    response = browse("Ben").post(f"/desk/tickets/{ref}/hand-over", sent)

    assert response.status_code == 422
    html = response.content.decode()
    assert "Say what was tried in at least 8 characters" in html
    assert "Say what you ask for in at least 8 characters" in html
    assert "Say why you hand it on" not in html
    assert (
        '<dialog id="do-hand-over" class="desk-act" aria-labelledby="do-hand-over-title" data-act open>'
        in html
    )
    assert ">Needs the gateway logs</textarea>" in html
    assert not Handoff.objects.exists()


def test_a_handoff_is_offered_and_can_be_taken_back_within_seconds(world, browse, opened):
    ref = opened()
    client = browse("Ben")

    response = client.post(f"/desk/tickets/{ref}/hand-over", CLEAN)

    handoff = Handoff.objects.get()
    said = list(get_messages(response.wsgi_request))
    assert [m.extra_tags for m in said] == [f"/desk/handoffs/{handoff.uid}/withdraw"]
    assert "Offered to Network" in words_of(client.get(f"/desk/tickets/{ref}"))

    undone = client.post(said[0].extra_tags, headers={"HX-Request": "true"})

    assert (undone.status_code, undone["HX-Redirect"]) == (204, f"/desk/tickets/{ref}")
    handoff.refresh_from_db()
    assert handoff.state == "withdrawn"


def test_receivers_are_asked_on_the_page_and_others_are_not(world, browse, opened):
    ref = opened()
    handoff = offer(world, ref)

    asked = browse("Nils").get(f"/desk/tickets/{ref}")
    other = browse("Chloe").get(f"/desk/tickets/{ref}")

    assert "Ben offers it to Network" in words_of(asked)
    assert f"/desk/tickets/{ref}/accept" in asked.content.decode()
    assert f"/desk/tickets/{ref}/accept" not in other.content.decode()
    refused = browse("Nils").post(
        f"/desk/tickets/{ref}/return", {"handoff": handoff.uid, "code": "not_ours", "text": "no"}
    )
    assert refused.status_code == 422
    assert "Say why it comes back in at least 8 characters" in refused.content.decode()


def test_a_reply_answers_promises_and_drops_its_draft(world, browse, opened):
    ref = opened()
    keeping.save_draft(
        place=f"ticket:{ref}:reply", body={"text": "We"}, actor=world.actor("Ben"), now=world.now
    )

    response = browse("Ben").post(
        f"/desk/tickets/{ref}/reply",
        {"text": "We are looking into the gateway.", "audience": "public", "promise": "+60", "seen": "1"},
    )

    assert response.status_code == 302
    assert Message.objects.get(seq=2).audience == "public"
    assert Promise.objects.get().due_at == world.now + HOUR
    assert not Draft.objects.exists()


def test_an_empty_reply_is_refused_and_what_was_chosen_stays(browse, opened):
    ref = opened()
    response = browse("Ben").post(
        f"/desk/tickets/{ref}/reply", {"text": " ", "audience": "public", "promise": "+60"}
    )
    html = response.content.decode()
    assert response.status_code == 422
    assert "Write something first" in html
    assert '<option value="+60" selected>' in html


def test_news_of_the_user_stop_an_answer_once_and_are_shown(world, browse, opened):
    ref = opened()
    said = talking.Said(text="Forget it, it works again!")
    talking.add_message(ref=ref, said=said, actor=world.actor("Omar"), now=world.now + MINUTE)
    client = browse("Ben", at=world.now + 2 * MINUTE)
    sent = {"text": "Please restart the computer.", "audience": "public", "seen": "1"}

    stopped = client.post(f"/desk/tickets/{ref}/reply", sent)

    assert stopped.status_code == 409
    assert (
        '<blockquote class="desk-quote plain-text">Forget it, it works again!</blockquote>'
        in stopped.content.decode()
    )
    assert "Please restart the computer.</textarea>" in stopped.content.decode()
    seen = re.search(r'name="seen" value="(\d+)"', stopped.content.decode())[1]
    assert client.post(f"/desk/tickets/{ref}/reply", {**sent, "seen": seen}).status_code == 302


def test_two_changes_of_the_same_version_do_not_overwrite_each_other(world, browse, opened):
    ref = opened()
    version = Ticket.objects.get(ref=ref).version
    sent = {"subject": "VPN drops", "kind": "incident", "impact": "1", "urgency": "2", "version": version}
    client = browse("Ben")

    assert client.post(f"/desk/tickets/{ref}/grade", sent).status_code == 302
    second = client.post(f"/desk/tickets/{ref}/grade", {**sent, "subject": "Something else"})

    assert second.status_code == 422
    assert "This was changed after you loaded it" in second.content.decode()
    ticket = Ticket.objects.get(ref=ref)
    assert (ticket.subject, ticket.priority) == ("VPN drops", "P2")


def test_a_solution_comes_back_to_whoever_handed_on_until_it_is_seen(world, browse, opened):
    ref = opened()
    handoff = offer(world, ref)
    nils = world.actor("Nils")
    handing.accept_handoff(handoff_uid=handoff.uid, actor=nils, now=world.now + MINUTE)
    solved = browse("Nils", at=world.now + HOUR).post(
        f"/desk/tickets/{ref}/solve",
        {"code": "fixed", "text": "Renewed the certificate of the gateway.", "blocker": "permission"},
    )
    assert solved.status_code == 302
    client = browse("Ben", at=world.now + 2 * HOUR)

    words = words_of(client.get("/desk/returned"))
    assert "Renewed the certificate of the gateway." in words
    assert "We lack a permission" in words
    uid = SolutionReturn.objects.get(to_person=world.people["Ben"]).uid
    assert browse("Omar").post(f"/desk/returned/{uid}/seen").status_code == 403
    assert browse("Chloe").post(f"/desk/returned/{uid}/seen").status_code == 404
    assert browse("Ben", at=world.now + 2 * HOUR).post(f"/desk/returned/{uid}/seen").status_code == 302
    assert "Renewed" not in words_of(client.get("/desk/returned"))


def test_somebody_on_leave_is_answered_for_by_name(world, browse, opened):
    ref = opened()
    ben = world.people["Ben"]
    Ticket.objects.filter(ref=ref).update(owner=ben)
    Leave.objects.create(
        person=ben,
        since=world.now - HOUR,
        until=world.now + 2 * HOUR,
        stand_in=world.people["Chloe"],
        reason="leave",
    )
    forget_duty()

    words = words_of(browse("Amira").get(f"/desk/tickets/{ref}"))

    assert "Ben owns it, Chloe answers until 11:00" in words


def test_a_mails_own_html_comes_in_a_frame_without_scripts(world, browse, opened):
    ref = opened(html="<p onclick='x()'>Hi<script>alert(1)</script></p>")
    message = Message.objects.get(ticket__ref=ref)
    client = browse("Ben")

    page = client.get(f"/desk/tickets/{ref}").content.decode()
    frame = client.get(f"/desk/messages/{message.uid}/body")

    assert '<iframe class="desk-frame" sandbox="allow-popups allow-popups-to-escape-sandbox"' in page
    assert f'src="/desk/messages/{message.uid}/body"' in page
    assert "script" not in frame.content.decode()
    assert "onclick" not in frame.content.decode()
    assert frame["Content-Security-Policy"].startswith("default-src 'none'")
    assert "sandbox" in frame["Content-Security-Policy"]


def test_drafts_are_kept_by_person_and_place(browse):
    client = browse("Ben")
    place = "/desk/drafts/ticket:T-1:reply"

    assert client.get(place).status_code == 204
    assert client.put(place, {"fields": {"text": "Dear"}}, content_type="application/json").status_code == 204
    assert client.get(place).json() == {"fields": {"text": "Dear"}}
    assert browse("Chloe").get(place).status_code == 204
    assert client.put(place, "[", content_type="application/json").status_code == 422
    assert client.delete(place).status_code == 204
    assert client.get(place).status_code == 204


def test_a_longer_story_costs_what_a_short_one_costs(world, browse, opened):
    ref = opened(service_id=world.vpn.pk)
    offer(world, ref)
    client = browse("Ben", at=world.now + HOUR)
    forget_everything()  # what is kept for a second is read anew both times
    with CaptureQueriesContext(connection) as short:
        client.get(f"/desk/tickets/{ref}")
    for n in range(3):
        said = talking.Said(text=f"Word number {n} about it.")
        talking.add_message(ref=ref, said=said, actor=world.actor("Ben"), now=world.now + n * MINUTE)
    forget_everything()
    with CaptureQueriesContext(connection) as long:
        client.get(f"/desk/tickets/{ref}")

    assert len(long) == len(short) <= 42


@pytest.mark.parametrize(
    ("verb", "sent", "state"),
    [
        ("take", {}, {"worker__shown_name": "Ben", "state": "open"}),
        ("wait", {"waiting_for": "requester"}, {"state": "waiting", "holder_kind": "requester"}),
        ("promise", {"promise": "@1T10:00"}, {"matters_code": "response_due"}),
        ("confidential", {"confidential": "on", "named": "chloe@acme.example"}, {"confidential": True}),
        ("end", {"state": "cancelled"}, {"state": "cancelled"}),
    ],
)
def test_each_step_does_what_it_says(world, browse, opened, verb, sent, state):
    ref = opened()
    response = browse("Ben").post(f"/desk/tickets/{ref}/{verb}", sent)
    assert response.status_code == 302, words_of(response)
    assert Ticket.objects.filter(ref=ref).values(*state).get() == state


def test_steps_that_join_and_part_tickets(world, browse, opened):
    one, two, three = opened(), opened(), opened()
    client = browse("Ben")
    client.post(f"/desk/tickets/{one}/link", {"other": two.lower(), "kind": "related"})
    assert two in client.get(f"/desk/tickets/{one}").content.decode()

    merged = client.post(f"/desk/tickets/{three}/merge", {"into": two})
    assert merged["Location"] == f"/desk/tickets/{two}"
    assert Ticket.objects.get(ref=three).state == "merged"
    client.post(f"/desk/tickets/{three}/unmerge")
    assert Ticket.objects.get(ref=three).state == "open"

    uid = Message.objects.get(ticket__ref=one).uid
    split = client.post(f"/desk/tickets/{one}/split", {"subject": "And the printer", "message": [uid]})
    assert split["Location"] not in {f"/desk/tickets/{r}" for r in (one, two, three)}

    refused = client.post(f"/desk/tickets/{one}/merge", {"into": one})
    assert refused.status_code == 422
    assert "A ticket cannot be joined to itself" in refused.content.decode()


def test_ownership_passes_by_name(world, browse, opened):
    ref = opened()
    Ticket.objects.filter(ref=ref).update(owner=world.people["Ben"])
    client = browse("Ben")

    client.post(f"/desk/tickets/{ref}/owner", {"owner": world.people["Chloe"].uid})

    assert Ticket.objects.get(ref=ref).owner == world.people["Chloe"]
    assert "Chloe answers for this from now on." in words_of(client.get(f"/desk/tickets/{ref}"))


def test_a_prepared_answer_is_filled_in_without_scripts(world, browse, opened):
    ref = opened()
    macro = keeping.save_macro(
        name="Greeting",
        text="Dear {requester_name}, about {ref}:",
        shared=True,
        actor=world.actor("Amira"),
        now=world.now,
    )
    html = browse("Ben").get(f"/desk/tickets/{ref}?macro={macro.uid}").content.decode()
    assert f">Dear Omar, about {ref}:</textarea>" in html


def test_readers_may_note_and_nothing_more(world, browse, opened):
    ref = opened()
    client = browse("Viktor")
    assert "do-hand-over" not in client.get(f"/desk/tickets/{ref}").content.decode()
    assert client.post(f"/desk/tickets/{ref}/hand-over", CLEAN).status_code == 403
    assert not Handoff.objects.exists()


def test_solving_without_words_is_refused_and_keeps_the_code(browse, opened):
    ref = opened()
    response = browse("Ben").post(f"/desk/tickets/{ref}/solve", {"code": "workaround", "text": "ok"})
    assert response.status_code == 422
    assert '<option value="workaround" selected>' in response.content.decode()
    assert str(solving.LEAST) in words_of(response)


def test_files_go_along_and_come_back_as_downloads_for_those_who_see_the_message(
    world, browse, opened, settings, tmp_path
):
    settings.FILES_ROOT = tmp_path
    ref = opened()
    sent = {
        "text": "The note on the server.",
        "audience": "internal",
        "files": [SimpleUploadedFile("../evil.html", b"<script>alert(1)</script>", content_type="text/html")],
    }
    client = browse("Ben")

    assert client.post(f"/desk/tickets/{ref}/reply", sent).status_code == 302

    html = client.get(f"/desk/tickets/{ref}").content.decode()
    address = re.search(r'href="(/desk/files/[^"]+)"', html)[1]
    given = client.get(address)
    assert b"".join(given.streaming_content) == b"<script>alert(1)</script>"
    assert given["Content-Disposition"].startswith("attachment")
    assert given["Content-Type"] == "application/octet-stream"
    assert browse("Sam").get(address).status_code == 404
    assert browse("Omar").get(address).status_code == 403
