"""Errors are codes and parameters until somebody reads them: then they are sentences in that reader's language."""

import zoneinfo
from collections.abc import Iterator
from datetime import UTC, date, datetime

import pytest
from django.utils import timezone, translation

from frontline.commitments.usecases.calendars import PastIsFrozen
from frontline.config.catalogue import read_po
from frontline.config.messages import GERMAN
from frontline.foundation import manifest, terminal
from frontline.foundation.files.usecases import FileHeld
from frontline.foundation.http.refusals import NotReady
from frontline.foundation.ui.templatetags.desk import worded as worded_filter
from frontline.foundation.ui.wording import worded
from frontline.kernel.errors import DeskError, Phrase, Word, packed, unpacked
from frontline.tickets.logic.handoff import CannotHandOn, ThinHandoff, check_offer
from frontline.tickets.logic.states import State


@pytest.fixture
def german() -> Iterator[None]:
    with translation.override("de"), timezone.override(zoneinfo.ZoneInfo("Europe/Berlin")):
        yield


class Full(DeskError):
    """Only {n} beds are left in {room!r}."""


def test_without_a_language_an_error_is_english_with_its_codes():
    error = CannotHandOn(state=Word("ticket_state", "waiting"))
    assert str(error) == "This ticket is waiting; only open work can be handed on."
    assert (error.code, error.status) == ("cannot_hand_on", 409)
    assert str(Full(n=2, room="attic")) == "Only 2 beds are left in 'attic'."


@pytest.mark.usefixtures("german")
def test_codes_among_the_parameters_are_words_where_people_read_them():
    assert worded(CannotHandOn(state=Word("ticket_state", "waiting"))) == (
        "Dieses Ticket ist in Wartestellung; nur offene Arbeit lässt sich übergeben."
    )
    assert worded(FileHeld(state=Word("file_state", "infected"))) == (
        "Diese Datei wird nicht herausgegeben: sie enthält schädlichen Code."
    )


@pytest.mark.usefixtures("german")
def test_parts_of_a_message_are_said_in_the_same_language():
    with pytest.raises(ThinHandoff) as refused:
        check_offer(state="open", offered=False, why="", tried="", asked="", blocker="")
    assert worded(refused.value) == (
        "Sagen Sie in mindestens 8 Zeichen, warum Sie es übergeben: Wer das übernimmt, beginnt mit Ihren Worten."
    )


@pytest.mark.usefixtures("german")
def test_times_are_said_in_the_readers_zone():
    at = datetime(2026, 3, 4, 23, 30, tzinfo=UTC)
    assert worded(PastIsFrozen(at=at)).startswith(
        "Neue Zeiten beginnen jetzt oder später; Donnerstag, 5. März 2026, 00:30 CET ist vergangen."
    )
    assert worded(Phrase("{day}", day=date(2026, 5, 1))) == "1. Mai 2026"


@pytest.mark.usefixtures("german")
def test_what_nobody_translated_and_what_quotes_braces_stand_as_they_are():
    assert worded(Full(n=2, room="attic")) == "Only 2 beds are left in 'attic'."
    assert worded(DeskError('Send {"fields": {…}} as {json}.')) == 'Send {"fields": {…}} as {json}.'
    assert worded(DeskError("")) == ""


@pytest.mark.usefixtures("german")
def test_a_message_kept_in_a_column_is_worded_when_it_is_read():
    trouble = Full("Only {n} beds: {why}", n=2, why=NotReady())
    kept = packed(trouble)
    assert "Only {n} beds" in kept
    assert worded_filter(kept) == (
        "Only 2 beds: Die Live-Verbindung kam nicht zustande; es ist festgehalten."
    )
    assert worded_filter("550 mailbox full") == unpacked("550 mailbox full") == "550 mailbox full"
    assert worded_filter('["a list"]') == '["a list"]'
    assert len(packed(Phrase("{text}", text="x" * 10_000))) < 1000


def test_every_word_that_errors_name_is_in_a_manifest():
    words = manifest.words()
    assert set(words["ticket_state"]) == {state.value for state in State}
    assert set(words["file_state"]) == {"infected", "pending"}


def test_on_a_terminal_the_environment_says_the_language(monkeypatch):
    error = DeskError("`frontline {name}` is not part of this version yet.", name="export")
    for name in ("LANGUAGE", "LC_ALL", "LC_MESSAGES"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("LANG", "C.UTF-8")
    assert terminal.worded(error) == "`frontline export` is not part of this version yet."
    monkeypatch.setenv("LANG", "de_DE.UTF-8")
    assert terminal.worded(error) == "`frontline export` gehört noch nicht zu dieser Version."
    assert terminal.worded(Full("{why}", why=Phrase("still starting"))) == "noch im Start"


def test_the_german_header_leads_the_catalogue():
    assert "Language: de" in read_po(GERMAN / "django.po")[0].translations[0]
