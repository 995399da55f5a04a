"""Personal choices: what they can be, and when it is quiet. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from frontline.kernel.errors import Invalid

THEMES = ("auto", "light", "dark")
DENSITIES = ("comfortable", "compact")


@dataclass(frozen=True, slots=True)
class QuietHours:
    """Local times between which nothing but what cannot wait is sent; `weekend`: all of Saturday and Sunday too."""

    starts: time
    ends: time
    weekend: bool = False

    def over_at(self, at: datetime, zone: ZoneInfo) -> datetime:
        """The first instant from `at` on that is not quiet; `at` itself when it is not quiet now."""
        local = at.astimezone(zone).replace(tzinfo=None)
        for _ in range(20):
            end = self._end(local)
            if end is None:
                break
            local = end
        else:
            return at
        moved = local.replace(tzinfo=zone).astimezone(at.tzinfo)
        return max(at, moved)

    def _end(self, local: datetime) -> datetime | None:
        """When the quiet that `local` lies in ends, by the wall clock; None when it lies in none."""
        if self.weekend and local.weekday() >= 5:
            return datetime.combine(local.date() + timedelta(days=7 - local.weekday()), time())
        if self.starts == self.ends:
            return None
        if self.starts < self.ends:
            inside = self.starts <= local.time() < self.ends
            return datetime.combine(local.date(), self.ends) if inside else None
        if local.time() >= self.starts:
            return datetime.combine(local.date() + timedelta(days=1), self.ends)
        return datetime.combine(local.date(), self.ends) if local.time() < self.ends else None


def checked(sent: Mapping[str, Any], *, actions: frozenset[str]) -> dict[str, Any]:
    """Preferences as they are stored: theme, density, keys {on, map}, quiet {starts, ends, weekend} or None.

    Raises Invalid for an unknown theme or density, for two actions on one key, and for times that are none.
    """
    theme, density = sent.get("theme", "auto"), sent.get("density", "comfortable")
    if theme not in THEMES:
        raise Invalid("The theme is auto, light or dark.", field="theme")
    if density not in DENSITIES:
        raise Invalid("The density is comfortable or compact.", field="density")
    return {
        "theme": theme,
        "density": density,
        "keys": _keys(sent.get("keys") or {}, actions),
        "quiet": _quiet(sent.get("quiet")),
    }


def _keys(sent: Mapping[str, Any], actions: frozenset[str]) -> dict[str, Any]:
    chosen: dict[str, str] = {}
    for action, key in (sent.get("map") or {}).items():
        if action not in actions:
            raise Invalid(
                "{action} is no action that has a key.", field="keys", action=repr(str(action)[:40])
            )
        if not isinstance(key, str) or len(key) != 1 or not key.isprintable() or key.isspace():
            raise Invalid("A key is one character.", field=f"key_{action}")
        if key in chosen.values():
            raise Invalid("The key {key} is given twice.", field=f"key_{action}", key=key)
        chosen[action] = key
    return {"on": sent.get("on") is not False, "map": chosen}


def _quiet(sent: Mapping[str, Any] | None) -> dict[str, Any] | None:
    if not sent:
        return None
    try:
        starts, ends = time.fromisoformat(str(sent["starts"])), time.fromisoformat(str(sent["ends"]))
    except (KeyError, ValueError) as error:
        raise Invalid(
            "Quiet hours need a beginning and an end, such as 20:00 and 07:00.", field="quiet_from"
        ) from error
    return {
        "starts": starts.strftime("%H:%M"),
        "ends": ends.strftime("%H:%M"),
        "weekend": bool(sent.get("weekend")),
    }


def quiet_hours_of(preferences: Mapping[str, Any]) -> QuietHours | None:
    """The quiet hours somebody has chosen, if any."""
    quiet = preferences.get("quiet")
    if not quiet:
        return None
    return QuietHours(
        time.fromisoformat(quiet["starts"]), time.fromisoformat(quiet["ends"]), bool(quiet.get("weekend"))
    )
