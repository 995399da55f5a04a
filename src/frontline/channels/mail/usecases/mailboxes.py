"""Setting up mailboxes."""

from dataclasses import asdict, dataclass
from typing import Any

from django.db import IntegrityError

from frontline.channels.mail import queries
from frontline.channels.models import Mailbox
from frontline.foundation import access
from frontline.foundation.secrets_box import seal
from frontline.foundation.transactions import savepoint, use_case
from frontline.kernel.actors import Actor
from frontline.kernel.errors import Conflict, Invalid, StaleVersion
from frontline.people.logic.addresses import email_of


class AddressHasMailbox(Conflict):
    """There is a mailbox for {address} already."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MailboxDetails:
    """What an administrator says about a mailbox."""

    name: str
    address: str
    kind: str = "imap"
    host: str = ""
    port: int = 993
    security: str = "tls"
    username: str = ""
    folder: str = "INBOX"
    after: str = "seen"
    move_to: str = ""
    every_seconds: int = 30
    active: bool = True
    authserv_id: str = ""


@use_case
def save_mailbox(
    *,
    details: MailboxDetails,
    uid: str | None = None,
    version: int | None = None,
    password: str = "",
    actor: Actor,
) -> Mailbox:
    """Add a mailbox, or change the one with this uid as it was at `version`. An empty password keeps the old one.

    A changed server or user name forgets the old password: it is not shown to another server.
    """
    access.require(actor, "channels.manage")
    values = _checked(details)
    box = Mailbox() if uid is None else Mailbox.objects.select_for_update().get(pk=queries.mailbox_of(uid).pk)
    if uid is not None and version is not None and version != box.version:
        raise StaleVersion
    if uid is not None:
        box.version += 1
        if (box.host, box.folder, box.username) != (values["host"], values["folder"], values["username"]):
            box.uid_validity, box.last_uid = None, 0
        if not password and (box.host, box.username) != (values["host"], values["username"]):
            box.sealed_password = ""
    if password:
        box.sealed_password = seal(password)
    for name, value in values.items():
        setattr(box, name, value)
    box.next_fetch_at = None
    try:
        with savepoint():
            box.save()
    except IntegrityError as error:
        raise AddressHasMailbox(field="address", address=box.address) from error
    return box


def _checked(details: MailboxDetails) -> dict[str, Any]:
    values: dict[str, Any] = asdict(details)
    values["address"] = email_of(details.address, field="address")
    values["authserv_id"] = details.authserv_id.strip().lower()
    if not details.name.strip():
        raise Invalid("Give it the name that users see as the sender.", field="name")
    if details.kind not in {"imap", "maildir", "mbox", "none"}:
        raise Invalid("{kind} is no kind of mailbox.", field="kind", kind=details.kind)
    if details.kind != "none" and not details.host.strip():
        raise Invalid("Name the server, or the path of the maildir or mbox.", field="host")
    if details.after == "move" and not details.move_to.strip():
        raise Invalid("Name the folder that read mail moves to.", field="move_to")
    if details.after == "move" and details.kind == "mbox":
        raise Invalid("Nothing can be moved out of an mbox; choose to leave it.", field="after")
    if not 1 <= details.port <= 65535:
        raise Invalid("A port lies between 1 and 65535.", field="port")
    if not 5 <= details.every_seconds <= 3600:
        raise Invalid("Look every 5 to 3600 seconds.", field="every_seconds")
    if len(details.authserv_id) > 255 or any(c.isspace() or c in ';="()' for c in values["authserv_id"]):
        raise Invalid(
            "Copy the first word of its Authentication-Results headers, such as mx.example.org.",
            field="authserv_id",
        )
    return values
