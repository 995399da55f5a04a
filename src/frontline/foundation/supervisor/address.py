"""Is the address free, and does somebody answer there?"""

import errno
import http.client
import socket
import time

from frontline.foundation.supervisor.errors import AddressTaken, BadAddress
from frontline.kernel.errors import Phrase


def wait_free(host: str, port: int, limit: float) -> None:
    """As `ensure_free`, but gives processes that are just ending up to `limit` seconds to let go of it."""
    deadline = time.monotonic() + limit
    while True:
        try:
            return ensure_free(host, port)
        except AddressTaken:
            if time.monotonic() >= deadline:
                raise
        time.sleep(0.1)


def ensure_free(host: str, port: int) -> None:
    """Raises `AddressTaken` or `BadAddress` before anything is started for nothing."""
    if not 0 < port < 2**16:  # getaddrinfo would quietly wrap it around
        raise BadAddress(host=host, port=port, why=Phrase("a port lies between 1 and 65535"))
    try:
        family, kind, protocol, _, where = socket.getaddrinfo(
            host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
        )[0]
        with socket.socket(family, kind, protocol) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(where)
    except OSError as error:
        why = error.strerror or str(error)
        if error.errno in {errno.EADDRINUSE, errno.EACCES}:
            raise AddressTaken(host=host, port=port, why=why) from error
        raise BadAddress(host=host, port=port, why=why) from error


def why_not_ready(address: str, limit: float) -> str | None:
    """None when GET /readyz answers 200 within `limit` seconds; otherwise what it said instead."""
    connection = http.client.HTTPConnection(address.removeprefix("http://"), timeout=limit)
    try:
        connection.request("GET", "/readyz", headers={"Host": "localhost"})  # whatever name the desk goes by
        answer = connection.getresponse()
        said = answer.read(500).decode("utf-8", errors="replace")
    except (OSError, http.client.HTTPException) as error:
        return str(error) or type(error).__name__
    finally:
        connection.close()
    return None if answer.status == http.client.OK else f"{answer.status} {said}".strip()
