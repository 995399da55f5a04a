"""Tags and filters every template has without loading them: cheap enough for row loops."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache, lru_cache
from typing import Any

from django import template
from django.forms import BoundField
from django.template.context import Context
from django.templatetags.static import static
from django.urls import reverse
from django.utils.dates import WEEKDAYS_ABBR
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from frontline.foundation.ui import wording, words
from frontline.foundation.ui.times import when
from frontline.kernel.errors import unpacked

register = template.Library()

WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


@register.filter
def weekday(key: str) -> str:
    """`mon` as the reader's own short name of the day."""
    return str(WEEKDAYS_ABBR[WEEKDAYS.index(key)])


@register.filter
def worded(kept: str) -> str:
    """A message kept as `packed` in the reader's words; other text as it is."""
    said = unpacked(kept)
    return said if isinstance(said, str) else wording.worded(said)


@register.simple_tag
def icon(name: str, label: str = "", size: str = "") -> SafeString:
    """An icon of the sprite; decoration unless it has a label. Sizes: "", "sm", "lg"."""
    return _icon(_sprite(), name, str(label), size)


@lru_cache(maxsize=1)
def _sprite() -> str:
    return static("vendor/icons.svg")


@lru_cache(maxsize=2048)
def _icon(sprite: str, name: str, label: str, size: str) -> SafeString:
    href = f"{sprite}#{name}"
    shape = f"icon icon-{size}" if size else "icon"
    if label:
        return format_html(
            '<svg class="{}" role="img" aria-label="{}"><use href="{}"/></svg>', shape, label, href
        )
    return format_html('<svg class="{}" aria-hidden="true"><use href="{}"/></svg>', shape, href)


@register.simple_tag(takes_context=True)
def moment(
    context: Context, at: datetime | None, contract_zone: str = "", style: str = "", empty: str = "–"
) -> SafeString | str:
    """`<time>` in the reader's zone; hovering says it in full and, when given, in the contract's zone too.

    `style="relative"` writes "in 12 min", which the browser keeps true; the exact time is on hover.
    """
    if at is None:
        return empty
    return when(at, now=now_of(context), relative=style == "relative", contract_zone=contract_zone)


@register.simple_tag
def duration(seconds: float | None, working: bool = False, empty: str = "–") -> SafeString | str:  # noqa: FBT001, FBT002
    """A span in short words; working time says so on hover."""
    if seconds is None:
        return empty
    full = words.duration_in_full(seconds)
    if working:
        full = _("%(span)s of working time") % {"span": full}
    return format_html(
        '<span class="dur" title="{}">{}</span>', full, words.duration(seconds, working=working)
    )


@register.simple_tag
def face(name: str, size: str = "") -> SafeString:
    """A person's initials in a circle. The name stands beside it or is read out from it."""
    return _face(str(name), size)


@lru_cache(maxsize=2048)
def _face(name: str, size: str) -> SafeString:
    shape = f"face face-{size}" if size else "face"
    return format_html(
        '<span class="{}" title="{}" aria-hidden="true">{}</span>', shape, name, words.initials(name)
    )


@register.filter
def as_json(value: Any) -> str:
    """JSON for a data attribute (`data-keys="{{ keys|as_json }}"`); the template's escaping makes it safe there."""
    return json.dumps(value, ensure_ascii=False, default=str)


@register.filter
def initials(name: str) -> str:
    return words.initials(str(name))


@dataclass(frozen=True, slots=True)
class NavLink:
    """One link of a navigation, ready to draw."""

    label: str
    url: str
    icon: str = ""
    key: str = ""
    current: bool = False
    count: int | None = None


@register.simple_tag(takes_context=True)
def navigation(context: Context, face_name: str) -> list[NavLink]:
    """The links of a face: the page's own `nav` when it gives one, else what the capabilities lend to it."""
    request = context.get("request")
    path = getattr(request, "path", "")
    given = context.get("nav")
    links = [link_of(item) for item in given] if given is not None else lent_links(request, face_name)
    here = max((link.url for link in links if is_under(path, link.url)), key=len, default=None)
    return [NavLink(k.label, k.url, k.icon, k.key, k.url == here, k.count) for k in links]


def link_of(item: Any) -> NavLink:
    """From a mapping or an object with label, url, icon, key and count."""
    given = item if isinstance(item, Mapping) else {n: getattr(item, n, None) for n in NavLink.__slots__}
    label, url, icon_name, key = (str(given.get(name) or "") for name in ("label", "url", "icon", "key"))
    return NavLink(label=label, url=url, icon=icon_name, key=key, count=given.get("count"))


def lent_links(request: Any, face_name: str) -> list[NavLink]:
    from frontline.foundation import access, manifest
    from frontline.kernel.actors import ANONYMOUS

    actor = getattr(request, "actor", ANONYMOUS)
    items = [n for c in manifest.capabilities() for n in c.nav if n.face == face_name]
    items.sort(key=lambda n: (n.order, str(n.label)))
    return [
        NavLink(label=str(n.label), url=_address(n.route), icon=n.icon, key=n.key)
        for n in items
        if n.permission is None or access.may(actor, n.permission)
    ]


@cache
def _address(route: str) -> str:
    return reverse(route)


def is_under(path: str, url: str) -> bool:
    """`/desk/views/mine` lies under `/desk`; nothing but itself lies under `/`."""
    place = url.split("?", maxsplit=1)[0].rstrip("/")
    return path.rstrip("/") == place or (bool(place) and path.startswith(place + "/"))


@register.filter
def joined(values: Iterable[Any], by: str = ", ") -> str:
    """Join what is not empty: `{{ parts|joined:" · " }}`."""
    return by.join(str(value) for value in values if value not in (None, ""))


def now_of(context: Context) -> datetime:
    """The time the page was asked for: `now` of the page, else the shell's."""
    now = context.get("now") or getattr(context.get("ui"), "now", None)
    if not isinstance(now, datetime):
        raise template.TemplateSyntaxError(
            "This page shows times but has no `now`: pass it, or render with a request."
        )
    return now.astimezone(UTC)  # the door's `request.now` may still be a promise to read the clock


@dataclass(frozen=True, slots=True)
class WiredField:
    """A form field whose control knows its help and error lines."""

    id: str
    control: SafeString


@register.simple_tag
def labelled(field: BoundField) -> WiredField:
    """Draw a bound field so that screen readers hear its help and its errors with it."""
    ident = field.id_for_label or field.auto_id or field.html_name
    described = [f"{ident}-help"] if field.help_text else []
    described += [f"{ident}-error"] if field.errors else []
    attrs: dict[str, Any] = {"id": ident}
    if described:
        attrs["aria-describedby"] = " ".join(described)
    if field.errors:
        attrs["aria-invalid"] = "true"
    return WiredField(id=ident, control=field.as_widget(attrs=attrs))
