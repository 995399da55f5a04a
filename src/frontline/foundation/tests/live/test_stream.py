"""The live stream of a real server: whole, in order, once, and only to whom it concerns."""

import json
import random
import socket
import time
from concurrent.futures import ThreadPoolExecutor

import httpx
import pytest

from frontline.foundation.tests.probe.database import rows, together
from frontline.foundation.tests.probe.people import sign_up
from frontline.foundation.tests.probe.stream import Reader
from frontline.kernel.actors import Actor, ActorKind
from frontline.kernel.facts import Audience, Origin
from frontline.people.models import Organisation

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("told")]


def test_a_fact_arrives_with_what_a_page_needs_and_none_of_our_ids(server, poke):
    agent = sign_up("agent", language="de")
    with Reader(server, agent.bearer) as reader:
        assert reader.events[0].event == "hello"
        poke(7, writer=4711, turn=3, code="P-7")
        reader.wait(lambda: len(reader.facts()) == 1)
    (fact,) = reader.facts()
    assert fact["subject"] == "probe:P-7"
    assert fact["kind"].endswith(".Poked")
    assert (fact["seq"], fact["actor"], fact["origin"]) == (1, "system", "live")
    assert fact["fragments"] == {"row": '<tr lang="de">7</tr>'}
    assert fact["data"]["code"] == "P-7"
    assert fact["data"]["writer"].startswith("id-")
    assert fact["id"] == reader.last
    assert set(fact) == {"id", "kind", "subject", "seq", "at", "actor", "origin", "data", "fragments"}


def test_it_arrives_within_a_second(server, poke):
    with Reader(server, sign_up("agent").bearer) as reader:
        for turn in range(1, 6):
            began = time.monotonic()
            poke(1)
            reader.wait(lambda turn=turn: len(reader.facts()) == turn)
            assert time.monotonic() - began < 1


def test_one_who_acts_is_told_it_was_them_and_others_a_pseudonym(server, poke):
    one, other = sign_up("agent"), sign_up("agent")
    with Reader(server, one.bearer) as first, Reader(server, other.bearer) as second:
        poke(1, actor=Actor(kind=ActorKind.PERSON, id=one.id, person_id=one.id))
        first.wait(lambda: first.facts() != [])
        second.wait(lambda: second.facts() != [])
    assert first.facts()[0]["actor"] == "me"
    assert second.facts()[0]["actor"].startswith("person-")


def test_the_browsers_session_opens_the_stream_and_its_language_wins(server, poke):
    agent = sign_up("agent", language="de")
    cookie = {"Cookie": f"{agent.cookie['Cookie']}; django_language=en"}
    with Reader(server, cookie) as reader:
        poke(1)
        reader.wait(lambda: reader.facts() != [])
    assert reader.facts()[0]["fragments"] == {"row": '<tr lang="en">1</tr>'}


def test_coming_back_gives_what_was_missed_once_and_in_order(server, poke):
    agent = sign_up("agent")
    with Reader(server, agent.bearer) as reader:
        poke(1)
        poke(2)
        reader.wait(lambda: len(reader.facts()) == 2)
    for subject in (3, 4, 5):
        poke(subject)
    with Reader(server, agent.bearer, last=reader.last) as again:
        poke(6)
        again.wait(lambda: "probe:P-6" in again.subjects())
    assert again.subjects() == ["probe:P-3", "probe:P-4", "probe:P-5", "probe:P-6"]


def test_readers_that_come_and_go_lose_nothing_and_double_nothing_while_four_write(server, poke):
    agent = sign_up("agent")
    writers, turns = 4, 60
    heard: list[str] = []

    def write(number: int) -> None:
        chance = random.Random(number)
        for turn in range(turns):
            poke(*chance.sample(range(10), 2), turn=turn)
            time.sleep(chance.random() * 0.01)

    def read() -> None:
        last = dispatch_start
        until = time.monotonic() + 40
        while len(heard) < writers * turns * 2 and time.monotonic() < until:
            with Reader(server, agent.bearer, last=last) as reader:
                time.sleep(0.15)
            got = [e for e in list(reader.events) if e.event == "fact"]
            heard.extend(e.id for e in got)
            last = got[-1].id if got else last

    dispatch_start = "0-0"
    together(read, *[lambda n=n: write(n) for n in range(writers)])
    expected = [f"{x}-{i}" for x, i in rows("SELECT xid::text, id FROM foundation_fact ORDER BY xid, id")]
    assert heard == expected


