"""Finding people while somebody is on the telephone: by three letters, a number, an address."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db import connection

from frontline.kernel.actors import Actor, ActorKind, Role
from frontline.people.access import sees_everybody
from frontline.people.logic.addresses import digits_of


@dataclass(frozen=True, slots=True)
class FoundPerson:
    """A person found, with what tells two of the same name apart."""

    id: int
    uid: UUID
    name: str
    shown_name: str
    email: str
    phone: str
    employee_number: str
    organisation: str
    department: str
    place: str
    vip: bool
    placeholder: bool


#: each way of finding uses its own index and gives at most 200 candidates; the best of all come first
FIND = """
WITH hits AS (
    (SELECT id, 0 AS rank FROM people_person WHERE upper(employee_number) = upper(%(text)s) LIMIT 20)
    UNION ALL
    (SELECT id, CASE WHEN upper(name) LIKE upper(%(start)s) THEN 1 ELSE 2 END FROM people_person
     WHERE upper(name) LIKE upper(%(start)s) OR upper(name) LIKE upper(%(word)s) LIMIT 200)
    UNION ALL
    (SELECT id, 3 FROM people_person WHERE %(long)s AND upper(name) LIKE upper(%(inside)s) LIMIT 200)
    UNION ALL
    (SELECT id, 4 FROM people_person WHERE %(long)s AND upper(email) LIKE upper(%(inside)s) LIMIT 200)
    UNION ALL
    (SELECT id, 1 FROM people_person WHERE %(digits)s <> '' AND phone_digits LIKE %(phone)s LIMIT 200)
), best AS (
    SELECT id, min(rank) AS rank FROM hits GROUP BY id
)
SELECT p.id, p.uid, p.name, COALESCE(NULLIF(p.shown_name, ''), p.name), p.email, p.phone, p.employee_number,
       o.name, COALESCE(d.name, ''), COALESCE(l.name, ''), p.vip, p.placeholder
FROM best JOIN people_person p ON p.id = best.id JOIN people_organisation o ON o.id = p.organisation_id
LEFT JOIN people_department d ON d.id = p.department_id LEFT JOIN people_place l ON l.id = p.place_id
WHERE p.active AND {scope}
ORDER BY best.rank, p.placeholder, upper(p.name), p.id LIMIT %(limit)s
"""


def find_people(*, actor: Actor, text: str, limit: int = 10) -> list[FoundPerson]:
    """Active persons the actor may see, best match first. One query, none for fewer than two characters.

    Matches the employee number exactly; the beginning of the name or of a word in it; from three letters on, any
    part of name or address; from four digits on, any part of the telephone number.
    """
    wanted = " ".join(text.replace("\0", "").split())[:100]
    if len(wanted) < 2:
        return []
    scope, who = _scope(actor)
    literal = wanted.replace("\\", r"\\").replace("%", r"\%").replace("_", r"\_")
    digits = digits_of(wanted).lstrip("0") if not any(c.isalpha() for c in wanted) else ""
    digits = digits if len(digits) >= 4 else ""
    parameters = {
        "text": wanted,
        "start": f"{literal}%",
        "word": f"% {literal}%",
        "inside": f"%{literal}%",
        "long": len(wanted) >= 3,
        "digits": digits,
        "phone": f"%{digits}%",
        "limit": max(1, min(limit, 50)),
        **who,
    }
    with connection.cursor() as cursor:
        cursor.execute(FIND.format(scope=scope), parameters)
        return [FoundPerson(*row) for row in cursor.fetchall()]


def _scope(actor: Actor) -> tuple[str, dict[str, Any]]:
    """`access.scope` in SQL; a test holds the two against each other."""
    if sees_everybody(actor):
        return "TRUE", {}
    if actor.person_id is None:
        return "FALSE", {}
    if actor.kind == ActorKind.SUPPLIER or Role.SUPPLIER in actor.roles:
        return "p.organisation_id = %(organisation)s", {"organisation": actor.organisation_id}
    return "p.id = %(person)s", {"person": actor.person_id}
