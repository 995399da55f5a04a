"""Mails as the tests write them, and a desk that takes them in."""

from collections.abc import Callable
from email.message import EmailMessage
from pathlib import Path

import pytest
from django.db import connection

from frontline.channels.mail.usecases import intake
from frontline.channels.models import Mailbox
from frontline.foundation import manifest
from frontline.foundation.facts.dispatch import COLUMNS, heard
from frontline.foundation.transactions import transaction
from frontline.tickets.models import Ticket


@pytest.fixture(autouse=True)
def _own_store(tmp_path: Path, settings):
    settings.FILES_ROOT = tmp_path / "files"
    settings.OUTBOX_DIR = tmp_path / "outbox"
    settings.PUBLIC_URL = "https://desk.acme.example"


@pytest.fixture
def mailbox(world) -> Mailbox:
    return Mailbox.objects.create(name="IT Service Desk", address="desk@acme.example", kind="none")


_count = iter(range(1, 1_000_000))


@pytest.fixture
def letter() -> Callable[..., bytes]:
    return written


def written(
    text: str = "The VPN drops every morning at nine.",
    *,
    sender: str = "Omar Example <omar@acme.example>",
    to: str = "desk@acme.example",
    subject: str = "VPN drops",
    message_id: str = "",
    files: dict[str, bytes] | None = None,
    html: str = "",
    **headers: str,
) -> bytes:
    """A mail as bytes; header names come with underscores: `in_reply_to`."""
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Subject"] = sender, to, subject
    mail["Message-ID"] = message_id or f"<m{next(_count)}@acme.example>"
    mail["Date"] = "Wed, 04 Mar 2026 08:00:00 +0000"
    for name, value in headers.items():
        mail[name.replace("_", "-").title()] = value
    mail.set_content(text)
    if html:
        mail.add_alternative(html, subtype="html")
    for name, content in (files or {}).items():
        mail.add_attachment(content, maintype="application", subtype="octet-stream", filename=name)
    return mail.as_bytes()


@pytest.fixture
def take(world, mailbox) -> Callable[..., intake.Taken]:
    def run(raw: bytes, *, now=None, box: Mailbox | None = mailbox) -> intake.Taken:
        return intake.take_in(raw=raw, mailbox=box, now=now or world.now)

    return run


@pytest.fixture
def ticket_of(take) -> Callable[[intake.Taken], Ticket]:
    return lambda taken: Ticket.objects.get(ref=taken.ticket)


@pytest.fixture
def react(world):
    """Let the reactions of mail hear what was announced since the last time (dispatch itself needs commits)."""
    after = [0]

    def run(now=None) -> None:
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT {COLUMNS} FROM foundation_fact WHERE id > %s ORDER BY id", after)
            facts = [heard(row) for row in cursor.fetchall()]
        for fact in facts:
            after[0] = fact.id
            for reaction in manifest.reactions():
                if reaction.name.startswith("channels.") and fact.kind in {f.kind for f in reaction.facts}:
                    with transaction():
                        reaction.handle(fact, now or world.now)

    return run
