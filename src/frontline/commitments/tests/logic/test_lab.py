"""`frontline lab clocks` on documents."""

import json

import pytest

from frontline.commitments.cli import lab_clocks
from frontline.commitments.logic.lab import UnusableDocument, run
from frontline.commitments.tests.logic.oracle import DAY_NAMES

CALENDARS = {
    "desk": {"tz": "Europe/Berlin", "weekly": {day: [["08:00", "18:00"]] for day in DAY_NAMES[:5]}},
    "ny": {"tz": "America/New_York", "weekly": {day: [["09:00", "17:00"]] for day in DAY_NAMES[:5]}},
    "all": {"tz": "UTC", "weekly": {day: [["00:00", "24:00"]] for day in DAY_NAMES}},
    "none": {"tz": "UTC", "weekly": {}},
    "mars": {"tz": "Mars/Olympus", "weekly": {}},
    "typo": {"tz": "UTC", "weekly": {"mon": [["8", "9"]]}},
}
FRIDAY = {"start": "2025-06-13T14:00:00Z", "end": "2025-06-16T07:00:00Z"}


def answer(*checks):
    answers, code = run({"calendars": CALENDARS, "cases": [{"id": "x", "checks": list(checks)}]})
    assert [case["id"] for case in answers["cases"]] == ["x"]
    return answers["cases"][0]["checks"], code


def test_elapsed_and_due():
    pause = [["2025-06-13T15:00:00Z", "2025-06-16T06:30:00Z"]]
    assert answer(
        {"op": "elapsed", "calendar": "desk", **FRIDAY, "pauses": []},
        {"op": "elapsed", "calendar": "desk", **FRIDAY, "pauses": pause},
        {"op": "due", "calendar": "desk", "start": FRIDAY["start"], "target_seconds": 7200},
        {"op": "due", "calendar": "none", "start": FRIDAY["start"], "target_seconds": 0, "pauses": []},
    ) == (
        [
            {"seconds": 3 * 3600},
            {"seconds": 3600 + 1800},
            {"due_at": "2025-06-13T16:00:00Z", "breach_after": "2025-06-16T06:00:00Z"},
            {"due_at": FRIDAY["start"], "breach_after": None},
        ],
        0,
    )


def test_gap_wait_and_chain():
    stages = [{"calendar": "desk", "target_seconds": 3600}]
    starts = {"start_from": "2025-06-13T14:00:00Z", "start_until": "2025-06-13T16:00:01Z"}
    assert answer(
        {"op": "gap", "a": "desk", "b": "ny", **FRIDAY},
        {"op": "max_wait", "a": "desk", "b": "ny", **FRIDAY},
        {"op": "chain_worst", "sla": {"calendar": "all", "target_seconds": 7200}, "stages": stages, **starts},
    ) == (
        [
            {"a_open_b_closed_seconds": 3600, "both_open_seconds": 7200},
            {"seconds": 7 * 3600, "first_at": "2025-06-16T06:00:00Z"},
            {
                "feasible": False,
                "worst_sla_elapsed_seconds": 63 * 3600,
                "worst_slack_seconds": (2 - 63) * 3600,
                "best_sla_elapsed_seconds": 3600,
                "first_worst_start": "2025-06-13T15:00:01Z",
                "finish_for_that_start": "2025-06-16T06:00:01Z",
                "start_seconds_that_breach": 3600,
                "start_seconds_total": 7201,
                "worst_wall_seconds": 63 * 3600,
                "first_worst_wall_start": "2025-06-13T15:00:01Z",
            },
        ],
        0,
    )


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"op": "guess"}, "op: 'guess' is no operation. Use chain_worst, due, elapsed, gap, max_wait."),
        ({"op": None}, "op: None is no operation."),
        ({"calendar": "moon"}, "calendar: There is no calendar 'moon' in this document."),
        ({"calendar": "mars"}, "calendars.mars.tz: 'Mars/Olympus' is no time zone known here."),
        ({"calendar": "typo"}, "calendars.typo.weekly.mon[0] start: '8' is no time of day."),
        ({"calendar": ["desk"]}, "calendar: There is no calendar ['desk'] in this document."),
        ({"start": "2025-06-13"}, "start: '2025-06-13' is no instant."),
        ({"start": None}, "start: None is no instant."),
        ({"end": "2025-06-13T13:59:59Z"}, "end lies before start. Swap them."),
        ({"pauses": [["2025-06-13T15:00:00Z", None]]}, "pauses[0]: This has no end."),
        ({"pauses": [["2025-06-13T15:00:00Z"]]}, "pauses[0]: This has no end."),
        (
            {"pauses": [["2025-06-13T15:00:00Z", "2025-06-13T14:00:00Z"]]},
            "pauses[0]: This ends before it begins.",
        ),
        ({"pauses": [[]]}, "pauses[0]: This must be a pair of instants."),
        ({"pauses": {}}, "pauses: This must be a list of pairs of instants."),
    ],
)
def test_a_check_that_cannot_be_answered_says_why_and_the_others_are_answered(change, message):
    good = {"op": "elapsed", "calendar": "desk", **FRIDAY}
    (before, failed, after), code = answer(good, good | change, good)
    assert (before, after, code) == ({"seconds": 10_800}, {"seconds": 10_800}, 3)
    assert list(failed) == ["error"]
    assert failed["error"].startswith(message)


