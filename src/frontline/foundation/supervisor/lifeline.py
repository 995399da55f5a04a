"""How a child notices that its supervisor is gone, even when it was killed without a word.

The supervisor holds the writing end of a pipe and gives every child the reading end: when the supervisor
ends, in whatever way, the system closes the pipe. Grandchildren (the web server's worker process) do not
inherit the pipe; they look now and then whether their parent and the supervisor live.
"""

import logging
import os
import select
import signal
import stat
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass

from frontline.foundation import processes
from frontline.foundation.supervisor.errors import BadLifeline

_log = logging.getLogger(__name__)

#: `descriptor:inode:pid:birth`: the reading end, the inode to tell it from another file under the same number,
#: and the supervisor itself
VARIABLE = "FRONTLINE_LIFELINE"
_LOOK_SECONDS = 1.0
_GRACE_SECONDS = 10.0
_EXIT_CODE = 70  # EX_SOFTWARE of sysexits.h


def make() -> tuple[int, int]:
    """A new lifeline: (reading end for children, writing end that the supervisor keeps, never writing)."""
    return os.pipe()


def name(reading: int) -> str:
    """The value of `FRONTLINE_LIFELINE` for children that inherit this descriptor."""
    return f"{reading}:{os.fstat(reading).st_ino}:{os.getpid()}:{processes.birth_mark(os.getpid())}"


def hold(on_end: Callable[[], None] | None = None) -> bool:
    """Watch, in a thread, that whoever started this process lives. False: it runs by itself, unsupervised.

    At the parent's end calls `on_end` (default: SIGTERM to this process, and if that does not end it in ten
    seconds, an immediate exit). Call it once, in the first lines of a long-running command.
    """
    value = os.environ.get(VARIABLE)
    if value is None:
        return False
    line = _read(value)
    threading.Thread(
        target=_watch, args=(line, os.getppid(), on_end or _end), name="lifeline", daemon=True
    ).start()
    return True


@dataclass(frozen=True)
class _Line:
    descriptor: int | None
    pid: int
    birth: str


def _watch(line: _Line, parent: int, on_end: Callable[[], None]) -> None:
    descriptor = line.descriptor
    while os.getppid() == parent:
        if descriptor is None:
            # The parent may have ended before we looked for the first time: so look at the supervisor as well.
            if not processes.is_same(line.pid, line.birth):
                break
            time.sleep(_LOOK_SECONDS)
        elif select.select([descriptor], [], [], _LOOK_SECONDS)[0]:
            break  # readable without anybody writing: the other end is closed
    _log.warning("the supervisor is gone; this process ends")
    on_end()


def _read(value: str) -> _Line:
    try:
        descriptor, inode, pid, birth = value.split(":", 3)
        return _Line(_inherited(int(descriptor), int(inode)), int(pid), birth)
    except ValueError as error:
        raise BadLifeline(value=value) from error


def _inherited(descriptor: int, inode: int) -> int | None:
    """The descriptor, if it is the pipe we mean; a grandchild has something else or nothing under that number."""
    try:
        about = os.fstat(descriptor)
    except OSError:
        return None
    return descriptor if stat.S_ISFIFO(about.st_mode) and about.st_ino == inode else None


def _end() -> None:
    os.kill(os.getpid(), signal.SIGTERM)
    time.sleep(_GRACE_SECONDS)
    os._exit(_EXIT_CODE)
