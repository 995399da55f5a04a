"""Public ids: UUID version 7 (RFC 9562), so that they sort by time of birth."""

import os
import time
from uuid import UUID


def uuid7() -> UUID:
    """A new time-ordered random id: 48 bits of Unix milliseconds, 74 random bits."""
    millis = time.time_ns() // 1_000_000
    random = int.from_bytes(os.urandom(10), "big")
    value = (millis & (1 << 48) - 1) << 80
    value |= 0x7 << 76
    value |= (random >> 68) << 64
    value |= 0b10 << 62
    value |= random & (1 << 62) - 1
    return UUID(int=value)
