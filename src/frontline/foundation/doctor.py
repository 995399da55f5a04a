"""What `frontline doctor` looks at. Each check answers one line a person can act on."""

import os
import smtplib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from django.conf import settings
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor

from frontline.foundation import clock
from frontline.foundation.models import ParkedFact

OLDEST_POSTGRES = 15
#: seconds between this machine's clock and the database's from which tokens and leases get unreliable
CLOCK_TOLERANCE = 2.0
_SMTP_SECONDS = 3.0


@dataclass(frozen=True, slots=True)
class Check:
    """`state` is ok, warning (works, but look at it) or failed."""

    name: str
    state: str
    words: str


def examine() -> list[Check]:
    """All checks, in the order in which they depend on each other; without a database only the outer ones."""
    found = list(_outside())
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT current_setting('server_version_num')::int, clock_timestamp()")
            version, database_time = cursor.fetchone()
    except DatabaseError as error:
        words = f"does not answer: {str(error).strip().splitlines()[0]}. Check DATABASE_URL."
        return [Check("database", "failed", words), *found]
    return [_version(version), *_inside(database_time), *found]


def _version(number: int) -> Check:
    major = number // 10000
    if major < OLDEST_POSTGRES:
        words = f"PostgreSQL {major} is too old; use {OLDEST_POSTGRES} or later."
        return Check("database", "failed", words)
    return Check("database", "ok", f"PostgreSQL {major} answers.")


def _inside(database_time: datetime) -> Iterator[Check]:
    executor = MigrationExecutor(connection)
    missing = len(executor.migration_plan(executor.loader.graph.leaf_nodes()))
    if missing:
        yield Check("migrations", "failed", f"{missing} are missing. Run `frontline migrate`.")
        return
    yield Check("migrations", "ok", "all applied.")
    yield _clock(database_time)
    parked = ParkedFact.objects.count()
    if parked:
        yield Check("facts", "warning", f"{parked} are parked. Look at them with `frontline facts parked`.")
    else:
        yield Check("facts", "ok", "none is parked.")


def _clock(database_time: datetime) -> Check:
    drift = abs((clock.real_now() - database_time).total_seconds())
    if drift > CLOCK_TOLERANCE:
        words = f"this machine and the database differ by {drift:.0f} s. Synchronise their clocks."
        return Check("clock", "failed", words)
    now = clock.now()
    ahead = (now - clock.real_now()).total_seconds()
    if abs(ahead) > 1:
        return Check("clock", "ok", f"the desk's clock is moved and shows {now:%Y-%m-%d %H:%M} UTC.")
    return Check("clock", "ok", f"{now:%Y-%m-%d %H:%M} UTC, within {drift:.1f} s of the database's.")


def _outside() -> Iterator[Check]:
    checks: tuple[Callable[[], Check], ...] = (_data, _static, _mail, _address)
    for check in checks:
        yield check()


def _data() -> Check:
    data = Path(settings.DATA)
    if not data.is_dir():
        return Check("data folder", "failed", f"{data} does not exist. Set FRONTLINE_DATA or make it.")
    if not os.access(data, os.W_OK | os.X_OK):
        return Check("data folder", "failed", f"{data} cannot be written by this user.")
    return Check("data folder", "ok", str(data))


def _static() -> Check:
    from frontline.foundation.ui import build

    if not (build.VENDOR / build.STAMP).is_file():
        words = "missing. Run `make ui` in the checkout; a wheel brings them."
        return Check("browser libraries", "failed", words)
    collected = settings.STATIC_ROOT
    if collected is not None and not (Path(collected) / "staticfiles.json").is_file():
        words = f"not collected in {collected}. Run `python -m django collectstatic`."
        return Check("browser libraries", "failed", words)
    return Check("browser libraries", "ok", "built.")


def _mail() -> Check:
    if not settings.EMAIL_BACKEND.endswith("smtp.EmailBackend"):
        return Check("outgoing mail", "ok", f"by {settings.EMAIL_BACKEND}.")
    where = f"{settings.EMAIL_HOST}:{settings.EMAIL_PORT}"
    try:
        with smtplib.SMTP(settings.EMAIL_HOST, settings.EMAIL_PORT, timeout=_SMTP_SECONDS):
            return Check("outgoing mail", "ok", f"{where} answers.")
    except (OSError, smtplib.SMTPException) as error:
        words = f"{where} does not answer ({error}). Set FRONTLINE_SMTP_HOST and FRONTLINE_SMTP_PORT."
        return Check("outgoing mail", "warning", words)


def _address() -> Check:
    if settings.PUBLIC_URL.startswith("https://") or "127.0.0.1" in settings.PUBLIC_URL:
        return Check("address", "ok", settings.PUBLIC_URL)
    words = f"{settings.PUBLIC_URL} is not encrypted. Put a proxy with TLS in front and set FRONTLINE_URL."
    return Check("address", "warning", words)
