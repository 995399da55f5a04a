"""`frontline startcapability NAME --below ROOM`: a new capability is one folder and one line.

Writes the folder with its floors, a README, a manifest and one passing test; puts the name into the ordered list;
and writes anew what is generated from that list.
"""

import argparse
import keyword
import re
import sys
from collections.abc import Sequence
from pathlib import Path
from string import Template

from frontline.config import contracts
from frontline.kernel.errors import DeskError, Phrase

CHECKOUT = Path(__file__).resolve().parents[3]


class NoCheckout(DeskError):
    """A capability is started in a checkout of the source; {root} holds no src/frontline/config/capabilities.py."""


class BadCapabilityName(DeskError):
    """{name} cannot name a capability: {why}."""


class NoSuchRoom(DeskError):
    """There is no capability {name} to stand beside. There are: {known}."""


README = """\
# $name: say in a few words what this is for

One paragraph: what the capability is for, and what it leaves to others.

## Words
- **word** what it means here.

## Do (`usecases`)
Nothing yet.

## Ask (`queries`)
Nothing yet.

## Hear (`facts`)
Announces nothing yet; hears nothing yet.

## Panels
Lends none.

## Measures
None yet.
"""
MANIFEST = '''\
"""What $name adds to the house."""

from django.utils.translation import gettext_lazy as _

from frontline.foundation.manifest import Capability, Permission
from frontline.kernel.actors import STAFF_ROLES

PERMISSIONS = (Permission("$name.read", STAFF_ROLES, "$name:read", _("See $words")),)

MANIFEST = Capability(name="$name", label=_("$title"), permissions=PERMISSIONS)
'''
TEST = '''\
"""The capability stands in the house and says who may read it."""

from frontline.foundation import access, manifest
from frontline.kernel.actors import ANONYMOUS, SYSTEM


def test_staff_may_read_it_and_strangers_may_not():
    assert "$name" in [capability.name for capability in manifest.capabilities()]
    assert access.may(SYSTEM, "$name.read")
    assert not access.may(ANONYMOUS, "$name.read")
'''
FILES = {
    "__init__.py": "",
    "README.md": README,
    "capability.py": MANIFEST,
    "usecases/__init__.py": '"""Verbs that write: keyword-only, ending with `actor` and `now`, under `use_case`."""\n',
    "queries.py": '"""Questions that read: take the actor, return frozen rows at a known number of queries."""\n',
    "access.py": '"""Gates (fetch, may this actor, lock) and `scope(actor)`, which narrows every list."""\n',
    "models.py": '"""Tables and constraints; no rules, no I/O."""\n',
    "facts.py": '"""What happened, past tense: ids and codes only."""\n',
    "logic/__init__.py": '"""Pure decisions and sums: no Django, no clock of its own, no I/O."""\n',
    "migrations/__init__.py": "",
    "tests/usecases/test_place_in_the_house.py": TEST,
}


def start(*, name: str, beside: str, above: bool = False, root: Path = CHECKOUT) -> list[Path]:
    """Write the folder and the line below (or above) `beside`; returns the files of the new folder.

    Raises NoCheckout, BadCapabilityName, NoSuchRoom; then nothing was written.
    """
    listing = root / "src" / "frontline" / "config" / "capabilities.py"
    if not listing.exists():
        raise NoCheckout(root=root)
    text = listing.read_text(encoding="utf-8")
    folder = root / "src" / "frontline" / name
    _check_name(name, folder)
    changed = _with_line(text, name=name, beside=beside, above=above)
    words = name.replace("_", " ")
    written = []
    for inner, content in FILES.items():
        path = folder / inner
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(
            Template(content).substitute(name=name, words=words, title=words.capitalize()), encoding="utf-8"
        )
        written.append(path)
    listing.write_text(changed, encoding="utf-8")
    for path, content in contracts.generated(root, layers=_layers(changed)).items():
        path.write_text(content, encoding="utf-8")
    return written


def _check_name(name: str, folder: Path) -> None:
    if not re.fullmatch(r"[a-z][a-z0-9_]{1,30}", name) or keyword.iskeyword(name):
        raise BadCapabilityName(
            name=repr(name), why=Phrase("use 2 to 31 small letters, digits and _, such as rota")
        )
    if folder.exists():
        raise BadCapabilityName(name=name, why=Phrase("that folder is there already"))
    if name in {"tests", "locale", "static"}:
        raise BadCapabilityName(name=name, why=Phrase("the word has another meaning in this tree"))


def _layers(listing: str) -> tuple[str, ...]:
    inner = listing.partition("LAYERS = (")[2].partition("\n)")[0]
    return tuple(re.findall(r'"([^"]+)"', inner))


def _with_line(listing: str, *, name: str, beside: str, above: bool) -> str:
    layers = _layers(listing)
    at = next((layer for layer in layers if beside in contracts.capabilities([layer])), None)
    if at is None:
        raise NoSuchRoom(name=beside, known=tuple(contracts.capabilities(layers)))
    if at == layers[-1] and not above:
        raise NoSuchRoom(
            "Below {name} stand only science and kernel; a capability stands on the plumbing.", name=beside
        )
    line, new = f'    "{at}",\n', f'    "{name}",\n'
    return listing.replace(line, new + line if above else line + new, 1)


def main(arguments: Sequence[str]) -> int:
    parser = argparse.ArgumentParser(prog="frontline startcapability", description=HELP)
    parser.add_argument("name", metavar="NAME")
    place = parser.add_mutually_exclusive_group(required=True)
    place.add_argument("--below", metavar="ROOM", help="may be imported by ROOM and all above it")
    place.add_argument("--above", metavar="ROOM", help="may import ROOM and all below it")
    options = parser.parse_args(arguments)
    written = start(name=options.name, beside=options.below or options.above, above=bool(options.above))
    for path in written:
        sys.stdout.write(f"wrote {path.relative_to(CHECKOUT)}\n")
    sys.stdout.write(f"put {options.name} into src/frontline/config/capabilities.py\n")
    sys.stdout.write("Next: docs/first-capability.md, from step 2.\n")
    return 0


HELP = "write the folder of a new capability and its one line"
