"""What a supervisor is asked to run."""

import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path


@dataclass(frozen=True)
class Command:
    """A program to start; `environment` is added to ours."""

    name: str
    arguments: tuple[str, ...]
    environment: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Patience:
    """Lengths in seconds, counts in tries."""

    #: from SIGTERM to SIGKILL for a child
    child_stop: float = 10.0
    #: a child that lives shorter than this died at once; starting takes a busy machine several seconds of it
    steady_after: float = 30.0
    #: so many deaths at once in a row are too many: before it was ever steady, and after
    tries_at_first: int = 3
    tries_later: int = 8
    #: back-off before a restart: doubles from the first to the last
    first_delay: float = 0.25
    last_delay: float = 10.0
    last_delay_if_killed: float = 1.0
    #: how often the loop looks at its children, and how long one question to /readyz may take
    tick: float = 0.1
    ask: float = 10.0


@dataclass(frozen=True)
class Options:
    """`frontline up`. `preparations` run one by one before the children; None stands for Frontline's own."""

    data: Path
    port: int = 8000
    host: str = "127.0.0.1"
    workers: int = 1
    demo: bool = False
    preparations: tuple[Command, ...] | None = None
    children: tuple[Command, ...] | None = None
    patience: Patience = Patience()

    @property
    def address(self) -> str:
        """What a person types into the browser of this machine."""
        host = {"0.0.0.0": "127.0.0.1", "::": "[::1]"}.get(self.host, self.host)  # noqa: S104 (shown, not bound)
        return f"http://{f'[{host}]' if ':' in host and host[0] != '[' else host}:{self.port}"

    def commands_before(self) -> tuple[Command, ...]:
        if self.preparations is not None:
            return self.preparations
        seed = (_frontline("demo seed", "demo", "seed"),) if self.demo else ()
        return (_frontline("migrate", "migrate"), *seed)

    def commands(self) -> tuple[Command, ...]:
        if self.children is not None:
            return self.children
        numbers = [""] if self.workers == 1 else [f" {number}" for number in range(1, self.workers + 1)]
        return (
            _frontline("web", "web", "--host", self.host, "--port", str(self.port)),
            *(_frontline(f"worker{number}", "worker") for number in numbers),
            _frontline("watch", "watch"),
        )


def _frontline(name: str, *arguments: str) -> Command:
    return Command(name, (sys.executable, "-m", "frontline", *arguments))
