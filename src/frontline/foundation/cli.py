"""Commands of the plumbing: migrate, worker, watch, doctor, openapi, matrix, facts, demo."""

import argparse
import json
import sys
from dataclasses import asdict
from datetime import timedelta

from frontline.foundation import clock
from frontline.foundation.imports import cli as imports_cli
from frontline.foundation.manifest import Command
from frontline.foundation.stopping import Stop
from frontline.kernel.errors import Invalid


def add_nothing(_parser: argparse.ArgumentParser) -> None:
    """This command takes no arguments."""


def add_json(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--json", action="store_true", help="for machines")


def migrate(_arguments: argparse.Namespace) -> int:
    from django.core.management import call_command

    call_command("migrate", interactive=False, verbosity=1 if sys.stdout.isatty() else 0)
    return 0


def add_worker(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--concurrency", type=int, default=4, help="outside effects at the same time")


def worker(arguments: argparse.Namespace) -> int:
    from frontline.foundation.jobs.worker import work
    from frontline.foundation.supervisor import lifeline

    if not 1 <= arguments.concurrency <= 64:
        raise Invalid("--concurrency takes 1 to 64, not {number}.", number=arguments.concurrency)
    lifeline.hold()
    work(concurrency=arguments.concurrency)
    return 0


def watch(_arguments: argparse.Namespace) -> int:
    """Dispatch facts to reactions and do what falls due, until told to stop."""
    from frontline.foundation.supervisor import lifeline
    from frontline.foundation.watch import Watch

    lifeline.hold()
    Watch().run(Stop.on_signals())
    return 0


def doctor(arguments: argparse.Namespace) -> int:
    """0: nothing failed; 1: something did."""
    from frontline.foundation.doctor import examine

    checks = examine()
    if arguments.json:
        print(json.dumps([asdict(check) for check in checks], indent=2))
    else:
        width = max(len(check.name) for check in checks)
        for check in checks:
            print(f"{check.state:8} {check.name:{width}}  {check.words}")
    return 1 if any(check.state == "failed" for check in checks) else 0


def openapi(_arguments: argparse.Namespace) -> int:
    from frontline.foundation.http.api import published

    print(json.dumps(published().get_openapi_schema(), indent=2, default=str))
    return 0


def matrix(arguments: argparse.Namespace) -> int:
    from frontline.foundation import matrix as rights

    if arguments.json:
        rows = [{**asdict(e), "roles": sorted(e.roles)} for e in rights.entries()]
        print(json.dumps(rows, indent=2))
    else:
        print("\n".join(rights.table()))
    return 0


def add_facts(parser: argparse.ArgumentParser) -> None:
    verbs = parser.add_subparsers(dest="verb", required=True, metavar="VERB")
    parked = verbs.add_parser("parked", help="facts that a reaction failed on: list them, or retry")
    parked.add_argument("--retry", metavar="NUMBER", help="the number of one, or `all`")
    add_json(parked)


def facts(arguments: argparse.Namespace) -> int:
    from frontline.foundation.facts import parked

    if arguments.retry is None:
        return _list_parked(as_json=arguments.json)
    if arguments.retry != "all" and not arguments.retry.isdecimal():
        raise Invalid("--retry takes a number from the list or `all`, not {text}.", text=arguments.retry)
    number = None if arguments.retry == "all" else int(arguments.retry)
    count = parked.retry_parked(number=number, now=clock.now())
    print(json.dumps({"retried": count}) if arguments.json else f"{count} will be tried again by the watch")
    return 0


def _list_parked(*, as_json: bool) -> int:
    from frontline.foundation.facts import parked

    rows = parked.parked()
    if as_json:
        print(json.dumps([asdict(row) for row in rows], indent=2, default=str))
        return 0
    if not rows:
        print("nothing is parked")
    for row in rows:
        when = "never by itself" if row.retry_at is None else f"{row.retry_at:%Y-%m-%d %H:%M:%S} UTC"
        print(
            f"{row.id}  {row.reaction}  {row.kind} of {row.subject}, failed {row.tries} times, next: {when}"
        )
        if row.waiting:
            print(f"    {row.waiting} later facts wait behind it")
        print(f"    {row.error.strip().splitlines()[-1] if row.error.strip() else 'no error text'}")
    return 0


def add_demo(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--live", action="store_true", help="keep the demo organisation moving")
    verbs = parser.add_subparsers(dest="verb", metavar="VERB")
    seed = verbs.add_parser("seed", help="make the demo organisation on an empty desk")
    seed.add_argument("--scale", help="small, medium (when nothing is said), large or a number of tickets")
    seed.add_argument("--seed", type=int, help="the same seed gives the same data; 1 when nothing is said")
    moved = verbs.add_parser("clock", help="show or move the clock of a demo or exercise desk")
    way = moved.add_mutually_exclusive_group()
    way.add_argument("--at", metavar="T", help="an instant, such as 2026-03-02T08:41:00Z")
    way.add_argument("--advance", metavar="LENGTH", help="a length, such as 90m, 8h, 3d, 6w")
    moved.add_argument("--speed", type=float, help="how many desk seconds pass in a real second")


def demo(arguments: argparse.Namespace) -> int:
    if arguments.verb == "seed":
        return _seed(arguments)
    if arguments.verb == "clock":
        return _clock(arguments)
    if arguments.live:
        from frontline.foundation.demo import keep_moving

        keep_moving(Stop.on_signals())
        return 0
    raise Invalid("Say what: `frontline demo seed`, `frontline demo clock` or `frontline demo --live`.")


def _seed(arguments: argparse.Namespace) -> int:
    from frontline.foundation import demo as organisation

    tickets = None if arguments.scale is None else organisation.tickets_of(arguments.scale)
    fresh = organisation.seed(
        tickets=tickets, seed=arguments.seed, now=clock.now(), tell=lambda words: print(words, flush=True)
    )
    print("the demo organisation is ready" if fresh else "the demo organisation is there already")
    return 0


def _clock(arguments: argparse.Namespace) -> int:
    from frontline.foundation.progress import Progress
    from frontline.foundation.usecases import desk_clock

    target = desk_clock.target(at=arguments.at, advance=length(arguments.advance))
    if target is not None or arguments.speed is not None:
        with Progress("playing what falls due") as progress:
            desk_clock.move(to=target, speed=arguments.speed, tell=progress.tell)
    print(desk_clock.describe())
    return 0


UNITS = {"s": 1, "m": 60, "h": 3600, "d": 86400, "w": 7 * 86400}


def length(text: str | None) -> timedelta | None:
    """`90m`, `8h`, `3d`, `6w` as a length of time."""
    if text is None:
        return None
    if text[-1:] not in UNITS or not text[:-1].isdecimal() or len(text) > 8:
        raise Invalid("{text} is not a length; write a number and s, m, h, d or w, such as 6w.", text=text)
    return timedelta(seconds=int(text[:-1]) * UNITS[text[-1]])


COMMANDS = (
    Command("migrate", "bring the database to this version", add_nothing, migrate),
    Command("worker", "send what leaves the house: mail, webhooks, actions", add_worker, worker),
    Command("watch", "hand facts to reactions and do what falls due", add_nothing, watch),
    Command("doctor", "look whether everything is as it should be", add_json, doctor),
    Command("openapi", "print the OpenAPI document", add_nothing, openapi),
    Command("matrix", "print which role may use which address", add_json, matrix),
    Command("facts", "look after facts that reactions failed on", add_facts, facts),
    Command("import", "bring records in from other systems", imports_cli.add, imports_cli.run),
    Command("demo", "the demo organisation: make it, move its clock, keep it moving", add_demo, demo),
)
