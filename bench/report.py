"""The figures as one markdown table, each beside its budget."""

from collections.abc import Iterator
from typing import Any

#: name of a read -> (p95 in ms, CPU in ms)
PAGE_BUDGETS = {
    "queue page": (100, 25),
    "ticket page": (120, 40),
    "search": (200, 40),
}


def markdown(figures: dict[str, Any]) -> str:
    return "\n".join(_lines(figures))


def _lines(figures: dict[str, Any]) -> Iterator[str]:
    m = figures["machine"]
    yield (
        f"{figures['scale']:,} tickets, {figures['measured_at'][:16].replace('T', ' ')} UTC, {m['cores']} × "
        f"{m['cpu']}, {m['memory_gib']} GiB, Python {m['python']}; load {m['load']} at the start, "
        f"{m['load_at_end']} at the end."
    )
    yield ""
    yield "| work | figure | budget | |"
    yield "|---|---|---|---|"
    for work, figure, budget, good in _rows(figures):
        yield f"| {work} | {figure} | {budget} | {'' if good is None else 'kept' if good else '**missed**'} |"
    if "failed" not in figures.get("pages", {"failed": ""}):
        yield ""
        yield from _pages(figures["pages"], figures.get("pages_at_tenth", {}))


def _rows(figures: dict[str, Any]) -> Iterator[tuple[str, str, str, bool | None]]:
    yield from _creation(figures)
    if "seed" in figures and "per_s" in figures["seed"]:
        yield "seed by COPY", f"{figures['seed']['per_s']:,} tickets/s", "", None
    if "per_s" in figures.get("import", {}):
        found = figures["import"]
        yield "import, UCI log", f"{found['per_s']:,} tickets/s", "≥ 1,000", found["per_s"] >= 1000
    clocks = figures.get("clocks", {})
    for name, words, least in (
        ("due_scalar_per_s", "`due`, scalar", 600_000),
        ("due_three_pauses_per_s", "`due`, three pauses", 100_000),
        ("due_vectorised_per_s", "`due`, vectorised", 5_000_000),
    ):
        if name in clocks:
            yield words, f"{clocks[name]:,} /s", f"≥ {least:,}", clocks[name] >= least
    if "lag_p99_s" in clocks:
        yield "watch: lag p99", f"{clocks['lag_p99_s']} s", "< 2 s", clocks["lag_p99_s"] < 2
    mail = figures.get("mail", {})
    if "mails_per_second" in mail:
        yield "mail into tickets", f"{mail['mails_per_second']} /s", "≥ 60", mail["mails_per_second"] >= 60
    for name, found in figures.get("memory", {}).items():
        if "failed" in figures["memory"]:
            break
        words = f"{found['resident_mib']} MiB, whole family {found['proportional_mib']} MiB"
        budget = ("< 200 MiB", found["resident_mib"] < 200) if name == "web" else ("", None)
        yield f"memory, {name}", words, *budget
    if "seconds" in figures.get("start", {}):
        worst = max(figures["start"]["seconds"])
        yield "`frontline up` on existing data", f"{worst} s (worst of three)", "< 5 s", worst < 5
    yield from _mechanics(figures.get("mechanics", {}))


def _mechanics(found: dict[str, Any]) -> Iterator[tuple[str, str, str, bool | None]]:
    """What was chosen beside what was not; the chosen one must lose nothing."""
    if "facts" not in found:
        return
    facts, custody = found["facts"], found["custody"]
    lost = facts["lost_reading_by_position"] + facts["out_of_order_or_missing_in_a_subject"]
    yield (
        f"facts, 8 writers: {facts['written']:,} at {facts['per_s']:,} /s",
        f"lost reading by position: {lost}; by bare id: {facts['lost_reading_by_id']:,}",
        "0",
        lost == 0,
    )
    yield (
        f"timeline among {found['timeline']['facts']:,} facts",
        f"{found['timeline']['ms_median']} ms",
        "",
        None,
    )
    yield (
        "small transactions /s",
        (
            f"{found['notify']['per_s_none']:,}; each with NOTIFY "
            f"{found['notify']['per_s_in_each_transaction']:,}, with 8 jobs {found['jobs']['per_s_with_8_jobs']:,}"
        ),
        "",
        None,
    )
    mended, naive = custody["never_before_the_last"], custody["clock_before_lock"]
    yield (
        f"contended handoffs, {mended['tried']:,}",
        f"failed: {mended['failed']}; with the clock as read before the lock {naive['failed']:,}",
        "0",
        mended["failed"] == 0,
    )
    parts = found["parts_of_a_page"]
    yield (
        "50 rows × 10 parts, CPU",
        f"plain {parts['plain_ms']}, includes {parts['includes_ms']}, components {parts['components_ms']} ms",
        "",
        None,
    )


def _creation(figures: dict[str, Any]) -> Iterator[tuple[str, str, str, bool | None]]:
    if "share_of_raw" not in figures:
        return
    share, raw = figures["share_of_raw"], figures["raw"]
    for name, words in (
        ("create", "create through the API, 8 clients"),
        ("create_with_watch_and_worker", "the same beside watch and worker"),
    ):
        found = figures[name]
        ms, cpu = found["ms"], found["cpu_ms"]
        yield (
            words,
            f"{found['per_s']} /s; p50 {ms['p50']}, p95 {ms['p95']}, p99 {ms['p99']} ms; {found['queries']} queries",
            "",
            None,
        )
        yield (
            f"{words}: CPU",
            f"{cpu['total']} ms (web {cpu['web']}, database {cpu['database']})",
            "≤ 5 ms" if name == "create" else "",
            cpu["total"] <= 5 if name == "create" else None,
        )
    yield (
        f"raw ceiling: {raw['rows']} rows by {raw['inserts']} INSERTs",
        f"{raw['per_s']} /s; p50 {raw['ms']['p50']}, p99 {raw['ms']['p99']} ms",
        "",
        None,
    )
    yield "create, share of raw", f"{share} (1/{1 / share:.1f})", "≥ 1/7, goal 1/4", share >= 1 / 7


def _pages(pages: dict[str, Any], tenth: dict[str, Any]) -> Iterator[str]:
    yield "| read | server p50 / p95 / p99 ms | CPU ms (web + database) | queries | kB | CPU against a tenth | |"
    yield "|---|---|---|---|---|---|---|"
    for name, found in pages.items():
        budget = next((b for key, b in PAGE_BUDGETS.items() if name.startswith(key)), None)
        ms, cpu = found["server_ms"], found["cpu_ms"]
        ratio = round(cpu["total"] / tenth[name]["cpu_ms"]["total"], 2) if name in tenth else None
        said = ""
        if budget:
            missed = [
                f"p95 > {budget[0]}" if ms["p95"] > budget[0] else "",
                f"CPU > {budget[1]}" if cpu["total"] > budget[1] else "",
                "ratio > 1.2" if ratio is not None and ratio > 1.2 else "",
            ]
            said = "**missed**: " + ", ".join(filter(None, missed)) if any(missed) else "kept"
        yield (
            f"| {name} | {ms['p50']} / {ms['p95']} / {ms['p99']} | {cpu['total']} ({cpu['web']} + {cpu['database']}) "
            f"| {found['queries']} | {found['bytes'] / 1000:.1f} | {'' if ratio is None else f'× {ratio}'} | {said} |"
        )
