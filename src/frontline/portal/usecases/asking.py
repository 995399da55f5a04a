"""What comes through the front door with files: each is one call of the desk's verbs, whole or not at all."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import BinaryIO

from frontline.foundation.files.usecases import check_count, store_file
from frontline.foundation.transactions import use_case
from frontline.kernel.actors import Actor
from frontline.tickets.usecases import delivery, opening, talking


@dataclass(frozen=True, slots=True)
class Upload:
    """A file as it was sent."""

    name: str
    declared_mime: str
    content: BinaryIO


@use_case
def ask_desk(
    *, asked: opening.Asked, uploads: Sequence[Upload], actor: Actor, now: datetime
) -> opening.Opened:
    """Open a ticket with its files. Raises what `open_ticket` raises, TooManyFiles, FileTooLarge."""
    file_ids = _kept(uploads, actor, now)
    opened = opening.open_ticket(asked=asked, actor=actor, now=now)
    if file_ids:
        delivery.attach_files(message_id=opened.message_id, file_ids=file_ids, inline={})
    return opened


@use_case
def write(*, ref: str, said: talking.Said, uploads: Sequence[Upload], actor: Actor, now: datetime) -> None:
    """A message with its files. Raises what `add_message` raises, TooManyFiles, FileTooLarge."""
    file_ids = _kept(uploads, actor, now)
    talking.add_message(ref=ref, said=replace(said, file_ids=file_ids), actor=actor, now=now)


def _kept(uploads: Sequence[Upload], actor: Actor, now: datetime) -> tuple[int, ...]:
    check_count(len(uploads))
    return tuple(
        store_file(
            upload.content,
            name=upload.name,
            declared_mime=upload.declared_mime,
            uploaded_by=actor.person_id,
            now=now,
        ).pk
        for upload in uploads
    )
