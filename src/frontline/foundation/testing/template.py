"""Migrations run once for many test runs: their result is kept as a template database beside the tests' own.

Its name carries a fingerprint of all that the migrations are made of, so that an old one is never used.
"""

import hashlib
import os
import subprocess
import sys
from collections.abc import Iterable
from contextlib import suppress
from importlib.metadata import version
from pathlib import Path

import psycopg
import pytest
from django.conf import settings
from django.db import connection
from psycopg import sql

_PREFIX = "migrated_"
_LOCK = 7_355_608
#: two branches, and what a test makes of one, take turns in the same checkout
_KEPT = 3
_PACKAGE = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="session")
def django_db_modify_db_settings(django_db_modify_db_settings_parallel_suffix: None) -> None:
    """Name the template before pytest-django makes the database of this run."""
    connection.settings_dict["TEST"]["TEMPLATE"] = _ensure(os.environ["DATABASE_URL"])


def _ensure(url: str) -> str:
    """The template's name; the first of several runs makes it while the others wait."""
    name = _PREFIX + fingerprint(_sources())
    with psycopg.connect(url, autocommit=True) as server:
        server.execute("SELECT pg_advisory_lock(%s)", [_LOCK])
        known = [
            row[0]
            for row in server.execute(
                "SELECT datname FROM pg_database WHERE starts_with(datname, %s) ORDER BY oid DESC", [_PREFIX]
            )
        ]
        if name not in known:
            for old in known[_KEPT:]:
                with suppress(psycopg.errors.ObjectInUse):  # another run is copying it
                    server.execute(sql.SQL("DROP DATABASE {}").format(sql.Identifier(old)))
            _make(server, url, name)
    return name


def _make(server: psycopg.Connection, url: str, name: str) -> None:
    """Under another name until it is whole, so that a run that was killed leaves nothing that looks finished."""
    unfinished = sql.Identifier("unfinished_template")
    server.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(unfinished))
    server.execute(sql.SQL("CREATE DATABASE {}").format(unfinished))
    place = psycopg.conninfo.make_conninfo(url, dbname="unfinished_template")
    subprocess.run(
        [sys.executable, "-c", _MIGRATE, place],
        env={**os.environ, "DJANGO_SETTINGS_MODULE": os.environ["DJANGO_SETTINGS_MODULE"]},
        check=True,
    )
    server.execute(sql.SQL("ALTER DATABASE {} RENAME TO {}").format(unfinished, sql.Identifier(name)))


#: in a process of its own: this one has not opened its own database yet, and must not open another
_MIGRATE = """
import sys
import django
from django.conf import settings
from psycopg.conninfo import conninfo_to_dict

settings.DATABASES["default"]["NAME"] = conninfo_to_dict(sys.argv[1])["dbname"]
django.setup()
from django.core.management import call_command

call_command("migrate", verbosity=0)
"""


def _sources() -> list[Path]:
    """What the tables and their first rows follow from: models, migrations, and the defaults that one writes."""
    found: set[Path] = set()
    for pattern in ("*/models.py", "*/migrations/*.py", "commitments/*.py", "commitments/[!t]*/*.py"):
        found.update(_PACKAGE.glob(pattern))
    return sorted(found)


def fingerprint(sources: Iterable[Path]) -> str:
    digest = hashlib.sha256("\n".join(f"{name} {version(name)}" for name in _APPS_OF).encode())
    digest.update(" ".join(settings.INSTALLED_APPS).encode())
    for source in sources:
        digest.update(f"\n{source.relative_to(_PACKAGE)}\n".encode() + source.read_bytes())
    return digest.hexdigest()[:16]


#: packages that bring migrations of their own
_APPS_OF = ("django", "procrastinate")
