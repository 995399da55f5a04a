"""Tickets created through the API by eight clients, beside what the database could do at most with the same rows."""

import json
import multiprocessing
import threading
import time
from collections.abc import Callable
from typing import Any
from uuid import uuid4

import psycopg
from psycopg import sql

from bench import machine
from bench.desk import Answer, Client, Desk

CLIENTS = 8
WARM_UP = 400
#: the tables one creation writes, with the column that ties a row to its ticket
TABLES = {
    "tickets_ticket": "id",
    "tickets_message": "ticket_id",
    "tickets_contact": "ticket_id",
    "tickets_custody": "ticket_id",
    "commitments_clock": "subject_id",
    "commitments_clock_mark": "clock_id",
    "foundation_fact_head": "subject_id",
    "foundation_fact": "subject_id",
}


def creation(desk: Desk, count: int) -> dict[str, Any]:
    """Rate, latency in ms and CPU ms a creation; with the watch and a worker running, and without."""
    with desk.served():
        alone = _through_the_api(desk, count)
        template = _last_rows(desk.url)
    raw = raw_ceiling(desk.url, template, max(count, 2000))
    with desk.served("worker", "watch"):
        beside = _through_the_api(desk, count)
    return {
        "create": alone,
        "create_with_watch_and_worker": beside,
        "raw": raw,
        "share_of_raw": round(alone["per_s"] / raw["per_s"], 3),
    }


def _body(number: int) -> bytes:
    body = {
        "subject": f"Benchmark: the printer on floor {number % 9} jams",
        "description": "Since this morning every second page jams. I switched it off and on again, which helped "
        "for two pages. Other printers work. The paper is the same as last week.",
        "requester": f"bench{number % 40}@customer.example",
        "impact": 3,
        "urgency": 2,
        "tags": ["bench"],
    }
    return json.dumps(body).encode()


def _through_the_api(desk: Desk, count: int) -> dict[str, Any]:
    service = desk.by_token("agent").must("GET", "/api/v1/services?limit=1").body
    name = json.loads(service)["items"][0]["name"]

    def body(number: int) -> bytes:
        return json.dumps({**json.loads(_body(number)), "service": name}).encode()

    _eight(desk, WARM_UP, body)
    before = desk.cpu()
    began = time.perf_counter()
    took, inside, queries = _eight(desk, count, body)
    wall = time.perf_counter() - began
    after = desk.cpu()
    used = {name: round((after[name] - before[name]) * 1000 / count, 2) for name in after}
    return {
        "count": count,
        "per_s": round(count / wall, 1),
        "ms": machine.spread(took),
        "server_ms": machine.spread(inside),
        "queries": queries,
        "cpu_ms": {**used, "total": round(sum(used.values()), 2)},
    }


