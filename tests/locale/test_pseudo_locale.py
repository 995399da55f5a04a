"""Every page in a pseudo-locale: what the catalogue translates stands in ⟦ ⟧, so what does not was never marked."""

import re
from collections.abc import Iterator
from html.parser import HTMLParser
from typing import Any

import pytest
from django.core.cache import cache
from django.db import connection, transaction
from django.test import Client
from django.utils import translation
from django.utils.translation import trans_real

from frontline.config.testing import LONG_AGO, World
from frontline.foundation import clock
from frontline.foundation.matrix import entries
from frontline.people.models import Account, Person, RoleGrant
from frontline.people.queries import actor_of_person
from frontline.tickets.usecases.opening import Asked, open_ticket
from tests.access.addresses import NATIVE, filled

BACKEND = "frontline.people.web.backends.AccountBackend"
#: attributes that people see or hear
SPOKEN = {"aria-label", "title", "placeholder", "alt", "aria-description", "data-confirm"}
#: elements whose text nobody reads
SILENT = {"script", "style", "svg", "template", "code", "kbd"}
#: the same in every language: the product's name, names of languages in themselves, keys, priorities
UNIVERSAL = re.compile(
    r"Frontline|Deutsch|English|German|Ctrl|Esc|Enter|Tab|UTC|P[1-5]|T-\d+|[A-Z][A-Za-z_]+/[A-Za-z_/]+"
    r"|https?://\S+|\S+@\S+|\b[a-z]\b|\b[A-Z]{1,2}\b|GMT|CET|CEST|IMAP|SMTP|PDF|Python"
)
WORD = re.compile(r"[^\W\d_]{2,}")
ADDRESSES = {"/demo/outbox", "/ui/styleguide"}  # letters as they were sent; the house's own pattern book


class Reader(HTMLParser):
    """Collects what is read or heard outside of ⟦ ⟧."""

    def __init__(self) -> None:
        super().__init__()
        self.bare: list[str] = []
        self._inside: list[str] = []
        self._depth = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in SILENT or self._inside:
            self._inside.append(tag)
        self.bare += [unmarked(value) for name, value in attrs if name in SPOKEN and value]

    def handle_endtag(self, tag: str) -> None:
        if self._inside and tag == self._inside[-1]:
            self._inside.pop()

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.bare += [unmarked(value) for name, value in attrs if name in SPOKEN and value]

    def handle_data(self, data: str) -> None:
        if self._inside:
            return
        kept = []
        for letter in data:
            self._depth += {"⟦": 1, "⟧": -1}.get(letter, 0)
            kept.append(letter if not self._depth and letter != "⟧" else " ")
        self.bare.append("".join(kept))


def unmarked(text: str) -> str:
    depth, kept = 0, []
    for letter in text:
        depth += {"⟦": 1, "⟧": -1}.get(letter, 0)
        kept.append(letter if not depth and letter != "⟧" else " ")
    return "".join(kept)


@pytest.fixture
def pseudo(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever goes through the catalogue comes out marked, plural and context included."""

    def mark(name: str) -> None:
        real = getattr(trans_real, name)

        def marked(*arguments: Any) -> str:
            text = real(*arguments)
            return f"⟦{text}⟧" if text.strip() and text[:1] != "⟦" else text

        monkeypatch.setattr(trans_real, name, marked)

    for name in ("gettext", "pgettext", "ngettext", "npgettext"):
        getattr(
            translation._trans, name
        )  # it keeps what it finds first: that must be the real one, to go back to
        mark(name)
        monkeypatch.setattr(translation._trans, name, getattr(trans_real, name), raising=False)

    # a language of its own, so that nothing is shown that was drawn before in a real one, nor kept for it afterwards
    real_language = translation._trans.get_language
    monkeypatch.setattr(
        translation._trans,
        "get_language",
        lambda: f"{language}-pseudo" if (language := real_language()) else None,
        raising=False,
    )


def data_of_the_desk() -> set[str]:
    """Every word that stands in a text column: that is data, in whatever language people wrote it."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT table_name, column_name FROM information_schema.columns WHERE table_schema = 'public' "
            "AND data_type IN ('text', 'character varying')"
        )
        words: set[str] = set()
        for table, column in cursor.fetchall():
            cursor.execute(f'SELECT DISTINCT "{column}" FROM "{table}" WHERE "{column}" <> \'\'')
            for (text,) in cursor.fetchall():
                words.update(word.lower() for word in WORD.findall(text))
    return words


def bare_words(html: str, data: set[str]) -> list[str]:
    reader = Reader()
    reader.feed(html)
    texts = (" ".join(UNIVERSAL.sub(" ", text).split()) for text in reader.bare)
    return [text for text in texts if any(word.lower() not in data for word in WORD.findall(text))]


def readable() -> Iterator[str]:
    for entry in entries():
        if entry.method == "PAGE" and entry.path not in NATIVE | ADDRESSES:
            yield filled(entry.path)