@pytest.mark.parametrize("target", [-1, 1.5, "60", None, True])
def test_a_target_is_a_whole_number_of_seconds(target):
    check = {"op": "due", "calendar": "desk", "start": FRIDAY["start"], "target_seconds": target}
    (failed,), code = answer(check)
    assert code == 3
    assert failed["error"] == f"target_seconds: {target!r} is no whole number of seconds from 0 on."


@pytest.mark.parametrize(
    "check",
    [
        {"op": "chain_worst"},
        {"op": "chain_worst", "sla": {"calendar": "all", "target_seconds": 1}},
        {"op": "chain_worst", "sla": {"calendar": "all", "target_seconds": 1}, "stages": [{"calendar": "x"}]},
        "elapsed",
        None,
    ],
)
def test_a_malformed_check_is_an_error_of_its_own(check):
    (failed,), code = answer(check)
    assert (list(failed), code) == (["error"], 3)


@pytest.mark.parametrize(
    ("document", "message"),
    [
        ([], "document: This must be an object."),
        ({"cases": []}, "document: 'calendars' is missing or not an object."),
        ({"calendars": {}}, "document: 'cases' is missing or not a list."),
        ({"calendars": {}, "cases": ["x"]}, "cases[0]: This must be an object."),
        ({"calendars": {}, "cases": [{"id": "x"}]}, "cases[0]: 'checks' is missing or not a list."),
        ({"calendars": {}, "cases": [{"checks": []}]}, "cases[0]: 'id' is missing."),
    ],
)
def test_a_document_without_sense_is_refused(document, message):
    with pytest.raises(UnusableDocument) as error:
        run(document)
    assert str(error.value).startswith(message)


def test_the_command_prints_json_and_passes_the_exit_code_on(tmp_path, capsys):
    file = tmp_path / "in.json"
    check = {"op": "elapsed", "calendar": "desk", **FRIDAY}
    file.write_text(json.dumps({"calendars": CALENDARS, "cases": [{"id": 7, "checks": [check, {}]}]}))
    assert lab_clocks(str(file)) == 3
    printed = capsys.readouterr()
    first, second = json.loads(printed.out)["cases"][0]["checks"]
    assert (first, list(second), printed.err) == ({"seconds": 10_800}, ["error"], "")


@pytest.mark.parametrize(
    ("content", "complaint"),
    [
        (None, "cannot be read: No such file or directory."),
        (b"{", "is not JSON: Expecting property name enclosed in double quotes in line 1, column 2."),
        (b"\xff\xfe\x00", "is not UTF-8 text."),
        (b"[" * 200_000, "holds JSON that is nested too deep or numbers too long."),
        (b"9" * 5_000, "holds JSON that is nested too deep or numbers too long."),
        (b"[]", "document: This must be an object."),
    ],
)
def test_unusable_input_is_one_clear_line_and_exit_2(content, complaint, tmp_path, capsys):
    file = tmp_path / "in.json"
    if content is not None:
        file.write_bytes(content)
    assert lab_clocks(str(file)) == 2
    printed = capsys.readouterr()
    assert printed.out == ""
    assert printed.err.startswith("frontline lab clocks: ")
    assert printed.err.endswith(f"{complaint}\n")
