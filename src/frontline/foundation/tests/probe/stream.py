"""A reader of the live stream in a thread of its own."""

import contextlib
import json
import socket
import threading
import time
from collections.abc import Callable
from typing import Self

import httpx
from httpx_sse import ServerSentEvent, connect_sse


class Reader:
    """Collects events until closed. `with Reader(address, headers) as reader: reader.wait(lambda: …)`."""

    def __init__(
        self, address: str, headers: dict[str, str], *subjects: str, last: str | None = None
    ) -> None:
        self.url = f"{address}/api/v1/live"
        self.parameters = [("subject", s) for s in subjects]
        self.headers = headers if last is None else {**headers, "Last-Event-ID": last}
        self.events: list[ServerSentEvent] = []
        self.ended = threading.Event()
        self._client = httpx.Client(timeout=httpx.Timeout(10, read=60))
        self._thread = threading.Thread(target=self._read)
        self._stop = False

    def __enter__(self) -> Self:
        self._thread.start()
        self.wait(lambda: bool(self.events))
        return self

    def __exit__(self, *_: object) -> None:
        self._stop = True
        if not self.ended.is_set():  # wake the thread from its wait for more
            source = self._response.extensions["network_stream"].get_extra_info("socket")
            with contextlib.suppress(OSError):
                source.shutdown(socket.SHUT_RDWR)
        self._thread.join(20)
        self._client.close()

    def _read(self) -> None:
        try:
            with connect_sse(
                self._client, "GET", self.url, params=self.parameters, headers=self.headers
            ) as source:
                self._response = source.response
                for event in source.iter_sse():
                    self.events.append(event)
                    if self._stop:
                        return
        except (httpx.TransportError, RuntimeError, AttributeError):
            if not self._stop:
                raise
        finally:
            self.ended.set()

    def wait(self, condition: Callable[[], bool], seconds: float = 15) -> None:
        until = time.monotonic() + seconds
        while not condition():
            assert time.monotonic() < until, f"waited in vain; so far: {self.events}"
            time.sleep(0.01)

    def facts(self) -> list[dict]:
        return [json.loads(e.data) for e in self.events if e.event == "fact"]

    def subjects(self) -> list[str]:
        return [f["subject"] for f in self.facts()]

    @property
    def last(self) -> str:
        return self.events[-1].id
