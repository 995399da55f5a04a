"""When to start a dead child again, and when to stop believing in it. Pure."""

from dataclasses import dataclass, replace

from frontline.foundation.supervisor.options import Patience


@dataclass(frozen=True)
class Restarts:
    """A fold over the lives of one child: how often in a row it died at once, and whether it ever ran steadily.

    `killed` counts deaths by SIGKILL (a person, the memory killer). They say nothing about the child, so they
    slow it down a little but never make us give up.
    """

    failed: int = 0
    killed: int = 0
    was_steady: bool = False

    def after_life(self, *, seconds: float, killed: bool, patience: Patience) -> "Restarts":
        if seconds >= patience.steady_after:
            return Restarts(was_steady=True)
        return replace(self, failed=self.failed + (not killed), killed=self.killed + killed)

    def forgiven(self) -> "Restarts":
        """The deaths had a cause outside the child, such as a dead database."""
        return Restarts(was_steady=self.was_steady)

    def delay(self, patience: Patience) -> float:
        """Seconds to wait; a child that died out of a steady life starts again after the first delay."""
        doublings = min(max(self.failed + self.killed - 1, 0), 30)
        longest = patience.last_delay if self.failed else patience.last_delay_if_killed
        return float(min(patience.first_delay * 2**doublings, longest))

    def is_hopeless(self, patience: Patience) -> bool:
        return self.failed >= (patience.tries_later if self.was_steady else patience.tries_at_first)
