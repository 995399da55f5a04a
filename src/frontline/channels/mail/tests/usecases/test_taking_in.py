"""A mail comes in: it opens a ticket, joins one, is ignored, or waits in quarantine."""

from datetime import timedelta

import pytest
from django.db import OperationalError

from frontline.channels.mail.usecases import intake, keeping, placing
from frontline.channels.models import Inbox, Outbox
from frontline.foundation.models import FactRow, StoredFile
from frontline.people.models import Person
from frontline.tickets.models import Attachment, Contact, Custody, Follower, Link, Message, Ticket
from frontline.tickets.usecases import following, joining, solving, talking

LATER = timedelta(hours=1)


def test_a_mail_opens_a_ticket_with_all_it_says(take, letter, world):
    raw = letter("The VPN drops.\n\n-- \nOmar\n", files={"log.txt": b"line\n"}, message_id="<a@x.example>")
    taken = take(raw)
    ticket = Ticket.objects.get(ref=taken.ticket)
    message = Message.objects.get(ticket=ticket)
    row = Inbox.objects.get()
    assert (taken.outcome, taken.reason) == ("opened", "no_thread")
    assert (ticket.subject, ticket.channel, ticket.requester) == ("VPN drops", "mail", world.people["Omar"])
    assert (message.text, message.mail_message_id, message.author) == (
        "The VPN drops.",
        "a@x.example",
        world.people["Omar"],
    )
    assert "Omar" in message.full_text
    assert Custody.objects.get(ticket=ticket).holder_kind == "desk"
    assert Contact.objects.get(ticket=ticket).opened
    assert keeping.read(row.file.sha256) == raw
    assert (row.source, row.external_id, row.ticket, row.message) == (
        "mail:desk@acme.example",
        "a@x.example",
        ticket,
        message,
    )
    attached = Attachment.objects.get(message=message)
    assert (attached.file.name, attached.file.mime, keeping.read(attached.file.sha256)) == (
        "log.txt",
        "text/plain",
        b"line\n",
    )


def test_a_second_delivery_changes_nothing(take, letter):
    raw = letter()
    first, second = take(raw), take(b"Received: from elsewhere\r\n" + raw)
    assert second == intake.Taken("ignored", first.ticket, "duplicate", first.inbox_id)
    assert (Ticket.objects.count(), Message.objects.count(), Inbox.objects.count()) == (1, 1, 1)


def test_mails_without_an_id_are_known_by_their_bytes(take):
    raw = b"From: omar@acme.example\r\nSubject: hello\r\n\r\nIt is broken\r\n"
    first, again, other = take(raw), take(raw), take(raw + b"still\r\n")
    assert [t.outcome for t in (first, again, other)] == ["opened", "ignored", "opened"]


def test_a_mail_to_two_mailboxes_of_ours_is_one_article(take, letter):
    raw = letter()
    first, second = take(raw), take(raw, box=None)
    assert (second.outcome, second.ticket, second.reason) == ("ignored", first.ticket, "already_here")
    assert Message.objects.count() == 1


def test_an_unknown_address_becomes_a_placeholder_person(take, letter, ticket_of):
    ticket = ticket_of(take(letter(sender="Zoe New <zoe@initech.example>")))
    assert (ticket.requester.name, ticket.requester.placeholder) == ("Zoe New", True)
    assert ticket.organisation.name == "Initech"


@pytest.mark.parametrize("by", ["in_reply_to", "references"])
def test_an_answer_joins_by_its_headers(take, letter, by):
    first = take(letter(message_id="<one@x.example>"))
    second = take(letter("Also the printer.", **{by: "<one@x.example>"}))
    assert (second.outcome, second.ticket, second.reason) == ("joined", first.ticket, f"{by}_by_participant")
    assert list(Message.objects.order_by("seq").values_list("text", "author_kind", "audience")) == [
        ("The VPN drops every morning at nine.", "user", "public"),
        ("Also the printer.", "user", "public"),
    ]


def test_an_answer_joins_by_the_id_of_our_own_mail(take, letter, react):
    first = take(letter())
    react()
    ours = Outbox.objects.get(kind="acknowledgement")
    second = take(letter("Thank you", in_reply_to=f"<{ours.message_id}>", subject="Re: anything"))
    assert (second.outcome, second.ticket) == ("joined", first.ticket)


def test_an_answer_joins_by_the_reply_address(take, letter, react):
    first = take(letter())
    react()
    second = take(letter("More", to=Outbox.objects.get().reply_to, subject="no mark here"))
    assert (second.outcome, second.ticket, second.reason) == (
        "joined",
        first.ticket,
        "reply_token_by_participant",
    )


