"""Commands of the plumbing: migrate, worker, watch, doctor, openapi, matrix, demo clock."""

import argparse
import json
import signal
import sys
import time
from datetime import timedelta
from types import FrameType

import structlog
from django.db import close_old_connections

from frontline.foundation import clock, manifest
from frontline.foundation.facts import dispatch

log = structlog.get_logger(__name__)


class _Stop:
    """Set by SIGTERM or SIGINT; loops look at it between rounds."""

    asked = False

    @classmethod
    def install(cls) -> None:
        def ask(_signal: int, _frame: FrameType | None) -> None:
            cls.asked = True

        signal.signal(signal.SIGTERM, ask)
        signal.signal(signal.SIGINT, ask)


def migrate(_arguments: argparse.Namespace) -> int:
    from django.core.management import call_command

    call_command("migrate", interactive=False, verbosity=1 if sys.stdout.isatty() else 0)
    return 0


def add_nothing(_parser: argparse.ArgumentParser) -> None:
    """This command takes no arguments."""


def watch(_arguments: argparse.Namespace) -> int:
    """Dispatch facts to reactions and claim what falls due, until told to stop."""
    from frontline.foundation.live.announcer import Announcer
    from frontline.foundation.supervisor import lifeline

    lifeline.hold()
    _Stop.install()
    last: dict[str, float] = {}
    announcer = Announcer()
    while not _Stop.asked:
        busy = _round(last, announcer)
        if not busy:
            time.sleep(0.05)
    return 0


def _round(last: dict[str, float], announcer: object) -> bool:
    try:
        now = clock.now()
        handled = dispatch.dispatch_once(now)
        announcer.tell()  # type: ignore[attr-defined]
        for chore in manifest.chores():
            if time.monotonic() - last.get(chore.name, -1e9) >= chore.every_seconds:
                last[chore.name] = time.monotonic()
                handled += chore.run(now)
    except Exception:
        log.exception("the watch stumbled; it goes on in a second")
        close_old_connections()
        time.sleep(1)
        return False
    return handled > 0


def openapi(_arguments: argparse.Namespace) -> int:
    from frontline.config.api import api

    print(json.dumps(api.get_openapi_schema(), indent=2, default=str))
    return 0


def add_demo_clock(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--at", help="an instant, such as 2026-03-02T08:41:00Z")
    parser.add_argument("--advance", help="a length, such as 90m, 8h, 3d, 6w")
    parser.add_argument("--speed", type=float, help="how many desk seconds pass in a real second")


UNITS = {"s": 1, "m": 60, "h": 3600, "d": 86400, "w": 7 * 86400}


def length(text: str) -> timedelta:
    """`90m`, `8h`, `3d`, `6w` as a length of time."""
    from frontline.kernel.errors import Invalid

    if text[-1:] not in UNITS or not text[:-1].isdigit():
        raise Invalid("{text} is not a length; write a number and s, m, h, d or w, such as 6w.", text=text)
    return timedelta(seconds=int(text[:-1]) * UNITS[text[-1]])
