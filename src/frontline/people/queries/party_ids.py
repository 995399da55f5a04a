"""The row behind "whoever can hold a ticket": an identity made on first look, once however many ask at once."""

from collections.abc import Collection

from django.db import connection

KINDS = ("person", "team", "organisation")
FIND = {kind: f"SELECT id FROM people_party WHERE {kind}_id = %s" for kind in KINDS}  # noqa: S608 - our words
MAKE = {
    kind: f"INSERT INTO people_party (kind, {kind}_id, calendar_key) VALUES ('{kind}', %s, '') ON CONFLICT DO NOTHING"  # noqa: S608
    for kind in KINDS
}


def party_id(kind: str, row_id: int) -> int:
    """The party of a person, team or organisation. One query once it exists."""
    with connection.cursor() as cursor:
        cursor.execute(FIND[kind], [row_id])
        if (row := cursor.fetchone()) is None:
            # a rival's insert makes ours wait and then do nothing; the next statement sees the rival's row
            cursor.execute(MAKE[kind], [row_id])
            cursor.execute(FIND[kind], [row_id])
            row = cursor.fetchone()
    found: int = row[0]
    return found


def ids_for_people(person_ids: Collection[int]) -> dict[int, int]:
    """The parties of many people, by person, made where there is none. Two queries."""
    wanted = list(person_ids)
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO people_party (kind, person_id, calendar_key) SELECT 'person', one, '' "
            "FROM unnest(%s::bigint[]) AS one ORDER BY one ON CONFLICT DO NOTHING",
            [wanted],
        )
        cursor.execute("SELECT person_id, id FROM people_party WHERE person_id = ANY(%s)", [wanted])
        return dict(cursor.fetchall())