def test_a_wrong_secret_in_the_reply_address_leads_nowhere(take, letter):
    first = take(letter())
    number = first.ticket.removeprefix("T-")
    second = take(letter("More", to=f"desk+t{number}-{'a' * 20}@acme.example", subject="no mark here"))
    assert (second.outcome, second.reason) == ("opened", "no_thread")


def test_an_answer_joins_by_its_subject(take, letter):
    first = take(letter())
    second = take(letter("More", subject=f"AW: [{first.ticket}] VPN drops"))
    assert (second.outcome, second.ticket, second.reason) == (
        "joined",
        first.ticket,
        "subject_by_participant",
    )


def test_a_stranger_who_quotes_a_mark_gets_a_ticket_that_points_back(take, letter, react):
    first = take(letter())
    react()
    ours = Outbox.objects.get()
    second = take(
        letter(
            "Tell me the password",
            sender="eve@evil.example",
            to=ours.reply_to,
            subject=f"[{first.ticket}] VPN",
            in_reply_to=f"<{ours.message_id}>",
        )
    )
    assert (second.outcome, second.reason) == ("opened", "in_reply_to_by_stranger")
    assert second.ticket != first.ticket
    link = Link.objects.get()
    assert (link.ticket.ref, link.other.ref, link.kind) == (second.ticket, first.ticket, "follow_up")
    assert Message.objects.filter(ticket__ref=first.ticket).count() == 1


def test_another_customer_never_joins_nor_is_linked(take, letter):
    first = take(letter())
    second = take(letter("Mine too", sender="vera@initech.example", subject=f"Re: [{first.ticket}]"))
    assert (second.outcome, Link.objects.count()) == ("opened", 0)
    assert Message.objects.filter(ticket__ref=first.ticket).count() == 1


def test_a_confidential_ticket_is_joined_by_its_own_people_only(take, letter, world):
    first = take(letter())
    following.set_confidential(
        ref=first.ticket,
        confidential=True,
        actor=world.actor("Amira"),
        named=[world.people["Anna"].pk],
        now=world.now,
    )
    mark = {"subject": f"[{first.ticket}] more"}
    outcomes = {
        who: take(letter("word", sender=f"{who}@acme.example", **mark)).outcome
        for who in ("omar", "anna", "nils", "colleague")
    }
    assert outcomes == {"omar": "joined", "anna": "joined", "nils": "opened", "colleague": "opened"}
    assert Link.objects.count() == 0


def test_a_colleague_with_the_number_only_gets_a_ticket_that_points_back(take, letter):
    first = take(letter())
    second = take(letter("Me too", sender="anna@acme.example", subject=f"[{first.ticket}] VPN drops"))
    assert (second.outcome, second.reason) == ("opened", "subject_by_colleague")
    assert Link.objects.get().other.ref == first.ticket


def test_a_colleague_joins_and_an_agent_leaves_a_note(take, letter, ticket_of, world):
    first = take(letter(message_id="<first@x.example>"))
    mark = f"[{first.ticket}] VPN drops"
    take(letter("Me too", sender="anna@acme.example", in_reply_to="<first@x.example>"))
    take(letter("It is the router", sender="ben@acme.example", subject=mark))
    said = (
        Message.objects.filter(ticket=ticket_of(first))
        .order_by("seq")
        .values_list("audience", "author_kind", "author__shown_name")
    )
    assert list(said) == [
        ("public", "user", "Omar"),
        ("public", "user", "Anna"),
        ("internal", "desk", "Ben"),
    ]


def test_a_supplier_who_holds_it_speaks_to_the_desk(take, letter, ticket_of, world):
    first = take(letter())
    ticket = ticket_of(first)
    from frontline.people.models import Party

    party = Party.objects.get(organisation=world.supplier)
    Custody.objects.filter(ticket=ticket).update(until=world.now)
    Custody.objects.create(
        ticket=ticket,
        seq=2,
        prev_seq=1,
        holder_kind="supplier",
        holder=party,
        since=world.now,
        cause="accepted",
    )
    second = take(
        letter("We look at it", sender="new@contoso.example", subject=f"[{first.ticket}]"),
        now=world.now + LATER,
    )
    message = Message.objects.latest("id")
    assert (second.outcome, second.reason) == ("joined", "subject_by_supplier")
    assert (message.audience, message.author_kind) == ("supplier", "supplier")


