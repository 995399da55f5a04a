"""While the database is away, pages say so and programs are told to come back: nothing is called broken."""

import pytest
from django.db import connection
from django.test import Client

from tests.access.conftest import Cast

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def away(cast: Cast, ticket: str, tmp_path, monkeypatch: pytest.MonkeyPatch) -> tuple[Client, str]:
    """Somebody who is signed in, a ticket of theirs, and no database where it was."""
    browser = cast.browser(cast.inside)
    assert browser.get("/").status_code == 200
    connection.close()
    monkeypatch.setitem(connection.settings_dict, "HOST", str(tmp_path))
    return browser, ticket


def test_pages_answer_503_and_ask_for_another_try(away: tuple[Client, str]):
    browser, ticket = away
    for address in ("/", "/desk", f"/tickets/{ticket}", "/me"):
        answer = browser.get(address, headers={"Accept": "text/html"})
        assert (address, answer.status_code, answer["Retry-After"]) == (address, 503, "1")
        assert "does not reach its database" in answer.content.decode()


def test_the_api_answers_503_as_a_problem(away: tuple[Client, str]):
    browser, ticket = away
    answer = browser.get(f"/api/v1/tickets/{ticket}", headers={"Accept": "application/json"})
    assert (answer.status_code, answer.json()["code"], answer["Retry-After"]) == (503, "database_away", "1")
