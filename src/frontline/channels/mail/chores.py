"""What the watch does for mail: hand on what is due, ask for visits to mailboxes, listen for silence."""

from datetime import datetime

from frontline.channels.mail.usecases import fetching, sending
from frontline.foundation import clock


def send_due(now: datetime) -> int:
    return sending.hand_on_due(now=now)


def fetch(_now: datetime) -> int:
    """Mail servers live in real time, whatever the desk's clock shows."""
    return fetching.ask_for_due(real_now=clock.real_now())


def listen(now: datetime) -> int:
    return fetching.look_for_silence(real_now=clock.real_now(), now=now)
