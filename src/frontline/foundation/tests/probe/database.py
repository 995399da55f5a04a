"""Handles for tests that need several connections or processes on the test database."""

import os
import subprocess
import sys
import threading
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any
from urllib.parse import quote

from django.conf import settings
from django.db import connection, connections

SOURCES = Path(__file__).resolve().parents[4]


def url() -> str:
    """The test database as DATABASE_URL for another process."""
    s = connection.settings_dict
    host = f"?host={quote(s['HOST'], safe='')}&port={s['PORT']}" if s["HOST"].startswith("/") else ""
    where = "" if host else f"{s['HOST']}:{s['PORT']}"
    return f"postgresql://{s['USER']}:{quote(s['PASSWORD'], safe='')}@{where}/{s['NAME']}{host}"


def start(*arguments: str, data: Path, **options: Any) -> subprocess.Popen[bytes]:
    """A Python process with the probe's settings on the test database; `options` are Popen's."""
    environment = {
        **os.environ,
        "DATABASE_URL": url(),
        "DJANGO_SETTINGS_MODULE": "frontline.foundation.tests.probe.settings",
        "FRONTLINE_DATA": str(data),
        "FRONTLINE_SECRET_KEY": settings.SECRET_KEY,
        "PYTHONPATH": str(SOURCES),
    }
    return subprocess.Popen([sys.executable, *arguments], env=environment, **options)


def together(*work: Callable[[], object]) -> None:
    """Run each in its own thread with its own connection; the first error of any is raised here."""
    errors: list[BaseException] = []

    def run(one: Callable[[], object]) -> None:
        try:
            one()
        except BaseException as error:
            errors.append(error)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=(one,)) for one in work]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if errors:
        raise errors[0]


def rows(statement: str, parameters: Iterable[object] = ()) -> list[tuple[object, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(statement, list(parameters))
        return cursor.fetchall()


def run(statement: str, parameters: Iterable[object] = ()) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement, list(parameters))
