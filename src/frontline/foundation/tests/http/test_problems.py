"""Whatever goes wrong is told as a problem document (RFC 9457) that says what and how to mend it."""

import json

import pytest
from django.db import connection
from django.test import Client

from frontline.foundation.http.api import operations
from frontline.foundation.models import FactHead, FactRow
from frontline.foundation.tests.probe.people import sign_up


def post(client, body, path="/api/v1/things", **headers):
    content = body if isinstance(body, bytes) else json.dumps(body).encode()
    return client.post(path, content, content_type="application/json", headers=headers)


def told(response) -> tuple[int, str, list]:
    """Status, code and the fields that are wrong, after checking the shape."""
    assert response["Content-Type"] == "application/problem+json"
    document = response.json()
    assert document["status"] == response.status_code
    assert document["type"] == f"urn:frontline:problem:{document['code']}"
    assert {"title", "detail"} <= document.keys()
    return response.status_code, document["code"], [e["field"] for e in document.get("errors", [])]


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        (b"{", (400, "http", [])),
        (b"", (422, "invalid", ["body"])),
        (b'{"name": NaN}', (400, "http", [])),
        (b"[" * 100_000, (400, "http", [])),
        (b"\xff\xfe", (400, "http", [])),
        (b'{"size": ' + b"9" * 5000 + b"}", (400, "http", [])),
        ([], (422, "invalid", ["body"])),
        (None, (422, "invalid", ["body"])),
        ({}, (422, "invalid", ["name"])),
        ({"name": 7}, (422, "invalid", ["name"])),
        ({"name": None}, (422, "invalid", ["name"])),
        ({"name": "a\0b"}, (422, "invalid", ["name"])),
        ({"name": "a", "colour": "red"}, (422, "invalid", ["colour"])),
        ({"name": "a", "size": 2**63}, (422, "invalid", ["size"])),
        ({"name": "a", "size": 2**64}, (422, "invalid", ["size"])),
        ({"name": "a", "size": 0}, (422, "invalid", ["size"])),
        ({"name": "a", "size": "many"}, (422, "invalid", ["size"])),
        (
            {"name": "a", "note": {"number": 0, "x": 1}},
            (422, "invalid", ["note.title", "note.number", "note.x"]),
        ),
        ({"name": "a", "size": 13}, (422, "invalid", ["size"])),
    ],
    ids=lambda value: str(value)[:40],
)
def test_a_body_that_cannot_be_used_is_refused_by_field_and_stores_nothing(client, body, expected):
    assert told(post(client, body)) == expected
    assert not FactHead.objects.exists()
    assert not FactRow.objects.exists()


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("/api/v1/things?limit=0", (422, "invalid", ["limit"])),
        ("/api/v1/things?limit=201", (422, "invalid", ["limit"])),
        ("/api/v1/things?limit=x", (422, "invalid", ["limit"])),
        ("/api/v1/things?cursor=zzz", (422, "invalid", ["cursor"])),
        ("/api/v1/things?cursor=WzEsMl0", (422, "invalid", ["cursor"])),
        ("/api/v1/things?cursor=%ff", (422, "invalid", ["cursor"])),
        ("/api/v1/things?cursor=a%00b", (400, "nul_byte", [])),
        ("/api/v1/thi%00ngs", (400, "nul_byte", [])),
        ("/api/v1/nothing", (404, "not_found", [])),
        ("/api/nothing", (404, "not_found", [])),
        ("/v2/nothing", (404, "not_found", [])),
        ("/intake/nothing/x", (404, "not_found", [])),
        ("/api/v1/errors/missing", (404, "not_found", [])),
        ("/api/v1/errors/forbidden", (403, "forbidden", [])),
        ("/api/v1/errors/conflict", (409, "conflict", [])),
        ("/api/v1/errors/busy", (429, "too_many", [])),
        ("/api/v1/errors/odd", (422, "invalid", ["thing.colour"])),
        ("/api/v1/errors/breaks", (500, "internal", [])),
    ],
)
def test_an_address_that_cannot_be_answered_says_why(client, path, expected):
    response = client.get(path)
    assert told(response) == expected
    if expected[0] == 429:
        assert response["Retry-After"] == "7"
    if expected[0] == 500:
        assert "breaks" not in response.content.decode(), "nothing of the inside is told"


def test_a_cursor_leads_on(client):
    first = client.get("/api/v1/things?limit=3").json()
    second = client.get("/api/v1/things", {"cursor": first["next_cursor"]}).json()
    assert (first["items"], second["items"]) == ([0, 1, 2], [3, 4])


def test_the_wrong_method_is_405_and_says_which_are_right(client):
    response = client.delete("/api/v1/things")
    assert told(response) == (405, "method_not_allowed", [])
    assert sorted(response["Allow"].split(", ")) == ["GET", "POST"]


