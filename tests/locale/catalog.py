"""Reads message catalogs without gettext's tools: the source (.po) and the compiled form (.mo)."""

import ast
import re
import struct
from dataclasses import dataclass
from pathlib import Path

CONTEXT = "\x04"  # what a .mo puts between context and message
PLURAL = "\x00"  # and between the forms of one message

_FIELD = re.compile(r'(msgctxt|msgid_plural|msgid|msgstr(?:\[\d\])?)\s+(".*")$')


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One message: its context ("" for none), its English forms (one, or singular and plural), its translations."""

    context: str
    sources: tuple[str, ...]
    translations: tuple[str, ...]
    flags: frozenset[str]


def read_po(path: Path) -> list[Entry]:
    """The entries of a .po, the header first. Obsolete entries (`#~`) count as comments."""
    blocks = re.split(r"\n\s*\n", path.read_text(encoding="utf-8"))
    return [_entry(fields, flags) for fields, flags in map(_block, blocks) if "msgid" in fields]


def _block(text: str) -> tuple[dict[str, str], frozenset[str]]:
    fields: dict[str, str] = {}
    flags: set[str] = set()
    name = ""
    for line in text.splitlines():
        if line.startswith("#"):
            flags |= {flag.strip() for flag in line[2:].split(",")} if line.startswith("#,") else set()
        elif match := _FIELD.match(line):
            name = match[1]
            fields[name] = ast.literal_eval(match[2])
        elif line.strip():
            fields[name] += ast.literal_eval(line.strip())
    return fields, frozenset(flags)


def _entry(fields: dict[str, str], flags: frozenset[str]) -> Entry:
    plural = fields.get("msgid_plural")
    return Entry(
        context=fields.get("msgctxt", ""),
        sources=(fields["msgid"],) if plural is None else (fields["msgid"], plural),
        translations=tuple(fields[name] for name in sorted(fields) if name.startswith("msgstr")),
        flags=flags,
    )


def read_mo(path: Path) -> dict[str, str]:
    """The messages of a .mo as they are stored: context and plurals joined by CONTEXT and PLURAL."""
    raw = path.read_bytes()
    magic, _revision, count, sources, translations = struct.unpack_from("<5I", raw)
    if magic != 0x950412DE:
        raise ValueError(f"{path.name} is no little-endian .mo; compile it with msgfmt")

    def text(table: int, index: int) -> str:
        length, offset = struct.unpack_from("<2I", raw, table + 8 * index)
        return raw[offset : offset + length].decode()

    return {text(sources, index): text(translations, index) for index in range(count)}


def compiled(entries: list[Entry]) -> dict[str, str]:
    """What a .mo of these entries holds."""
    return {
        (entry.context + CONTEXT if entry.context else "") + PLURAL.join(entry.sources): PLURAL.join(
            entry.translations
        )
        for entry in entries
    }
