"""What every page's frame needs: the reader's theme, density and keys, where live news come from, and the time."""

import json
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cached_property
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from frontline.foundation import clock

THEME_COOKIE = "frontline_theme"
DENSITY_COOKIE = "frontline_density"
KEYS_COOKIE = "frontline_keys"
THEMES = ("auto", "light", "dark")
DENSITIES = ("comfortable", "compact")
PREFERENCES_URL = "/ui/preferences"

#: what each single key does, by action; pages give an element an action with `data-action="reply"`
DEFAULT_KEYS = {
    "next": "j",
    "previous": "k",
    "open": "o",
    "assign": "a",
    "reply": "r",
    "note": "n",
    "promise": "m",
    "hand-over": "h",
    "solve": "s",
    "search": "/",
    "help": "?",
}


KEY_LABELS = {
    "next": _("Next row"),
    "previous": _("Previous row"),
    "open": _("Open"),
    "assign": _("Take it, or give it to somebody"),
    "reply": _("Reply"),
    "note": _("Internal note"),
    "promise": _("Promise the next update"),
    "hand-over": _("Hand over"),
    "solve": _("Solve"),
    "search": _("Search"),
    "help": _("This help"),
}


@dataclass(frozen=True, slots=True)
class KeyRow:
    action: str
    label: Any = field(compare=False)
    key: str


@dataclass(frozen=True)
class Shell:
    """The frame of a page for one reader. `theme` "auto" follows the device."""

    theme: str
    density: str
    keys_on: bool
    keys: dict[str, str]
    zone: str
    language: str
    asked_at: datetime | None = None
    live_url: str = "/api/v1/live"
    palette_url: str = "/desk/palette"
    search_url: str = "/desk/search"
    desk_url: str = "/desk"
    sign_in_url: str = "/sign-in"
    sign_out_url: str = "/sign-out"
    preferences_url: str = PREFERENCES_URL

    @cached_property
    def now(self) -> datetime:
        """The time the door read (`request.now`), else the desk's clock, read when the page first shows a time."""
        return clock.now() if self.asked_at is None else self.asked_at.astimezone(UTC)

    @property
    def fixed_theme(self) -> str:
        """For `data-bs-theme`: empty while the device decides."""
        return "" if self.theme == "auto" else self.theme

    @property
    def key_rows(self) -> tuple[KeyRow, ...]:
        return tuple(KeyRow(action, KEY_LABELS[action], self.keys[action]) for action in DEFAULT_KEYS)


def shell(request: HttpRequest) -> dict[str, Any]:
    """Context processor: `ui` for every template rendered with a request."""
    keys_on, keys = read_keys(request.COOKIES.get(KEYS_COOKIE, ""))
    return {
        "ui": Shell(
            theme=one_of(request.COOKIES.get(THEME_COOKIE), THEMES),
            density=one_of(request.COOKIES.get(DENSITY_COOKIE), DENSITIES),
            keys_on=keys_on,
            keys=keys,
            zone=timezone.get_current_timezone_name(),
            language=get_language() or settings.LANGUAGE_CODE,
            asked_at=getattr(request, "now", None),
        )
    }


def one_of(value: str | None, known: tuple[str, ...]) -> str:
    return value if value in known else known[0]


def read_keys(raw: str) -> tuple[bool, dict[str, str]]:
    """The reader's keys from their cookie: `{"on": true, "map": {"reply": "e"}}`; what is unreadable is default."""
    try:
        stored = json.loads(raw) if raw else {}
    except ValueError:
        stored = {}
    if not isinstance(stored, dict):
        stored = {}
    own = stored.get("map")
    changed = {
        action: key
        for action, key in (own.items() if isinstance(own, dict) else ())
        if action in DEFAULT_KEYS and isinstance(key, str) and len(key) == 1
    }
    return stored.get("on") is not False, DEFAULT_KEYS | changed