@pytest.fixture
def browsers(world: World) -> dict[str, Client]:
    """Amira leads, and is administrator too, so that every page answers her; Omar asks for help; Sam is a supplier."""
    for role in ("administrator", "vendor_manager", "commander"):
        RoleGrant.objects.create(person=world.people["Amira"], role=role, since=LONG_AGO)
    omar = actor_of_person(person_id=world.people["Omar"].pk, now=clock.now())
    asked = Asked(subject="Zugang", text="Ich komme nicht hinein.", requester_id=world.people["Omar"].pk)
    open_ticket(asked=asked, actor=omar, now=clock.now())
    return {name: browser(world.people[name]) for name in ("Amira", "Omar", "Sam")}


def browser(person: Person) -> Client:
    client = Client()
    account, _ = Account.objects.get_or_create(
        person=person, defaults={"login": person.email, "created_at": LONG_AGO}
    )
    client.force_login(account, backend=BACKEND)
    return client


@pytest.mark.parametrize("name", ["Amira", "Omar", "Sam"])
def test_no_page_holds_a_bare_string(name: str, browsers: dict[str, Client], pseudo: None):
    cache.clear()
    data = data_of_the_desk()
    bare: dict[str, list[str]] = {}
    looked = 0
    for address in readable():
        answer = browsers[name].get(address, headers={"Accept": "text/html"})
        if answer.status_code != 200 or "text/html" not in answer.headers.get("Content-Type", ""):
            continue
        looked += 1
        text = b"".join(answer.streaming_content) if answer.streaming else answer.content
        if found := bare_words(text.decode(), data):
            bare[address] = sorted(set(found))

    assert looked >= {"Amira": 30, "Omar": 6, "Sam": 4}[name]
    assert bare == {}, bare


def test_the_walk_would_notice_a_bare_string():
    assert bare_words('<p title="⟦a⟧">⟦Sent ⟦by⟧ x⟧ <b>Forgotten words</b></p>', set()) == ["Forgotten words"]
    assert bare_words('<input placeholder="Never marked">', {"marked"}) == ["Never marked"]


class Forms(HTMLParser):
    """The forms of a page that send something: where to, and what the browser would send untouched."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str], set[str]]] = []
        self._open = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if tag == "form":
            self._open = (given.get("method") or "").lower() == "post"
            if self._open:
                self.found.append((given.get("action") or "", {}, set()))
        elif self._open and (name := given.get("name")):
            _action, fields, typed = self.found[-1]
            if tag == "textarea" or (tag == "input" and given.get("type") in TYPED):
                typed.add(name)
            if given.get("type") not in {"checkbox", "radio", "file"}:
                fields.setdefault(name, given.get("value") or "")

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)

    def handle_endtag(self, tag: str) -> None:
        self._open = self._open and tag != "form"


#: fields that somebody types in; None is a text field without a type
TYPED = {None, "text", "email", "number", "date", "time", "datetime-local", "search", "tel", "password"}
#: ends the session or changes the language, which is no refusal
NOT_SENT = {"/sign-out", "/me/sign-out-everywhere", "/preferences"}


def test_no_refusal_of_a_form_holds_a_bare_string(browsers: dict[str, Client], pseudo: None):
    """Every form of every page is sent empty and with rubbish; what comes back is walked as any page."""
    cache.clear()
    data = data_of_the_desk()
    bare: dict[str, list[str]] = {}
    refused = 0
    for name, browser_ in browsers.items():
        for address in readable():
            for action, fields, typed in forms_of(browser_, address):
                for rubbish in ("", "‽"):
                    sent = fields | dict.fromkeys(typed, rubbish)
                    answer = sent_and_taken_back(browser_, action or address, sent)
                    refused += answer.status_code == 422
                    if found := bare_words(answer.content.decode(), data):
                        bare[f"{name} {address} {action} {rubbish}"] = sorted(set(found))

    assert refused >= 60
    assert bare == {}, bare


def forms_of(client: Client, address: str) -> list[tuple[str, dict[str, str], set[str]]]:
    answer = client.get(address, headers={"Accept": "text/html"})
    if answer.status_code != 200 or "text/html" not in answer.headers.get("Content-Type", ""):
        return []
    forms = Forms()
    forms.feed((b"".join(answer.streaming_content) if answer.streaming else answer.content).decode())
    return [form for form in forms.found if form[0] not in NOT_SENT]


def sent_and_taken_back(client: Client, action: str, fields: dict[str, str]) -> Any:
    """The page that follows; what was stored is undone, so that the next form meets the same desk."""
    with transaction.atomic():
        answer = client.post(action, fields, headers={"Accept": "text/html"})
        if answer.status_code in {301, 302, 303}:
            answer = client.get(answer.headers["Location"], headers={"Accept": "text/html"})
        transaction.set_rollback(True)
    return answer
