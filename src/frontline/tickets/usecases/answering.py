"""A message with the files sent along: stored and said in one transaction."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import IO, BinaryIO, cast

from frontline.foundation.files.usecases import check_count, store_file
from frontline.foundation.transactions import use_case
from frontline.kernel.actors import Actor
from frontline.tickets import access
from frontline.tickets.models import Message
from frontline.tickets.usecases import talking


@dataclass(frozen=True, slots=True)
class Upload:
    """A file as a door received it. `mime` is what the sender claims; its bytes decide."""

    name: str
    mime: str
    content: IO[bytes]


@use_case
def answer(
    *, ref: str, said: talking.Said, uploads: Sequence[Upload], actor: Actor, now: datetime
) -> Message:
    """Keep the files, then say it with them. Raises TooManyFiles, FileTooLarge, and what `add_message` raises."""
    access.ticket_to_write_on(ref, actor)  # nobody fills the store through a ticket they cannot see
    check_count(len(uploads))
    kept = [
        store_file(
            cast(BinaryIO, one.content),
            name=one.name,
            declared_mime=one.mime,
            uploaded_by=actor.person_id,
            now=now,
        )
        for one in uploads
    ]
    with_files = replace(said, file_ids=(*said.file_ids, *(file.pk for file in kept)))
    return talking.add_message(ref=ref, said=with_files, actor=actor, now=now)
