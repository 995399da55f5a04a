"""What people keep for themselves at the desk: prepared answers, views, drafts."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db.models import Q

from frontline.foundation import access as rights
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


def macros(actor: Actor) -> list[MacroRow]:
    """Shared prepared answers and one's own. One query."""
    if not rights.may(actor, "tickets.work"):
        return []
    found = Macro.objects.filter(Q(person=None) | Q(person=actor.person_id), active=True).order_by("name")
    return [MacroRow(m.uid, m.name, m.text, m.audience, m.steps, m.person_id is not None) for m in found]


@dataclass(frozen=True, slots=True)
class ViewRow:
    uid: UUID
    name: str
    filters: dict[str, str]
    shared: bool


def saved_views(actor: Actor) -> list[ViewRow]:
    found = SavedView.objects.filter(Q(person=actor.person_id) | Q(team__in=list(actor.team_ids)))
    return [
        ViewRow(v.uid, v.name, v.filters, v.team_id is not None) for v in found.order_by("position", "name")
    ]


def draft(actor: Actor, place: str) -> dict[str, Any] | None:
    """What this person had typed in this box."""
    body: dict[str, Any] | None = (
        Draft.objects.filter(person=actor.person_id, place=place).values_list("body", flat=True).first()
    )
    return body
