"""Addresses, zones, quiet hours, throttling, turns as text, rows of a file."""

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from frontline.kernel.errors import DeskError, Invalid
from frontline.people.logic.addresses import digits_of, domain_of, domains_of, email_of, name_from
from frontline.people.logic.lines import line_from, sort_out
from frontline.people.logic.preferences import QuietHours, checked
from frontline.people.logic.throttle import Limit, wait_of
from frontline.people.logic.tokens import UnknownScope, checked_scopes, digest_of, token_from
from frontline.people.logic.turns import UnreadableTurn, text_of, turns_from
from frontline.people.logic.words import language_of, zone_of

AT = datetime(2026, 1, 12, 12, tzinfo=UTC)
times = st.times().map(lambda t: t.replace(second=0, microsecond=0, tzinfo=None, fold=0))


def test_addresses_and_numbers_get_one_spelling():
    assert email_of("  Anna@EXAMPLE.org ") == "anna@example.org"
    assert domains_of("a@x.eu.example.org") == ["x.eu.example.org", "eu.example.org", "example.org"]
    assert digits_of("+49 (0)30 / 12-34 ext. ٣") == "490301234"
    assert name_from("anna-lena.meier+x@example.org") == "Anna Lena Meier"
    assert domain_of("@Example.ORG") == "example.org"
    assert (language_of("DE_at"), zone_of(" Europe/Berlin ")) == ("de-at", "Europe/Berlin")


@given(st.text(max_size=40))
def test_any_text_is_an_address_or_a_refusal_and_an_address_stays_one(text):
    try:
        address = email_of(text)
    except DeskError:
        return
    assert email_of(address) == address
    assert domains_of(address)


@given(
    failures=st.lists(st.integers(0, 3600), max_size=12),
    tries=st.integers(1, 6),
    window=st.integers(1, 1200),
)
def test_after_the_wait_the_next_try_is_allowed_and_not_a_second_before(failures, tries, window):
    limit = Limit(tries, timedelta(seconds=window))
    earlier = [AT - timedelta(seconds=s) for s in failures]
    wait = wait_of(earlier, limit, AT)
    assert timedelta(0) <= wait <= limit.window
    assert wait_of(earlier, limit, AT + wait) == timedelta(0)
    if wait:
        assert wait_of(earlier, limit, AT + wait - timedelta(seconds=1)) > timedelta(0)
    else:
        assert sum(s < window for s in failures) < tries


@given(
    starts=times,
    ends=times,
    weekend=st.booleans(),
    minutes=st.integers(0, 14 * 24 * 60),
    zone=st.sampled_from(["UTC", "Europe/Berlin", "Asia/Kolkata"]),
)
def test_quiet_hours_end_at_the_first_minute_that_is_not_quiet(starts, ends, weekend, minutes, zone):
    """January has no change of clocks, so the wall clock can be walked minute by minute."""
    where = ZoneInfo(zone)
    hours = QuietHours(starts, ends, weekend)

    def quiet(at):
        local = at.astimezone(where)
        wall = local.time()
        inside = (
            starts <= wall < ends if starts < ends else starts != ends and (wall >= starts or wall < ends)
        )
        return inside or (weekend and local.weekday() >= 5)

    at = AT + timedelta(minutes=minutes)
    over = hours.over_at(at, where)
    assert over >= at
    assert not quiet(over)
    step = at
    while step < over:
        assert quiet(step)
        step += timedelta(minutes=1)


def test_preferences_are_checked():
    kept = checked({"theme": "dark", "keys": {"map": {"reply": "e"}}}, actions=frozenset({"reply", "solve"}))
    assert kept == {
        "theme": "dark",
        "density": "comfortable",
        "keys": {"on": True, "map": {"reply": "e"}},
        "quiet": None,
    }
    for bad in (
        {"theme": "pink"},
        {"density": "loose"},
        {"keys": {"map": {"fly": "x"}}},
        {"keys": {"map": {"reply": "ab"}}},
        {"keys": {"map": {"reply": "e", "solve": "e"}}},
        {"quiet": {"starts": "late"}},
    ):
        with pytest.raises(Invalid):
            checked(bad, actions=frozenset({"reply", "solve"}))


@given(st.lists(st.tuples(times, times), max_size=4))
def test_turns_written_as_text_read_back_the_same(turns):
    assert turns_from(text_of(turns), field="day") == sorted(turns)


@pytest.mark.parametrize(
    ("text", "turns"),
    [
        ("8-16", [(time(8), time(16))]),
        ("08.30 – 12:00; 13-17:15", [(time(8, 30), time(12)), (time(13), time(17, 15))]),
        ("16:00-24:00", [(time(16), time(0))]),
        ("  ", []),
    ],
)
def test_turns_are_read_as_people_write_them(text, turns):
    assert turns_from(text, field="day") == turns


@pytest.mark.parametrize("text", ["8 to 5", "25-26", "8:75-9", "08:00", "-", "08:00-24:30"])
def test_times_that_are_none_are_refused(text):
    with pytest.raises(UnreadableTurn):
        turns_from(text, field="day")


def test_tokens_are_long_prefixed_and_digested_under_the_key():
    token = token_from(bytes(30))
    assert token == "fl_" + "A" * 40
    assert len(digest_of(token, "key")) == 32
    assert digest_of(token, "key") != digest_of(token, "other key") != digest_of(token + "A", "other key")
    assert checked_scopes(["it:write", "it:read", "it:read"], areas=frozenset({"it"})) == [
        "it:read",
        "it:write",
    ]
    for bad in ("it", "it:delete", "hr:read", "IT:read", "**", ""):
        with pytest.raises(UnknownScope):
            checked_scopes([bad], areas=frozenset({"it"}))


def lines_of(*managers):
    return [
        line_from({"external_id": str(n), "name": "x", "manager": m}, line=n) for n, m in enumerate(managers)
    ]


@given(st.lists(st.sampled_from(["", *"0123456789"]), max_size=10))
def test_exactly_those_whose_managers_lead_back_to_them_are_refused(managers):
    found = sort_out(lines_of(*managers))

    def returns(start):
        seen, at = set(), managers[start]
        while at and int(at) < len(managers) and at not in seen:
            if int(at) == start:
                return True
            seen.add(at)
            at = managers[int(at)]
        return False

    assert {line.line for line, _, _ in found.bad} == {n for n in range(len(managers)) if returns(n)}


@given(
    st.dictionaries(
        st.sampled_from(
            ["external_id", "name", "email", "language", "timezone", "vip", "active", "phone", "place"]
        ),
        st.text(max_size=12),
    )
)
def test_any_row_becomes_a_person_or_is_refused_by_a_field(values):
    try:
        line = line_from(values, line=7)
    except DeskError as error:
        blamed, reason = error.field, str(error)
    else:
        blamed, reason = line.name and line.external_id, "-"
    assert blamed
    assert reason
