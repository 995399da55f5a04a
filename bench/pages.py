"""Pages and reads one after another by one client: time, CPU, queries and size of each."""

import itertools
import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from bench import machine
from bench.desk import Client, Desk

ONE_WORD = ("wireless", "certificate", "password", "printer", "invoice", "laptop", "outlook", "licence")
TWO_WORDS = ("vpn certificate", "password expired", "wireless slow", "sales folder", "account locked")
LETTERS = ("ann", "ber", "kow", "mar", "sch", "fis")


@dataclass(frozen=True)
class Read:
    """One thing to read: its name in the table, addresses taken in turn, and who asks."""

    name: str
    paths: Sequence[str]
    role: str
    api: bool = False


def reads(desk: Desk) -> list[Read]:
    refs = _ten_messages(desk)
    own = _parcels(desk)
    return [
        Read("list of 50 (API)", ["/api/v1/tickets?limit=50"], "agent", api=True),
        Read("queue page: what matters", ["/desk?view=desk"], "agent"),
        Read("queue page: all tickets", ["/desk?view=all"], "agent"),
        Read("ticket page, ten messages", [f"/desk/tickets/{ref}" for ref in refs], "agent"),
        Read("ticket (API)", [f"/api/v1/tickets/{ref}" for ref in refs], "agent", api=True),
        Read("search, one word (page)", [f"/desk?view=all&q={w}" for w in ONE_WORD], "agent"),
        Read(
            "search, two words (page)",
            [f"/desk?view=all&q={w.replace(' ', '+')}" for w in TWO_WORDS],
            "agent",
        ),
        Read("search, one word (API)", [f"/api/v1/tickets?q={w}" for w in ONE_WORD], "agent", api=True),
        Read(
            "search, two words (API)",
            [f"/api/v1/tickets?q={w.replace(' ', '+')}" for w in TWO_WORDS],
            "agent",
            api=True,
        ),
        Read("caller search", [f"/desk/call/callers?q={w}" for w in LETTERS], "agent"),
        Read("front door, start", ["/"], "user"),
        Read("front door, own tickets", ["/tickets"], "user"),
        Read("front door, one ticket", [f"/tickets/{ref}" for ref in own], "user"),
    ]


def measure(desk: Desk, count: int) -> dict[str, dict[str, Any]]:
    """Every read `count` times, with the watch and a worker running beside as in life."""
    with desk.served("worker", "watch"):
        return {read.name: _measure_one(desk, read, count) for read in reads(desk)}


def _measure_one(desk: Desk, read: Read, count: int) -> dict[str, Any]:
    client = desk.by_token(read.role) if read.api else desk.by_session(read.role)
    for path in itertools.islice(itertools.cycle(read.paths), max(5, len(read.paths))):
        _good(client, path)
    before = desk.cpu()
    answers = [_good(client, path) for path in itertools.islice(itertools.cycle(read.paths), count)]
    after = desk.cpu()
    used = {name: round((after[name] - before[name]) * 1000 / count, 2) for name in after}
    return {
        "server_ms": machine.spread([a.inside for a in answers]),
        "ms": machine.spread([a.wall for a in answers]),
        "cpu_ms": {**used, "total": round(sum(used.values()), 2)},
        "queries": max(a.queries for a in answers),
        "bytes": round(sum(len(a.body) for a in answers) / count),
    }


def _good(client: Client, path: str) -> Any:
    answer = client.ask("GET", path)
    if answer.status != 200:
        raise RuntimeError(f"GET {path} answered {answer.status}: {answer.body[:300]!r}")
    return answer


def _ten_messages(desk: Desk, tickets: int = 10) -> list[str]:
    """New tickets with ten messages each: what the user wrote, seven answers, two notes."""
    client = desk.by_token("agent")
    refs = []
    for n in range(tickets):
        body = {
            "subject": f"Ten messages about docking station {n}",
            "description": "The screens stay dark after lunch, every day.",
            "requester": f"bench{n}@customer.example",
        }
        ref = json.loads(client.must("POST", "/api/v1/tickets", body).body)["ref"]
        for m in range(9):
            said = {
                "text": f"Message {m}: we looked at the cable, the driver and the firmware of the dock and will "
                "write again after the next test.",
                "audience": "internal" if m % 4 == 3 else "public",
            }
            client.must("POST", f"/api/v1/tickets/{ref}/messages", said)
        refs.append(ref)
    return refs


def _parcels(desk: Desk) -> list[str]:
    """The user's own tickets; one is opened first so that there is one."""
    client = desk.by_token("user")
    client.must(
        "POST", "/api/v1/tickets", {"subject": "My headset crackles", "description": "On every call."}
    )
    listed = json.loads(client.must("GET", "/api/v1/tickets?limit=10").body)["items"]
    return [one["ref"] for one in listed]
