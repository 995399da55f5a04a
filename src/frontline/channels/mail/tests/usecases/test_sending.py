"""The outbox and a real mail server."""

import smtplib
import socket
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from email import message_from_bytes, policy
from pathlib import Path

import pytest
from aiosmtpd.controller import Controller
from django.db import connection
from procrastinate.contrib.django.models import ProcrastinateJob

from frontline.channels.mail import chores
from frontline.channels.mail.usecases import intake, sending
from frontline.channels.models import Inbox, Outbox
from frontline.foundation.facts.dispatch import dispatch_once
from frontline.foundation.jobs.effects import GiveUp
from frontline.foundation.jobs.worker import drain
from frontline.foundation.models import Desk
from frontline.kernel.ids import uuid7
from frontline.tickets.models import Message, Ticket
from frontline.tickets.usecases import talking

LATER = timedelta(hours=1)


class Sink:
    """Keeps what it is given; `answers` says otherwise for the next attempts, in order."""

    def __init__(self) -> None:
        self.got: list[bytes] = []
        self.recipients: list[list[str]] = []
        self.answers: list[str] = []

    async def handle_DATA(self, server, session, envelope):  # noqa: N802 - aiosmtpd's name
        answer = self.answers.pop(0) if self.answers else "250 taken"
        if answer.startswith("250") or answer == "taken, then silence":
            self.got.append(envelope.content)
            self.recipients.append(envelope.rcpt_tos)
        if answer == "taken, then silence":
            session_transport = server.transport
            session_transport.abort()
            return "250 lost"
        return answer


@pytest.fixture
def sink(settings):
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_TIMEOUT = 5
    handler = Sink()
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    controller = Controller(handler, hostname="127.0.0.1", port=port)
    controller.start()
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", port
    yield handler
    controller.stop()


@pytest.fixture
def answer(world, take, letter, react):
    """A public word of Ben on Omar's ticket, waiting in the outbox."""
    taken = take(letter(message_id="<first@x.example>"))
    react()
    Outbox.objects.all().delete()
    message = talking.add_message(
        ref=taken.ticket,
        said=talking.Said(text="We call you at ten."),
        actor=world.actor("Ben"),
        now=world.now,
    )
    react()
    row = Outbox.objects.get()
    assert row.ticket_message_id == message.pk
    return row


def _attempt(row: Outbox) -> Outbox:
    Outbox.objects.filter(pk=row.pk, state="queued").update(state="sending")
    try:
        sending.send_mail.run(outbox_id=row.pk)
    finally:
        row.refresh_from_db()
    return row


def test_a_letter_arrives_whole_with_the_id_it_was_given_before(sink, answer):
    row = _attempt(answer)
    mail = message_from_bytes(sink.got[0], policy=policy.default)
    assert sink.recipients == [["omar@acme.example"]]
    assert mail["Message-ID"] == f"<{row.message_id}>"
    assert (mail["In-Reply-To"], mail["References"]) == ("<first@x.example>", "<first@x.example>")
    assert (mail["Reply-To"], mail["Auto-Submitted"]) == (row.reply_to, None)
    assert mail.get_body(("plain",)).get_content().startswith("We call you at ten.")
    assert "<p>We call you at ten.</p>" in mail.get_body(("html",)).get_content()
    assert (row.state, row.tries, row.unknown_tries, row.sent_at is not None) == ("sent", 1, 0, True)
    assert Message.objects.get(pk=row.ticket_message_id).delivery == "sent"


def test_what_is_sent_is_not_sent_again(sink, answer):
    _attempt(answer)
    sending.send_mail.run(outbox_id=answer.pk)
    assert len(sink.got) == 1


def test_machine_mail_says_that_it_is(sink, world, take, letter, react):
    take(letter())
    react()
    _attempt(Outbox.objects.get())
    mail = message_from_bytes(sink.got[0])
    assert (mail["Auto-Submitted"], mail["X-Auto-Response-Suppress"], mail["X-Frontline-Mail"]) == (
        "auto-generated",
        "All",
        "automatic",
    )


