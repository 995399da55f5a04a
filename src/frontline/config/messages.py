"""Keeps the German catalogue in step with the source: `make messages`.

`python -m frontline.config.messages` adds what the source says newly, without a translation, drops what it says no
more, and compiles; `--check` only tells. A test fails as long as a German text is missing.

Messages are what goes through gettext in Python and templates, and what errors say: the docstring of every error, and
the text that an error or a `Phrase` is made with. Those stand whole and literal, or nobody could find them here.
"""

import argparse
import ast
import os
import re
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from frontline.config.catalogue import Entry, mo_bytes, po_text, read_po

PACKAGE = Path(__file__).resolve().parents[1]
GERMAN = PACKAGE / "locale" / "de" / "LC_MESSAGES"

#: functions of gettext: which of their arguments are context, message and plural
CALLS: Mapping[str, tuple[int | None, int, int | None]] = {
    **dict.fromkeys(("gettext", "gettext_lazy", "gettext_noop"), (None, 0, None)),
    **dict.fromkeys(("pgettext", "pgettext_lazy"), (0, 1, None)),
    **dict.fromkeys(("ngettext", "ngettext_lazy"), (None, 0, 1)),
    **dict.fromkeys(("npgettext", "npgettext_lazy"), (0, 1, 2)),
}
#: the root of all errors, and what is a part of one
ERRORS = {"DeskError", "Phrase"}
#: attributes of components hold expressions, which Django's own extraction takes for text
_ATTRIBUTE = re.compile(r""":[\w.-]+="_\('((?:[^'\\]|\\.)*)'\)\"""")
_TEMPLATE_CALL = re.compile(r"\b(_|gettext|pgettext|ngettext|npgettext)\(")


class Unfindable(Exception):
    """A message that no tool can read from the source, with its place."""


def found(package: Path = PACKAGE) -> list[Entry]:
    """Every message of the source, each once, without translations. Raises Unfindable."""
    entries: dict[tuple[str, str], Entry] = {}
    for entry in [*of_python(package), *of_templates(package)]:
        known = entries.get(entry.key)
        if known is None or len(known.sources) < len(entry.sources):
            entries[entry.key] = entry
    return list(entries.values())


# Python ------------------------------------------------------------------------------------------


def of_python(package: Path) -> Iterator[Entry]:
    trees = {path: ast.parse(path.read_text(encoding="utf-8")) for path in _files(package, "*.py")}
    classes = [node for tree in trees.values() for node in ast.walk(tree) if isinstance(node, ast.ClassDef)]
    errors = error_classes(classes)
    built = {node.name for node in classes if any(_name(part) == "__init__" for part in node.body)}
    for path, tree in trees.items():
        names = _gettext_names(tree)
        for node in ast.walk(tree):
            if isinstance(node, ast.ClassDef) and node.name in errors:
                yield from _docstring(node)
            elif isinstance(node, ast.Call):
                name = _name(node.func)
                if name in names:
                    yield from _marked(node, CALLS[names[name]], path)
                elif name in errors:
                    yield from _raised(node, own=name in built, path=path)


def _files(package: Path, pattern: str) -> list[Path]:
    return [path for path in sorted(package.rglob(pattern)) if "tests" not in path.parts]


def error_classes(classes: Iterable[ast.ClassDef]) -> set[str]:
    """Names of those that descend from DeskError, wherever they stand, and Phrase."""
    bases = {node.name: {_name(base) for base in node.bases} for node in classes}
    known = set(ERRORS)
    while new := {name for name, above in bases.items() if above & known} - known:
        known |= new
    return known


def _name(node: ast.AST) -> str:
    return str(getattr(node, "id", getattr(node, "attr", getattr(node, "name", ""))))


def _gettext_names(tree: ast.AST) -> dict[str, str]:
    """What this module calls the functions of gettext: {"_": "gettext_lazy"}."""
    return {
        alias.asname or alias.name: alias.name
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom) and node.module == "django.utils.translation"
        for alias in node.names
        if alias.name in CALLS
    }


def _docstring(node: ast.ClassDef) -> Iterator[Entry]:
    """As `DeskError` reads it: in one line."""
    text = " ".join((ast.get_docstring(node) or "").split())
    if text and node.name != "Phrase":
        yield _new("", text)


