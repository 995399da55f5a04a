"""Mailboxes: a real IMAP server, maildirs and mboxes."""

import imaplib
import mailbox as files
import socket
import subprocess
import sys
import time
from datetime import timedelta
from pathlib import Path

import pytest
from procrastinate.contrib.django.models import ProcrastinateJob

from frontline.channels.mail.sources.fetched import CannotFetch
from frontline.channels.mail.usecases import fetching, intake, mailboxes
from frontline.channels.models import Inbox, Mailbox, Outbox
from frontline.foundation import clock, secrets_box
from frontline.foundation.models import FactRow
from frontline.kernel.errors import Forbidden, Invalid, StaleVersion
from frontline.tickets.models import Ticket

PASSWORD = "correct horse"


@pytest.fixture(autouse=True)
def _own_key(tmp_path, monkeypatch):
    monkeypatch.setenv("FRONTLINE_SECRETS_KEY_FILE", str(tmp_path / "secrets-key"))


@pytest.fixture(scope="module")
def server() -> int:
    """The port of a real IMAP server, started for these tests; empty at first."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    program = Path(sys.executable).with_name("pymap")
    if not program.exists():
        pytest.skip("pymap, the IMAP server of the tests, is not installed")
    running = subprocess.Popen(
        [
            program, "--host", "127.0.0.1", "--port", str(port), "--no-tls",
            "dict", "--demo-data", "--demo-user", "desk", "--demo-password", PASSWORD,
        ],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )  # fmt: skip
    until = time.monotonic() + 60
    while True:
        try:
            imaplib.IMAP4("127.0.0.1", port, timeout=5).logout()
            break
        except OSError:
            if time.monotonic() > until or running.poll() is not None:
                raise
            time.sleep(0.1)
    yield port
    running.terminate()
    running.wait(10)


@pytest.fixture
def imap(server):
    """A client on the server, its inbox emptied."""
    client = imaplib.IMAP4("127.0.0.1", server)
    client.login("desk", PASSWORD)
    client.select("INBOX")
    client.uid("store", "1:*", "+FLAGS", r"(\Deleted)")
    client.expunge()
    yield client
    client.logout()


def _box(world, **said) -> Mailbox:
    details = {
        "name": "IT Service Desk",
        "address": "desk@acme.example",
        "kind": "imap",
        "host": "127.0.0.1",
        "security": "plain",
        "username": "desk",
        **said,
    }
    return mailboxes.save_mailbox(
        details=mailboxes.MailboxDetails(**details), password=PASSWORD, actor=world.actor("Adam")
    )


@pytest.fixture
def box(world, server) -> Mailbox:
    return _box(world, port=server)


def _unseen(imap) -> list[bytes]:
    imap.noop()
    return imap.uid("search", "UNSEEN")[1][0].split()


def test_new_mail_is_taken_in_and_marked_and_not_looked_at_again(imap, box, letter):
    for subject in ("one", "two"):
        imap.append("INBOX", None, None, letter(subject=subject))
    assert [t.outcome for t in fetching.visit(mailbox_id=box.pk)] == ["opened", "opened"]
    assert _unseen(imap) == []
    assert fetching.visit(mailbox_id=box.pk) == []
    box.refresh_from_db()
    assert (box.error, box.failing_since, box.last_arrival_at is not None) == ("", None, True)
    assert list(Ticket.objects.order_by("id").values_list("subject", flat=True)) == ["one", "two"]


def test_mail_that_somebody_else_has_read_is_taken_in_too(imap, box, letter):
    fetching.visit(mailbox_id=box.pk)
    imap.append("INBOX", r"(\Seen)", None, letter())
    assert [t.outcome for t in fetching.visit(mailbox_id=box.pk)] == ["opened"]


def test_a_mail_marked_unseen_again_changes_nothing(imap, box, letter):
    imap.append("INBOX", None, None, letter())
    fetching.visit(mailbox_id=box.pk)
    imap.uid("store", "1:*", "-FLAGS", r"(\Seen)")
    assert [t.reason for t in fetching.visit(mailbox_id=box.pk)] == ["duplicate"]
    assert (Ticket.objects.count(), _unseen(imap)) == (1, [])


def test_a_server_that_numbers_anew_brings_nothing_twice(imap, box, letter):
    imap.append("INBOX", None, None, letter())
    fetching.visit(mailbox_id=box.pk)
    Mailbox.objects.filter(pk=box.pk).update(uid_validity=1, last_uid=10**9)
    assert [t.reason for t in fetching.visit(mailbox_id=box.pk)] == ["duplicate"]


def test_mail_can_be_moved_away_once_it_is_taken_in(imap, world, server, letter):
    box = _box(world, port=server, after="move", move_to="Done")
    imap.append("INBOX", None, None, letter())
    assert [t.outcome for t in fetching.visit(mailbox_id=box.pk)] == ["opened"]
    assert imap.select("Done")[1] == [b"1"]
    assert imap.select("INBOX")[1] == [b"0"]


def test_a_poisonous_mail_does_not_hold_up_the_next(imap, box, letter):
    imap.append("INBOX", None, None, b"\x01\x02 no mail at all\r\n")
    imap.append("INBOX", None, None, letter())
    assert [t.outcome for t in fetching.visit(mailbox_id=box.pk)] == ["quarantined", "opened"]


def test_when_the_database_breaks_the_mail_stays_unseen_and_comes_again(imap, box, letter, monkeypatch):
    from django.db import OperationalError

    imap.append("INBOX", None, None, letter())
    with monkeypatch.context() as patch:
        patch.setattr(intake, "_take_in", lambda **_: (_ for _ in ()).throw(OperationalError("gone")))
        assert fetching.visit(mailbox_id=box.pk) == []
    assert len(_unseen(imap)) == 1
    assert [t.outcome for t in fetching.visit(mailbox_id=box.pk)] == ["opened"]


def test_of_a_mail_too_large_only_the_header_is_fetched(imap, box, letter, settings):
    settings.FILE_BYTES_LIMIT = 2000
    imap.append("INBOX", None, None, letter("x" * 9000, subject="Huge"))
    assert [(t.outcome, t.reason) for t in fetching.visit(mailbox_id=box.pk)] == [
        ("quarantined", "too_large")
    ]
    assert (Inbox.objects.get().file.size < 1000, Outbox.objects.get().kind) == (True, "too_large")


def test_a_login_that_fails_is_written_down_and_rings_after_five_minutes(world, server):
    box = _box(world, port=server)
    Mailbox.objects.filter(pk=box.pk).update(sealed_password=secrets_box.seal("wrong"))
    fetching.visit(mailbox_id=box.pk)
    box.refresh_from_db()
    assert ("refused the login" in box.error, box.alarm) == (True, "")
    real = clock.real_now()
    assert fetching.look_for_silence(real_now=real + timedelta(minutes=6), now=world.now) == 1
    box.refresh_from_db()
    assert box.alarm == "failing"
    assert FactRow.objects.filter(kind="channels.MailboxAlarmChanged").count() == 1
    Mailbox.objects.filter(pk=box.pk).update(sealed_password=secrets_box.seal(PASSWORD))
    fetching.visit(mailbox_id=box.pk)
    box.refresh_from_db()
    assert (box.alarm, box.error, box.failing_since) == ("", "", None)


def test_a_mailbox_silent_for_three_times_its_usual_gap_rings(world, box):
    real = clock.real_now()
    Mailbox.objects.filter(pk=box.pk).update(gaps=[600] * 20, last_arrival_at=real, checked_at=real)
    assert (
        fetching.look_for_silence(real_now=real + timedelta(minutes=29), now=world.now) == 1
    )  # nobody visits
    Mailbox.objects.filter(pk=box.pk).update(
        alarm="", failing_since=None, checked_at=real + timedelta(minutes=31)
    )
    assert fetching.look_for_silence(real_now=real + timedelta(minutes=31), now=world.now) == 1
    box.refresh_from_db()
    assert box.alarm == "silent"


def test_a_server_that_is_not_there_says_so(world):
    box = _box(world, port=9)
    assert "does not answer as an IMAP server" in str(fetching.try_out(box))


def test_due_mailboxes_are_visited_by_a_worker_one_at_a_time(box):
    real = clock.real_now()
    assert fetching.ask_for_due(real_now=real) == 1
    assert fetching.ask_for_due(real_now=real + timedelta(minutes=1)) == 0  # the visit has not ended
    assert fetching.ask_for_due(real_now=real + timedelta(minutes=11)) == 1  # its worker died
    assert ProcrastinateJob.objects.filter(task_name="channels.fetch_mail").count() == 2


def test_a_maildir_is_read_and_what_was_read_moves_to_cur(world, letter, tmp_path):
    folder = files.Maildir(tmp_path / "maildir")
    folder.add(letter())
    box = _box(world, kind="maildir", host=str(tmp_path / "maildir"))
    assert [t.outcome for t in fetching.visit(mailbox_id=box.pk)] == ["opened"]
    assert fetching.visit(mailbox_id=box.pk) == []
    (left,) = (tmp_path / "maildir" / "cur").iterdir()
    assert left.name.endswith(":2,S")


def test_an_mbox_is_read_from_where_it_was_left(world, letter, tmp_path):
    archive = files.mbox(tmp_path / "archive")
    archive.add(letter(subject="one"))
    archive.flush()
    box = _box(world, kind="mbox", host=str(tmp_path / "archive"))
    assert [t.outcome for t in fetching.visit(mailbox_id=box.pk)] == ["opened"]
    archive.add(letter(subject="two"))
    archive.flush()
    outcomes = [t.outcome for t in fetching.visit(mailbox_id=box.pk)]
    archive.close()
    assert outcomes.count("opened") == 1
    assert Ticket.objects.count() == 2


def test_a_folder_that_is_not_there_says_so(world):
    box = _box(world, kind="maildir", host="/nowhere/at/all")
    with (
        pytest.raises(CannotFetch, match="there is no maildir"),
        fetching.open_mailbox(fetching.access_to(box)),
    ):
        pass


def test_a_password_is_sealed_and_never_shown_to_another_server(box, world):
    assert PASSWORD not in box.sealed_password
    assert secrets_box.unseal(box.sealed_password) == PASSWORD
    details = mailboxes.MailboxDetails(name="Desk", address=box.address, host="evil.example", username="desk")
    changed = mailboxes.save_mailbox(
        details=details, uid=str(box.uid), version=box.version, actor=world.actor("Adam")
    )
    assert (changed.sealed_password, changed.version) == ("", box.version + 1)
    with pytest.raises(StaleVersion):
        mailboxes.save_mailbox(
            details=details, uid=str(box.uid), version=box.version, actor=world.actor("Adam")
        )


@pytest.mark.parametrize(
    ("said", "field"),
    [
        ({"name": " "}, "name"),
        ({"host": ""}, "host"),
        ({"port": 0}, "port"),
        ({"after": "move"}, "move_to"),
        ({"every_seconds": 1}, "every_seconds"),
        ({"address": "no address"}, "address"),
    ],
)
def test_what_cannot_work_is_refused_with_its_field(world, said, field):
    with pytest.raises(Exception, match=r"\w") as refused:
        _box(world, **said)
    assert refused.value.field == field


def test_two_mailboxes_cannot_share_an_address(world, box):
    with pytest.raises(mailboxes.AddressHasMailbox):
        _box(world, address="DESK@acme.example")


def test_only_administrators_set_up_mail(world):
    details = mailboxes.MailboxDetails(name="x", address="x@acme.example", kind="none")
    with pytest.raises(Forbidden):
        mailboxes.save_mailbox(details=details, actor=world.actor("Ben"))
    assert not issubclass(Forbidden, Invalid)