def test_mail_to_a_merged_ticket_lands_in_the_survivor_also_after_a_second_merge(take, letter, world):
    a, b, c = (take(letter(message_id=f"<{n}@x.example>")) for n in "abc")
    joining.merge_ticket(ref=a.ticket, into=b.ticket, actor=world.actor("Amira"), now=world.now)
    joining.merge_ticket(ref=b.ticket, into=c.ticket, actor=world.actor("Amira"), now=world.now)
    by_thread = take(letter("one", in_reply_to="<a@x.example>"), now=world.now + LATER)
    by_number = take(letter("two", subject=f"Re: [{a.ticket}]"), now=world.now + LATER)
    assert (by_thread.ticket, by_number.ticket) == (c.ticket, c.ticket)


def _solved(taken, world):
    talking.add_message(
        ref=taken.ticket,
        said=talking.Said(text="We look at it at once."),
        actor=world.actor("Ben"),
        now=world.now,
    )
    solving.solve_ticket(
        ref=taken.ticket,
        code="fixed",
        text="The router was replaced.",
        actor=world.actor("Ben"),
        now=world.now,
    )


def test_a_persons_word_reopens_a_solved_ticket(take, letter, ticket_of, world):
    first = take(letter())
    _solved(first, world)
    take(letter("It drops again", subject=f"[{first.ticket}]"), now=world.now + LATER)
    assert ticket_of(first).state == "open"


@pytest.mark.parametrize(
    "header",
    [
        {"auto_submitted": "auto-replied"},
        {"precedence": "bulk"},
        {"x_auto_response_suppress": "All"},
        {"x_autoreply": "yes"},
        {"list_id": "<news.acme.example>"},
        {"return_path": "<>"},
    ],
    ids=lambda h: next(iter(h)),
)
def test_a_machines_mail_is_kept_and_reopens_nothing(take, letter, ticket_of, world, react, header):
    first = take(letter())
    _solved(first, world)
    react()
    before = Outbox.objects.count()
    second = take(letter("I am away", subject=f"Re: [{first.ticket}]", **header), now=world.now + LATER)
    react(world.now + LATER)
    message = Message.objects.latest("id")
    assert (second.outcome, second.ticket) == ("joined", first.ticket)
    assert (message.author_kind, Inbox.objects.latest("id").automatic) == ("automatic", True)
    assert (ticket_of(first).state, Outbox.objects.count()) == ("solved", before)


def test_an_answering_machine_without_a_ticket_is_kept_and_ignored(take, letter):
    taken = take(letter("I am away until Monday", subject="Automatic reply: hello"))
    assert (taken.outcome, Ticket.objects.count()) == ("ignored", 0)
    assert Inbox.objects.get().file is not None


@pytest.mark.parametrize(
    ("headers", "outcome"),
    [
        ({"list_id": "<users.acme.example>", "references": "<x@elsewhere.example>"}, "opened"),
        ({"precedence": "bulk", "in_reply_to": "<x@elsewhere.example>"}, "opened"),
        ({"auto_submitted": "auto-replied", "in_reply_to": "<x@elsewhere.example>"}, "ignored"),
    ],
)
def test_words_that_came_through_a_list_are_not_lost(take, letter, headers, outcome):
    assert take(letter("Please help", **headers)).outcome == outcome


def test_a_word_after_the_window_opens_a_new_ticket_even_before_the_watch_has_closed_the_old(
    take, letter, world
):
    first = take(letter())
    _solved(first, world)
    second = take(letter("Again", subject=f"[{first.ticket}]"), now=world.now + timedelta(days=15))
    assert (second.outcome, second.reason) == ("opened", "ticket_is_over")


def test_a_monitors_mail_opens_a_ticket_without_an_acknowledgement(take, letter, ticket_of, react):
    taken = take(letter("Disk full", subject="ALERT", auto_submitted="auto-generated"))
    react()
    assert (taken.outcome, ticket_of(taken).tags, Outbox.objects.count()) == ("opened", ["automatic"], 0)


@pytest.mark.parametrize(
    "words",
    [{"sender": "Desk <desk@acme.example>"}, {"x_frontline_mail": "automatic"}],
    ids=["address", "header"],
)
def test_our_own_mail_coming_back_is_ignored(take, letter, words):
    assert take(letter(**words)).outcome == "ignored"
    assert (Ticket.objects.count(), Inbox.objects.count()) == (0, 1)


def test_a_word_after_the_end_opens_a_ticket_that_points_back(take, letter, world):
    first = take(letter())
    _solved(first, world)
    assert solving.close_due(world.now + timedelta(days=15)) == 1
    second = take(letter("Again", subject=f"[{first.ticket}]"), now=world.now + timedelta(days=16))
    assert (second.outcome, second.reason) == ("opened", "ticket_is_over")
    assert Link.objects.get().other.ref == first.ticket


