"""The Date field as senders write it: RFC 5322, ISO 8601, and what they add or leave out."""

import re
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

from frontline.channels.mail.logic.charsets import one_line

_COMMENT = re.compile(r"\([^()]*\)")
_FRACTION = re.compile(r"(\d:\d\d)[.,]\d{1,9}\b")
_DOTTED_TIME = re.compile(r"\b(\d{1,2})\.(\d\d)\.(\d\d)\b(?!\.)")
_OFFSET = re.compile(r"(?:\b(?:GMT|UTC)\s?)?([+-])(\d{1,2}):?(\d\d)\b\"?$|\b(?:GMT|UTC)([+-])(\d{1,2})$")
_HALF_OF_DAY = re.compile(r"\b(\d{1,2})(:\d\d(?::\d\d)?)\s?([AP])\.?M\.?\b", re.IGNORECASE)
_LEAP_SECOND = re.compile(r"(\d:\d\d):60\b")
_MONTH = re.compile(r"\b([^\W\d_]{3,12})\b\.?")
# Of the common abbreviations those that mean one offset only, or nearly so.
_ZONES = {
    "WET": "+0000", "WEST": "+0100", "CET": "+0100", "MEZ": "+0100", "MET": "+0100", "CEST": "+0200", "MESZ": "+0200",
    "MEST": "+0200", "EET": "+0200", "EEST": "+0300", "MSK": "+0300", "SAST": "+0200", "HKT": "+0800", "SGT": "+0800",
    "JST": "+0900", "KST": "+0900", "AWST": "+0800", "AEST": "+1000", "AEDT": "+1100", "NZST": "+1200", "NZDT": "+1300",
    "AKST": "-0900", "AKDT": "-0800", "HST": "-1000", "BRT": "-0300", "ART": "-0300",
}  # fmt: skip
# Month names of other languages, by their first letters; English ones are known already.
_MONTHS = {
    "jän": 1, "ene": 1, "gen": 1, "sty": 1, "янв": 1, "févr": 2, "fév": 2, "fev": 2, "lut": 2, "фев": 2, "mär": 3,
    "mrz": 3, "mrt": 3, "maa": 3, "mars": 3, "marz": 3, "мар": 3, "avr": 4, "abr": 4, "kwi": 4, "апр": 4, "mai": 5,
    "maj": 5, "mei": 5, "mag": 5, "май": 5, "мая": 5, "juin": 6, "giu": 6, "cze": 6, "июн": 6, "juil": 7, "lug": 7,
    "lip": 7, "июл": 7, "août": 8, "aou": 8, "ago": 8, "sie": 8, "авг": 8, "set": 9, "wrz": 9, "сен": 9, "okt": 10,
    "ott": 10, "out": 10, "paź": 10, "окт": 10, "lis": 11, "ноя": 11, "dez": 12, "dic": 12, "déc": 12, "gru": 12,
    "дек": 12,
}  # fmt: skip
_ENGLISH = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


def moment(value: str) -> datetime | None:
    """An aware datetime, `None` when the field cannot be read; "-0000" and no zone count as UTC."""
    text = " ".join(_COMMENT.sub(" ", one_line(value)[:200]).split()).strip('" ')
    for reading in (_iso, _standard, _mended):
        try:
            when = reading(text)
        except (TypeError, ValueError, IndexError, OverflowError):
            continue
        if when is not None and when.year >= 1900:
            return when if when.tzinfo is not None else when.replace(tzinfo=UTC)
    return None


def _iso(text: str) -> datetime | None:
    if not text[:4].isdigit() or text[4:5] != "-":
        return None
    when, _, zone = text.partition(" +")
    return datetime.fromisoformat(f"{when}+{zone}" if zone else text.replace(" Z", "Z"))


def _standard(text: str) -> datetime | None:
    """Only what is surely whole: a zone that is not understood would silently count as UTC."""
    when, zone = parsedate_to_datetime(text), text.rsplit(" ", 1)[-1]
    known = re.fullmatch(r"[+-]\d{4}|UTC?|GMT|Z|[ECMP][SD]T|\d{4}|\d\d?:\d\d(?::\d\d)?", zone)
    return when if known and not _HALF_OF_DAY.search(text) else None


def _mended(text: str) -> datetime | None:
    text = re.sub(r'["\']', "", text)
    text = _LEAP_SECOND.sub(r"\1:59", _DOTTED_TIME.sub(r"\1:\2:\3", text))
    text = _HALF_OF_DAY.sub(_whole_day, _FRACTION.sub(r"\1", text))
    text = _OFFSET.sub(_offset, text)
    words = text.split()
    if words and words[-1].upper() in _ZONES:
        words[-1] = _ZONES[words[-1].upper()]
    text = " ".join(words)
    weekday, comma, rest = text.partition(",")
    if comma and not any(c.isdigit() for c in weekday):
        text = rest.strip()
    return parsedate_to_datetime(_MONTH.sub(_english_month, text, count=2))


def _whole_day(match: re.Match[str]) -> str:
    hour = int(match.group(1))
    if hour > 12:  # "13:05 PM"
        return f"{hour}{match.group(2)}"
    return f"{hour % 12 + (12 if match.group(3) in 'pP' else 0)}{match.group(2)}"


def _offset(match: re.Match[str]) -> str:
    sign, hours = match.group(1) or match.group(4), match.group(2) or match.group(5)
    return f" {sign}{int(hours):02}{match.group(3) or '00'}"


def _english_month(match: re.Match[str]) -> str:
    word = match.group(1).lower()
    number = next((_MONTHS[word[:size]] for size in (5, 4, 3) if word[:size] in _MONTHS), None)
    return match.group() if number is None else _ENGLISH[number - 1]
