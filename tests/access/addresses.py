"""Real addresses for the patterns of the matrix: what stands for `<uuid:uid>` or `{ref}` on each of them."""

import re
from uuid import UUID

from django.db import connection

#: table of the thing that the word before a parameter speaks of, and the column that names it outside
TABLES = {
    "people": ("people_person", "uid"),
    "persons": ("people_person", "uid"),
    "organisations": ("people_organisation", "uid"),
    "teams": ("people_team", "uid"),
    "places": ("people_place", "uid"),
    "skills": ("people_skill", "uid"),
    "services": ("estate_service", "uid"),
    "tickets": ("tickets_ticket", "ref"),
    "ticket": ("tickets_ticket", "ref"),
    "t": ("tickets_ticket", "ref"),
    "contacts": ("tickets_contact", "uid"),
    "handoffs": ("tickets_handoff", "uid"),
    "calendars": ("commitments_calendar", "uid"),
    "agreements": ("commitments_agreement", "uid"),
}
#: answered beside Django, in the same process; tested where it is built
NATIVE = {"/api/v1/live"}
NOBODY = UUID("01890000-0000-7000-8000-000000000000")
BY_KIND = {"int": "1", "str": "sample", "slug": "sample", "path": "sample", "uuid": str(NOBODY)}
PARAMETER = re.compile(r"[<{](?:(\w+):)?(\w+)[>}]")


def filled(path: str) -> str:
    """The path with every parameter replaced: by something that exists where there is one, else by a likely value."""
    return PARAMETER.sub(lambda found: _value(path, found), path)


def _value(path: str, found: re.Match[str]) -> str:
    kind, name = found[1], found[2]
    word = path[: found.start()].rstrip("/").rpartition("/")[2]
    if word in TABLES:
        table, column = TABLES[word]
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT {column} FROM {table} ORDER BY id DESC LIMIT 1")
            row = cursor.fetchone()
        if row is not None:
            return str(row[0])
    if kind:
        return BY_KIND.get(kind, "sample")
    return "T-1" if name == "ref" else str(NOBODY)
