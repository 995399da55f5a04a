"""The German catalog: complete, compiled as it is written, and safe to fill with values."""

import re
from collections.abc import Iterator
from datetime import date

import pytest
from django.conf import settings
from django.test import Client
from django.utils import formats, translation
from django.utils.translation import gettext, ngettext, pgettext

from frontline.config.catalogue import Entry, compiled, mo_bytes, read_mo, read_po

MESSAGES = settings.LOCALE_PATHS[0] / "de" / "LC_MESSAGES"
ENTRIES = read_po(MESSAGES / "django.po")
HEADER, WORDS = ENTRIES[0], ENTRIES[1:]

PERCENT = re.compile(r"%\([a-z_]+\)[0-9]*[a-z]")
#: `{name!r}` stands in quotes of the language
BRACES = re.compile(r"(?<!\{)\{([a-z_]*)(?:!r)?\}")
TAGS = re.compile(r"</?[a-z]+")
INFORMAL = re.compile(r"\b(?:du|dich|dir|dein\w*|euch|euer\w*)\b", re.IGNORECASE)


def placeholders(text: str) -> list[str]:
    return sorted(PERCENT.findall(text) + BRACES.findall(text) + TAGS.findall(text))


def differing(entry: Entry) -> Iterator[str]:
    """The translations whose placeholders are not those of their source."""
    for source, translated in zip(entry.sources, entry.translations, strict=True):
        if placeholders(source) != placeholders(translated):
            yield f"{source!r} -> {translated!r}"


@pytest.fixture
def german() -> Iterator[None]:
    with translation.override("de"):
        yield


def test_every_message_is_translated() -> None:
    assert [entry.sources for entry in WORDS if not all(entry.translations)] == []


def test_no_translation_is_a_guess() -> None:
    assert [entry.sources for entry in WORDS if "fuzzy" in entry.flags] == []


def test_plurals_have_both_forms_and_no_message_is_listed_twice() -> None:
    assert "nplurals=2; plural=(n != 1);" in HEADER.translations[0]
    assert [e.sources for e in WORDS if len(e.sources) != len(e.translations)] == []
    assert len(compiled(ENTRIES)) == len(ENTRIES)


def test_translations_carry_the_placeholders_and_tags_of_their_source() -> None:
    assert [difference for entry in WORDS for difference in differing(entry)] == []


def test_spaces_and_line_breaks_at_the_ends_stay() -> None:
    def ends(text: str) -> tuple[bool, bool, bool]:
        return text[:1].isspace(), text[-1:].isspace(), text.endswith("…")

    pairs = [pair for e in WORDS for pair in zip(e.sources, e.translations, strict=True)]
    assert [pair for pair in pairs if ends(pair[0]) != ends(pair[1])] == []


def test_german_never_says_du() -> None:
    assert [t for e in WORDS for t in e.translations if INFORMAL.search(t)] == []


def test_the_compiled_catalog_is_the_written_one() -> None:
    assert read_mo(MESSAGES / "django.mo") == compiled(ENTRIES)
    assert (MESSAGES / "django.mo").read_bytes() == mo_bytes(ENTRIES)


@pytest.mark.usefixtures("german")
def test_django_speaks_german_from_the_compiled_catalog() -> None:
    assert gettext("Still broken") == "Geht noch nicht"
    assert pgettext("state", "Waiting") == "Wartet"
    assert [ngettext("%(n)s ticket", "%(n)s tickets", n) % {"n": n} for n in (1, 2)] == [
        "1 Ticket",
        "2 Tickets",
    ]


@pytest.mark.usefixtures("german")
def test_dates_are_written_the_german_way() -> None:
    day = date(2026, 3, 4)
    assert formats.date_format(day, pgettext("weekday and full date", "l j F Y")) == "Mittwoch, 4. März 2026"
    assert formats.date_format(day, pgettext("day, month and year", "j M Y")).startswith("4. Mär")


@pytest.mark.django_db
def test_a_browser_that_prefers_german_gets_the_sign_in_page_in_german(client: Client) -> None:
    page = client.get("/sign-in", headers={"accept-language": "de"}).content.decode()
    assert '<html lang="de"' in page
    assert "Anmelden" in page
    assert "Sign in" not in page
