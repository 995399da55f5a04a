"""The ticket formats of `frontline import`."""

from frontline.foundation.imports.job import ImportFormat
from frontline.tickets.imports import eventlog, lists
from frontline.tickets.imports.mapping import READY

FORMATS = (
    ImportFormat(
        name="eventlog",
        help="a log of what happened to tickets, one row an event",
        run=eventlog.run,
        options=frozenset({"map", "resume", "as-of"}),
        maps=READY,
    ),
    ImportFormat(
        name="csv",
        help="a list of tickets, one row each",
        run=lists.run,
        options=frozenset({"map", "resume", "as-of"}),
        maps=READY,
    ),
)
