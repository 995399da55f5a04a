"""`frontline import people`: rows in, rows refused with reasons, again and nothing changes."""

import argparse
import csv
import json

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from frontline.foundation.imports import cli
from frontline.foundation.imports.cli import BadMapFile, NotForThisFormat, UnknownFormat
from frontline.foundation.imports.columns import UnusableColumns
from frontline.foundation.imports.reading import UnreadableFile
from frontline.foundation.models import FactRow
from frontline.kernel.actors import SYSTEM, Role
from frontline.people.models import Department, Organisation, Person, Place
from frontline.people.tests.building import NOW, account, organisation, person, staff
from frontline.people.usecases.persons import placeholder_for

pytestmark = pytest.mark.django_db

FULL = """\
Employee ID,Display name,Mail,Department,Office,Office timezone,Manager,Language,Time zone,Phone,Active
,,,,,,,,,,
e1,Anna Meier,Anna.Meier@meridian.example,Finance > Payroll,Berlin,Europe/Berlin,e2,de,,+49 30 1234,yes
e2,Boris Boss,boris@meridian.example,Finance,Berlin,,ceo@meridian.example,en,Europe/Berlin,,yes
e3,Chen Li,chen@meridian.example,IT,Singapore,Asia/Singapore,e2,en,,,
e4,Dora Bad,dora@meridian.example,IT,Atlantis,,,en,,,
e5,Emil Bad,not an address,,,,,en,,,
e6,Fay Bad,fay@meridian.example,,,,,klingon,,,
e7,Gus Bad,gus@meridian.example,,,,,,Mars/Base,,
e1,Anna Double,anna2@meridian.example,,,,,,,,
e8,Hal Double,CHEN@meridian.example,,,,,,,,
e9,,ina@meridian.example,,,,,,,,
e10,Jan Circle,jan@meridian.example,,,,e11,,,,
e11,Kim Circle,kim@meridian.example,,,,jan@meridian.example,,,,
e12,Lea Maybe,lea@meridian.example,,,,,,,,perhaps
e13,Max Boss,max@meridian.example,,,,e99,,,,
e14,Nia Old,nia@meridian.example,,,,,,,,no
"""


def run(path, *options):
    parser = argparse.ArgumentParser()
    cli.add(parser)
    return cli.run(parser.parse_args(["people", str(path), *options]))


def written(tmp_path, text, name="people.csv"):
    path = tmp_path / name
    path.write_text(text, encoding="utf-8")
    return path


@pytest.fixture
def ours():
    return organisation(domains=["meridian.example"])


def test_good_rows_come_in_and_each_bad_one_is_told_with_its_reason(tmp_path, capsys, ours):
    report = tmp_path / "report.csv"
    text = FULL.replace("Employee ID", "id")
    code = run(written(tmp_path, text), "--report", str(report), "--json")
    assert code == 3
    assert json.loads(capsys.readouterr().out.splitlines()[-1]) == {
        "source": "people",
        "tickets": 0,
        "created": 4,
        "updated": 0,
        "unchanged": 0,
        "rejected": 11,
        "events": 0,
    }
    with report.open(encoding="utf-8") as file:
        rows = {(int(r["line"]), r["field"]): r["reason"] for r in csv.DictReader(file)}
    assert {key: words for key, words in rows.items() if key[0] in {6, 11}} == {
        (
            6,
            "place",
        ): "There is no place called Atlantis; add it under Set-up, or say its zone in a column place_timezone.",
        (11, "email"): "Line 5 has the same address.",
    }
    assert sorted(rows) == [
        (6, "place"),
        (7, "email"),
        (8, "language"),
        (9, "timezone"),
        (10, "external_id"),
        (11, "email"),
        (12, "name"),
        (13, "manager"),
        (14, "manager"),
        (15, "active"),
        (16, "manager"),
    ]
    anna, boris = Person.objects.get(external_id="e1"), Person.objects.get(external_id="e2")
    assert (anna.email, anna.language, anna.phone_digits, anna.organisation) == (
        "anna.meier@meridian.example",
        "de",
        "49301234",
        ours,
    )
    assert (anna.manager, anna.department.parent.name, anna.place.timezone) == (
        boris,
        "Finance",
        "Europe/Berlin",
    )
    assert (boris.manager.email, boris.manager.placeholder) == ("ceo@meridian.example", True)
    assert Person.objects.get(external_id="e3").manager == boris
    assert Person.objects.get(external_id="e14").active is False
    assert (Department.objects.count(), Place.objects.count()) == (3, 2)


