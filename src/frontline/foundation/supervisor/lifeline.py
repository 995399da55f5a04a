"""How a child notices that its supervisor is gone, even when it was killed without a word.

The supervisor holds the writing end of a pipe and gives every child the reading end: when the supervisor
ends, in whatever way, the system closes the pipe. Grandchildren (the web server's worker process) do not
inherit the pipe; they notice that they got another parent.
"""

import logging
import os
import select
import signal
import stat
import threading
import time
from collections.abc import Callable

_log = logging.getLogger(__name__)

#: `descriptor:inode` of the reading end; the inode tells the pipe from another file under the same number
VARIABLE = "FRONTLINE_LIFELINE"
_LOOK_SECONDS = 1.0
_GRACE_SECONDS = 10.0
_EXIT_CODE = 70  # EX_SOFTWARE of sysexits.h


def make() -> tuple[int, int]:
    """A new lifeline: (reading end for children, writing end that the supervisor keeps, never writing)."""
    return os.pipe()


def name(reading: int) -> str:
    """The value of `FRONTLINE_LIFELINE` for children that inherit this descriptor."""
    return f"{reading}:{os.fstat(reading).st_ino}"


def hold(on_end: Callable[[], None] | None = None) -> bool:
    """Watch, in a thread, that whoever started this process lives. False: it runs by itself, unsupervised.

    At the parent's end calls `on_end` (default: SIGTERM to this process, and if that does not end it in ten
    seconds, an immediate exit). Call it once, in the first lines of a long-running command.
    """
    value = os.environ.get(VARIABLE)
    if value is None:
        return False
    parent = os.getppid()
    threading.Thread(
        target=_watch, args=(_descriptor(value), parent, on_end or _end), name="lifeline", daemon=True
    ).start()
    return True


def _watch(descriptor: int | None, parent: int, on_end: Callable[[], None]) -> None:
    while os.getppid() == parent:
        if descriptor is None:
            time.sleep(_LOOK_SECONDS)
        elif select.select([descriptor], [], [], _LOOK_SECONDS)[0]:
            break  # readable without anybody writing: the other end is closed
    _log.warning("the supervisor is gone; this process ends")
    on_end()


def _descriptor(value: str) -> int | None:
    number, _, inode = value.partition(":")
    try:
        about = os.fstat(int(number))
    except (OSError, ValueError):
        return None
    return int(number) if stat.S_ISFIFO(about.st_mode) and str(about.st_ino) == inode else None


def _end() -> None:
    os.kill(os.getpid(), signal.SIGTERM)
    time.sleep(_GRACE_SECONDS)
    os._exit(_EXIT_CODE)
