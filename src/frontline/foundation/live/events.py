"""Facts as server-sent events: encoded once for all readers whom one drawing serves."""

import json
import zoneinfo
from collections.abc import Mapping, Sequence
from typing import Any

import structlog
from django.utils import timezone, translation

from frontline.foundation import manifest
from frontline.foundation.facts.dispatch import Heard, Position
from frontline.foundation.facts.timeline import opaque, pseudonym, shown_data
from frontline.foundation.live.rights import selfless
from frontline.kernel.actors import Actor
from frontline.kernel.facts import Subject

log = structlog.get_logger(__name__)

HEARTBEAT = b": beat\n\n"
Drawings = dict[Subject, dict[str, Any]]


def write_id(position: Position) -> str:
    return f"{position[0]}-{position[1]}"


def read_id(text: str) -> Position | None:
    """The position of an event id, or None when it is none of ours."""
    xid, dash, fact_id = text.partition("-")
    if not dash or not xid.isdecimal() or not fact_id.isdecimal() or len(text) > 40:
        return None
    place = (int(xid), int(fact_id))
    return place if max(place) < 2**63 else None


def event(name: str, data: Mapping[str, Any], *, at: Position | None) -> bytes:
    """One event; JSON has no raw line break, so one data line holds it."""
    head = "" if at is None else f"id: {write_id(at)}\n"
    return f"{head}event: {name}\ndata: {json.dumps(data, separators=(',', ':'))}\n\n".encode()


def refs_of(subjects: set[Subject]) -> dict[Subject, str]:
    """`ticket:INC-1` for each subject; an opaque name where the capability gives no public ref."""
    named: dict[Subject, str] = {}
    for kind, live in manifest.live_subjects().items():
        ids = {s.id for s in subjects if s.kind == kind}
        if ids and live.refs is not None:
            named.update({Subject(kind, i): f"{kind}:{ref}" for i, ref in live.refs(ids).items()})
    return {s: named.get(s, f"{s.kind}:{opaque(s.kind, s.id)}") for s in subjects}


def shown(fact: Heard, reader: Actor, ref: str) -> dict[str, Any]:
    """A fact as readers outside get it: no id of ours, nobody's name."""
    return {
        "id": write_id((fact.xid, fact.id)),
        "kind": fact.kind,
        "subject": ref,
        "seq": fact.seq,
        "at": fact.at.isoformat(),
        "actor": pseudonym(fact, reader),
        "origin": fact.origin,
        "data": shown_data(fact),
    }


def encode(hearings: Mapping[Actor, Sequence[Heard]]) -> dict[Actor, list[bytes]]:
    """The events of each reader, in order. Readers who would get the same bytes share them."""
    refs = refs_of({f.subject for facts in hearings.values() for f in facts})
    drawings = _draw_all(hearings)
    made: dict[tuple[int, str, int], bytes] = {}
    result: dict[Actor, list[bytes]] = {}
    for actor, facts in hearings.items():
        last = {f.subject: f.id for f in facts}  # a subject is drawn once, with its newest fact
        out = []
        for fact in facts:
            drawn = drawings[actor].get(fact.subject, {}) if last[fact.subject] == fact.id else {}
            key = (fact.id, pseudonym(fact, actor), id(drawn) if drawn else 0)
            if key not in made:
                document = {**shown(fact, actor, refs[fact.subject]), **drawn}
                made[key] = event("fact", document, at=(fact.xid, fact.id))
            out.append(made[key])
        result[actor] = out
    return result


def _draw_all(hearings: Mapping[Actor, Sequence[Heard]]) -> dict[Actor, Drawings]:
    """What pages show of the subjects, for each reader: one drawing for equal readers, their own for the rest."""
    common: dict[Actor, Drawings] = {}
    for actor, facts in hearings.items():
        if actor.is_staff and facts:
            common.setdefault(selfless(actor), {})
    for group in common:
        subjects = {f.subject for a, facts in hearings.items() if selfless(a) == group for f in facts}
        common[group] = _draw(group, subjects)
    own: dict[Actor, Drawings] = {}
    for actor, facts in hearings.items():
        shared = common.get(selfless(actor), {}) if actor.is_staff else {}
        missing = {f.subject for f in facts} - set(shared)
        own[actor] = {**shared, **_draw(actor, missing)} if missing else shared
    return own


def _draw(actor: Actor, subjects: set[Subject]) -> Drawings:
    """A drawing that fails costs its readers a stale row, never the news of it."""
    drawn: Drawings = {}
    with translation.override(actor.language), timezone.override(_zone(actor.timezone)):
        for kind, live in manifest.live_subjects().items():
            ids = {s.id for s in subjects if s.kind == kind}
            if not ids or live.draw is None:
                continue
            try:
                drawn.update({Subject(kind, i): d for i, d in live.draw(actor, ids).items() if i in ids})
            except Exception:
                log.exception("a live drawing failed", kind=kind)
    return drawn


def _zone(name: str) -> zoneinfo.ZoneInfo:
    try:
        return zoneinfo.ZoneInfo(name or "UTC")
    except (zoneinfo.ZoneInfoNotFoundError, ValueError):
        return zoneinfo.ZoneInfo("UTC")
