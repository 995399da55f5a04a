"""`frontline lab clocks`: the calendar arithmetic on a JSON document (CONTRACTS section 4), no database.

A check that cannot be answered says why in its own result; the others are still answered.
"""

from collections.abc import Callable, Mapping
from typing import Any, Final

from frontline.commitments.logic.alignment import gap, max_wait
from frontline.commitments.logic.calendar import Calendar, due, elapsed
from frontline.commitments.logic.chain import Stage, worst_chain
from frontline.commitments.logic.instants import Misplaced, format_instant, parse_instant
from frontline.kernel.errors import DeskError

ALL_ANSWERED: Final = 0
SOME_FAILED: Final = 3


class UnusableDocument(DeskError):
    """This document cannot be used."""


class CheckError(Misplaced):
    """This check cannot be answered."""


def run(document: Any) -> tuple[dict[str, Any], int]:
    """The answers and the exit code, 0 or 3; raises UnusableDocument where the document as a whole has no
    sense.
    """
    calendars = _field(document, "calendars", dict, "document")
    desk = _Desk(calendars)
    answered = []
    for index, case in enumerate(_field(document, "cases", list, "document")):
        where = f"cases[{index}]"
        checks = _field(case, "checks", list, where)
        if "id" not in case:
            raise UnusableDocument("{where}: {key!r} is missing. Add it.", where=where, key="id")
        answered.append({"id": case["id"], "checks": [desk.answer(check) for check in checks]})
    return {"cases": answered}, SOME_FAILED if desk.failed else ALL_ANSWERED


class _Desk:
    """Answers checks; each calendar is read once, when a check first names it."""

    def __init__(self, calendars: Mapping[str, Any]) -> None:
        self.documents = calendars
        self.parsed: dict[str, Calendar] = {}
        self.failed = False

    def answer(self, check: Any) -> dict[str, Any]:
        try:
            if not isinstance(check, Mapping):
                raise CheckError("A check must be an object.")
            operation = check.get("op")
            if not isinstance(operation, str) or operation not in _OPERATIONS:
                raise CheckError(
                    "{operation!r} is no operation. Use {known}.",
                    where="op",
                    operation=operation,
                    known=tuple(sorted(_OPERATIONS)),
                )
            return _OPERATIONS[operation](self, check)
        except DeskError as error:
            self.failed = True
            return {"error": str(error)}

    def calendar(self, check: Mapping[str, Any], key: str, where: str = "") -> Calendar:
        name = check.get(key)
        if not isinstance(name, str) or name not in self.documents:
            raise CheckError(
                "There is no calendar {name!r} in this document.", where=f"{where}{key}", name=name
            )
        if name not in self.parsed:
            self.parsed[name] = Calendar.parse(self.documents[name], where=f"calendars.{name}")
        return self.parsed[name]

    def elapsed(self, check: Mapping[str, Any]) -> dict[str, Any]:
        calendar, (start, end) = self.calendar(check, "calendar"), _span(check, "start", "end")
        return {"seconds": elapsed(calendar, start, end, _pauses(check))}

    def due(self, check: Mapping[str, Any]) -> dict[str, Any]:
        calendar, start = self.calendar(check, "calendar"), parse_instant(check.get("start"), "start")
        answer = due(calendar, start, _target(check, ""), _pauses(check))
        return {"due_at": _instant(answer.due_at), "breach_after": _instant(answer.breach_after)}

    def gap(self, check: Mapping[str, Any]) -> dict[str, Any]:
        start, end = _span(check, "start", "end")
        answer = gap(self.calendar(check, "a"), self.calendar(check, "b"), start, end)
        return {"a_open_b_closed_seconds": answer.a_only_seconds, "both_open_seconds": answer.both_seconds}

    def max_wait(self, check: Mapping[str, Any]) -> dict[str, Any]:
        start, end = _span(check, "start", "end")
        answer = max_wait(self.calendar(check, "a"), self.calendar(check, "b"), start, end)
        return {"seconds": answer.seconds, "first_at": _instant(answer.first_at)}

    def chain_worst(self, check: Mapping[str, Any]) -> dict[str, Any]:
        sla = self._stage(check.get("sla"), "sla")
        stages = check.get("stages")
        if not isinstance(stages, list):
            raise CheckError(
                "This must be a list of objects with calendar and target_seconds.", where="stages"
            )
        chain = [self._stage(stage, f"stages[{index}]") for index, stage in enumerate(stages)]
        start, end = _span(check, "start_from", "start_until")
        worst = worst_chain(sla, chain, start, end)
        return {
            "feasible": worst.feasible,
            "worst_sla_elapsed_seconds": worst.worst_elapsed,
            "worst_slack_seconds": worst.worst_slack,
            "best_sla_elapsed_seconds": worst.best_elapsed,
            "first_worst_start": _instant(worst.first_worst_start),
            "finish_for_that_start": _instant(worst.finish),
            "start_seconds_that_breach": worst.breaching_starts,
            "start_seconds_total": worst.starts,
            "worst_wall_seconds": worst.worst_wall,
            "first_worst_wall_start": _instant(worst.first_worst_wall_start),
        }

    def _stage(self, value: Any, where: str) -> Stage:
        if not isinstance(value, Mapping):
            raise CheckError("This must be an object with calendar and target_seconds.", where=where)
        return Stage(self.calendar(value, "calendar", f"{where}."), _target(value, f"{where}."))