@pytest.mark.parametrize(
    "authorization", [None, "Bearer", "Bearer fl_wrong", "Basic eDp5", "fl_wrong", "Bearer \x00"]
)
def test_a_stranger_is_asked_for_a_token(stranger, authorization):
    headers = {} if authorization is None else {"Authorization": authorization}
    response = stranger.get("/api/v1/things", headers=headers)
    assert told(response) == (401, "sign_in", [])
    assert response["WWW-Authenticate"].startswith("Bearer")


def test_a_token_is_narrowed_by_its_scopes_and_roles(db):
    narrow = Client(headers=sign_up("agent", scopes=["people:read"]).bearer)
    assert told(post(narrow, {"name": "a"})) == (403, "missing_scope", [])
    assert "facts:read" in post(narrow, {"name": "a"}).json()["detail"]
    assert narrow.get("/api/v1/things").status_code == 200


def test_a_bad_token_never_falls_back_to_the_session(agent, stranger):
    headers = {**agent.cookie, "Authorization": "Bearer fl_wrong"}
    assert stranger.get("/api/v1/things", headers=headers).status_code == 401
    assert stranger.get("/api/v1/things", headers=agent.cookie).status_code == 200


def test_a_browser_session_needs_the_csrf_token_to_write(agent):
    browser = Client(enforce_csrf_checks=True, headers=agent.cookie)
    assert told(post(browser, {"name": "a"})) == (403, "http", [])
    program = Client(enforce_csrf_checks=True, headers=agent.bearer)
    assert post(program, {"name": "a"}).status_code == 201


def test_too_large_a_body_is_413_with_and_without_a_key(client, settings):
    settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 2 * 2**20
    body = {"name": "x" * (3 * 2**20)}
    for headers in ({}, {"Idempotency-Key": "k"}):
        response = post(client, body, **headers)
        assert told(response) == (413, "too_large", [])
        assert "2 MB" in response.json()["detail"]


def test_what_clashes_in_the_database_is_409_and_names_the_rule(client):
    response = post(client, {}, path="/api/v1/twice")
    assert told(response) == (409, "conflict", [])
    assert "foundation_fact_head_pkey" in response.json()["detail"]


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("headers", [{}, {"Idempotency-Key": "k"}], ids=["without a key", "with a key"])
def test_a_database_that_goes_away_is_503_and_claims_nothing(transactional_db, client, headers):
    response = post(client, {"name": "a", "then": "lose the database"}, **headers)
    connection.close()
    assert told(response) == (503, "database_away", [])
    assert response["Retry-After"] == "1"
    assert "terminating" not in response.content.decode()
    assert post(client, {"name": "a", "size": 2}, **headers).status_code == 201


@pytest.mark.parametrize(
    ("sent", "status"),
    [
        (None, 428),
        ('"2"', 412),
        ('"3"', 200),
        ('W/"3"', 200),
        ('"1", "3"', 200),
        ("*", 200),
        ("3", 412),
        ("", 412),
    ],
)
def test_a_change_names_the_version_it_saw(client, sent, status):
    headers = {} if sent is None else {"If-Match": sent}
    response = client.patch(
        "/api/v1/things/1", {"name": "a"}, content_type="application/json", headers=headers
    )
    assert response.status_code == status
    if status != 200:
        assert told(response)[1] == {428: "version_required", 412: "stale_version"}[status]


@pytest.mark.parametrize("method", ["post", "put", "patch", "delete"])
@pytest.mark.parametrize("path", ["/api/v1/nothing", "/v2/enqueue", "/intake/generic/x", "/v1/metrics"])
def test_an_address_still_to_come_is_not_found_whatever_the_method(agent, path, method):
    """A browser's protection against forged forms has no say where no form is."""
    strict = Client(enforce_csrf_checks=True, headers=agent.bearer)
    assert told(getattr(strict, method)(path, "{}", content_type="application/json")) == (
        404,
        "not_found",
        [],
    )


def test_a_body_that_is_no_json_is_told_where(client):
    assert "line 1 column 2" in post(client, b"{").json()["detail"]


@pytest.mark.parametrize(
    "path", ["/open", "/closed", "/errors/missing", "/nothing", "/api/v1/nothing", "/thi%00ng"]
)
def test_every_answer_carries_the_policy_and_no_sniffing(stranger, path):
    response = stranger.get(path)
    policy = response["Content-Security-Policy"]
    assert "default-src 'self'" in policy
    assert "unsafe" not in policy
    assert response["X-Request-Id"]
    if response.status_code != 400:
        assert response["X-Content-Type-Options"] == "nosniff"


