"""Message catalogues without gettext's tools: the source (.po) and the compiled form (.mo), read and written."""

import ast
import re
import struct
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

CONTEXT = "\x04"  # what a .mo puts between context and message
PLURAL = "\x00"  # and between the forms of one message
#: the .mo format: a number that tells the byte order, and the size of its header
MAGIC, HEADER_BYTES = 0x950412DE, 28

_FIELD = re.compile(r'(msgctxt|msgid_plural|msgid|msgstr(?:\[\d\])?)\s+(".*")$')
_ESCAPES = {"\\": "\\\\", '"': '\\"', "\n": "\\n", "\t": "\\t", "\r": "\\r"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One message: its context ("" for none), its English forms (one, or singular and plural), its translations."""

    context: str = ""
    sources: tuple[str, ...]
    translations: tuple[str, ...]
    flags: frozenset[str] = frozenset()

    @property
    def key(self) -> tuple[str, str]:
        """What gettext looks up; a message has one entry, whether somebody counts with it or not."""
        return self.context, self.sources[0]


def read_po(path: Path) -> list[Entry]:
    """The entries of a .po, the header first. Obsolete entries (`#~`) count as comments."""
    return [_entry(fields, flags) for fields, flags in _blocks(path.read_text(encoding="utf-8"))]


def _blocks(text: str) -> Iterator[tuple[dict[str, str], frozenset[str]]]:
    """An entry ends where the next one begins; empty lines say nothing, since a merge may lose them."""
    fields: dict[str, str] = {}
    flags: set[str] = set()
    name = ""
    for line in text.splitlines():
        match = _FIELD.match(line)
        starts = line.startswith("#") or (match is not None and match[1] in {"msgctxt", "msgid"})
        if starts and any(field.startswith("msgstr") for field in fields):
            yield fields, frozenset(flags)
            fields, flags = {}, set()
        if line.startswith("#"):
            flags |= {flag.strip() for flag in line[2:].split(",")} if line.startswith("#,") else set()
        elif match:
            name = match[1]
            fields[name] = ast.literal_eval(match[2])
        elif line.strip():
            fields[name] += ast.literal_eval(line.strip())
    if fields:
        yield fields, frozenset(flags)


def _entry(fields: dict[str, str], flags: frozenset[str]) -> Entry:
    plural = fields.get("msgid_plural")
    return Entry(
        context=fields.get("msgctxt", ""),
        sources=(fields["msgid"],) if plural is None else (fields["msgid"], plural),
        translations=tuple(fields[name] for name in sorted(fields) if name.startswith("msgstr")),
        flags=flags,
    )


def po_text(entries: Iterable[Entry]) -> str:
    """A whole .po, the header first."""
    return "# German messages of Frontline.\n" + "\n".join(map(_block, entries))


def _block(entry: Entry) -> str:
    lines = [f"#, {', '.join(sorted(entry.flags))}"] if entry.flags else []
    if entry.context:
        lines.append(f"msgctxt {_quoted(entry.context)}")
    names = ("msgid", "msgid_plural")
    lines += [f"{name} {_quoted(text)}" for name, text in zip(names, entry.sources, strict=False)]
    counted = len(entry.sources) > 1
    for number, text in enumerate(entry.translations):
        name = f"msgstr[{number}]" if counted else "msgstr"
        lines += _header_lines(text) if entry.sources == ("",) else [f"{name} {_quoted(text)}"]
    return "\n".join(lines) + "\n"


def _header_lines(text: str) -> list[str]:
    return ['msgstr ""', *(_quoted(f"{line}\n") for line in text.splitlines())]


def _quoted(text: str) -> str:
    return '"' + "".join(_ESCAPES.get(letter, letter) for letter in text) + '"'


def read_mo(path: Path) -> dict[str, str]:
    """The messages of a .mo as they are stored: context and plurals joined by CONTEXT and PLURAL."""
    raw = path.read_bytes()
    magic, _revision, count, sources, translations = struct.unpack_from("<5I", raw)
    if magic != MAGIC:
        raise ValueError(f"{path.name} is no little-endian .mo; write it with `make messages`")

    def text(table: int, index: int) -> str:
        length, offset = struct.unpack_from("<2I", raw, table + 8 * index)
        return raw[offset : offset + length].decode()

    return {text(sources, index): text(translations, index) for index in range(count)}


def compiled(entries: Iterable[Entry]) -> dict[str, str]:
    """What a .mo of these entries holds; what is not translated is not in it."""
    return {
        (entry.context + CONTEXT if entry.context else "") + PLURAL.join(entry.sources): PLURAL.join(
            entry.translations
        )
        for entry in entries
        if all(entry.translations)
    }


def mo_bytes(entries: Iterable[Entry]) -> bytes:
    """A whole .mo: two sorted tables of (length, offset), then the texts, each ended by a NUL."""
    pairs = sorted((source.encode(), said.encode()) for source, said in compiled(entries).items())
    count = len(pairs)
    tables = ([source for source, _said in pairs], [said for _source, said in pairs])
    offset = HEADER_BYTES + 16 * count
    index, texts = b"", b""
    for table in tables:
        for text in table:
            index += struct.pack("<2I", len(text), offset + len(texts))
            texts += text + b"\0"
    header = struct.pack("<7I", MAGIC, 0, count, HEADER_BYTES, HEADER_BYTES + 8 * count, 0, 0)
    return header + index + texts
