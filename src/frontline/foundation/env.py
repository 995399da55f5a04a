"""Settings from the environment: parsed once, typed and loud. `NAME_FILE` may point to a file with the value."""

import os
from pathlib import Path

from frontline.kernel.errors import DeskError, Phrase


class BadSetting(DeskError):
    """The setting {name} cannot be used: {why}."""


def text(name: str, default: str | None = None) -> str:
    """The value of `name`, or of the file that `name_FILE` points to; without a default it is required."""
    if (path := os.environ.get(f"{name}_FILE")) is not None:
        try:
            return Path(path).read_text(encoding="utf-8").strip()
        except OSError as error:
            why = Phrase("{path} cannot be read ({why})", path=path, why=error.strerror)
            raise BadSetting(name=f"{name}_FILE", why=why) from error
    value = os.environ.get(name, default)
    if value is None:
        raise BadSetting(name=name, why=Phrase("it is required and has no default"))
    return value


def flag(name: str, *, default: bool) -> bool:
    raw = text(name, "1" if default else "0")
    if raw not in {"0", "1"}:
        raise BadSetting(name=name, why=Phrase("it must be 0 or 1, not {raw!r}", raw=raw))
    return raw == "1"


def integer(name: str, default: int, *, least: int = 0, most: int = 2**31) -> int:
    raw = text(name, str(default))
    try:
        value = int(raw)
    except ValueError as error:
        why = Phrase("it must be a whole number, not {raw!r}", raw=raw)
        raise BadSetting(name=name, why=why) from error
    if not least <= value <= most:
        why = Phrase(
            "it must lie between {least} and {most}, not {value}", least=least, most=most, value=value
        )
        raise BadSetting(name=name, why=why)
    return value


def words(name: str, default: str) -> list[str]:
    """A comma-separated list; empty entries are dropped."""
    return [word.strip() for word in text(name, default).split(",") if word.strip()]


def choice(name: str, default: str, allowed: tuple[str, ...]) -> str:
    value = text(name, default)
    if value not in allowed:
        why = Phrase("it must be one of {allowed}, not {value!r}", allowed=allowed, value=value)
        raise BadSetting(name=name, why=why)
    return value