def _marked(node: ast.Call, places: tuple[int | None, int, int | None], path: Path) -> Iterator[Entry]:
    """A message that stands there; where a variable stands, words known already are only said."""
    if isinstance(node.args[places[1]], (ast.JoinedStr, ast.BinOp)):
        raise Unfindable(f"{path}:{node.lineno}: what is translated must stand there as it is")
    context, message, plural = (None if place is None else _literal(node, place) for place in places)
    if message is not None:
        yield _new(context or "", *(text for text in (message, plural) if text is not None))


def _literal(node: ast.Call, place: int) -> str | None:
    value = node.args[place] if place < len(node.args) else None
    return value.value if isinstance(value, ast.Constant) and isinstance(value.value, str) else None


def _raised(node: ast.Call, *, own: bool, path: Path) -> Iterator[Entry]:
    """The text given. A class with a constructor of its `own` may take something else, and says its docstring."""
    if not node.args:
        return
    text = _literal(node, 0)
    if text is not None:
        yield _new("", text)
    elif not own:
        raise Unfindable(
            f"{path}:{node.lineno}: an error's text must stand there as it is; fill it by parameters"
        )


def _new(context: str, *sources: str) -> Entry:
    flags = set()
    if any(re.search(r"%\([a-z_]+\)", source) for source in sources):
        flags.add("python-format")
    return Entry(context=context, sources=sources, translations=("",) * len(sources), flags=frozenset(flags))


# Templates ---------------------------------------------------------------------------------------


def of_templates(package: Path) -> Iterator[Entry]:
    from django.utils.translation.template import templatize

    for path in [*_files(package, "*.html"), *_files(package, "templates/**/*.txt")]:
        text = path.read_text(encoding="utf-8")
        for match in _ATTRIBUTE.finditer(text):
            yield _new("", ast.literal_eval(f"'{match[1]}'"))
        yield from _templatized(templatize(text))


def _templatized(text: str) -> Iterator[Entry]:
    """Django leaves calls such as ` ngettext(u'a', u'b', count) ` in a text that is blotted out otherwise."""
    for match in _TEMPLATE_CALL.finditer(text):
        call = _call_at(text, match.start())
        name = "gettext" if match[1] == "_" else match[1]
        context, message, plural = (None if p is None else _literal(call, p) for p in CALLS[name])
        assert message is not None
        yield _new(context or "", *(part for part in (message, plural) if part is not None))


def _call_at(text: str, start: int) -> ast.Call:
    """The shortest text from there on that is a call."""
    end = start
    while (end := text.find(")", end) + 1) > 0:
        try:
            node = ast.parse(text[start:end], mode="eval").body
        except SyntaxError:
            continue
        if isinstance(node, ast.Call):
            return node
    raise Unfindable(text[start : start + 80])


# The catalogue -----------------------------------------------------------------------------------


def in_step(written: Sequence[Entry], wanted: Sequence[Entry]) -> list[Entry]:
    """The catalogue as it should be: known entries where they stand, what is new at the end, each once."""
    header = [entry for entry in written if entry.sources == ("",)][:1]
    said: dict[tuple[str, str], Entry] = {}
    for entry in written:
        if entry.key not in said or not all(said[entry.key].translations):
            said[entry.key] = entry
    by_key = {entry.key: entry for entry in wanted}
    kept = [_like(entry, by_key[entry.key]) for entry in said.values() if entry.key in by_key]
    return header + kept + [entry for entry in wanted if entry.key not in said]


def _like(entry: Entry, wanted: Entry) -> Entry:
    """The translation we have, in as many forms as the source has now."""
    given = [*entry.translations, *[""] * len(wanted.sources)][: len(wanted.sources)]
    flags = (entry.flags - {"python-format"}) | wanted.flags
    return replace(entry, sources=wanted.sources, translations=tuple(given), flags=frozenset(flags))


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--check", action="store_true", help="change nothing; exit 1 when it is out of date")
    options = parser.parse_args(arguments)
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "frontline.config.settings")
    source, binary = GERMAN / "django.po", GERMAN / "django.mo"
    entries = in_step(read_po(source), found())
    missing = [entry for entry in entries if not all(entry.translations)]
    current = source.read_text(encoding="utf-8") == po_text(entries) and binary.read_bytes() == mo_bytes(
        entries
    )
    if not options.check:
        source.write_text(po_text(entries), encoding="utf-8")
        binary.write_bytes(mo_bytes(entries))
    for entry in missing:
        sys.stdout.write(f"not in German yet: {entry.sources[0]}\n")
    if options.check and not current:
        sys.stderr.write("The catalogue is out of date; run `make messages`.\n")
        return 1
    return 1 if missing else 0


if __name__ == "__main__":
    sys.exit(main())
