"""What the style guide shows. Invented people and tickets, so that every part can be seen in every state."""

from datetime import UTC, datetime, timedelta
from typing import Any

from django import forms

from frontline.foundation.ui.ribbon import ClockMark, Held, lay_out
from frontline.foundation.ui.times import reader_zone

NOW = datetime(2026, 1, 5, 9, 48, tzinfo=UTC)

COLOURS = (
    ("Paper and ink", ("paper", "surface", "sunken", "raised", "ink", "ink-2", "ink-3", "line", "control")),
    ("Accent", ("accent", "accent-strong", "accent-fill", "accent-soft", "accent-line")),
    ("Signals", ("act", "act-fill", "act-soft", "soon", "soon-soft", "good", "good-soft")),
    ("Holders", ("desk", "team", "supplier", "requester", "approver", "change")),
)

ROWS = (
    (
        "P1",
        "INC-2041",
        "VPN drops every few minutes in Berlin",
        "act",
        "alarm",
        "9 people, 0.4 expected",
        "Anna Berg",
        "Network",
        "Ben Okafor",
        12,
    ),
    (
        "P3",
        "INC-2038",
        "Laptop certificate expired, no Wi-Fi",
        "soon",
        "clock",
        "word to Omar due in 12 min",
        "Omar Haddad",
        "Identity",
        "Ben Okafor",
        12,
    ),
    (
        "P2",
        "INC-1990",
        "Payroll run stops at step 4 of 9",
        "soon",
        "arrows-exchange",
        "third handoff",
        "Lena Fischer",
        "Contoso",
        "Ines Duarte",
        95,
    ),
    (
        "P3",
        "INC-2022",
        "Scanner on floor 3 sends empty PDFs since the update on Friday evening",
        "",
        "mood-sad",
        "likely unhappy: 4 h silent",
        "Tom Sawyer-Whitfield",
        "Desk",
        "Amira Said",
        130,
    ),
    (
        "P4",
        "REQ-0417",
        "Second monitor for the design team",
        "",
        "user-check",
        "approved, waiting to start",
        "Maya Lind",
        "Workplace",
        "Amira Said",
        300,
    ),
    (
        "P3",
        "INC-2019",
        "Outlook asks for the password again and again",
        "",
        "repeat",
        "reopened yesterday",
        "Jonas Weber",
        "Desk",
        "Ben Okafor",
        340,
    ),
    (
        "P4",
        "QUE-0102",
        "How do I share a folder with a supplier?",
        "",
        "hourglass",
        "oldest without an answer",
        "Sofia Rossi",
        "Desk",
        "Ben Okafor",
        410,
    ),
    (
        "P5",
        "REQ-0420",
        "New headset",
        "",
        "clock",
        "answer due today",
        "Kim Park",
        "Workplace",
        "Ines Duarte",
        460,
    ),
)


class SpecimenForm(forms.Form):
    subject = forms.CharField(label="What happened?", help_text="A few words are enough.", max_length=120)
    place = forms.ChoiceField(label="Where are you?", choices=[("b", "Berlin, floor 3"), ("n", "New York")])
    since = forms.CharField(label="Since when?", required=False)
    details = forms.CharField(label="Details", widget=forms.Textarea(attrs={"rows": 4}), required=False)


def specimen() -> dict[str, Any]:
    """Context of the style guide's pages."""
    broken = SpecimenForm({"subject": "", "place": "x", "since": "", "details": ""})
    return {
        "now": NOW,
        "colours": COLOURS,
        "rows": queue_rows(),
        "many_rows": queue_rows() * 7,
        "form": SpecimenForm(initial={"subject": "VPN drops", "since": "08:31"}),
        "broken_form": broken,
        "ribbon": ribbon(),
        "lanes": two_lanes(),
        "at": NOW - timedelta(hours=3),
        "soon": NOW + timedelta(minutes=12),
        "tabs": [
            {"label": "Conversation", "url": "#talk", "current": True, "count": 6},
            {"label": "Custody", "url": "#custody", "current": False, "count": None},
            {"label": "Clocks", "url": "#clocks", "current": False, "count": 3},
        ],
        "type_scale": ("3xl", "2xl", "xl", "lg", "md", "", "sm", "xs"),
    }


def queue_rows() -> list[dict[str, Any]]:
    names = ("prio", "ref", "subject", "signal", "icon", "why", "who", "holder", "owner", "minutes")
    return [
        {**dict(zip(names, row, strict=True)), "due": NOW + timedelta(minutes=int(row[-1]))} for row in ROWS
    ]


def ribbon() -> Any:
    start = NOW - timedelta(days=2, hours=21)
    friday_night = (start + timedelta(hours=7), start + timedelta(days=2, hours=15))
    held = (
        Held(start, start + timedelta(hours=3), "desk", "Desk"),
        Held(
            start + timedelta(hours=3),
            start + timedelta(hours=6),
            "team",
            "Network",
            detail="returned: certificate",
        ),
        Held(
            start + timedelta(hours=6),
            start + timedelta(days=2, hours=16),
            "supplier",
            "Contoso",
            dead=(friday_night,),
            href="#custody",
        ),
        Held(start + timedelta(days=2, hours=16), None, "team", "Identity"),
    )
    marks = (
        ClockMark(start + timedelta(minutes=40), "answered", "kept"),
        ClockMark(start + timedelta(days=1, hours=8), "SLA 8 h", "broken"),
        ClockMark(NOW + timedelta(hours=2), "word to Omar"),
    )
    return lay_out(held, marks=marks, now=NOW, zone=reader_zone())


def two_lanes() -> Any:
    start = NOW - timedelta(hours=5)
    held = (
        Held(start, start + timedelta(minutes=50), "desk", "Desk", lane="a"),
        Held(start + timedelta(minutes=50), None, "supplier", "Contoso", lane="a"),
        Held(start + timedelta(minutes=50), start + timedelta(hours=3), "supplier", "Fabrikam", lane="b"),
        Held(start + timedelta(hours=3), None, "requester", "Waiting for Lena", lane="b"),
    )
    return lay_out(held, now=NOW, zone=reader_zone())
