import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from frontline.tickets.models import Attachment, Draft, Message, Ticket

pytestmark = pytest.mark.django_db

ONCE = "a-mark-of-one-form-01"


def send(browser, **fields):
    return browser.post("/ask", {"what": "VPN drops\nevery ten minutes", "once": ONCE, **fields})


def test_the_form_shows_what_is_known_already(door, text_of):
    page = door.browser("Omar").get("/ask", {"what": "VPN drops"}).content.decode()

    assert re.search(r'<option value="[^"]+" selected>LT-0042</option>', page)
    assert re.search(r'<option value="[^"]+" selected>Berlin</option>', page)
    assert "VPN drops</textarea>" in page


def test_sending_opens_a_ticket_with_what_was_confirmed(door, text_of):
    browser = door.browser("Omar")
    answer = send(
        browser, item=str(door.world.laptop.uid), place=str(door.world.berlin.uid), stops="1", others="on"
    )
    ticket = Ticket.objects.get()

    assert (answer.status_code, answer.url) == (302, f"/tickets/{ticket.ref}")
    assert (ticket.subject, ticket.channel, ticket.requester) == (
        "VPN drops",
        "portal",
        door.world.people["Omar"],
    )
    assert (ticket.item, ticket.place, ticket.urgency, ticket.impact) == (
        door.world.laptop,
        door.world.berlin,
        1,
        2,
    )
    assert Message.objects.get().text == "VPN drops\nevery ten minutes"
    assert f"Received. {ticket.owner.shown_name} owns it." in browser.get(answer.url).content.decode()


def test_the_same_form_sent_twice_opens_one_ticket(door):
    browser = door.browser("Omar")
    first, second = send(browser), send(browser)

    assert first.url == second.url
    assert Ticket.objects.count() == 1


def test_somebody_elses_mark_is_not_taken_for_mine(door):
    assert send(door.browser("Omar")).url != send(door.browser("Anna")).url


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"what": "  "}, "Write in a few words what you need"),
        ({"what": "x" * 200_001}, "at most 200000 characters"),
        ({"item": "not-a-device"}, "That is no longer offered"),
        ({"place": "01890000-0000-7000-8000-000000000000"}, "That is no longer offered"),
        ({"stops": "7"}, "Select a valid choice"),
        ({"once": ""}, "Send it once more"),
        ({"once": "<script>"}, "Send it once more"),
    ],
)
def test_what_cannot_be_used_comes_back_with_everything_typed(door, fields, words):
    answer = send(door.browser("Omar"), **{"phone": "0301", **fields})
    page = answer.content.decode()

    assert answer.status_code == 422
    assert words in page
    assert Ticket.objects.count() == 0
    if "what" not in fields:
        assert "every ten minutes</textarea>" in page
    if "once" in fields:
        assert re.search(r'name="once" value="[\w-]{16,64}"', page)


def test_somebody_elses_device_cannot_be_named(door):
    answer = send(door.browser("Anna"), item=str(door.world.laptop.uid))

    assert answer.status_code == 422
    assert "LT-0042" not in answer.content.decode()


def test_a_confidential_matter_is_seen_by_owner_and_requester_only(door):
    url = send(door.browser("Omar"), confidential="on").url
    ticket = Ticket.objects.get()
    others = {"Amira", "Ben", "Chloe"} - {ticket.owner.shown_name}

    assert ticket.confidential
    assert "Confidential" in door.browser("Omar").get(url).content.decode()
    assert {door.browser(n).get(url).status_code for n in [*others, "Anna", "Clara"]} == {404}


def test_files_come_with_the_first_words_and_go_out_as_downloads(door, settings, tmp_path):
    settings.FILES_ROOT = tmp_path
    browser = door.browser("Omar")
    file = SimpleUploadedFile("../../screen<b>.html", b"<html><script>alert(1)</script>", "image/png")
    url = send(browser, uploads=file).url
    stored = Attachment.objects.get().file
    answer = browser.get(f"{url}/files/{stored.uid}")

    assert (stored.mime, stored.uploaded_by) == ("text/html", door.world.people["Omar"].pk)
    assert answer.status_code == 200
    assert answer.headers["Content-Disposition"].startswith("attachment")
    assert answer.headers["Content-Type"] == "application/octet-stream"
    assert answer.getvalue() == b"<html><script>alert(1)</script>"
    assert door.browser("Anna").get(f"{url}/files/{stored.uid}").status_code == 404


def test_while_typing_the_same_ticket_and_what_fits_are_offered(door, text_of):
    ref = door.open("Omar", "VPN drops every few minutes")
    door.open("Anna", "VPN drops ANNASECRET")
    page = door.browser("Omar").get("/ask/answers", {"what": "vpn dr"}).content.decode()

    assert f"/tickets/{ref}?say=vpn%20dr#reply" in page
    assert "Is this the same? VPN drops every few minutes" in page
    assert "Something about this service" in page
    assert "Send “vpn dr” to the desk" in page
    assert "Have a person call you" in page
    assert "ANNASECRET" not in page
    assert door.browser("Omar").get("/ask/answers", {"what": " "}).content == b""


def test_hostile_words_stay_words(door):
    page = (
        door.browser("Omar")
        .get("/ask/answers", {"what": "<img src=x onerror=alert(1)> vpn"})
        .content.decode()
    )

    assert "<img" not in page


def test_a_call_back_is_one_step_away(door):
    browser = door.browser("Omar")
    page = browser.get("/ask?call=1").content.decode()
    send(browser, what="Please call me back.", phone="+49 30 777")

    assert 'value="+49 30 1234479"' in page
    assert Message.objects.get().text == "Please call me back.\n\nCall me on +49 30 777."


def test_a_draft_is_kept_for_its_writer_and_gone_once_sent(door):
    browser = door.browser("Omar")
    kept = browser.put("/ask/draft", {"fields": {"what": "half a"}}, content_type="application/json")

    assert kept.status_code == 204
    assert browser.get("/ask/draft").json() == {"fields": {"what": "half a"}}
    assert browser.get("/ask/draft?new=1").status_code == 204
    assert door.browser("Anna").get("/ask/draft").status_code == 204
    send(browser)
    assert Draft.objects.count() == 0


@pytest.mark.parametrize(
    "body", [b"{", b"[]", b'{"fields": [1]}', b'{"fields": {"a": 1}}', b'{"fields": {"a": "\\u0000"}}']
)
def test_a_broken_draft_is_refused(door, body):
    answer = door.browser("Omar").put("/ask/draft", body, content_type="application/json")

    assert answer.status_code == 422


def test_suppliers_do_not_ask(door):
    assert door.browser("Sam").get("/ask").status_code == 403
