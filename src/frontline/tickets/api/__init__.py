"""The tickets API: each operation is one use case or one question, spoken in public names."""

from typing import Any

from frontline.tickets.api import contacts, opening, reading, routers, working

#: importing these fills the routers
PARTS = (opening, reading, working, contacts)


def install(api: Any) -> None:
    """Add the routers to the one API."""
    api.add_router("", routers.tickets)
    api.add_router("", routers.contacts)
