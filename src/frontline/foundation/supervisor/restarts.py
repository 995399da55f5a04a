"""When to start a dead child again, and when to stop believing in it. Pure."""

from dataclasses import dataclass, replace

from frontline.foundation.supervisor.options import Patience


@dataclass(frozen=True)
class Restarts:
    """A fold over the lives of one child.

    `quick` counts deaths at once in a row, whatever their cause, and sets the delay. `failed` leaves out
    deaths by SIGKILL (a person, the memory killer): they say nothing about the child, so they slow it down but
    never make us give up.
    """

    quick: int = 0
    failed: int = 0
    was_steady: bool = False

    def after_life(self, *, seconds: float, killed: bool, patience: Patience) -> "Restarts":
        if seconds >= patience.steady_after:
            return Restarts(was_steady=True)
        return replace(self, quick=self.quick + 1, failed=self.failed + (not killed))

    def forgiven(self) -> "Restarts":
        """The deaths had a cause outside the child, such as a dead database."""
        return Restarts(was_steady=self.was_steady)

    def delay(self, patience: Patience) -> float:
        """Seconds to wait; a child that died out of a steady life starts again after the first delay."""
        doublings = min(max(self.quick - 1, 0), 30)
        return float(min(patience.first_delay * 2**doublings, patience.last_delay))

    def is_hopeless(self, patience: Patience) -> bool:
        return self.failed >= (patience.tries_later if self.was_steady else patience.tries_at_first)
