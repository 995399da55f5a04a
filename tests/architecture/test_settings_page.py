"""docs/operate/settings.md lists every setting that the code reads, and none that it does not."""

import re

from tests.architecture import source

NAME = re.compile(r"^(FRONTLINE_[A-Z_]+|DATABASE_URL|PORT)$")
PAGE = source.ROOT / "docs" / "operate" / "settings.md"


def read_by_the_code() -> set[str]:
    """Names of variables in the package's own strings, `_FILE` twins left out."""
    found = {
        text
        for path in source.python_files()
        for _, text in source.strings((source.PACKAGE / path).read_text(encoding="utf-8"))
        if NAME.match(text)
    }
    return {
        name
        for name in found
        if name.removesuffix("_FILE") == name or name.removesuffix("_FILE") not in found
    }


def documented() -> list[str]:
    return re.findall(r"^\| `([A-Z_]+)` \|", PAGE.read_text(encoding="utf-8"), re.MULTILINE)


def test_every_setting_is_documented_once():
    listed = documented()

    assert sorted(read_by_the_code() - set(listed)) == []
    assert sorted(listed) == sorted(set(listed))


def test_no_setting_is_documented_that_nothing_reads():
    scripts = "".join(
        (source.ROOT / name).read_text(encoding="utf-8") for name in ("Makefile", "scripts/browser")
    )

    assert [name for name in documented() if name not in read_by_the_code() and name not in scripts] == []