def test_files_of_the_answer_travel_along(sink, answer, world):
    from frontline.channels.mail.usecases import keeping
    from frontline.foundation.transactions import transaction
    from frontline.tickets.usecases import delivery

    with transaction():
        file = keeping.keep(b"how to", name="guide.txt", declared_mime="text/plain", now=world.now)
        delivery.attach_files(message_id=answer.ticket_message_id, file_ids=[file], inline={})
    _attempt(answer)
    mail = message_from_bytes(sink.got[0], policy=policy.default)
    assert [(a.get_filename(), a.get_content()) for a in mail.iter_attachments()] == [("guide.txt", "how to")]


def test_a_server_that_is_busy_is_asked_again(sink, answer):
    sink.answers = ["451 later please"]
    with pytest.raises(sending.NotSentYet):
        _attempt(answer)
    assert (answer.state, answer.in_flight, answer.unknown_tries, "later please" in answer.error) == (
        "sending",
        False,
        0,
        True,
    )
    assert (_attempt(answer).state, answer.tries) == ("sent", 2)


def test_a_server_that_refuses_for_good_is_believed(sink, answer):
    sink.answers = ["554 no such mailbox here"]
    with pytest.raises(GiveUp):
        _attempt(answer)
    assert (answer.state, "no such mailbox" in answer.error) == ("failed", True)
    assert Message.objects.get(pk=answer.ticket_message_id).delivery == "not_delivered"


def test_a_server_that_is_not_there_is_asked_again(answer, settings):
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 9
    with pytest.raises(sending.NotSentYet):
        _attempt(answer)
    assert (answer.state, answer.unknown_tries) == ("sending", 0)


def test_a_connection_that_breaks_after_the_words_leaves_the_fate_unknown_and_the_id_the_same(sink, answer):
    sink.answers = ["taken, then silence"]
    with pytest.raises(sending.NotSentYet):
        _attempt(answer)
    assert (answer.state, answer.unknown_tries) == ("unknown", 1)
    _attempt(answer)
    assert (answer.state, answer.unknown_tries, answer.tries) == ("sent", 1, 2)
    ids = {message_from_bytes(raw)["Message-ID"] for raw in sink.got}
    assert (len(sink.got), ids) == (2, {f"<{answer.message_id}>"})


def test_a_worker_killed_between_sending_and_writing_it_down_leaves_one_id_and_a_mark(
    sink, answer, monkeypatch
):
    class Killed(BaseException):
        pass

    def die(**_):
        raise Killed

    with monkeypatch.context() as patch:
        patch.setattr(sending, "_end", die)
        with pytest.raises(Killed):
            _attempt(answer)
    assert (answer.state, answer.in_flight, len(sink.got)) == ("sending", True, 1)
    _attempt(answer)
    assert (answer.state, answer.in_flight, answer.unknown_tries) == ("sent", False, 1)
    assert len({message_from_bytes(raw)["Message-ID"] for raw in sink.got}) == 1


def test_after_the_last_attempt_it_is_failed_and_can_be_sent_again(answer, settings, world):
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 9
    Outbox.objects.filter(pk=answer.pk).update(tries=11)
    with pytest.raises(GiveUp):
        _attempt(answer)
    assert answer.state == "failed"
    sending.try_again(uid=str(answer.uid), now=world.now)
    answer.refresh_from_db()
    assert (answer.state, answer.tries) == ("queued", 0)


def test_due_mail_is_handed_on_once_and_early_mail_waits(answer, world):
    assert sending.hand_on_due(now=world.now) == 0
    assert sending.next_due() == answer.not_before
    assert sending.hand_on_due(now=answer.not_before) == 1
    assert sending.hand_on_due(now=answer.not_before) == 0
    job = ProcrastinateJob.objects.get(task_name="channels.send_mail")
    assert (job.args, job.lock) == ({"outbox_id": answer.pk}, f"channels.send_mail/ticket:{answer.ticket_id}")
    answer.refresh_from_db()
    assert (answer.state, sending.next_due()) == ("sending", None)


