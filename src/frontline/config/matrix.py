"""Writes docs/access-matrix.md: every address, the permission it needs, and the roles that have it.

`python -m frontline.config.matrix` writes it; `--check` only says whether it is up to date.
"""

import argparse
import os
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from frontline.kernel.actors import Role

if TYPE_CHECKING:  # at run time only once Django is up
    from frontline.foundation.matrix import Entry

PAGE = Path(__file__).resolve().parents[3] / "docs" / "access-matrix.md"

HEAD = """\
# Who may use which address

Written by `make contracts` from what the capabilities declare; a test walks every line as every role. `+` is allowed,
`-` is refused. A token needs the scope as well. What somebody sees on a page they may open is narrowed further by the
`scope` of each capability's `access.py`.
"""


def page() -> str:
    """The whole document. Needs Django, no database."""
    from frontline.foundation.matrix import entries

    pages = [entry for entry in entries() if entry.method == "PAGE"]
    operations = [entry for entry in entries() if entry.method != "PAGE"]
    parts = [HEAD, "## Pages", *_table(pages), "", "## API", *_table(operations)]
    return "\n".join(parts) + "\n"


def _table(rows: Sequence["Entry"]) -> Iterator[str]:
    columns = ["address", "permission", "scope", *(role.value.replace("_", " ") for role in Role)]
    yield f"\n| {' | '.join(columns)} |"
    yield "|---" * 3 + "|:-:" * len(Role) + "|"
    for row in rows:
        yield _line(row)


def _line(entry: "Entry") -> str:
    verb = "" if entry.method == "PAGE" else f"{entry.method} "
    marks = ["+" if entry.admits(role) else "-" for role in Role]
    return f"| `{verb}{entry.path}` | {entry.permission} | {entry.scope} | {' | '.join(marks)} |"


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--check", action="store_true", help="change nothing; exit 1 when it is out of date")
    options = parser.parse_args(arguments)
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "frontline.config.settings")
    import django

    django.setup()
    text = page()
    if PAGE.exists() and PAGE.read_text(encoding="utf-8") == text:
        return 0
    if options.check:
        sys.stderr.write(f"{PAGE.name} is out of date; run `make contracts`.\n")
        return 1
    PAGE.write_text(text, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
