import pytest

pytestmark = pytest.mark.django_db

HOURS = {"tz": "Europe/Berlin", "weekly": {"mon": [["08:00", "18:00"]]}}


@pytest.fixture
def admin(api):
    return api("administrator")


@pytest.fixture
def berlin(admin):
    status, body = admin("POST", "/calendars", {"key": "berlin", "name": "Berlin", "rules": HOURS})
    assert status == 201
    return body


def test_a_calendar_is_made_read_and_listed(admin, berlin):
    assert berlin["versions"][0]["rules"] == {**HOURS, "holidays": [], "exceptions": []}
    assert admin("GET", f"/calendars/{berlin['id']}") == (200, berlin)
    status, page = admin("GET", "/calendars")
    assert (status, [row["key"] for row in page["items"]]) == (
        200,
        ["business-hours", "round-the-clock", "berlin"],
    )


def test_lists_go_on_at_their_cursor(admin, berlin):
    seen, cursor = [], ""
    while cursor is not None:
        _, page = admin("GET", f"/calendars?limit=2{cursor and '&cursor=' + cursor}")
        seen += [row["key"] for row in page["items"]]
        cursor = page["next_cursor"]
    assert seen == ["business-hours", "round-the-clock", "berlin"]
    status, problem = admin("GET", "/calendars?cursor=bm9uc2Vuc2U")
    assert (status, problem["errors"][0]["field"]) == (422, "cursor")


def test_a_change_needs_the_version_it_was_made_for(admin, berlin):
    path = f"/calendars/{berlin['id']}"
    admin("GET", path)
    seen = admin.etag
    assert admin("PATCH", path, {"name": "Berlin HQ"})[0] == 428
    assert admin("PATCH", path, {"name": "Berlin HQ"}, **{"If-Match": '"1"'})[0] == 412
    status, body = admin("PATCH", path, {"name": "Berlin HQ", "active": False}, **{"If-Match": seen})
    assert (status, body["name"], body["active"]) == (200, "Berlin HQ", False)
    assert admin.etag != seen
    assert admin("PATCH", path, {"name": "Late"}, **{"If-Match": seen})[0] == 412


def test_new_hours_begin_now_or_later(admin, berlin):
    path = f"/calendars/{berlin['id']}/versions"
    status, body = admin("POST", path, {"effective_from": "2190-01-01T00:00:00Z", "rules": HOURS})
    assert (status, len(body["versions"])) == (201, 2)
    status, problem = admin("POST", path, {"effective_from": "2001-01-01T00:00:00Z", "rules": HOURS})
    assert (status, problem["code"]) == (422, "past_is_frozen")
    assert admin("POST", f"/calendars/{berlin['id']}/recompute") == (200, {"examined": 0, "moved": 0})


@pytest.mark.parametrize(
    ("rules", "words"),
    [
        ({"tz": "Mars/Base", "weekly": {}}, "is no time zone known here"),
        ({"tz": "UTC", "weekly": {"mon": [["25:00", "26:00"]]}}, "25:00"),
        ({"tz": "UTC"}, "some values cannot be used"),
        ({"tz": "UTC", "weekly": {}, "open": True}, "some values cannot be used"),
    ],
)
def test_hours_without_sense_are_refused_in_words(admin, rules, words):
    status, problem = admin("POST", "/calendars", {"key": "x", "name": "x", "rules": rules})
    assert status == 422
    assert words.lower() in problem["detail"].lower()


def test_an_agreement_is_made_changed_and_filtered(admin):
    targets = [{"measure": "respond", "priority": "P1", "seconds": 600, "calendar": "round-the-clock"}]
    status, made = admin("POST", "/agreements", {"kind": "sla", "name": "Gold", "targets": targets})
    assert status == 201
    assert [(t["seconds"], t["calendar"], t["warn_percent"]) for t in made["targets"]] == [
        (600, "round-the-clock", 75)
    ]
    path = f"/agreements/{made['id']}"
    assert admin("GET", path) == (200, made)
    targets[0]["seconds"] = 300
    status, changed = admin("PATCH", path, {"targets": targets}, **{"If-Match": admin.etag})
    assert (status, [t["seconds"] for t in changed["targets"]]) == (200, [300])
    assert [row["name"] for row in admin("GET", "/agreements?kind=sla")[1]["items"]][-1] == "Gold"
    assert admin("GET", "/agreements?kind=ola") == (200, {"items": [], "next_cursor": None})
    assert admin("GET", "/agreements?kind=treaty")[0] == 422


def test_what_is_not_there_is_named(admin):
    nowhere = "00000000-0000-7000-8000-000000000000"
    assert admin("GET", f"/calendars/{nowhere}")[0] == 404
    assert admin("GET", f"/agreements/{nowhere}")[0] == 404
    status, problem = admin("POST", "/agreements", {"kind": "sla", "name": "x", "service": nowhere})
    assert (status, problem["errors"][0]["field"]) == (404, "service")
    body = {"kind": "sla", "name": "x", "targets": [{"measure": "respond", "seconds": 1, "calendar": "gone"}]}
    assert "There is no calendar gone" in admin("POST", "/agreements", body)[1]["detail"]


def test_roles_and_scopes_narrow_it(api):
    body = {"key": "x", "name": "x", "rules": HOURS}
    assert api("user")("GET", "/calendars")[0] == 403
    assert api("agent")("GET", "/agreements")[0] == 200
    assert api("agent")("POST", "/calendars", body)[0] == 403
    status, problem = api("administrator", "commitments:read")("POST", "/calendars", body)
    assert (status, problem["code"]) == (403, "missing_scope")
    assert api("administrator", "commitments:write")("POST", "/calendars", body)[0] == 201


def test_lists_cost_the_same_for_one_and_for_three(admin, django_assert_num_queries):
    admin("GET", "/calendars")
    counts = []
    for key in ("one", "two"):
        with django_assert_num_queries(1) as seen:
            admin("GET", "/calendars")
        counts.append(len(seen))
        admin("POST", "/calendars", {"key": key, "name": key, "rules": HOURS})
    assert counts[0] == counts[1]
