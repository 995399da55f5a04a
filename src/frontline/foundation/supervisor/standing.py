"""Whether a preparation has anything to do, asked without starting Django: a second start must be quick.

What was migrated is noted beside the data: which migrations this version has, and how far the database's own list of
them had come. Anything else on either side, and `migrate` runs as on the first day.
"""

import hashlib
import json
from contextlib import closing
from importlib.metadata import version
from pathlib import Path
from typing import Any

import psycopg

import frontline
from frontline.foundation.supervisor.options import Command

#: what else brings migrations
_OTHERS = ("Django", "procrastinate")
#: the seed and scale of `frontline demo seed` without arguments
_DEMO = (1, 6_000)


def is_done(command: Command, url: str, note: Path) -> bool:
    """True when running the command would change nothing."""
    if command.name == "migrate":
        return bool(_noted(note) == _standing(url))
    if command.name == "demo seed":
        found = _ask(url, "SELECT demo_seed, demo_scale FROM foundation_desk WHERE id = 1")
        return found is not None and tuple(found) == _DEMO
    return False


def note_done(command: Command, url: str, note: Path) -> None:
    """Remember that it ran to its end."""
    if command.name == "migrate" and (standing := _standing(url)) is not None:
        note.write_text(json.dumps(standing) + "\n", encoding="utf-8")


def _noted(note: Path) -> Any:
    try:
        return json.loads(note.read_text(encoding="utf-8"))
    except (FileNotFoundError, ValueError):
        return {}


def _standing(url: str) -> dict[str, Any] | None:
    """This version's migrations and the database's; None for a database that has none."""
    found = _ask(url, "SELECT count(*), max(id) FROM django_migrations")
    return None if found is None else {"code": _of_the_code(), "applied": found[0], "last": found[1]}


def _of_the_code() -> str:
    package = Path(frontline.__file__).parent
    digest = hashlib.sha256(" ".join(version(name) for name in _OTHERS).encode())
    for path in sorted(package.glob("*/migrations/*.py")):
        digest.update(f"\n{path.relative_to(package)}\n".encode())
        digest.update(path.read_bytes())
    return digest.hexdigest()


def _ask(url: str, question: str) -> tuple[Any, ...] | None:
    """The first row; None when there is none, no such table, or no way in (which the command itself then tells)."""
    try:
        with closing(psycopg.connect(url, connect_timeout=10)) as connection:
            return connection.execute(question).fetchone()
    except (psycopg.errors.UndefinedTable, psycopg.errors.UndefinedColumn, psycopg.OperationalError):
        return None
