"""DATABASE_URL: the one way to say which PostgreSQL, read loudly, for Django and for psycopg."""

import re
from pathlib import Path
from typing import Any

import psycopg
from psycopg.conninfo import conninfo_to_dict, make_conninfo

from frontline.foundation.postgres.cluster import Cluster
from frontline.foundation.postgres.conf import DATABASE, ROLE, SOCKET_PORT
from frontline.foundation.postgres.errors import BadDatabaseUrl
from frontline.kernel.errors import Phrase

_SCHEMES = ("postgresql://", "postgres://")
#: what Django names itself; everything else libpq knows travels in OPTIONS
#: Lists join a dozen tables by their keys, in an order that is right as written. Looking for a better one took the
#: planner 200 ms where the reading took 1; among three at a time it takes 4.
_PLANNER = "-c join_collapse_limit=3"
_DJANGO = {"dbname": "NAME", "user": "USER", "password": "PASSWORD", "host": "HOST", "port": "PORT"}


def django_settings(url: str, *, data: Path) -> dict[str, Any]:
    """One entry for Django's DATABASES. An empty `url` means the embedded database of `data`.

    Raises `BadDatabaseUrl`. Connections live for ten minutes and are checked before each request, so that a
    restart of the database costs nobody more than the request it interrupts.
    """
    parts = parse(url) if url else _embedded(data)
    named = {ours: str(parts.pop(theirs, "")) for theirs, ours in _DJANGO.items()}
    return {
        "ENGINE": "django.db.backends.postgresql",
        **named,
        "OPTIONS": {**parts, "options": f"{_PLANNER} {parts.get('options', '')}".strip()},
        "CONN_MAX_AGE": 600,
        "CONN_HEALTH_CHECKS": True,
    }


def conninfo(url: str, *, data: Path) -> str:
    """The same for `psycopg.connect`. Holds the password: never print it."""
    return make_conninfo("", **(parse(url) if url else _embedded(data)))


def parse(url: str) -> dict[str, Any]:
    """The parts by libpq's names (`host`, `port`, `user`, `password`, `dbname` and its further options)."""
    if not url.startswith(_SCHEMES):
        why = Phrase("{url!r} does not begin with postgresql://", url=_without_password(url))
        raise BadDatabaseUrl(why=why)
    try:
        parts = dict(conninfo_to_dict(url))
    except psycopg.ProgrammingError as error:
        # libpq's own words may quote the whole address with its password.
        raise BadDatabaseUrl(why=_without_password(str(error).strip())) from None
    if not parts.get("dbname"):
        raise BadDatabaseUrl(why=Phrase("it names no database"))
    for port in str(parts.get("port", "")).split(","):  # several hosts may have a port each
        if port and not (port.isdecimal() and 0 < int(port) < 2**16):
            raise BadDatabaseUrl(why=Phrase("{port!r} is no port", port=port))
    return parts


def _embedded(data: Path) -> dict[str, Any]:
    """The embedded server if it runs. Otherwise where it would be: what needs no database must still load."""
    running = Cluster(data).running_url()
    if running is not None:
        return parse(running)
    where = data.absolute() / "postgres" / "run"
    return {"dbname": DATABASE, "user": ROLE, "host": str(where), "port": str(SOCKET_PORT)}


def _without_password(text: str) -> str:
    return re.sub(r"(?<=:)[^:/@\s]*(?=@)", "…", re.sub(r"(?i)(password=)[^&\s\"]*", r"\1…", text))