def test_on_a_demo_desk_mail_lands_readable_in_a_folder(sink, answer, settings):
    Desk.objects.update_or_create(id=1, defaults={"kind": "demo"})
    _attempt(answer)
    (path,) = Path(settings.OUTBOX_DIR).iterdir()
    mail = message_from_bytes(path.read_bytes(), policy=policy.default)
    assert (sink.got, answer.state, path.suffix) == ([], "sent", ".eml")
    assert mail["Message-ID"] == f"<{answer.message_id}>"
    assert "We call you at ten." in mail.get_body(("plain",)).get_content()


def test_a_subject_cannot_smuggle_a_header(sink, answer):
    from frontline.channels.mail.logic.outgoing import named, one_line

    assert one_line("Hi\r\nBcc: all@x.example") == "Hi Bcc: all@x.example"
    assert named("A\r\nBcc: x", "a@b.example\n") == '"A Bcc: x" <a@b.example>'


def test_two_rows_for_one_purpose_or_with_one_id_cannot_be(answer):
    from django.db import IntegrityError, transaction

    for same in (
        {"key": answer.key, "message_id": "other"},
        {"key": "other", "message_id": answer.message_id},
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            Outbox.objects.create(
                uid=uuid7(), kind="message", sender="a@b.example", subject="s", text="t",
                not_before=answer.not_before, created_at=answer.created_at, **same,
            )  # fmt: skip
    assert connection.is_usable()
    assert issubclass(smtplib.SMTPDataError, smtplib.SMTPResponseException)


@pytest.mark.django_db(transaction=True)
def test_from_a_mail_to_its_acknowledgement_at_the_mail_server(world, sink, take, letter):
    """Dispatch, the watch's round and a worker, as they run on a desk."""
    taken = take(letter())
    while dispatch_once(world.now):
        pass
    assert chores.send_due(world.now) == 1
    drain()
    (raw,) = sink.got
    row = Outbox.objects.get()
    assert (row.state, row.ticket.ref, sink.recipients) == ("sent", taken.ticket, [["omar@acme.example"]])
    assert message_from_bytes(raw)["Message-ID"] == f"<{row.message_id}>"
    assert ProcrastinateJob.objects.get(task_name="channels.send_mail").status == "succeeded"
    while dispatch_once(world.now):
        pass
    assert chores.send_due(world.now + LATER) == 0


@pytest.mark.django_db(transaction=True)
def test_the_same_mail_taken_in_by_eight_at_once_is_one_ticket(world, mailbox, letter):
    raw = letter()

    def run(_number: int) -> str:
        try:
            return intake.take_in(raw=raw, mailbox=mailbox, now=world.now).outcome
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as pool:
        outcomes = list(pool.map(run, range(8)))
    assert sorted(outcomes) == ["ignored"] * 7 + ["opened"]
    assert (Ticket.objects.count(), Message.objects.count()) == (1, 1)


@pytest.mark.django_db(transaction=True)
def test_a_taker_that_is_stopped_half_way_leaves_nothing_and_the_mail_is_taken_in_later(
    world, mailbox, letter, monkeypatch
):
    raw = letter()

    class Stopped(BaseException):
        pass

    def stop(*_, **__):
        raise Stopped

    with monkeypatch.context() as patch:
        patch.setattr(intake, "_record", stop)
        with pytest.raises(Stopped):
            intake.take_in(raw=raw, mailbox=mailbox, now=world.now)
    assert (Ticket.objects.count(), Inbox.objects.count()) == (0, 0)
    assert intake.take_in(raw=raw, mailbox=mailbox, now=world.now).outcome == "opened"
