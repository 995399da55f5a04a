"""`frontline up`: one process that looks after database, web, workers and clock watch. No Django in here."""

from frontline.foundation.supervisor.options import Command, Options, Patience
from frontline.foundation.supervisor.run import run

__all__ = ["Command", "Options", "Patience", "run"]