def test_rights_decide_who_hears(server, poke):
    """Audience, organisation, origin, and the subject's own rights; a secret reaches nobody but whom it names."""
    customer = Organisation.objects.create(name="Theirs", kind="customer")
    contoso = Organisation.objects.create(name="Contoso", kind="supplier")
    people = {
        "agent": sign_up("agent"),
        "named": sign_up("agent"),
        "user": sign_up(),
        "foreign": sign_up(organisation=customer),
        "supplier": sign_up(organisation=contoso),
    }
    ours = people["agent"].organisation_id
    with ThreadPoolExecutor(5) as pool:
        readers = {name: Reader(server, p.bearer) for name, p in people.items()}
        list(pool.map(Reader.__enter__, readers.values()))
        poke(900_000, audience=Audience.INTERNAL, organisation_id=ours)
        poke(1_000_000 + people["named"].id, audience=Audience.CONFIDENTIAL, organisation_id=ours)
        poke(people["user"].id, audience=Audience.PUBLIC, organisation_id=ours)
        poke(people["user"].id, audience=Audience.INTERNAL, organisation_id=ours)
        poke(people["user"].id, audience=Audience.PUBLIC, organisation_id=customer.pk)
        poke(people["foreign"].id, audience=Audience.PUBLIC, organisation_id=customer.pk)
        poke(people["supplier"].id, audience=Audience.SUPPLIER, organisation_id=ours)
        poke(people["supplier"].id, audience=Audience.INTERNAL, organisation_id=ours)
        poke(1, origin=Origin.HISTORY)
        poke(people["user"].id, audience=Audience.PUBLIC, organisation_id=ours, origin=Origin.EXERCISE)
        poke(999_999)
        readers["agent"].wait(lambda: "probe:P-999999" in readers["agent"].subjects())
        readers["named"].wait(lambda: "probe:P-999999" in readers["named"].subjects())
        time.sleep(0.3)
        list(pool.map(Reader.__exit__, readers.values()))
    user, foreign, supplier = (f"probe:P-{people[n].id}" for n in ("user", "foreign", "supplier"))
    secret = f"probe:P-{1_000_000 + people['named'].id}"
    for_staff = ["probe:P-900000", user, user, user, foreign, supplier, supplier, user, "probe:P-999999"]
    assert {name: reader.subjects() for name, reader in readers.items()} == {
        "agent": for_staff,
        "named": [for_staff[0], secret, *for_staff[1:]],
        "user": [user],
        "foreign": [foreign],
        "supplier": [supplier],
    }


def test_a_stream_follows_the_subjects_it_names(server, poke):
    agent = sign_up("agent")
    with (
        Reader(server, agent.bearer, "probe:P-2", "probe:P-3") as some,
        Reader(server, agent.bearer, "probe") as kind,
    ):
        poke(1, 2, 3, 4)
        kind.wait(lambda: len(kind.facts()) == 4)
        some.wait(lambda: len(some.facts()) == 2)
    assert some.subjects() == ["probe:P-2", "probe:P-3"]


@pytest.mark.parametrize(
    ("headers", "query", "status", "code"),
    [
        ({}, "", 401, "sign_in"),
        ({"Authorization": "Bearer fl_wrong"}, "", 401, "sign_in"),
        ({"Authorization": "Basic eDp5"}, "", 401, "sign_in"),
        ({"Cookie": "frontline_session=wrong"}, "", 401, "sign_in"),
        (None, "?subject=nothing:1", 422, "invalid"),
        (None, "?subject=probe:P-x", 404, "not_found"),
        (None, "?subject=probe:P-1000001", 404, "not_found"),
    ],
)
def test_what_cannot_be_streamed_is_a_problem_document(server, headers, query, status, code):
    sent = sign_up("agent").bearer if headers is None else headers
    answer = httpx.get(f"{server}/api/v1/live{query}", headers=sent)
    assert (answer.status_code, answer.json()["code"]) == (status, code)
    assert answer.headers["content-type"] == "application/problem+json"


