"""Set-up of mail, the demo's outbox, and the link in a solution."""

import re
from datetime import timedelta

import pytest

from frontline.channels.mail.usecases import intake, letters
from frontline.channels.models import Inbox, Mailbox, Outbox
from frontline.foundation import secrets_box
from frontline.foundation.models import Desk, FactRow
from frontline.people.models import Person
from frontline.tickets.models import Ticket
from frontline.tickets.usecases import following, solving, talking


def _page(response) -> str:
    return response.content.decode()


FORM = {
    "name": "IT Service Desk",
    "address": "help@acme.example",
    "kind": "imap",
    "host": "127.0.0.1",
    "port": "9",
    "security": "plain",
    "username": "desk",
    "password": "correct horse",
    "folder": "INBOX",
    "after": "seen",
    "move_to": "",
    "every_seconds": "30",
    "active": "on",
}


def test_an_administrator_adds_a_mailbox_tests_it_and_changes_it(world, browse):
    client = browse("Adam")
    assert client.get("/setup/mail/mailboxes/new").status_code == 200
    made = client.post("/setup/mail/mailboxes/new", FORM)
    box = Mailbox.objects.get()
    assert (made.status_code, made["Location"]) == (302, f"/setup/mail/mailboxes/{box.uid}")
    assert secrets_box.unseal(box.sealed_password) == "correct horse"
    tested = client.post(f"/setup/mail/mailboxes/{box.uid}/test", follow=True)
    assert "does not answer as an IMAP server" in _page(tested)
    page = _page(client.get(f"/setup/mail/mailboxes/{box.uid}"))
    assert ("correct horse" in page, 'value="127.0.0.1"' in page) == (False, True)
    changed = FORM | {"name": "Help", "password": "", "version": str(box.version)}
    assert client.post(f"/setup/mail/mailboxes/{box.uid}", changed).status_code == 302
    box.refresh_from_db()
    assert (box.name, secrets_box.unseal(box.sealed_password)) == ("Help", "correct horse")
    stale = client.post(f"/setup/mail/mailboxes/{box.uid}", changed)
    assert (stale.status_code, "changed after you loaded it" in _page(stale)) == (422, True)


def test_what_is_wrong_with_a_mailbox_stands_at_its_field(world, browse):
    refused = browse("Adam").post("/setup/mail/mailboxes/new", FORM | {"host": ""})
    assert (refused.status_code, "Name the server" in _page(refused), Mailbox.objects.count()) == (
        422,
        True,
        0,
    )


@pytest.mark.parametrize("who", ["Omar", "Ben", "Amira", "Clara"])
def test_others_do_not_see_the_set_up_of_mail(world, browse, who):
    assert browse(who).get("/setup/mail").status_code == 403


def test_a_quarantined_mail_is_shown_as_text_retried_and_set_aside(world, browse, mailbox):
    raw = b"Subject: <script>alert(1)</script>\r\nTo: desk@acme.example\r\n\r\nno sender <b>here</b>\r\n"
    intake.take_in(raw=raw, mailbox=mailbox, now=world.now)
    row = Inbox.objects.get()
    client = browse("Adam")
    overview = _page(client.get("/setup/mail"))
    assert ("It names no sender." in overview, "<script>alert(1)" in overview) == (True, False)
    page = _page(client.get(f"/setup/mail/quarantine/{row.uid}"))
    assert ("no sender &lt;b&gt;here" in page, "<b>here" in page) == (True, False)
    again = client.post(f"/setup/mail/quarantine/{row.uid}/retry", follow=True)
    assert "It still cannot be taken in: It names no sender." in _page(again)
    row.refresh_from_db()
    assert row.tries == 2
    client.post(f"/setup/mail/quarantine/{row.uid}/ignore")
    row.refresh_from_db()
    assert (row.settled_at, "It names no sender." in _page(client.get("/setup/mail"))) == (world.now, False)


def _answer(ref, world, text="We call you at ten.") -> Outbox:
    message = talking.add_message(
        ref=ref, said=talking.Said(text=text), actor=world.actor("Amira"), now=world.now
    )
    row = letters.tell_message(message_id=message.pk, fact_id=message.pk, now=world.now)
    assert row is not None
    return row


def test_the_outbox_shows_states_and_a_failed_mail_can_be_sent_again(world, browse, opened):
    row = _answer(opened, world)
    Outbox.objects.filter(pk=row.pk).update(state="failed", error="554 no such mailbox", unknown_tries=1)
    client = browse("Adam")
    page = _page(client.get("/setup/mail/outbox"))
    assert all(
        word in page for word in ("554 no such mailbox", "may have arrived twice", "omar@acme.example")
    )
    assert "554" not in _page(client.get("/setup/mail/outbox?state=sent"))
    client.post(f"/setup/mail/outbox/{row.uid}/again")
    row.refresh_from_db()
    assert (row.state, row.error) == ("queued", "")