_OPERATIONS: Final[dict[str, Callable[[_Desk, Mapping[str, Any]], dict[str, Any]]]] = {
    "elapsed": _Desk.elapsed,
    "due": _Desk.due,
    "gap": _Desk.gap,
    "max_wait": _Desk.max_wait,
    "chain_worst": _Desk.chain_worst,
}


def _span(check: Mapping[str, Any], since: str, until: str) -> tuple[int, int]:
    start, end = parse_instant(check.get(since), since), parse_instant(check.get(until), until)
    if end < start:
        raise CheckError("{until} lies before {since}. Swap them.", until=until, since=since)
    return start, end


def _pauses(check: Mapping[str, Any]) -> list[tuple[int, int]]:
    listed = check.get("pauses")
    if listed is None:
        return []
    if not isinstance(listed, list):
        raise CheckError("This must be a list of pairs of instants.", where="pauses")
    pauses = []
    for index, pair in enumerate(listed):
        where = f"pauses[{index}]"
        if not isinstance(pair, list) or not 1 <= len(pair) <= 2:
            raise CheckError("This must be a pair of instants.", where=where)
        if len(pair) == 1 or pair[1] is None:
            raise CheckError("This has no end. Give the instant at which it ends.", where=where)
        since, until = parse_instant(pair[0], where), parse_instant(pair[1], where)
        if until < since:
            raise CheckError("This ends before it begins. Swap its two instants.", where=where)
        pauses.append((since, until))
    return pauses


def _target(check: Mapping[str, Any], where: str) -> int:
    seconds = check.get("target_seconds")
    if not isinstance(seconds, int) or isinstance(seconds, bool) or seconds < 0:
        raise CheckError(
            "{seconds!r} is no whole number of seconds from 0 on.",
            where=f"{where}target_seconds",
            seconds=seconds,
        )
    return seconds


def _instant(seconds: int | None) -> str | None:
    return None if seconds is None else format_instant(seconds)


def _field(value: Any, key: str, shape: type, where: str) -> Any:
    if not isinstance(value, dict):
        raise UnusableDocument("{where}: This must be an object.", where=where)
    if not isinstance(value.get(key), shape):
        if shape is list:
            raise UnusableDocument("{where}: {key!r} is missing or not a list. Add it.", where=where, key=key)
        raise UnusableDocument("{where}: {key!r} is missing or not an object. Add it.", where=where, key=key)
    return value[key]