def test_a_token_without_the_scope_is_refused(server):
    narrow = sign_up("agent", scopes=["people:read"])
    answer = httpx.get(f"{server}/api/v1/live", headers=narrow.bearer)
    assert (answer.status_code, answer.json()["code"]) == (403, "missing_scope")
    assert httpx.post(f"{server}/api/v1/live", headers=narrow.bearer).status_code == 405


def test_a_refusal_is_said_in_the_readers_language(server):
    german = sign_up("agent", language="de", scopes=["people:read"])
    refused = httpx.get(f"{server}/api/v1/live", headers=german.bearer).json()
    assert refused["detail"].startswith("Diesem Token fehlt die Befugnis facts:read.")
    stranger = httpx.get(f"{server}/api/v1/live", headers={"Accept-Language": "de"}).json()
    assert (stranger["code"], stranger["title"]) == ("sign_in", "Zuerst anmelden")


@pytest.mark.parametrize("last", ["99999999999-1", "nonsense", "1-", "-1", "9" * 30 + "-1"])
def test_a_place_that_is_not_ours_means_look_at_everything_anew(server, poke, last):
    agent = sign_up("agent")
    with Reader(server, agent.bearer, last=last) as reader:
        assert reader.events[0].event == "reset"
        poke(1)
        reader.wait(lambda: reader.facts() != [])


def test_a_person_has_so_many_streams_and_no_more(server):
    agent = sign_up("agent")
    with httpx.Client() as client:
        streams = [client.stream("GET", f"{server}/api/v1/live", headers=agent.cookie) for _ in range(10)]
        for stream in streams:
            assert stream.__enter__().status_code == 200
        refused = client.get(f"{server}/api/v1/live", headers=agent.cookie)
        assert (refused.status_code, refused.headers["retry-after"]) == (429, "5")
        for stream in streams:
            stream.__exit__(None, None, None)
    until = time.monotonic() + 10
    while time.monotonic() < until:
        with httpx.stream("GET", f"{server}/api/v1/live", headers=agent.cookie) as again:
            if again.status_code == 200:
                return
        time.sleep(0.1)
    raise AssertionError("closed streams must be given back")


def test_one_who_does_not_read_is_dropped_and_costs_the_others_nothing(server, poke):
    slow, quick = sign_up("agent"), sign_up("agent")
    host, port = server.removeprefix("http://").split(":")
    with socket.create_connection((host, int(port))) as deaf:
        deaf.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 65_536)
        deaf.sendall(
            f"GET /api/v1/live HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer {slow.token}\r\n\r\n".encode()
        )
        time.sleep(0.5)
        with Reader(server, quick.bearer) as reader:
            for _ in range(40):
                poke(*range(500))
            reader.wait(lambda: len(reader.events) > 20_000, 60)
        deaf.settimeout(10)
        received = b""
        while chunk := deaf.recv(65536):
            received += chunk
            if b"event: reset" in received:
                break
    assert b"event: reset" in received
    assert [f["seq"] for f in reader.facts() if f["subject"] == "probe:P-5"] == list(range(1, 41))


def test_two_hundred_listeners_hear_the_same(server, poke):
    agents = [sign_up("agent") for _ in range(20)]
    opened = [Reader(server, agents[n % 20].bearer) for n in range(200)]
    with ThreadPoolExecutor(40) as pool:
        list(pool.map(Reader.__enter__, opened))
        began = time.monotonic()
        poke(1, 2, 3)
        for reader in opened:
            reader.wait(lambda reader=reader: len(reader.facts()) == 3)
        took = time.monotonic() - began
        list(pool.map(Reader.__exit__, opened))
    assert {json.dumps(r.subjects()) for r in opened} == {json.dumps(["probe:P-1", "probe:P-2", "probe:P-3"])}
    assert took < 5