def test_mail_on_a_confidential_ticket_is_blank_for_an_administrator(world, browse, opened):
    _answer(opened, world, text="The zebra affair")
    following.set_confidential(ref=opened, confidential=True, actor=world.actor("Amira"), now=world.now)
    Desk.objects.update_or_create(id=1, defaults={"kind": "demo"})
    for path in ("/setup/mail", "/setup/mail/outbox", "/demo/outbox"):
        page = _page(browse("Adam").get(path))
        assert ("zebra" in page, "VPN drops" in page, opened in page) == (False, False, False)


def test_the_outbox_of_a_demo_is_read_by_those_who_may_see_the_ticket(world, browse, opened):
    assert browse("Omar").get("/demo/outbox").status_code == 404
    Desk.objects.update_or_create(id=1, defaults={"kind": "demo"})
    _answer(opened, world)
    shown = {
        who: "We call you at ten." in _page(browse(who).get("/demo/outbox"))
        for who in ("Omar", "Ben", "Anna", "Vera")
    }
    assert shown == {"Omar": True, "Ben": True, "Anna": False, "Vera": False}


def _solved_link(opened, world) -> str:
    solving.solve_ticket(
        ref=opened, code="fixed", text="The router was replaced.", actor=world.actor("Ben"), now=world.now
    )
    ticket = Ticket.objects.get(ref=opened)
    fact = FactRow.objects.get(kind="tickets.TicketSolved")
    row = letters.tell_solution(
        ticket_id=ticket.pk, message_id=fact.data["message_id"], fact_id=fact.pk, now=world.now
    )
    assert row is not None
    found = re.search(r"/mail/still-broken/\S+", row.text)
    assert found is not None
    return found.group()


def test_following_the_link_changes_nothing_and_its_button_reopens_once(world, client, browse, opened):
    link = _solved_link(opened, world)
    browse("Omar")  # the small desk's own time
    for _ in range(3):
        page = client.get(link)
        assert (page.status_code, "Is it not working after all?" in _page(page)) == (200, True)
    assert client.head(link).status_code == 200
    assert Ticket.objects.get(ref=opened).state == "solved"
    done = client.post(link)
    ticket = Ticket.objects.get(ref=opened)
    assert ("It is open again" in _page(done), ticket.state, ticket.reopen_count) == (True, "open", 1)
    assert "This is open already" in _page(client.post(link))
    assert Ticket.objects.get(ref=opened).reopen_count == 1


def test_a_link_made_up_or_of_an_earlier_solution_is_over(world, client, browse, opened):
    link = _solved_link(opened, world)
    browse("Omar")
    assert client.get("/mail/still-broken/abc:def:ghi").status_code == 404
    assert client.get(link[:-2] + ("aa" if link[-2:] != "aa" else "bb")).status_code == 404
    later = world.now + timedelta(hours=1)
    client.post(link)
    solving.solve_ticket(
        ref=opened, code="fixed", text="Replaced it again.", actor=world.actor("Ben"), now=later
    )
    assert client.get(link).status_code == 404


def test_the_server_that_checks_senders_is_named_as_its_headers_name_it(world, browse):
    client = browse("Adam")
    refused = client.post("/setup/mail/mailboxes/new", FORM | {"authserv_id": "mx.acme.example; dmarc=pass"})
    assert (refused.status_code, "Copy the first word" in _page(refused)) == (422, True)
    client.post("/setup/mail/mailboxes/new", FORM | {"authserv_id": " MX.acme.example "})
    box = Mailbox.objects.get()
    assert box.authserv_id == "mx.acme.example"
    assert 'value="mx.acme.example"' in _page(client.get(f"/setup/mail/mailboxes/{box.uid}"))


def test_agents_read_on_the_message_that_its_sender_is_in_doubt(world, browse, mailbox):
    mailbox.authserv_id = "mx.acme.example"
    raw = (
        b"Authentication-Results: mx.acme.example; dmarc=fail\r\n"
        b'From: "<b>Omar</b>" <omar@acme.example>\r\nSubject: Help\r\n\r\nMy password, please.\r\n'
    )
    ref = intake.take_in(raw=raw, mailbox=mailbox, now=world.now).ticket
    page = _page(browse("Ben").get(f"/desk/tickets/{ref}"))
    claimed = "&lt;b&gt;Omar&lt;/b&gt; &lt;omar@acme.example&gt;"
    assert f"The sender could not be verified: it says it is from {claimed}, but our mail server" in page
    Person.objects.filter(pk=world.people["Ben"].pk).update(language="de")
    page = _page(browse("Ben").get(f"/desk/tickets/{ref}"))
    assert "Der Absender konnte nicht bestätigt werden" in page
    assert browse("Omar").get(f"/tickets/{ref}").status_code == 404


def test_a_mail_that_proves_its_sender_has_no_warning(world, browse, mailbox):
    mailbox.authserv_id = "mx.acme.example"
    raw = (
        b"Authentication-Results: mx.acme.example; dmarc=pass header.from=acme.example\r\n"
        b"From: omar@acme.example\r\nSubject: Help\r\n\r\nIt drops.\r\n"
    )
    ref = intake.take_in(raw=raw, mailbox=mailbox, now=world.now).ticket
    assert "could not be verified" not in _page(browse("Ben").get(f"/desk/tickets/{ref}"))