def _eight(desk: Desk, count: int, body: Callable[[int], bytes]) -> tuple[list[float], list[float], int]:
    """Wall and server milliseconds of each creation, and the queries most of them took."""
    took: list[float] = []
    inside: list[float] = []
    queries: list[int] = []
    failures: list[Exception] = []

    def client(own: int) -> None:
        try:
            here: Client = desk.by_token("agent")
            for number in range(own, count, CLIENTS):
                answer = here.ask("POST", "/api/v1/tickets", body(number))
                _require_created(answer)
                took.append(answer.wall)
                inside.append(answer.inside)
                queries.append(answer.queries)
        except Exception as error:  # noqa: BLE001 - told by the main thread
            failures.append(error)

    threads = [threading.Thread(target=client, args=(n,)) for n in range(CLIENTS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if failures:
        raise failures[0]
    return took, inside, max(set(queries), key=queries.count)


def _require_created(answer: Answer) -> None:
    if answer.status != 201:
        raise RuntimeError(f"a creation answered {answer.status}: {answer.body[:300]!r}")


Template = dict[str, list[dict[str, str | None]]]


def _last_rows(url: str) -> Template:
    """The rows of the newest ticket, every value as PostgreSQL's own text."""
    rows: Template = {}
    with psycopg.connect(url) as connection, connection.cursor() as cursor:
        cursor.execute("SELECT max(id) FROM tickets_ticket")
        newest = (cursor.fetchone() or (None,))[0]
        for table, tie in TABLES.items():
            where = "c.subject_kind = 'ticket' AND " if tie == "subject_id" else ""
            wanted = f"{where}c.{tie} = %s"
            if tie == "clock_id":
                wanted = (
                    "c.clock_id IN (SELECT id FROM commitments_clock WHERE subject_kind = 'ticket' "
                    "AND subject_id = %s)"
                )
            cursor.execute(
                "SELECT column_name FROM information_schema.columns "
                "WHERE table_name = %s AND is_generated = 'NEVER' ORDER BY ordinal_position",
                [table],
            )
            names = [name for (name,) in cursor.fetchall()]
            listed = sql.SQL(", ").join(sql.SQL("c.{}::text").format(sql.Identifier(n)) for n in names)
            cursor.execute(
                sql.SQL("SELECT {} FROM {} c WHERE " + wanted).format(listed, sql.Identifier(table)), [newest]
            )
            rows[table] = [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]
    return rows


def raw_ceiling(url: str, template: Template, count: int) -> dict[str, Any]:
    """Eight connections in eight processes: BEGIN, one INSERT a table with the same rows, COMMIT."""
    context = multiprocessing.get_context("fork")
    gate = context.Barrier(CLIENTS + 1)
    told: Any = context.Queue()
    workers = [
        context.Process(target=_raw_worker, args=(url, template, count // CLIENTS, gate, told))
        for _ in range(CLIENTS)
    ]
    for worker in workers:
        worker.start()
    gate.wait()
    began = time.perf_counter()
    took = [value for _ in workers for value in told.get()]
    wall = time.perf_counter() - began
    for worker in workers:
        worker.join()
    return {
        "count": len(took),
        "rows": sum(len(rows) for rows in template.values()),
        "inserts": sum(1 for rows in template.values() if rows),
        "per_s": round(len(took) / wall, 1),
        "ms": machine.spread(took),
    }


def _raw_worker(url: str, template: Template, count: int, gate: Any, told: Any) -> None:
    tables = {table: rows for table, rows in template.items() if rows}
    statements = {table: _insert(table, rows) for table, rows in tables.items()}
    took = []
    with psycopg.connect(url, autocommit=True) as connection, connection.cursor() as cursor:
        cursor.execute("SELECT nextval('tickets_ticket_id_seq') FROM generate_series(1, %s)", [count + 1])
        tickets = [number for (number,) in cursor.fetchall()]
        clocks = len(tables.get("commitments_clock", ()))
        cursor.execute(
            "SELECT nextval('commitments_clock_id_seq') FROM generate_series(1, %s)", [(count + 1) * clocks]
        )
        clock_ids = [number for (number,) in cursor.fetchall()]
        for number, ticket in enumerate(tickets):
            if number == 1:  # the first one warms up
                gate.wait()
            own = clock_ids[number * clocks : (number + 1) * clocks]
            values = {table: _values(table, rows, ticket, own) for table, rows in tables.items()}
            began = time.perf_counter()
            with connection.transaction():
                for table, statement in statements.items():
                    cursor.execute(statement, values[table])
            took.append((time.perf_counter() - began) * 1000)
    told.put(took[1:])


#: numbers a table gives by itself
BY_ITSELF = {"tickets_message", "tickets_contact", "tickets_custody", "commitments_clock_mark"}


def _columns(table: str, row: dict[str, str | None]) -> list[str]:
    left_out = {"id"} if table in BY_ITSELF else set()
    if table == "foundation_fact":
        left_out = {"id", "xid"}  # the transaction's own
    return [name for name in row if name not in left_out]


def _insert(table: str, rows: list[dict[str, str | None]]) -> sql.Composed:
    names = _columns(table, rows[0])
    more = ["xid"] if table == "foundation_fact" else []
    one = "(" + ", ".join(["%s"] * len(names) + ["pg_current_xact_id()"] * len(more)) + ")"
    return sql.SQL("INSERT INTO {} ({}) VALUES " + ", ".join([one] * len(rows))).format(
        sql.Identifier(table), sql.SQL(", ").join(map(sql.Identifier, names + more))
    )


def _values(
    table: str, rows: list[dict[str, str | None]], ticket: int, clocks: list[int]
) -> list[str | None]:
    """The rows again under new numbers."""
    values: list[str | None] = []
    for n, row in enumerate(rows):
        new: dict[str, Any] = dict(row)
        if "uid" in new:
            new["uid"] = str(uuid4())
        for key in ("ticket_id", "subject_id"):
            if key in new:
                new[key] = str(ticket)
        if table == "tickets_ticket":
            new |= {"id": str(ticket), "ref": f"B-{ticket}"}
        if table == "commitments_clock":
            new["id"] = str(clocks[n])
        if table == "commitments_clock_mark":
            new["clock_id"] = str(clocks[n % len(clocks)])
        values += [new[name] for name in _columns(table, row)]
    return values
