"""One process, one port: the live stream natively, everything else through Django in a pool of threads.

Django over ASGI created 91 tickets a second where this arrangement created 233 (2 cores; docs/measures.md).
"""

import os
from typing import Any

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "frontline.config.settings")

from a2wsgi import WSGIMiddleware
from django.conf import settings

from frontline.config import logging
from frontline.config.wsgi import application as wsgi
from frontline.foundation.live.stream import live, shut_down, start
from frontline.foundation.supervisor import lifeline

logging.configure(json=settings.LOG_FORMAT == "json")

lifeline.hold()  # a worker whose supervisor and master are both gone must not go on serving

LIVE_PATH = "/api/v1/live"
#: Django does its work in these; each holds at most one database connection
THREADS = int(os.environ.get("FRONTLINE_THREADS", "8"))

_pages: Any = WSGIMiddleware(wsgi, workers=THREADS)  # type: ignore[arg-type]  # Django's types name its own


async def application(scope: dict[str, Any], receive: Any, send: Any) -> None:
    if scope["type"] == "http" and scope["path"] == LIVE_PATH:
        await live(scope, receive, send)
    elif scope["type"] == "http":

        async def read() -> Any:
            """The server's own awaitable is no coroutine, and the thread that reads the body needs one."""
            return await receive()

        await _pages(scope, read, send)
    elif scope["type"] == "lifespan":
        await _lifespan(receive, send)


async def _lifespan(receive: Any, send: Any) -> None:
    while True:
        message = await receive()
        if message["type"] == "lifespan.startup":
            start()
        else:
            await shut_down()
        await send({"type": f"{message['type']}.complete"})
        if message["type"] == "lifespan.shutdown":
            return
