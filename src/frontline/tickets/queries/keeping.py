"""What people keep for themselves at the desk: prepared answers, views, drafts."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db.models import Q

from frontline.foundation import access as rights
from frontline.foundation.questions import Listing, question
from frontline.kernel.actors import Actor
from frontline.tickets.models import (
    Draft,
    Macro,
    SavedView,
)


@dataclass(frozen=True, slots=True)
class MacroRow:
    uid: UUID
    name: str
    text: str
    audience: str
    steps: dict[str, Any]
    own: bool


@question
def _macros(*, actor: Actor) -> Listing:
    found = Macro.objects.filter(Q(person=None) | Q(person=actor.person_id), active=True).order_by("name")
    return found.values_list("uid", "name", "text", "audience", "steps", "person_id")


def macros(actor: Actor) -> list[MacroRow]:
    """Shared prepared answers and one's own. One query."""
    if not rights.may(actor, "tickets.work"):
        return []
    return [MacroRow(*[*row, person is not None]) for *row, person in _macros(actor=actor)]


@dataclass(frozen=True, slots=True)
class ViewRow:
    uid: UUID
    name: str
    filters: dict[str, str]
    shared: bool


@question
def _saved_views(*, actor: Actor) -> Listing:
    found = SavedView.objects.filter(Q(person=actor.person_id) | Q(team__in=actor.team_ids))
    return found.order_by("position", "name").values_list("uid", "name", "filters", "team_id")


def saved_views(actor: Actor) -> list[ViewRow]:
    """Lists this person and their teams keep. One query."""
    return [ViewRow(*[*row, team is not None]) for *row, team in _saved_views(actor=actor)]


def draft(actor: Actor, place: str) -> dict[str, Any] | None:
    """What this person had typed in this box."""
    body: dict[str, Any] | None = (
        Draft.objects.filter(person=actor.person_id, place=place).values_list("body", flat=True).first()
    )
    return body
