"""Who may see and change calendars, agreements and clocks."""

from collections.abc import Iterable
from typing import Final

from frontline.foundation import access
from frontline.kernel.actors import Actor, ActorKind

READ: Final = "commitments.read"
WRITE: Final = "commitments.write"

#: what the desk owes people, and what a person promised them
_PUBLIC: Final = ("sla", "promise")


def require_read(actor: Actor) -> None:
    """Raises Forbidden unless the actor may see the rules."""
    access.require(actor, READ)


def require_write(actor: Actor) -> None:
    """Raises Forbidden unless the actor may change the rules."""
    access.require(actor, WRITE)


def party_kinds(actor: Actor) -> Iterable[str]:
    """The kinds of clock this actor may see on a subject they may see.

    The desk sees all; a supplier what its own contract asks; users what was promised to them, not what teams and
    suppliers owe each other.
    """
    if actor.is_staff:
        return ("sla", "ola", "contract", "promise")
    if actor.kind == ActorKind.SUPPLIER:
        return ("contract",)
    return _PUBLIC
