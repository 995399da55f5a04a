"""Who else a mail was written to. Pure."""

from collections.abc import Collection

from frontline.channels.mail.logic.parse import ParsedMail

#: addresses of one mail that are looked up
MOST_LOOKED_UP = 100


def copied(mail: ParsedMail, *, sender: str, own: Collection[str]) -> tuple[str, ...]:
    """Addresses in To and Cc, lower case, in order, each once: without the sender's and the desk's own.

    The desk's own are those in `own` (lower case), with any "+tag", and those the mail was delivered to.
    """
    ours = {*own, *(one.address.lower() for one in mail.envelope_to)}
    found = dict.fromkeys(one.address.lower() for one in (*mail.to, *mail.cc) if "@" in one.address)
    others = [a for a in found if a != sender.lower() and a not in ours and _untagged(a) not in ours]
    return tuple(others[:MOST_LOOKED_UP])


def _untagged(address: str) -> str:
    local, at, domain = address.rpartition("@")
    return f"{local.partition('+')[0]}{at}{domain}"
