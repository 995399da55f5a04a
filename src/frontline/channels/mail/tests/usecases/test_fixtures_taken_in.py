"""Every awkward mail of the fixtures goes through intake."""

import io
import json
from collections import Counter

from frontline.channels.mail import cli
from frontline.channels.mail.tests.logic.suites import fixture, whole_mails
from frontline.channels.models import Inbox
from frontline.foundation.models import FactRow
from frontline.tickets.models import Message, Ticket

SUITES = ("django_helpdesk", "flanker", "mikel_mail", "talon")


def _ingest(*paths) -> list[dict]:
    out = io.StringIO()
    assert cli.ingest_paths([str(p) for p in paths], out=out) == 0
    return [json.loads(line) for line in out.getvalue().splitlines()]


def test_every_fixture_is_taken_in_and_a_second_time_nothing_is_new(world, mailbox):
    mails = whole_mails()
    first = _ingest(*mails)
    assert len(first) == len(mails)
    assert {line["outcome"] for line in first} <= {"opened", "joined", "ignored", "quarantined"}
    assert not [line for line in first if line["reason"].startswith("error:")]
    opened = [line for line in first if line["outcome"] == "opened"]
    assert len({line["ticket"] for line in opened}) == len(opened) == Ticket.objects.count()
    assert len(opened) > 100
    before = (Ticket.objects.count(), Message.objects.count(), Inbox.objects.count(), FactRow.objects.count())
    second = _ingest(*mails)
    assert Counter((line["outcome"], line["reason"]) for line in second) == {
        ("ignored", "duplicate"): len(mails)
    }
    assert before == (
        Ticket.objects.count(),
        Message.objects.count(),
        Inbox.objects.count(),
        FactRow.objects.count(),
    )
    assert Inbox.objects.filter(file=None).count() == 0


def test_files_that_are_no_mails_are_survived(world, mailbox):
    others = list(fixture().rglob("*.txt"))[:60]
    lines = _ingest(*others)
    assert len(lines) >= len(others)
    assert not [line for line in lines if line["reason"].startswith("error:")]


def test_a_path_that_is_not_there_is_said_and_nothing_is_done(world, mailbox, letter, tmp_path):
    good = tmp_path / "good.eml"
    good.write_bytes(letter())
    errors = io.StringIO()
    assert cli.ingest_paths([str(good), str(tmp_path / "none.eml")], out=io.StringIO(), errors=errors) == 2
    assert "no such file" in errors.getvalue()
    assert Ticket.objects.count() == 0


def test_a_mailbox_can_be_named(world, mailbox, letter, tmp_path):
    (tmp_path / "a.eml").write_bytes(letter())
    out = io.StringIO()
    assert cli.ingest_paths([str(tmp_path / "a.eml")], mailbox="desk@acme.example", out=out) == 0
    line = json.loads(out.getvalue())
    row = Inbox.objects.get()
    assert (line["outcome"], line["ticket"], row.mailbox) == ("opened", row.ticket.ref, mailbox)
