"""The mechanics the house stands on, each beside the plainer one that was not chosen, in one run.

`run(scale)` needs DATABASE_URL of a migrated database that may be filled. `scale` is the number of facts written; the
other counts follow from it. Alone: `DATABASE_URL=… python bench/mechanics.py --scale 20000`.
"""

import argparse
import json
import multiprocessing
import os
import statistics
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

import psycopg

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "frontline.config.settings")

WRITERS = 8
SUBJECTS = 50
NOW = datetime(2026, 3, 4, 8, 0, tzinfo=UTC)
#: subjects of our own, far from those of real tickets
FIRST_SUBJECT = 10**12


def run(scale: int) -> dict[str, Any]:
    """Figures by mechanic: facts, timeline, notify, jobs, custody, parts of a page."""
    import django

    django.setup()
    return {
        "facts": facts(scale),
        "timeline": timeline(),
        "notify": notify(scale // WRITERS // 4),
        "jobs": jobs(scale // WRITERS // 20),
        "custody": custody(max(50, scale // 200)),
        "parts_of_a_page": parts_of_a_page(),
    }


def _url() -> str:
    return os.environ["DATABASE_URL"]


def _crowd(
    work: Callable[[int], Any], watcher: Callable[[Any], Any] | None = None
) -> tuple[list[Any], Any, float]:
    """Eight processes at once; what each gave, what the watcher saw meanwhile, and the seconds it took."""
    from django.db import connections

    connections.close_all()  # a forked child must not share its parent's connection
    context = multiprocessing.get_context("fork")
    told, gate = context.Queue(), context.Barrier(WRITERS + 1)
    ended = context.Event()

    def body(number: int) -> None:
        gate.wait()
        told.put(work(number))

    crowd = [context.Process(target=body, args=(number,)) for number in range(WRITERS)]
    for process in crowd:
        process.start()
    seen: Any = None
    if watcher is not None:
        heard = context.Queue()
        looking = context.Process(target=lambda: heard.put(watcher(ended)))
        looking.start()
    gate.wait()
    began = time.perf_counter()
    given = [told.get() for _ in crowd]
    taken = time.perf_counter() - began
    ended.set()
    if watcher is not None:
        seen = heard.get()
        looking.join()
    for process in crowd:
        process.join()
    return given, seen, taken


def facts(count: int) -> dict[str, Any]:
    """Facts through `announce` by eight writers on few subjects; two readers follow, by position and by bare id."""
    from frontline.foundation.facts.announce import announce
    from frontline.foundation.facts.dispatch import START, read_after
    from frontline.foundation.transactions import transaction
    from frontline.kernel.actors import SYSTEM
    from frontline.kernel.facts import Subject
    from frontline.tickets.facts import StateChanged

    each = count // WRITERS // 2
    first = _last_fact()

    def write(number: int) -> int:
        for turn in range(each):
            with transaction():
                for place in (turn, turn + number + 1):
                    subject = Subject("bench", FIRST_SUBJECT + place % SUBJECTS)
                    fact = StateChanged(subject=subject, ticket_id=subject.id, was="new", to="open")
                    announce(fact, actor=SYSTEM, at=NOW)
        return each * 2

    def follow(ended: Any) -> tuple[int, int]:
        """How many of ours each way of reading saw by the end."""
        place, by_position = START, 0
        last_id, by_id = first, 0
        with psycopg.connect(_url(), autocommit=True) as naive:
            while True:
                over = ended.is_set()
                found = read_after(*place)
                by_position += sum(f.subject.kind == "bench" and f.id > first for f in found)
                if found:
                    place = (found[-1].xid, found[-1].id)
                rows = naive.execute(
                    "SELECT id FROM foundation_fact WHERE id > %s AND subject_kind = 'bench' ORDER BY id LIMIT 500",
                    [last_id],
                ).fetchall()
                by_id += len(rows)
                last_id = rows[-1][0] if rows else last_id
                if over and not found and not rows:
                    return by_position, by_id
                if not found and not rows:
                    time.sleep(0.002)

    written, (by_position, by_id), taken = _crowd(write, follow)
    total = sum(written)
    with psycopg.connect(_url()) as own:
        holes = own.execute(
            "SELECT count(*) FROM (SELECT seq - lag(seq, 1, 0) OVER (PARTITION BY subject_id ORDER BY xid, id) AS step "
            "FROM foundation_fact WHERE subject_kind = 'bench') AS s WHERE step <> 1"
        ).fetchone()
    return {
        "written": total,
        "per_s": round(total / taken),
        "lost_reading_by_position": total - by_position,
        "lost_reading_by_id": total - by_id,
        "out_of_order_or_missing_in_a_subject": (holes or (None,))[0],
    }


def _last_fact() -> int:
    with psycopg.connect(_url()) as own:
        row = own.execute("SELECT coalesce(max(id), 0) FROM foundation_fact").fetchone()
    return int((row or (0,))[0])


def timeline(times: int = 200) -> dict[str, Any]:
    """Milliseconds to read the newest 100 facts of one subject among all of them."""
    took = []
    with psycopg.connect(_url(), autocommit=True) as own:
        for turn in range(times):
            began = time.perf_counter()
            own.execute(
                "SELECT id, kind, at, data FROM foundation_fact WHERE subject_kind = 'bench' AND subject_id = %s "
                "ORDER BY seq DESC LIMIT 100",
                [FIRST_SUBJECT + turn % SUBJECTS],
            ).fetchall()
            took.append((time.perf_counter() - began) * 1000)
    return {"facts": _last_fact(), "ms_median": round(statistics.median(took), 3)}


@contextmanager
def _table(columns: str) -> Iterator[str]:
    name = f"bench_{uuid4().hex[:8]}"
    with psycopg.connect(_url(), autocommit=True) as own:
        own.execute(
            f"CREATE UNLOGGED TABLE {name} ({columns})"
        )  # no WAL: the ceiling, not the disk, is compared
        try:
            yield name
        finally:
            own.execute(f"DROP TABLE {name}")


def _small_transactions(each: int, more: Sequence[str]) -> int:
    """Transactions a second of eight writers: one row, and these statements, in each."""
    with _table("n integer") as table:

        def work(_number: int) -> None:
            with psycopg.connect(_url()) as own:
                own.execute("SET synchronous_commit = off")
                for turn in range(each):
                    own.execute(f"INSERT INTO {table} VALUES (%s)", [turn])
                    for statement in more:
                        own.execute(statement)
                    own.commit()

        _, _, taken = _crowd(work)
    return round(each * WRITERS / taken)


def notify(each: int) -> dict[str, Any]:
    """Without and with a NOTIFY in each, which takes one lock of the whole server."""
    return {
        "per_s_none": _small_transactions(each, []),
        "per_s_in_each_transaction": _small_transactions(each, ["NOTIFY bench"]),
    }


def jobs(each: int) -> dict[str, Any]:
    """Without jobs, and with eight jobs of the queue in each."""
    one = (
        "SELECT procrastinate_defer_jobs_v1("
        "ARRAY[ROW('bench', 'none', 0, NULL, NULL, '{}', NULL)]::procrastinate_job_to_defer_v1[])"
    )
    found = {f"per_s_with_{count}_jobs": _small_transactions(each, [one] * count) for count in (0, 8)}
    with psycopg.connect(_url()) as own:
        own.execute(
            "DELETE FROM procrastinate_events e USING procrastinate_jobs j WHERE j.id = e.job_id AND task_name = 'none'"
        )
        own.execute("DELETE FROM procrastinate_jobs WHERE task_name = 'none'")
    return found


def custody(each: int) -> dict[str, Any]:
    """Eight writers pass one chain on; how many fail when the clock is read before the lock, and when it is mended.

    A copy of the constraints on a table of its own: the chain is the product's, the tickets are not needed.
    """
    columns = """
        lane smallint, seq integer, prev_seq integer, since timestamptz NOT NULL, until timestamptz,
        UNIQUE (lane, seq, until), UNIQUE (lane, seq),
        CHECK (until IS NULL OR until >= since),
        CHECK ((seq = 1) = (prev_seq IS NULL) AND (seq = 1 OR prev_seq = seq - 1)),
    """

    def writer(table: str, *, mended: bool) -> Callable[[int], tuple[int, int]]:
        def work(_number: int) -> tuple[int, int]:
            failed = 0
            with psycopg.connect(_url()) as own:
                own.execute("SET synchronous_commit = off")
                own.commit()
                for _ in range(each):
                    at = datetime.now(UTC)  # as a door does it, before the lock
                    try:
                        row = own.execute(
                            f"SELECT seq, since FROM {table} WHERE until IS NULL FOR NO KEY UPDATE"
                        ).fetchone()
                        while row is None:  # somebody else closed it while we waited
                            row = own.execute(
                                f"SELECT seq, since FROM {table} WHERE until IS NULL FOR NO KEY UPDATE"
                            ).fetchone()
                        seq, since = row
                        then = max(at, since) if mended else at
                        own.execute(f"UPDATE {table} SET until = %s WHERE seq = %s", [then, seq])
                        own.execute(f"INSERT INTO {table} VALUES (0, %s, %s, %s, NULL)", [seq + 1, seq, then])
                        own.commit()
                    except psycopg.errors.CheckViolation:
                        own.rollback()
                        failed += 1
            return each, failed

        return work

    found = {}
    for name, mended in (("clock_before_lock", False), ("never_before_the_last", True)):
        with _table(columns.rstrip().rstrip(",")) as table:
            with psycopg.connect(_url(), autocommit=True) as own:
                own.execute(
                    f"ALTER TABLE {table} ADD FOREIGN KEY (lane, prev_seq, since) "
                    f"REFERENCES {table} (lane, seq, until) DEFERRABLE INITIALLY DEFERRED"
                )
                own.execute(f"INSERT INTO {table} VALUES (0, 1, NULL, %s, NULL)", [NOW])
            given, _, _ = _crowd(writer(table, mended=mended))
            found[name] = {"tried": sum(n for n, _ in given), "failed": sum(f for _, f in given)}
    return found


def parts_of_a_page(rows: int = 50, times: int = 20) -> dict[str, Any]:
    """CPU milliseconds of fifty rows, each with ten component tags, ten includes, or plain markup."""
    from django.template import engines
    from django_cotton.compiler_regex import CottonCompiler

    engine = engines["django"]
    head = "{% for row in rows %}<tr>"
    tail = "</tr>{% endfor %}"
    texts = {
        "components": head + "<td><c-chip>{{ row }}</c-chip></td>" * 10 + tail,
        "includes": head + '<td>{% include "ui/parts/brand.html" %}</td>' * 10 + tail,
        "plain": head + '<td><span class="chip">{{ row }}</span></td>' * 10 + tail,
    }
    found = {}
    for name, text in texts.items():
        template = engine.from_string(CottonCompiler().process(text))
        template.render({"rows": range(rows)})  # parsing and first look-ups are not what a row costs
        began = time.process_time()
        for _ in range(times):
            template.render({"rows": range(rows)})
        found[f"{name}_ms"] = round((time.process_time() - began) * 1000 / times, 2)
    return found


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--scale", type=int, default=20_000)
    print(json.dumps(run(parser.parse_args().scale), indent=2))
