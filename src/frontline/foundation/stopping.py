"""The wish to stop: SIGTERM or SIGINT sets it, long loops look at it between rounds."""

import signal
import threading
from types import FrameType


class Stop:
    """`stop = Stop.on_signals()`, then `while not stop.asked: …; stop.wait(0.05)`."""

    def __init__(self) -> None:
        self._event = threading.Event()

    @classmethod
    def on_signals(cls) -> "Stop":
        stop = cls()

        def ask(_number: int, _frame: FrameType | None) -> None:
            stop.ask()

        signal.signal(signal.SIGTERM, ask)
        signal.signal(signal.SIGINT, ask)
        return stop

    @property
    def asked(self) -> bool:
        return self._event.is_set()

    def ask(self) -> None:
        self._event.set()

    def wait(self, seconds: float) -> bool:
        """True as soon as somebody asked, False after `seconds`."""
        return self._event.wait(seconds)
