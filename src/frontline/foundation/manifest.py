"""What a capability adds to the house. Each `capability.py` holds one `MANIFEST`; everything else follows from it."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache
from importlib import import_module
from random import Random
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.http import HttpRequest

from frontline.kernel.actors import Actor, Role
from frontline.kernel.facts import Fact

if TYPE_CHECKING:  # reading files is not needed to know what a capability adds
    from frontline.foundation.imports.job import ImportFormat


@dataclass(frozen=True, slots=True)
class Permission:
    """Something a role may do. A token needs `scope` (or `*`) to do it on a person's behalf."""

    name: str
    roles: frozenset[Role]
    scope: str
    label: Any = ""


@dataclass(frozen=True, slots=True)
class Route:
    """A page. `permission` None means "signed in"; "public" needs nobody."""

    pattern: str
    view: Callable[..., Any]
    name: str
    permission: str | None = None


@dataclass(frozen=True, slots=True)
class NavItem:
    face: str  # door, desk, setup, insight
    label: Any
    route: str
    icon: str
    permission: str | None = None
    order: int = 50
    key: str = ""


@dataclass(frozen=True, slots=True)
class Panel:
    """A part lent to a named slot. `render(request, subject_row)` returns HTML or ""; `queries` is its price."""

    slot: str
    name: str
    render: Callable[[HttpRequest, Any], str]
    queries: int
    order: int = 50


@dataclass(frozen=True, slots=True)
class Reaction:
    """`handle(fact_row, now)` runs after commit: at least once, in order per subject, idempotent."""

    name: str
    facts: tuple[type[Fact], ...]
    handle: Callable[[Any, datetime], None]


@dataclass(frozen=True, slots=True)
class Chore:
    """Something the watch does: `run(now)` claims due rows (skip locked) and returns how many it handled."""

    name: str
    run: Callable[[datetime], int]
    every_seconds: float = 1.0
    #: the next instant at which something falls due, for the demo clock to play in order
    next_due: Callable[[], datetime | None] | None = None


@dataclass(frozen=True, slots=True)
class Command:
    """A sub-command of `frontline`: `add(parser)` declares arguments, `run(args)` returns the exit code."""

    name: str
    help: str
    add: Callable[[Any], None]
    run: Callable[[Any], int]


@dataclass(frozen=True, slots=True)
class LiveSubject:
    """Lets the live stream and the list of facts filter, name and draw one kind of subject.

    `visible(actor, ids)` narrows ids by rights. Being somebody may only add to what the actor's roles show: staff are
    first asked for together, as an actor with their roles whose ids are 0.
    `draw(actor, ids)` gives what pages need to change with no further request, per id: {"fragments": {"queue-row":
    "<tr …>"}, "lists": {"queue:mine": "added"}, "announce": "…"}. The actor's language and zone are active. It is
    called for that same actor without a self where one drawing serves many readers; ids it leaves out are drawn anew
    for each reader.
    `resolve(ref)` finds the id of a public ref, `refs(ids)` the refs of ids; without them a subject stays unnamed.
    `visible_to_each(actors, ids)` is `visible` for many actors at the price of one, in their order.
    """

    kind: str
    visible: Callable[[Actor, set[int]], set[int]]
    draw: Callable[[Actor, set[int]], dict[int, dict[str, Any]]] | None = None
    resolve: Callable[[str], int | None] | None = None
    refs: Callable[[set[int]], dict[int, str]] | None = None
    visible_to_each: Callable[[Sequence[Actor], set[int]], Sequence[set[int]]] | None = None


@dataclass(frozen=True, slots=True)
class SetupGap:
    """Something that is missing in a section of set-up, and where it is mended. Without what is `needed` the desk does
    not do its work; the rest would make it better.
    """

    says: str
    href: str
    needed: bool = False


@dataclass(frozen=True, slots=True)
class SetupLine:
    """What stands in one section of set-up, in words with numbers. `route` is that of the section's `NavItem`, from
    which the line takes its name, icon, place and permission.
    """

    route: str
    says: str
    gaps: Sequence[SetupGap] = ()


@dataclass(frozen=True, slots=True)
class SetupPart:
    """Lines lent to the first page of set-up for whoever has the permission; `queries` is their price."""

    name: str
    permission: str
    look: Callable[[Actor, datetime], Sequence[SetupLine]]
    queries: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Capability:
    name: str
    label: Any
    routes: Sequence[Route] = ()
    api: Callable[[Any], None] | None = None  # add routers to the API
    nav: Sequence[NavItem] = ()
    panels: Sequence[Panel] = ()
    setup: Sequence[SetupPart] = ()
    reactions: Sequence[Reaction] = ()
    chores: Sequence[Chore] = ()
    permissions: Sequence[Permission] = ()
    commands: Sequence[Command] = ()
    #: formats of `frontline import`
    imports: Sequence["ImportFormat"] = ()
    live: Sequence[LiveSubject] = ()
    #: words for codes among the parameters of errors, by the kind that `Word` names
    words: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    #: palette entries: `search(actor, text)` gives rows (group, label, url, hint)
    palette: Callable[[Actor, str], Iterable[tuple[str, str, str, str]]] | None = None
    #: demo data, called in order of the house, lowest first: `seed(plan)`
    demo: Callable[[Any], None] | None = None
    #: what happens on a living demo: `step(now, random)` does little or nothing, every two seconds
    demo_step: Callable[[datetime, Random], None] | None = None
    #: `frontline export`: name of the file -> rows
    exports: Callable[[], dict[str, Iterable[dict[str, Any]]]] | None = None


@cache
def capabilities() -> tuple[Capability, ...]:
    """All manifests, lowest floor of the house first."""
    names = reversed(settings.CAPABILITIES)
    return tuple(import_module(f"frontline.{name}.capability").MANIFEST for name in names)


@cache
def permissions() -> dict[str, Permission]:
    return {p.name: p for capability in capabilities() for p in capability.permissions}


@cache
def panels(slot: str) -> tuple[Panel, ...]:
    lent = [p for capability in capabilities() for p in capability.panels if p.slot == slot]
    return tuple(sorted(lent, key=lambda p: (p.order, p.name)))


@cache
def reactions() -> tuple[Reaction, ...]:
    return tuple(r for capability in capabilities() for r in capability.reactions)


@cache
def chores() -> tuple[Chore, ...]:
    return tuple(c for capability in capabilities() for c in capability.chores)


@cache
def commands() -> dict[str, Command]:
    return {c.name: c for capability in capabilities() for c in capability.commands}


@cache
def imports() -> dict[str, "ImportFormat"]:
    return {f.name: f for capability in capabilities() for f in capability.imports}


@cache
def words() -> dict[str, Mapping[str, Any]]:
    return {kind: listed for capability in capabilities() for kind, listed in capability.words.items()}


@cache
def live_subjects() -> dict[str, LiveSubject]:
    return {s.kind: s for capability in capabilities() for s in capability.live}
