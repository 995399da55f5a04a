"""The live stream, natively on ASGI. Filled in below."""

from typing import Any


async def live(scope: dict[str, Any], receive: Any, send: Any) -> None:
    raise NotImplementedError
