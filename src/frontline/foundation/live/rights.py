"""Who may hear which fact: by origin, audience and organisation at once, then by the subject's own rights in bulk."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from functools import lru_cache

from frontline.foundation import manifest
from frontline.foundation.facts.dispatch import Heard
from frontline.foundation.facts.timeline import most
from frontline.kernel.actors import Actor, ActorKind
from frontline.kernel.facts import Audience, Origin, Subject

#: None: every subject the actor may see
Wanted = frozenset[Subject] | None


def may_hear(actor: Actor, fact: Heard, *, history: bool = False) -> bool:
    """What the fact itself says about its readers. Needed, never enough: see `visible`. Imports are no news."""
    if (fact.origin == Origin.HISTORY and not history) or (
        fact.origin == Origin.EXERCISE and not actor.is_staff
    ):
        return False
    if fact.audience > most(actor):
        return False
    if (
        actor.is_staff or most(actor) == Audience.SUPPLIER
    ):  # suppliers work for other organisations than their own
        return True
    return fact.organisation_id is None or fact.organisation_id == actor.organisation_id


def is_wanted(fact: Heard, wanted: Wanted) -> bool:
    return wanted is None or fact.subject in wanted or Subject(fact.subject.kind, 0) in wanted


@lru_cache(maxsize=10_000)
def selfless(actor: Actor) -> Actor:
    """The actor with roles, organisation, language and zone, and without a self: equal for all with equal rights."""
    return replace(
        actor,
        kind=actor.kind if actor.kind != ActorKind.TOKEN else ActorKind.PERSON,
        id=0,
        person_id=None if actor.person_id is None else 0,
        party_ids=frozenset(),
        team_ids=frozenset(),
        on_behalf_of=None,
        scopes=None,
        name="",
    )


def visible(
    wishes: Mapping[Actor, Wanted], facts: Sequence[Heard], *, history: bool = False
) -> dict[Actor, list[Heard]]:
    """The facts each actor may hear and wants, in order. The number of queries does not grow with equal readers."""
    asked: dict[Actor, list[Heard]] = {
        actor: [f for f in facts if is_wanted(f, wanted) and may_hear(actor, f, history=history)]
        for actor, wanted in wishes.items()
    }
    seen: dict[Actor, set[Subject]] = {actor: set() for actor in asked}
    for kind, subject in manifest.live_subjects().items():
        by_actor = {
            actor: ids
            for actor, heard in asked.items()
            if (ids := {f.subject.id for f in heard if f.subject.kind == kind})
        }
        secret = {
            f.subject.id for f in facts if f.subject.kind == kind and f.audience == Audience.CONFIDENTIAL
        }
        for actor, ids in _visible_of_kind(subject, by_actor, secret):
            seen[actor].update(Subject(kind, i) for i in ids)
    return {actor: [f for f in heard if f.subject in seen[actor]] for actor, heard in asked.items()}


def _visible_of_kind(
    subject: manifest.LiveSubject, asked: Mapping[Actor, set[int]], secret: set[int]
) -> Iterable[tuple[Actor, set[int]]]:
    if not asked:
        return
    if subject.visible_to_each is not None:
        actors = list(asked)
        answers = subject.visible_to_each(actors, set().union(*asked.values()))
        yield from ((a, ids & asked[a]) for a, ids in zip(actors, answers, strict=True))
        return
    groups: dict[Actor, set[int]] = {}
    for actor, ids in asked.items():
        if actor.is_staff:
            groups.setdefault(selfless(actor), set()).update(ids - secret)
    common = {group: subject.visible(group, ids) & ids for group, ids in groups.items() if ids}
    for actor, ids in asked.items():
        shared = common.get(selfless(actor), set()) & ids if actor.is_staff else set()
        own = ids - shared
        yield actor, shared | (subject.visible(actor, own) & own if own else set())
