"""What people keep for themselves at the desk: drafts, macros, saved views."""

from datetime import datetime
from typing import Any
from uuid import UUID

from frontline.foundation import access as rights
from frontline.foundation.transactions import use_case
from frontline.kernel.actors import Actor
from frontline.kernel.errors import Forbidden, Invalid, NotFound
from frontline.tickets.logic.macros import check_steps
from frontline.tickets.models import Draft, Macro, SavedView

DRAFT_BYTES = 400_000
FILTERS = frozenset(
    {"state", "team", "owner", "holder", "priority", "kind", "service", "q", "tag", "sort", "view"}
)


@use_case
def save_draft(*, place: str, body: dict[str, Any], actor: Actor, now: datetime) -> Draft:
    """Keep what was typed in this box; one draft a person and place."""
    person = actor.person_id
    if person is None:
        raise Forbidden
    if len(place) > 120 or len(str(body)) > DRAFT_BYTES:
        raise Invalid("This draft is too long to keep.", field="body")
    draft, _ = Draft.objects.update_or_create(
        person_id=person, place=place, defaults={"body": body, "updated_at": now}
    )
    return draft


@use_case
def drop_draft(*, place: str, actor: Actor, now: datetime) -> None:
    """It was sent, or is not wanted."""
    Draft.objects.filter(person_id=actor.person_id or 0, place=place).delete()


@use_case
def save_macro(
    *,
    uid: UUID | None = None,
    name: str,
    text: str,
    audience: str = "public",
    steps: dict[str, Any] | None = None,
    shared: bool,
    actor: Actor,
    now: datetime,
) -> Macro:
    """A prepared answer: one's own, or shared with the desk by a lead."""
    rights.require(actor, "tickets.share_macros" if shared else "tickets.work")
    if not name.strip():
        raise Invalid("Give it a name to find it by.", field="name")
    check_steps(steps or {})
    values = {
        "name": name.strip()[:120],
        "text": text,
        "audience": audience,
        "steps": steps or {},
        "person_id": None if shared else actor.person_id,
    }
    if uid is None:
        return Macro.objects.create(**values)
    macro = Macro.objects.select_for_update().filter(uid=uid).first()
    if macro is None or (macro.person_id not in {None, actor.person_id}):
        raise NotFound
    for key, value in values.items():
        setattr(macro, key, value)
    macro.save()
    return macro


@use_case
def save_view(
    *, name: str, filters: dict[str, str], team_id: int | None = None, actor: Actor, now: datetime
) -> SavedView:
    """Keep a way to look at the queue, for oneself or (leads) for a team."""
    rights.require(actor, "tickets.work")
    if team_id is not None:
        rights.require(actor, "tickets.share_macros")
    unknown = set(filters) - FILTERS
    if unknown:
        raise Invalid("A view cannot filter by {names}.", field="filters", names=tuple(sorted(unknown)))
    if not name.strip():
        raise Invalid("Give it a name to find it by.", field="name")
    return SavedView.objects.create(
        name=name.strip()[:120],
        filters=filters,
        person_id=None if team_id is not None else actor.person_id,
        team_id=team_id,
    )


@use_case
def drop_view(*, uid: UUID, actor: Actor, now: datetime) -> None:
    view = SavedView.objects.filter(uid=uid).first()
    if view is None or (view.person_id != actor.person_id and not rights.may(actor, "tickets.share_macros")):
        raise NotFound
    view.delete()
