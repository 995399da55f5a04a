"""A loopback port that stays the same from start to start, as long as nobody else takes it."""

import socket
from pathlib import Path


def free_port(memory: Path) -> int:
    """The port noted in `memory` if it is still free, else a new one, which is noted."""
    try:
        noted = int(memory.read_text(encoding="ascii"))
    except (FileNotFoundError, ValueError):
        noted = 0
    port = _bound(noted) or _bound(0)
    memory.write_text(f"{port}\n", encoding="ascii")
    return port


def _bound(port: int) -> int:
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return 0
        return int(probe.getsockname()[1])
