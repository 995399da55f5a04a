"""Mail into tickets: how many a second one worker takes in, and what a 25 MB mail costs in memory.

`run(scale)` needs DATABASE_URL of a database that may be filled: it is migrated, and given the small desk of the tests
where it has none. `scale` is the number of mails. Alone: `DATABASE_URL=… python bench/mail.py --scale 1000`.
"""

import argparse
import json
import os
import random
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from pathlib import Path
from typing import Any

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "frontline.config.settings")

#: a Wednesday morning on which the small desk is open
NOW = datetime(2026, 3, 4, 8, 0, tzinfo=UTC)
WORDS = [
    *(
        "printer",
        "invoice",
        "gateway",
        "password",
        "laptop",
        "meeting",
        "screen",
        "login",
        "portal",
        "network",
    ),
    *("monday", "update", "colleague", "broken", "slow", "error", "again", "please", "since", "morning"),
    *("office", "travel", "phone", "account", "shared", "folder", "calendar"),
]
LARGE = 25 * 1024 * 1024


def run(scale: int) -> dict[str, Any]:
    """Figures by name: mails a second, seconds a mail (p50, p95, p99), CPU of this process and the whole, MiB."""
    _set_up()
    with tempfile.TemporaryDirectory() as store:
        figures = _taken_in(scale, Path(store))
    return {**figures, **_large()}


def _set_up() -> None:
    import django

    django.setup()
    from django.core.management import call_command
    from django.db import transaction

    from frontline.people.models import Team

    call_command("migrate", interactive=False, verbosity=0)
    if not Team.objects.filter(is_desk=True).exists():
        from frontline.config.testing import build

        with transaction.atomic():
            build(NOW)


def _taken_in(scale: int, store: Path) -> dict[str, Any]:
    """Two of three open a ticket, one answers an earlier one; one of ten brings a file of 100 kB."""
    from django.conf import settings

    from frontline.channels.mail.usecases.intake import take_in

    settings.FILES_ROOT = store
    chance = random.Random(7)
    run_id = os.urandom(4).hex()
    mails = [_mail(n, run_id, chance) for n in range(scale)]
    for warm in range(5):
        take_in(raw=_mail(scale + warm, run_id, chance), now=NOW)
    seconds: list[float] = []
    outcomes: dict[str, int] = {}
    started, cpu = time.perf_counter(), time.process_time()
    for number, raw in enumerate(mails):
        before = time.perf_counter()
        taken = take_in(raw=raw, now=NOW + timedelta(seconds=number))
        seconds.append(time.perf_counter() - before)
        outcomes[taken.outcome] = outcomes.get(taken.outcome, 0) + 1
    wall, cpu = time.perf_counter() - started, time.process_time() - cpu
    cuts = statistics.quantiles(seconds, n=100)
    return {
        "mails": scale,
        "outcomes": outcomes,
        "mails_per_second": round(scale / wall, 1),
        "mail_seconds_p50": round(cuts[49], 5),
        "mail_seconds_p95": round(cuts[94], 5),
        "mail_seconds_p99": round(cuts[98], 5),
        "mail_cpu_seconds": round(cpu / scale, 5),
    }


def _mail(number: int, run_id: str, chance: random.Random) -> bytes:
    mail = EmailMessage()
    sender = chance.randrange(400)
    mail["From"] = f"Person {sender} <person{sender}@acme.example>"
    mail["To"] = "desk@acme.example"
    mail["Subject"] = " ".join(chance.sample(WORDS, 5))
    mail["Message-ID"] = f"<{run_id}-{number}@acme.example>"
    if number > 20 and number % 3 == 0:
        answered = number - chance.randrange(1, 20)
        mail["In-Reply-To"] = f"<{run_id}-{answered}@acme.example>"
        mail["References"] = mail["In-Reply-To"]
    text = "\n\n".join(" ".join(chance.choices(WORDS, k=40)) for _ in range(4))
    quoted = "\n".join(f"> {line}" for line in text.splitlines())
    mail.set_content(f"{text}\n\nOn Tue, 3 Mar 2026, Desk wrote:\n{quoted}\n")
    mail.add_alternative(f"<p>{text}</p><blockquote>{text}</blockquote>", subtype="html")
    if number % 10 == 0:
        mail.add_attachment(chance.randbytes(100_000), maintype="image", subtype="png", filename="screen.png")
    return mail.as_bytes()


def _large() -> dict[str, Any]:
    """In a process of its own: its peak before, after one and after four mails of 25 MB."""
    done = subprocess.run(
        [sys.executable, __file__, "--large"], check=False, capture_output=True, text=True, env=os.environ
    )
    if done.returncode:
        raise RuntimeError(f"large mails: exit code {done.returncode}\n{done.stderr[-2000:]}")
    figures: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return figures


def _measure_large() -> dict[str, Any]:
    import django

    django.setup()
    from django.conf import settings

    from frontline.channels.mail.usecases.intake import take_in

    chance = random.Random(8)
    peaks: list[float] = []
    with tempfile.TemporaryDirectory() as store:
        settings.FILES_ROOT = Path(store)
        take_in(raw=_mail(1, os.urandom(4).hex(), chance), now=NOW)
        folder = Path(store) / "mails"
        folder.mkdir()
        for number in range(4):
            _write_large(folder / f"{number}.eml")
        peaks.append(_peak())
        seconds: list[float] = []
        for number in range(4):
            before = time.perf_counter()
            taken = take_in(raw=(folder / f"{number}.eml").read_bytes(), now=NOW)
            seconds.append(time.perf_counter() - before)
            assert taken.outcome == "opened", taken
            peaks.append(_peak())
    return {
        "large_mail_bytes": LARGE,
        "large_mail_seconds": round(statistics.median(seconds), 3),
        "peak_mib_before": peaks[0],
        "peak_mib_after_one_large": peaks[1],
        "peak_mib_after_four_large": peaks[4],
    }


def _write_large(path: Path) -> None:
    """A mail of 25 MB on the wire, written line by line so that making it leaves no peak."""
    line = os.urandom(57)
    import base64

    coded = base64.b64encode(line) + b"\r\n"
    with path.open("wb") as file:
        file.write(
            b"From: anna@acme.example\r\nTo: desk@acme.example\r\nSubject: large\r\nMIME-Version: 1.0\r\n"
            b"Message-ID: <" + os.urandom(6).hex().encode() + b"@acme.example>\r\n"
            b"Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n\r\nSee the file.\r\n--b\r\n"
            b"Content-Type: application/zip\r\nContent-Transfer-Encoding: base64\r\n"
            b'Content-Disposition: attachment; filename="big.zip"\r\n\r\n'
        )
        for _ in range(LARGE // len(coded)):
            file.write(coded)
        file.write(b"--b--\r\n")


def _peak() -> float:
    return round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024, 1)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--scale", type=int, default=1000)
    parser.add_argument("--large", action="store_true", help="only the large mails (used by run itself)")
    options = parser.parse_args()
    print(json.dumps(_measure_large() if options.large else run(options.scale)))
    return 0


if __name__ == "__main__":
    sys.exit(main())
