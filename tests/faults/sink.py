"""A real mail server in a thread: mostly it takes what comes, now and then it is slow, busy, or breaks off."""

import asyncio
import random
from collections import Counter
from email import message_from_bytes, policy

from aiosmtpd.controller import Controller

#: how it treats a mail, and how often in a hundred
MOODS = {"prompt": 82, "slow": 8, "busy": 6, "silent": 4}


class Sink:
    """`taken` counts per Message-ID how often it took a mail, whether or not the sender heard of it."""

    def __init__(self, *, port, seed):
        self.taken = Counter()
        self.moods = Counter()
        self.recipients = {}
        self._rng = random.Random(seed)
        self._controller = Controller(self, hostname="127.0.0.1", port=port)

    def __enter__(self):
        self._controller.start()
        return self

    def __exit__(self, *_):
        self._controller.stop()

    async def handle_DATA(self, server, session, envelope):  # noqa: N802 - aiosmtpd's name
        (mood,) = self._rng.choices(list(MOODS), weights=list(MOODS.values()))
        self.moods[mood] += 1
        if mood == "busy":
            return "451 4.3.0 come back later"
        if mood == "slow":
            await asyncio.sleep(self._rng.uniform(0.2, 2.0))
        mail = message_from_bytes(envelope.content, policy=policy.default)
        name = mail["Message-ID"].strip("<>")
        self.taken[name] += 1
        self.recipients.setdefault(name, set()).add(tuple(sorted(envelope.rcpt_tos)))
        if mood == "silent":
            server.transport.abort()
        return "250 2.0.0 taken"
