"""The web process: one granian worker on one port."""

import os

#: from the wish to stop to the end of the worker; less than the supervisor's patience
STOP_SECONDS = 8


def serve(*, host: str, port: int) -> int:
    """Serve until told to stop. Needs DATABASE_URL."""
    from granian import Granian
    from granian.constants import Interfaces

    from frontline.foundation.supervisor import lifeline

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "frontline.config.settings")
    lifeline.hold()
    Granian(
        "frontline.config.asgi:application",
        address=host,
        port=port,
        interface=Interfaces.ASGI,
        workers=1,
        websockets=False,
        log_access=False,
        backlog=2048,
        # A worker busy with a thousand readers leaving at once can miss its signal (asyncio's wake-up pipe is full).
        workers_kill_timeout=STOP_SECONDS,
    ).serve()
    return 0
