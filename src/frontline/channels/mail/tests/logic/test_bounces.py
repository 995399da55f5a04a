"""Delivery reports of the mail systems in use, each as it words them, and mails that only look like one."""

from pathlib import Path

import pytest

from frontline.channels.mail.logic.parse import parse_message


def reports():
    text = (Path(__file__).parent / "reports.txt").read_text(encoding="utf-8")
    for block in text.split("\n=== ")[1:]:
        heading, _, raw = block.partition("\n")
        name, _, told = heading.partition(" | ")
        expected = None if told == "no report" else tuple(one.removeprefix("-") for one in told.split(" "))
        yield pytest.param(raw, expected, id=name)


@pytest.mark.parametrize(("raw", "expected"), list(reports()))
def test_a_report_says_what_came_back_for_whom_and_which_mail_it_was(raw, expected):
    found = parse_message(raw.encode()).bounce

    assert (found and (found.kind, found.status, found.recipient, found.original_message_id)) == expected
