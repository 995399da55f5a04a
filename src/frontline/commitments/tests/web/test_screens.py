import re

import pytest

from frontline.commitments.models import Agreement, Calendar, CalendarVersion, PriorityMatrix, Target

pytestmark = pytest.mark.django_db

WEEK = {"mon": "08:00-12:00, 13:00-18:00", "sat": "22:00-02:00"}
HOURS = {
    "tz": "Europe/Berlin",
    "holidays": "2026-12-25\n",
    "exceptions": "2026-12-24 08:00-12:00 open",
    **WEEK,
}


@pytest.fixture
def admin(browser, administrator):
    return browser(administrator)


def hidden(html, name):
    return re.search(rf'name="{name}"[^>]*value="([^"]*)"', html)[1]


def make(admin, **changes):
    return admin.post("/setup/calendars/new", {"name": "Berlin", "key": "berlin", **HOURS, **changes})


def test_a_calendar_is_made_from_what_people_type(admin):
    answer = make(admin)
    assert answer.status_code == 302
    assert CalendarVersion.objects.get(calendar__key="berlin").rules == {
        "tz": "Europe/Berlin",
        "weekly": {"mon": [["08:00", "12:00"], ["13:00", "18:00"]], "sat": [["22:00", "02:00"]]},
        "holidays": ["2026-12-25"],
        "exceptions": [{"date": "2026-12-24", "from": "08:00", "to": "12:00", "open": True}],
    }
    page = admin.get(answer.url).content.decode()
    assert "08:00–12:00" in page
    assert "Europe/Berlin" in page
    assert "berlin" in admin.get("/setup/calendars").content.decode()


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"mon": "8-12"}, "“8-12” is no window"),
        ({"mon": "08:00-25:00"}, "25:00"),
        ({"tz": "Mars/Base"}, "is no time zone known here"),
        ({"holidays": "Christmas"}, "“Christmas” is no date"),
        ({"exceptions": "2026-12-24 open"}, "is no exception"),
        ({"key": "Berlin Hours"}, "Enter a valid value"),
        ({"key": "business-hours"}, "There is a calendar with the key business-hours already"),
    ],
)
def test_what_cannot_be_read_comes_back_with_its_reason(admin, changes, words):
    answer = make(admin, **changes)
    page = answer.content.decode().replace("&#x27;", "'")
    assert answer.status_code == 422
    assert words in page
    assert not Calendar.objects.filter(name="Berlin").exists()


def test_new_hours_need_the_calendar_as_it_was_seen(admin):
    url = make(admin).url
    version = hidden(admin.get(url).content.decode(), "version")
    later = {**HOURS, "mon": "09:00-17:00", "effective_from": "2999-01-01T00:00"}
    assert admin.post(url, {**later, "version": version}).status_code == 302
    assert CalendarVersion.objects.filter(calendar__key="berlin").count() == 2
    answer = admin.post(url, {**later, "version": version})
    assert (answer.status_code, "changed after you loaded it" in answer.content.decode()) == (422, True)
    version = hidden(admin.get(url).content.decode(), "version")
    answer = admin.post(url, {**HOURS, "effective_from": "2001-01-01T00:00", "version": version})
    assert "is in the past" in answer.content.decode()
    assert admin.post(f"{url}/recompute").status_code == 302


def test_targets_are_agreed_in_a_table(admin):
    lines = {"measure_0": "respond", "priority_0": "P1", "within_0": "15m", "warn_0": "80", "lines": "3"}
    lines |= {"measure_1": "resolve", "within_1": "1h 30m", "calendar_1": "round-the-clock"}
    answer = admin.post("/setup/agreements/new", {"name": "Gold", "kind": "sla", "criticality": "2", **lines})
    assert answer.status_code == 302
    agreement = Agreement.objects.get(name="Gold")
    assert list(
        agreement.targets.order_by("id").values_list(
            "measure", "priority", "seconds", "calendar__key", "warn_percent"
        )
    ) == [("respond", "P1", 900, None, 80), ("resolve", "", 5400, "round-the-clock", 75)]
    page = admin.get("/setup/agreements").content.decode()
    assert "Gold" in page
    assert "1 h 30 min" in page

    page = admin.get(answer.url).content.decode()
    version = hidden(page, "version")
    lines = {"measure_0": "respond", "priority_0": "P1", "within_0": "10m", "warn_0": "80", "lines": "5"}
    assert (
        admin.post(answer.url, {"name": "Gold", "active": "on", "version": version, **lines}).status_code
        == 302
    )
    assert list(Target.objects.filter(agreement=agreement, valid_until=None).values_list("seconds")) == [
        (600,)
    ]


@pytest.mark.parametrize(
    ("lines", "words"),
    [
        ({"measure_0": "respond"}, "needs both a promise and a time"),
        ({"measure_0": "respond", "within_0": "2 days"}, "is no working time"),
        ({"kind": "ola"}, "An OLA is with a team"),
    ],
)
def test_an_agreement_that_makes_no_sense_comes_back(admin, lines, words):
    answer = admin.post("/setup/agreements/new", {"name": "Gold", "kind": "sla", "lines": "3", **lines})
    assert (answer.status_code, words in answer.content.decode()) == (422, True)
    assert not Agreement.objects.filter(name="Gold").exists()


def test_the_matrix_is_changed_in_its_grid(admin):
    page = admin.get("/setup/priorities").content.decode()
    assert page.count("<select") == 9
    cells = {f"cell_{i}_{u}": "P3" for i in (1, 2, 3) for u in (1, 2, 3)}
    assert admin.post("/setup/priorities", {**cells, "cell_1_1": "P1"}).status_code == 302
    assert PriorityMatrix.objects.latest("valid_from").cells["1:2"] == "P3"
    assert admin.post("/setup/priorities", {**cells, "cell_1_1": "P9"}).status_code == 422


def test_an_agent_sees_the_rules_without_buttons_and_a_user_not_at_all(browser, agent):

    client = browser(agent)
    for path in ("/setup/calendars", "/setup/agreements", "/setup/priorities"):
        page = client.get(path)
        assert page.status_code == 200
        assert "New calendar" not in page.content.decode()
    assert client.get("/setup/calendars/new").status_code == 403
    assert make(client).status_code == 403
    uid = Calendar.objects.get(key="business-hours").uid
    assert client.post(f"/setup/calendars/{uid}", HOURS | {"version": "1"}).status_code in {403, 422}
    assert CalendarVersion.objects.count() == 2


def test_pages_cost_the_same_for_few_and_for_many(admin, django_assert_max_num_queries):
    counts = []
    for key in ("one", "two"):
        make(admin, key=key)
        admin.get("/setup/calendars")
        with django_assert_max_num_queries(12) as seen:
            admin.get("/setup/calendars")
            admin.get("/setup/agreements")
        counts.append(len(seen))
    assert counts[0] == counts[1]
