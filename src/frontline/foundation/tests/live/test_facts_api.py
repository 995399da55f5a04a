"""GET /api/v1/facts: the same rights as the stream, page by page; and what rights and news cost."""

from datetime import UTC, datetime

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from frontline.foundation import manifest
from frontline.foundation.facts import dispatch
from frontline.foundation.live import rights
from frontline.foundation.live.announcer import Announcer
from frontline.foundation.manifest import LiveSubject
from frontline.foundation.testing.catching_up import catch_up
from frontline.foundation.tests.probe import capability as probe
from frontline.foundation.tests.probe.people import sign_up
from frontline.kernel.actors import Actor, ActorKind, Role
from frontline.kernel.facts import Audience, Origin

pytestmark = pytest.mark.django_db(transaction=True)
NOW = datetime(2026, 1, 5, 9, 0, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _probe(monkeypatch):
    live = {"probe": probe.MANIFEST.live[0]}
    monkeypatch.setattr(manifest, "live_subjects", lambda: live)


@pytest.fixture
def agent():
    return sign_up("agent")


def ask(person, query=""):
    response = Client(headers=person.bearer).get(f"/api/v1/facts{query}")
    assert response.status_code == 200, response.json()
    return response.json()


def all_pages(person, query="") -> list[dict]:
    page = ask(person, f"?{query}")
    items = page["items"]
    while page["next_cursor"]:
        page = ask(person, f"?{query}&cursor={page['next_cursor']}")
        items += page["items"]
    return items


def test_facts_are_listed_page_by_page_without_our_ids(agent, poke):
    for turn in range(5):
        poke(1, 2, turn=turn, writer=99)
    items = all_pages(agent, "limit=3")
    assert [i["subject"] for i in items] == ["probe:P-1", "probe:P-2"] * 5
    assert [i["seq"] for i in items] == [1, 1, 2, 2, 3, 3, 4, 4, 5, 5]
    assert set(items[0]) == {"id", "kind", "subject", "seq", "at", "actor", "origin", "data"}
    assert "99" not in str(items[0]["data"]["writer"])
    assert all_pages(agent, f"cursor={items[6]['id']}") == items[7:], "the id of a fact is a cursor too"


def test_it_is_narrowed_by_subject_and_kind(agent, poke):
    poke(1, 2, 3)
    assert [i["subject"] for i in all_pages(agent, "subject=probe:P-1&subject=probe:P-3")] == [
        "probe:P-1",
        "probe:P-3",
    ]
    assert len(all_pages(agent, "subject=probe")) == 3
    assert all_pages(agent, "kind=probe.Other") == []
    assert len(all_pages(agent, f"kind={probe.Poked.kind}")) == 3


def test_imported_history_is_listed_though_it_is_never_streamed(agent, poke):
    poke(1, origin=Origin.HISTORY)
    assert [i["origin"] for i in all_pages(agent)] == ["history"]


def test_everybody_sees_their_own_share(agent, poke):
    user, named = sign_up(), sign_up("agent")
    secret = probe.SECRET + named.id
    poke(user.id, 5000, audience=Audience.PUBLIC, organisation_id=user.organisation_id)
    poke(user.id, audience=Audience.INTERNAL)
    poke(secret, audience=Audience.CONFIDENTIAL)
    assert [i["subject"] for i in all_pages(user)] == [f"probe:P-{user.id}"]
    assert f"probe:P-{secret}" not in str(all_pages(agent))
    assert f"probe:P-{secret}" in str(all_pages(named))
    assert len(all_pages(agent)) == 3


def test_little_among_much_is_found(agent, poke):
    """Pages may be short, but the cursor leads to the end."""
    user = sign_up()
    poke(*[7] * 2600, audience=Audience.PUBLIC)
    poke(user.id, audience=Audience.PUBLIC)
    assert [i["subject"] for i in all_pages(user)] == [f"probe:P-{user.id}"]


@pytest.mark.parametrize(
    ("query", "status"),
    [("?subject=x:1", 422), ("?subject=probe:P-zz", 404), ("?cursor=%22", 422), ("?limit=0", 422)],
)
def test_a_bad_question_is_a_problem(agent, query, status):
    response = Client(headers=agent.bearer).get(f"/api/v1/facts{query}")
    assert (response.status_code, response["Content-Type"]) == (status, "application/problem+json")


def staff(number: int) -> Actor:
    roles = frozenset({Role.AGENT, Role.USER})
    return Actor(kind=ActorKind.PERSON, id=number, person_id=number, organisation_id=1, roles=roles)


def test_rights_of_two_thousand_are_asked_at_the_price_of_one(poke, monkeypatch):
    asked: list[int] = []

    def visible(actor, ids):
        asked.append(len(ids))
        return probe.visible(actor, ids)

    monkeypatch.setattr(manifest, "live_subjects", lambda: {"probe": LiveSubject("probe", visible)})
    poke(1, 2, 3)
    facts = dispatch.read_after(0, 0)
    wishes = dict.fromkeys((staff(n) for n in range(1, 2001)), None)
    heard = rights.visible(wishes, facts)
    assert {len(h) for h in heard.values()} == {3}
    assert asked == [3]


def test_a_capability_that_answers_for_many_is_asked_once(poke, monkeypatch):
    asked: list[int] = []

    def visible_to_each(actors, ids):
        asked.append(len(actors))
        return [probe.visible(a, ids) for a in actors]

    def never(actor, ids):
        raise AssertionError

    live = {"probe": LiveSubject("probe", never, visible_to_each=visible_to_each)}
    monkeypatch.setattr(manifest, "live_subjects", lambda: live)
    users = [
        Actor(kind=ActorKind.PERSON, id=n, person_id=n, roles=frozenset({Role.USER})) for n in range(1, 300)
    ]
    poke(5, 6, audience=Audience.PUBLIC)
    heard = rights.visible(dict.fromkeys(users, None), dispatch.read_after(0, 0))
    assert asked == [299]
    assert {a.id: [f.subject.id for f in h] for a, h in heard.items() if h} == {5: [5], 6: [6]}


def test_a_notify_is_sent_only_when_there_is_news_and_in_its_rhythm(poke):
    announcer = Announcer()
    assert not announcer.tell()
    poke(1)
    assert announcer.tell()
    poke(2)
    assert not announcer.tell(), "at most one in 50 ms"
    announcer._told_at -= 1
    assert announcer.tell()
    announcer._told_at -= 1
    assert not announcer.tell()


def test_an_idle_look_is_one_query(poke):
    poke(1)
    catch_up(NOW)
    with CaptureQueriesContext(connection) as queries:
        assert dispatch.dispatch_once(NOW) == 0
    assert len(queries) == 1