def test_a_second_run_changes_nothing_and_a_changed_file_only_what_it_says(tmp_path, capsys, ours):
    text = (
        "id,name,email,department,manager,title\n"
        "1,Anna,a@meridian.example,IT,b@meridian.example,\n"
        "2,Bo,b@meridian.example,IT,,Lead\n"
    )
    path = written(tmp_path, text)
    assert run(path) == 0
    facts = FactRow.objects.count()
    versions = list(Person.objects.order_by("pk").values_list("version", flat=True))
    capsys.readouterr()
    assert run(path, "--json") == 0
    again = json.loads(capsys.readouterr().out)
    assert (again["created"], again["updated"], again["unchanged"]) == (0, 0, 2)
    assert FactRow.objects.count() == facts
    assert list(Person.objects.order_by("pk").values_list("version", flat=True)) == versions
    written(tmp_path, text.replace("1,Anna,", "1,Anna Meier,"))
    assert run(path, "--json") == 0
    third = json.loads(capsys.readouterr().out)
    assert (third["updated"], third["unchanged"]) == (1, 1)
    bo = Person.objects.get(external_id="2")
    assert (bo.title, Person.objects.get(external_id="1").manager) == ("Lead", bo)


def test_a_dry_run_tells_the_same_and_leaves_nothing(tmp_path, capsys, ours):
    path = written(tmp_path, FULL.replace("Employee ID", "id"))
    assert run(path, "--dry-run", "--json") == 3
    dry = json.loads(capsys.readouterr().out)
    assert (Person.objects.count(), Department.objects.count(), FactRow.objects.count()) == (0, 0, 0)
    assert run(path, "--json") == 3
    assert json.loads(capsys.readouterr().out) == dry


def test_people_known_by_address_are_taken_over_not_doubled(tmp_path, ours):
    anna = person("Anna M", email="anna@meridian.example", title="Controller")
    stray = placeholder_for(email="ben@meridian.example", actor=SYSTEM, now=NOW)
    text = "id,name,email\n1,Anna Meier,ANNA@meridian.example\n2,Ben Kraus,ben@meridian.example\n"
    assert run(written(tmp_path, text)) == 0
    anna.refresh_from_db()
    ben = Person.objects.get(pk=stray)
    assert (anna.name, anna.external_id, anna.title) == ("Anna Meier", "1", "Controller")
    assert (ben.name, ben.placeholder, ben.external_id) == ("Ben Kraus", False, "2")
    assert Person.objects.count() == 2


def test_whoever_the_file_calls_gone_has_left_the_desk(tmp_path, ours):
    ben = staff("Ben Kraus", Role.AGENT, source="people", external_id="7")
    account(ben)
    path = written(tmp_path, "id,name,active\n7,Ben Kraus,no\n")
    assert run(path) == 0
    ben.refresh_from_db()
    assert ben.left_at is not None
    assert FactRow.objects.filter(kind="people.PersonLeft", subject_id=ben.pk).count() == 1
    assert run(path) == 0
    assert FactRow.objects.filter(kind="people.PersonLeft").count() == 1


def test_an_organisation_is_matched_by_name_or_made_when_its_kind_is_said(tmp_path, capsys, ours):
    head = "id,name,organisation,organisation_kind\n"
    text = head + "1,Carl,Contoso,supplier\n2,Cora,CONTOSO,\n3,Dan,Unknown,\n4,Eve,Meridian,\n"
    assert run(written(tmp_path, text), "--json") == 3
    assert json.loads(capsys.readouterr().out)["rejected"] == 1
    owners = dict(Person.objects.values_list("name", "organisation__name"))
    assert owners == {"Carl": "Contoso", "Cora": "Contoso", "Eve": "Meridian"}
    assert Organisation.objects.get(name="Contoso").kind == "supplier"


def test_two_sources_may_use_the_same_ids(tmp_path, ours):
    path = written(tmp_path, "id,name\n1,Anna\n")
    run(path, "--source", "hr-berlin")
    run(path, "--source", "hr-oslo")
    assert set(Person.objects.values_list("source", "external_id")) == {("hr-berlin", "1"), ("hr-oslo", "1")}


def test_unusable_input_is_refused_before_anything_is_written(tmp_path, ours):
    good = written(tmp_path, "id,name\n1,Anna\n")
    bad = written(tmp_path, "id,shoe size\n1,38\n", "bad.csv")
    bad_map = written(tmp_path, "[1]", "map.json")
    parser = argparse.ArgumentParser()
    cli.add(parser)
    for arguments, error in [
        (["people", str(good), str(bad)], UnusableColumns),
        (["people", str(good), str(tmp_path / "gone.csv")], UnreadableFile),
        (["people", str(good), "--map", str(bad_map)], BadMapFile),
        (["people", str(good), "--map", "no-such-map"], BadMapFile),
        (["people", str(good), "--as-of", "2026-01-01T00:00:00Z"], NotForThisFormat),
        (["nonsense", str(good)], UnknownFormat),
    ]:
        with pytest.raises(error):
            cli.run(parser.parse_args(arguments))
    assert not Person.objects.exists()


def test_a_batch_costs_the_same_queries_for_three_people_as_for_thirty(tmp_path, ours):
    counts = []
    for number, size in enumerate((3, 30)):
        rows = "".join(f"{number}-{n},P {n},p{number}-{n}@meridian.example,IT\n" for n in range(size))
        with CaptureQueriesContext(connection) as queries:
            run(written(tmp_path, "id,name,email,department\n" + rows))
        counts.append(len([q for q in queries if "foundation_desk" not in (q["sql"] or "")]))
    assert counts[1] <= counts[0]