def test_pages_send_strangers_to_sign_in_and_back_and_refuse_others_in_words(stranger, agent):
    sent = stranger.get("/closed?a=1")
    assert (sent.status_code, sent["Location"]) == (302, "/sign-in?next=/closed%3Fa%3D1")
    assert stranger.get("/open").status_code == 200
    assert stranger.get("/closed", headers=agent.cookie).status_code == 200
    assert stranger.get("/staff", headers=agent.cookie).status_code == 200
    user = sign_up()
    assert stranger.get("/staff", headers=user.cookie).status_code == 403
    assert stranger.get("/closed", headers=agent.bearer).status_code == 302, "a token opens no pages"


@pytest.mark.parametrize(
    ("name", "status"), [("missing", 404), ("forbidden", 403), ("conflict", 409), ("odd", 422)]
)
def test_an_error_on_a_page_is_a_page_and_for_a_program_a_document(stranger, name, status):
    page = stranger.get(f"/errors/{name}")
    assert (page.status_code, page["Content-Type"].partition(";")[0]) == (status, "text/html")
    assert told(stranger.get(f"/errors/{name}", headers={"Accept": "application/json"}))[0] == status


def test_every_operation_names_its_permission():
    named = {(o.method, o.path): o.permission for o in operations()}
    assert named["PATCH", "/api/v1/things/{number}"] == "facts.read"
    assert named["GET", "/api/v1/errors/{name}"] == "public"
    assert len(named) == 5


@pytest.mark.parametrize(
    ("language", "accept", "title", "detail", "missing"),
    [
        (
            "de",
            "en",
            "Nicht verarbeitbar",
            "Einige Werte sind nicht verwendbar; siehe errors.",
            "Das fehlt; ergänzen Sie es.",
        ),
        (
            "en",
            "de",
            "Cannot be processed",
            "Some values cannot be used; see errors.",
            "This is missing; add it.",
        ),
    ],
)
def test_the_words_are_in_the_actors_language_and_the_codes_stay(
    db, language, accept, title, detail, missing
):
    program = Client(headers={**sign_up("agent", language=language).bearer, "Accept-Language": accept})
    document = post(program, {}).json()
    assert document == {
        "type": "urn:frontline:problem:invalid",
        "title": title,
        "status": 422,
        "code": "invalid",
        "detail": detail,
        "errors": [{"field": "name", "detail": missing, "code": "missing"}],
    }


@pytest.mark.parametrize(
    ("path", "detail"),
    [
        ("/api/v1/nothing", "Unter /api/v1/nothing gibt es nichts."),
        (
            "/api/v1/thi%00ngs",
            "Die Adresse enthält ein NUL-Byte, das sich weder speichern noch finden lässt.",
        ),
        (
            "/api/v1/things",
            "Senden Sie Authorization: Bearer mit einem gültigen Token oder melden Sie sich an.",
        ),
        ("/api/v1/errors/busy", "Zu viele Versuche. Warten Sie 7 Sekunden und versuchen Sie es noch einmal."),
    ],
)
def test_a_stranger_is_told_in_the_language_the_client_asks_for(stranger, path, detail):
    german = stranger.get(path, headers={"Accept-Language": "de"}).json()
    english = stranger.get(path).json()
    assert german["detail"] == detail
    assert (german["code"], german["status"]) == (english["code"], english["status"])


def test_djangos_own_refusals_speak_the_readers_language_too(db):
    program = Client(headers=sign_up("agent", language="de").bearer)
    document = program.delete("/api/v1/things").json()
    assert (document["code"], document["title"]) == ("method_not_allowed", "Methode nicht erlaubt")
    assert document["detail"].startswith("Diese Adresse nimmt nur ")


@pytest.mark.parametrize(
    ("body", "detail"),
    [
        ({"name": 7}, "Das muss Text sein."),
        ({"name": "a\0b"}, "Text darf keine NUL-Zeichen enthalten; entfernen Sie sie."),
        ({"name": "a", "size": "many"}, "Das muss eine ganze Zahl sein."),
        ({"name": "a", "size": 0}, "Das muss mindestens 1 sein."),
        ({"name": "a", "colour": 1}, "Dieses Feld gibt es nicht; lassen Sie es weg."),
        ({"name": "a", "note": 3}, "Das muss ein Objekt sein."),
    ],
)
def test_what_is_wrong_with_a_value_is_said_in_the_actors_language(db, body, detail):
    program = Client(headers=sign_up("agent", language="de").bearer)
    assert [e["detail"] for e in post(program, body).json()["errors"]] == [detail]


def test_a_body_that_is_no_json_says_where_it_breaks(client):
    assert "line 1 column 2" in post(client, b"{").json()["detail"]


def test_one_that_knows_what_would_do_lists_it(client):
    document = client.get("/api/v1/errors/choice").json()
    assert document["errors"] == [
        {
            "field": "colour",
            "detail": "blue is none; use one of red, green.",
            "code": "invalid",
            "allowed": ["red", "green"],
        }
    ]
