"""One run of `frontline import`: what was asked, what came of it, and what a capability declares to take part."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from frontline.foundation.imports.report import Report
from frontline.kernel.actors import Actor


@dataclass(frozen=True, slots=True)
class Column:
    """A column a format understands. `aliases` are other headers it goes by; case and punctuation don't matter."""

    name: str
    help: str
    aliases: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportJob:
    """What was asked. `mapping` is the parsed file of --map (empty without), `source` names where the rows come from.

    Every rejected row goes to `report.reject(...)`. With `dry_run` nothing may stay written.
    """

    format: str
    paths: Sequence[Path]
    source: str
    report: Report
    actor: Actor
    now: datetime
    mapping: Mapping[str, Any] = field(default_factory=dict)
    dry_run: bool = False
    resume: bool = False
    as_of: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportOutcome:
    """What came of it; rejected rows are counted by the report."""

    created: int = 0
    updated: int = 0
    unchanged: int = 0
    tickets: int = 0
    events: int = 0
    #: sentences for people: columns that were not used, what was made on the way
    notes: Sequence[str] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportFormat:
    """A format, declared by a capability in its manifest.

    `run(job)` reads all of its input far enough to know that it is usable before it writes anything, and raises a
    DeskError when it is not. `options` names which of `map`, `resume` and `as-of` it understands; `maps` are ready
    maps by name.
    """

    name: str
    help: str
    run: Callable[[ImportJob], ImportOutcome]
    columns: Sequence[Column] = ()
    options: frozenset[str] = frozenset({"map"})
    maps: Mapping[str, Path] = field(default_factory=dict)
