"""Signed-in browsers, and a mail that waits in quarantine."""

import pytest
from django.test import Client

from frontline.channels.mail.usecases import intake
from frontline.channels.models import Mailbox
from frontline.foundation import clock
from frontline.people.models import Account


@pytest.fixture(autouse=True)
def _own_store(tmp_path, settings, monkeypatch):
    settings.FILES_ROOT = tmp_path / "files"
    settings.OUTBOX_DIR = tmp_path / "outbox"
    monkeypatch.setenv("FRONTLINE_SECRETS_KEY_FILE", str(tmp_path / "secrets-key"))


@pytest.fixture
def browse(world, monkeypatch):
    """`browse("Adam")`: a client signed in as Adam, at the small desk's own time."""
    monkeypatch.setattr(clock, "now", lambda: world.now)

    def signed_in(name: str) -> Client:
        account, _made = Account.objects.get_or_create(
            person=world.people[name],
            login=f"{name.lower()}@desk.example",
            defaults={"created_at": world.now},
        )
        client = Client()
        client.force_login(account)
        return client

    return signed_in


@pytest.fixture
def mailbox(world) -> Mailbox:
    return Mailbox.objects.create(name="IT Service Desk", address="desk@acme.example", kind="none")


MAIL = (
    b"From: omar@acme.example\r\nTo: desk@acme.example\r\nSubject: VPN drops\r\n"
    b"Message-ID: <v@x.example>\r\n\r\nIt drops.\r\n"
)


@pytest.fixture
def opened(world, mailbox) -> str:
    """The ref of Omar's ticket, come by mail."""
    return intake.take_in(raw=MAIL, mailbox=mailbox, now=world.now).ticket
