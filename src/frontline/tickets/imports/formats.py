"""The ticket formats of `frontline import`."""

from frontline.foundation.manifest import ImportFormat
from frontline.tickets.imports import eventlog

FORMATS = (ImportFormat("eventlog", "a log of what happened to tickets, one row an event", eventlog.run),)
