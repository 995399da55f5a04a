"""What pages of the desk need to change with no further request: the row, and the lists it stands on."""

from typing import Any

from frontline.foundation import clock
from frontline.kernel.actors import Actor, Role
from frontline.tickets import queries
from frontline.tickets.web import rows


def draw(actor: Actor, ids: set[int]) -> dict[int, dict[str, Any]]:
    """Queue rows for everybody who has a queue; others' pages load their parts anew. Two queries."""
    if not actor.is_staff and Role.SUPPLIER not in actor.roles:
        return {}
    now = clock.now()
    drawn = rows.lines(queries.rows_by_id(actor, ids), now=now)
    return {
        line.row.id: {
            "fragments": {"queue-row": rows.html(line, now=now)},
            "queue": {"lists": rows.lists_of(line.row), "place": line.place},
        }
        for line in drawn
    }
