"""Calendars around the instants at which clocks are known to go wrong."""

from datetime import date, timedelta

from hypothesis import strategies as st

from frontline.commitments.logic.instants import format_instant, parse_instant
from frontline.commitments.tests.logic.oracle import DAY_NAMES

QUARTER = 900
#: a zone and a day near which its wall clock jumps, repeats or loses a date
TURNS = [
    ("Europe/Berlin", "2025-03-30"),
    ("Europe/Berlin", "2025-10-26"),
    ("America/New_York", "2026-03-08"),
    ("America/New_York", "2026-11-01"),
    ("Australia/Lord_Howe", "2025-04-06"),
    ("Australia/Lord_Howe", "2025-10-05"),
    ("America/Sao_Paulo", "2018-02-18"),
    ("America/Sao_Paulo", "2018-11-04"),
    ("Pacific/Apia", "2011-12-30"),
    ("Asia/Beirut", "2025-03-30"),
    ("Africa/Casablanca", "2025-02-23"),
    ("Antarctica/Troll", "2025-03-30"),
    ("Europe/Dublin", "2025-10-26"),
    ("Asia/Kathmandu", "2025-06-15"),
    ("America/Caracas", "2016-05-01"),
    ("Pacific/Kwajalein", "1993-08-21"),
    ("UTC", "2024-02-29"),
]


@st.composite
def times(draw, *, last=96):
    quarters = draw(st.integers(0, last))
    return f"{quarters // 4:02}:{quarters % 4 * 15:02}"


windows = st.tuples(times(last=95), times()).map(list)


@st.composite
def rules(draw, zone, middle):
    def day():
        return (middle + timedelta(days=draw(st.integers(-8, 8)))).isoformat()

    days = draw(st.lists(st.sampled_from(DAY_NAMES), max_size=7, unique=True))
    return {
        "tz": zone,
        "weekly": {name: draw(st.lists(windows, max_size=3)) for name in days},
        "holidays": [day() for _ in range(draw(st.integers(0, 3)))],
        "exceptions": [
            {"date": day(), "from": since, "to": until, "open": draw(st.booleans())}
            for since, until in draw(st.lists(windows, max_size=4))
        ],
    }


@st.composite
def calendars(draw):
    """(document, instant in the middle), all edges on quarter hours."""
    zone, day = draw(st.sampled_from(TURNS))
    middle = date.fromisoformat(day)
    at = parse_instant(f"{day}T00:00:00Z")
    if draw(st.booleans()):
        return draw(rules(zone, middle)), at
    since = draw(st.lists(st.integers(-700, 700), min_size=1, max_size=2, unique=True))
    listed = [None] * draw(st.integers(0, 1)) + [
        format_instant(at + quarters * QUARTER) for quarters in since
    ]
    zones = [zone, draw(st.sampled_from([zone, "Asia/Tokyo", "America/St_Johns"]))]
    versions = [
        {"effective_from": instant, **draw(rules(draw(st.sampled_from(zones)), middle))} for instant in listed
    ]
    return {"versions": draw(st.permutations(versions))}, at


@st.composite
def spans(draw, middle, *, step=QUARTER, reach=6 * 86_400):
    """(start, end) around the middle."""
    offsets = st.integers(-reach // step, reach // step)
    start, end = sorted((draw(offsets), draw(offsets)))
    return middle + start * step, middle + end * step


def pauses(middle, **how):
    return st.lists(spans(middle, **how), max_size=4)