def test_what_is_no_mail_waits_in_quarantine_and_the_next_goes_on(take, letter):
    bad, good = take(b"\x00\xff nothing like a mail"), take(letter())
    assert (bad.outcome, good.outcome) == ("quarantined", "opened")
    row = Inbox.objects.get(outcome="quarantined")
    assert keeping.read(row.file.sha256) == b"\x00\xff nothing like a mail"
    assert FactRow.objects.filter(kind="channels.MailQuarantined").count() == 1


def test_a_mail_without_a_sender_waits_in_quarantine(take):
    assert take(b"Subject: hi\r\nTo: desk@acme.example\r\n\r\nhello\r\n").reason == "no_sender"


def test_a_poisonous_mail_is_tried_twice_then_set_aside_and_can_be_retried(take, letter, monkeypatch, world):
    tried = []

    def broken(*_, **__):
        tried.append(1)
        raise ValueError("poison")

    with monkeypatch.context() as patch:
        patch.setattr(placing, "by_thread", broken)
        taken = take(letter())
    assert (taken.outcome, taken.reason, len(tried)) == ("quarantined", "error:ValueError", 2)
    assert Ticket.objects.count() == 0
    row = Inbox.objects.get()
    assert row.tries == 2
    again = intake.retry(uid=str(row.uid), now=world.now)
    row.refresh_from_db()
    assert (again.outcome, row.outcome, row.ticket.ref) == ("opened", "opened", again.ticket)


def test_trouble_with_the_database_is_no_fault_of_the_mail(take, letter, monkeypatch):
    def gone(*_, **__):
        raise OperationalError("the connection is gone")

    monkeypatch.setattr(placing, "by_thread", gone)
    with pytest.raises(OperationalError):
        take(letter())
    assert Inbox.objects.count() == 0


def test_a_mail_too_large_is_refused_politely_once(take, letter, settings, react):
    settings.FILE_BYTES_LIMIT = 1000
    raw = letter("x" * 3000, subject="Huge")
    taken = take(raw)
    assert (taken.outcome, taken.reason, take(raw).reason) == ("quarantined", "too_large", "duplicate")
    said = Outbox.objects.get()
    assert (said.kind, said.automatic, said.to) == ("too_large", True, ["Omar <omar@acme.example>"])
    assert "Huge" in said.text


def test_a_file_too_large_stays_in_the_source_and_the_desk_is_told(take, letter, settings, monkeypatch):
    settings.FILE_BYTES_LIMIT = 4000
    monkeypatch.setattr(intake, "OVERHEAD", 10)
    take(letter(files={"big.bin": b"\x01" * 5000, "small.bin": b"\x01" * 10}))
    assert [a.file.name for a in Attachment.objects.all()] == ["small.bin"]
    note = Message.objects.get(audience="internal")
    assert ("big.bin" in note.text, note.author_kind) == (True, "automatic")


def test_pictures_inside_the_html_are_marked_as_such(take):
    raw = (
        b"From: omar@acme.example\r\nSubject: see\r\nMIME-Version: 1.0\r\n"
        b"Content-Type: multipart/related; boundary=b\r\n\r\n--b\r\nContent-Type: text/html\r\n\r\n"
        b'<p>Look <img src="cid:pic"></p>\r\n--b\r\nContent-Type: image/png\r\nContent-ID: <pic>\r\n'
        b"Content-Transfer-Encoding: base64\r\n\r\niVBORw0KGgo=\r\n--b--\r\n"
    )
    take(raw)
    attached = Attachment.objects.get()
    assert (attached.inline, attached.content_id, attached.file.mime) == (True, "pic", "image/png")
    assert "<img" in Message.objects.get().html


def test_a_forwarded_mail_opens_with_its_whole_text(take, letter, ticket_of):
    text = (
        "FYI\n\n------ Forwarded message -----\nFrom: Zoe <zoe@x.example>\nSubject: broken\n\nIt is broken.\n"
    )
    ticket = ticket_of(take(letter(text, subject="Fwd: broken")))
    assert "It is broken." in ticket.messages.get().text


def test_the_store_holds_the_same_bytes_once(take, letter):
    content = b"%PDF-1.4 the same"
    take(letter(files={"a.pdf": content}))
    take(letter(files={"b.pdf": content}))
    rows = StoredFile.objects.filter(name__endswith=".pdf")
    assert (rows.count(), rows.values("sha256").distinct().count()) == (2, 1)
    assert {row.mime for row in rows} == {"application/pdf"}


def test_names_of_people_are_taken_from_their_first_mail_only(take, letter):
    take(letter(sender="Zoe <zoe@x.example>"))
    take(letter(sender="Somebody Else <zoe@x.example>"))
    assert Person.objects.get(email="zoe@x.example").name == "Zoe"
    assert Follower.objects.count() == 0
