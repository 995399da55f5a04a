"""The catalogue says what the source says, errors can be found in it, and the tool that keeps both together works."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from frontline.config import messages
from frontline.config.catalogue import Entry, compiled, mo_bytes, po_text, read_mo, read_po

#: parameters of errors that name a place instead of filling the message
PLACES = {"field", "where"}


def entry(source: str, said: str = "", context: str = "") -> Entry:
    return Entry(context=context, sources=(source,), translations=(said,))


def source(folder: Path, python: str = "", template: str = "") -> list[Entry]:
    (folder / "rooms.py").write_text(python, encoding="utf-8")
    (folder / "room.html").write_text(template, encoding="utf-8")
    return messages.found(folder)


def keys(entries: list[Entry]) -> list[tuple[str, ...]]:
    return [(e.context, *e.sources) if e.context else e.sources for e in entries]


def test_the_catalogue_is_in_step_with_the_source():
    written = read_po(messages.GERMAN / "django.po")
    wanted = messages.in_step(written, messages.found())
    assert [e.key for e in wanted if e not in written] == [], "run `make messages` and translate what is new"
    assert [e.key for e in written if e not in wanted] == [], "run `make messages`"


def test_parameters_of_errors_carry_no_words():
    assert list(worded_parameters(messages.PACKAGE)) == []


def worded_parameters(package: Path) -> Iterator[str]:
    """Where an error is given a text as a parameter: nobody could say it in another language."""
    trees = {path: ast.parse(path.read_text(encoding="utf-8")) for path in package.rglob("*.py")}
    trees = {path: tree for path, tree in trees.items() if "tests" not in path.parts}
    nodes = [(path, node) for path, tree in trees.items() for node in ast.walk(tree)]
    errors = messages.error_classes(node for _path, node in nodes if isinstance(node, ast.ClassDef))
    for path, node in nodes:
        if isinstance(node, ast.Call) and getattr(node.func, "id", getattr(node.func, "attr", "")) in errors:
            for given in node.keywords:
                if given.arg not in PLACES and is_wording(given.value):
                    yield f"{path.relative_to(package)}:{given.value.lineno} {ast.unparse(given.value)}"


def is_wording(value: ast.expr) -> bool:
    parts = value.values if isinstance(value, ast.JoinedStr) else [value]
    return any(isinstance(p, ast.Constant) and isinstance(p.value, str) and " " in p.value for p in parts)


def test_a_text_given_as_a_parameter_would_be_noticed(tmp_path):
    (tmp_path / "rooms.py").write_text(
        "class Full(DeskError):\n    '''{why}'''\n"
        "raise Full(why='no bed is left')\nraise Full(why=f'{n} sleep here')\n"
        "raise Full(field='a b', why=Phrase('no bed is left'))\nraise Full(why='code')\n",
        encoding="utf-8",
    )
    assert [line.partition(" ")[2] for line in worded_parameters(tmp_path)] == [
        "'no bed is left'",
        "f'{n} sleep here'",
    ]


def test_what_goes_through_gettext_is_found(tmp_path):
    python = (
        "from django.utils.translation import gettext as _, gettext_lazy, ngettext, pgettext_lazy as p\n"
        "a = _('plain')\nb = gettext_lazy('lazy')\nc = ngettext('%(n)s bed', '%(n)s beds', n) % {'n': n}\n"
        "d = p('of a room', 'Free')\ne = _(known)\nf = other('not marked')\n"
    )
    template = (
        '{% translate "A word" %}{% translate "Free" context "of a day" %}'
        "<c-empty :title=\"_('It\\'s empty')\" /><p>Bare</p>"
        "{% blocktranslate count n=beds %}{{ n }} chair{% plural %}{{ n }} chairs{% endblocktranslate %}"
        '{% include "x.html" with title=_("Given") %}'
    )
    assert sorted(keys(source(tmp_path, python, template))) == sorted(
        [
            ("plain",),
            ("lazy",),
            ("%(n)s bed", "%(n)s beds"),
            ("of a room", "Free"),
            ("A word",),
            ("of a day", "Free"),
            ("It's empty",),
            ("%(n)s chair", "%(n)s chairs"),
            ("Given",),
        ]
    )


def test_what_errors_say_is_found(tmp_path):
    python = (
        "class Full(Conflict):\n    '''No bed is left\n    in {room}.'''\n"
        "class Conflict(DeskError):\n    '''It clashes.'''\n    def __init__(self, rows): ...\n"
        "class Bystander:\n    '''Never said.'''\n"
        "raise Full('Only {n} beds are left.', n=Phrase('two or three'))\n"
        "raise errors.Full(room=1)\nraise Conflict(rows)\nraise ValueError('not for people')\n"
    )
    assert sorted(keys(source(tmp_path, python))) == [
        ("It clashes.",),
        ("No bed is left in {room}.",),
        ("Only {n} beds are left.",),
        ("two or three",),
    ]


@pytest.mark.parametrize(
    "python",
    [
        "class Full(DeskError): ...\nraise Full(f'{n} beds')",
        "class Full(DeskError): ...\nraise Full(text)",
        "from django.utils.translation import gettext as _\n_(f'{n} beds')",
        "from django.utils.translation import gettext as _\n_('beds' + more)",
    ],
)
def test_a_message_that_cannot_be_found_is_refused(tmp_path, python):
    with pytest.raises(messages.Unfindable):
        source(tmp_path, python)


def test_new_messages_come_in_empty_stale_ones_go_and_doubles_are_one():
    header = entry("", "Language: de\n")
    written = [header, entry("gone", "fort"), entry("kept"), entry("kept", "behalten"), header]
    wanted = [entry("new"), entry("kept")]
    assert messages.in_step(written, wanted) == [header, entry("kept", "behalten"), entry("new")]


def test_a_message_that_is_counted_now_keeps_its_singular():
    counted = Entry(sources=("a bed", "beds"), translations=("", ""))
    assert messages.in_step([entry("a bed", "ein Bett")], [counted]) == [
        Entry(sources=("a bed", "beds"), translations=("ein Bett", ""))
    ]


def test_a_catalogue_survives_writing_reading_and_a_merge_that_lost_empty_lines(tmp_path):
    entries = [
        entry("", "Language: de\nPlural-Forms: nplurals=2; plural=(n != 1);\n"),
        entry('say "a\\b"\n', "sage „a\\b“\n", context="in a room"),
        Entry(
            sources=("%(n)s bed", "%(n)s beds"), translations=("1", "2"), flags=frozenset({"python-format"})
        ),
        entry("not yet"),
    ]
    path = tmp_path / "django.po"
    path.write_text(po_text(entries), encoding="utf-8")
    assert read_po(path) == entries
    path.write_text(po_text(entries).replace("\n\n", "\n"), encoding="utf-8")
    assert read_po(path) == entries

    path.with_suffix(".mo").write_bytes(mo_bytes(entries))
    assert read_mo(path.with_suffix(".mo")) == compiled(entries)
    assert "not yet" not in read_mo(path.with_suffix(".mo"))
