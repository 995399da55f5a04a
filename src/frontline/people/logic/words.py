"""Language tags and time zones that rows may hold. Pure."""

from functools import cache
from zoneinfo import available_timezones

from frontline.kernel.errors import DeskError

#: the two-letter codes of ISO 639-1
_CODES = """
    aa ab ae af ak am an ar as av ay az ba be bg bh bi bm bn bo br bs ca ce ch co cr cs cu cv cy da de dv dz ee el
    en eo es et eu fa ff fi fj fo fr fy ga gd gl gn gu gv ha he hi ho hr ht hu hy hz ia id ie ig ii ik io is it iu
    ja jv ka kg ki kj kk kl km kn ko kr ks ku kv kw ky la lb lg li ln lo lt lu lv mg mh mi mk ml mn mr ms mt my na
    nb nd ne ng nl nn no nr nv ny oc oj om or os pa pi pl ps pt qu rm rn ro ru rw sa sc sd se sg si sk sl sm sn so
    sq sr ss st su sv sw ta te tg th ti tk tl tn to tr ts tt tw ty ug uk ur uz ve vi vo wa wo xh yi yo za zh zu
"""
LANGUAGES = frozenset(_CODES.split())


class UnknownLanguage(DeskError):
    """{value} is no language tag; use a code such as en, de or pt-br."""


class UnknownZone(DeskError):
    """{value} is no time zone; use a name of the IANA list such as Europe/Berlin."""


def language_of(text: str, *, field: str = "language") -> str:
    """`DE`, `de_AT`, `de-at` as `de` or `de-at`; raises UnknownLanguage."""
    tag = text.strip().lower().replace("_", "-")
    code, _, region = tag.partition("-")
    if code not in LANGUAGES or len(tag) > 10 or (region and not region.isalnum()):
        raise UnknownLanguage(field=field, value=repr(text[:40]))
    return tag


@cache
def zones() -> frozenset[str]:
    return frozenset(available_timezones())


def zone_of(text: str, *, field: str = "timezone") -> str:
    """The IANA name as it is written there; raises UnknownZone."""
    name = text.strip()
    if name not in zones():
        raise UnknownZone(field=field, value=repr(text[:64]))
    return name
