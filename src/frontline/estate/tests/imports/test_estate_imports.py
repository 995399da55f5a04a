"""`frontline import services` and `cis`: rows in, rows refused with reasons, again and nothing changes."""

import argparse
import csv
import json

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from frontline.estate.models import Dependency, Item, Service
from frontline.foundation.imports import cli
from frontline.foundation.imports.cli import BadMapFile
from frontline.foundation.imports.columns import UnusableColumns
from frontline.foundation.imports.reading import UnreadableFile
from frontline.foundation.models import FactRow
from frontline.people.models import Place

SERVICES = """\
id;Service;Description;Business criticality;Owner;Business owner;Team;Skill;Calendar;Customer;Depends on;Cost centre
s1;E-Mail für alle;Briefe;1 - most critical;amira@acme.example;;Network;;business-hours;;s2|VPN;4711
s2;Verzeichnis;;high;;OMAR@acme.example;identity;Network basics;;;;
s3;Portal;;4;;;;;;Initech;Nowhere;4712
s4;Bad owner;;;nobody@acme.example;;;;;;;
s5;Bad team;;;;;Ghosts;;;;;
s6;Bad tier;;urgent;;;;;;;;
s7;;;;;;;;;;;
s1;Twice;;;;;;;;;;
s8;Bad address;;;amira;;;;;;;
s9;Bad calendar;;;;;;;no key!;;;
s10;Circle;;;;;;;;;s11;
s11;Other half;;;;;;;;;s10;
too;few
"""

ITEMS = """\
Inventarnummer,Gerät,Typ,Modell,Seriennummer,State,User,Standort,Vendor,Attributes,Services,Needs,Wert
i1,LT-1,Laptop,Litware Book,SN1,installed,omar@acme.example,Berlin,Contoso,"os: Windows 11; ram: 16 GB",VPN,srv-1,1200
i2,srv-1,Server,,,in use,,Berlin,,,Payroll,,
i3,LT-0042,Laptop,Litware Book,SN0042,,,,,,,,
i4,Bad place,Laptop,,,,omar@acme.example,Atlantis,,,,,
i5,Bad vendor,Laptop,,,,,,Initech,,,,
i6,Bad status,Laptop,,,eaten,,,,,,,
i7,Bad user,Laptop,,,,who@acme.example,,,,,,
i8,No kind,,,,,,,,,,,
i9,Bad facts,Laptop,,,,,,,just words,,,
"""


def run(kind, path, *options):
    parser = argparse.ArgumentParser()
    cli.add(parser)
    return cli.run(parser.parse_args([kind, *([str(path)] if path else []), *options]))


def written(tmp_path, text, name="table.csv", encoding="utf-8"):
    path = tmp_path / name
    path.write_bytes(text.encode(encoding))
    return path


def counts(capsys):
    found = json.loads(capsys.readouterr().out.splitlines()[-1])
    return tuple(found[name] for name in ("created", "updated", "unchanged", "rejected"))


def refused(path):
    with path.open(encoding="utf-8", newline="") as file:
        return [
            (int(row["line"]), row["external_id"], row["field"], row["reason"])
            for row in csv.DictReader(file)
        ]


def test_services_come_in_with_owners_teams_and_what_they_need(world, tmp_path, capsys):
    report = tmp_path / "report.csv"
    path = written(tmp_path, SERVICES)
    assert run("services", path, "--report", str(report), "--source", "cmdb", "--json") == 3
    told = capsys.readouterr()
    assert json.loads(told.out.splitlines()[-1])["created"] == 5
    assert "table.csv: not used: Cost centre (2 cells)" in told.err
    mail = Service.objects.get(source="cmdb", external_id="s1")
    assert (mail.name, mail.criticality, mail.owner, mail.team, mail.calendar_key) == (
        "E-Mail für alle",
        1,
        world.people["Amira"],
        world.network,
        "business-hours",
    )
    directory = Service.objects.get(external_id="s2")
    assert (directory.criticality, directory.business_owner, directory.team, directory.skill.name) == (
        2,
        world.people["Omar"],
        world.identity,
        "Network basics",
    )
    assert Service.objects.get(external_id="s3").organisation == world.customer
    pairs = Dependency.objects.values_list("upper_service__name", "lower_service__name").order_by("id")
    assert list(pairs) == [
        ("E-Mail für alle", "Verzeichnis"),
        ("E-Mail für alle", "VPN"),
        ("Circle", "Other half"),
    ]
    rows = {line: (key, column, reason) for line, key, column, reason in refused(report)}
    assert {line: row[:2] for line, row in rows.items()} == {
        4: ("s3", "needs"),
        5: ("s4", "owner"),
        6: ("s5", "team"),
        7: ("s6", "criticality"),
        8: ("s7", "name"),
        9: ("s1", "external_id"),
        10: ("s8", "owner"),
        11: ("s9", "calendar"),
        13: ("s11", "needs"),
        14: ("", ""),
    }
    assert rows[5][2] == ("Nobody has the address nobody@acme.example; import people first, or correct it.")
    assert rows[13][2].startswith("This would be a circle: Other half → Circle → Other half.")
    assert rows[9][2] == "The id s1 stands on line 2 already."


def test_a_second_run_changes_nothing_announces_nothing_and_asks_little(world, tmp_path, capsys):
    text = "id,name,owner,needs\n" + "".join(f"s{n},Service {n},amira@acme.example,VPN\n" for n in range(40))
    path = written(tmp_path, text)
    assert run("services", path, "--json") == 0
    assert counts(capsys) == (40, 0, 0, 0)
    before = FactRow.objects.count()
    with CaptureQueriesContext(connection) as queries:
        assert run("services", path, "--json") == 0
    assert counts(capsys) == (0, 0, 40, 0)
    assert FactRow.objects.count() == before
    assert Dependency.objects.count() == 40
    assert len(queries) < 25
    changed = written(tmp_path, text.replace("Service 7,", "Service Seven,"))
    assert run("services", changed, "--json") == 0
    assert counts(capsys) == (0, 1, 39, 0)
    assert Service.objects.get(external_id="s7").name == "Service Seven"


def test_a_dry_run_says_the_same_and_leaves_nothing(world, tmp_path, capsys):
    path = written(tmp_path, SERVICES)
    before = (Service.objects.count(), Dependency.objects.count(), FactRow.objects.count())
    assert run("services", path, "--dry-run", "--json") == 3
    assert counts(capsys) == (5, 0, 0, 10)
    assert (Service.objects.count(), Dependency.objects.count(), FactRow.objects.count()) == before
    assert run("services", path, "--json") == 3
    assert counts(capsys) == (5, 0, 0, 10)


def test_a_service_made_in_a_screen_is_known_by_its_name(world, tmp_path, capsys):
    path = written(tmp_path, "id,name,description\nx1,vpn,Tunnels\nx2,Payroll,\n")
    assert run("services", path, "--source", "cmdb", "--json") == 0
    assert counts(capsys) == (0, 2, 0, 0)
    world.vpn.refresh_from_db()
    assert (world.vpn.source, world.vpn.external_id, world.vpn.description, world.vpn.team) == (
        "cmdb",
        "x1",
        "Tunnels",
        world.network,  # not in the file, so it stays
    )
    other = written(tmp_path, "id,name\nx9,VPN\n", "other.csv")
    report = tmp_path / "report.csv"
    assert run("services", other, "--source", "cmdb", "--report", str(report)) == 3
    assert refused(report) == [
        (2, "x9", "name", "vpn is there with the id x1 already; two cannot have one name and different ids.")
    ]
    assert Service.objects.filter(name__iexact="vpn").count() == 1


def test_items_come_in_with_people_places_suppliers_and_facts(world, tmp_path, capsys):
    report = tmp_path / "report.csv"
    path = written(tmp_path, ITEMS)
    assert run("cis", path, "--report", str(report), "--source", "cmdb", "--json") == 3
    told = capsys.readouterr()
    outcome = json.loads(told.out.splitlines()[-1])
    assert (outcome["created"], outcome["updated"]) == (2, 1)
    assert "table.csv: not used: Wert (1 cells)" in told.err
    laptop = Item.objects.get(external_id="i1")
    assert (laptop.name, laptop.kind, laptop.status, laptop.person, laptop.organisation) == (
        "LT-1",
        "laptop",
        "in_use",
        world.people["Omar"],
        world.internal,
    )
    assert (laptop.place, laptop.supplier, laptop.attributes) == (
        world.berlin,
        world.supplier,
        {"os": "Windows 11", "ram": "16 GB"},
    )
    world.laptop.refresh_from_db()  # made in a screen, known by its serial number
    assert (world.laptop.external_id, world.laptop.model, world.laptop.person) == (
        "i3",
        "Litware Book",
        world.people["Omar"],
    )
    ends = Dependency.objects.values_list("upper_service__name", "upper_item__name", "lower_item__name")
    assert set(ends) == {("VPN", None, "LT-1"), (None, "LT-1", "srv-1"), ("Payroll", None, "srv-1")}
    assert [(line, key, column) for line, key, column, _ in sorted(refused(report))] == [
        (5, "i4", "place"),
        (6, "i5", "supplier"),
        (7, "i6", "status"),
        (8, "i7", "person"),
        (9, "i8", "kind"),
        (10, "i9", "attributes"),
    ]
    assert run("cis", path, "--source", "cmdb", "--json") == 3
    assert counts(capsys) == (0, 0, 3, 6)


def test_places_of_two_organisations_are_told_apart(world, tmp_path, capsys):
    theirs = Place.objects.create(organisation=world.customer, name="Berlin", timezone="Europe/Berlin")
    text = "name,kind,person,place\nA,pc,vera@initech.example,Berlin\nB,pc,omar@acme.example,berlin\n"
    assert run("cis", written(tmp_path, text), "--json") == 0
    assert dict(Item.objects.filter(kind="pc").values_list("name", "place")) == {
        "A": theirs.pk,
        "B": world.berlin.pk,
    }


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
def test_every_usual_encoding_and_delimiter_gives_the_same_services(world, tmp_path, capsys, encoding):
    for number, delimiter in enumerate(",;\t"):
        rows = [["id", "name", "keywords"], ["z1", "Größe für Zoë", "Maß"]]
        text = "\r\n".join(delimiter.join(row) for row in rows)
        assert run("services", written(tmp_path, text, f"{number}.csv", encoding), "--json") == 0
        assert counts(capsys) == ((1, 0, 0, 0) if number == 0 else (0, 0, 1, 0))
    assert Service.objects.get(external_id="z1").name == "Größe für Zoë"


@pytest.mark.parametrize(
    ("kind", "content", "error", "words"),
    [
        ("services", "id,team\n1,Network\n", UnusableColumns, "there is no column for name"),
        ("cis", "id,seriennummer\n1,2\n", UnusableColumns, "there is no column for kind, name"),
        ("cis", "name,kind,name\na,b,c\n", UnreadableFile, "twice"),
        ("services", "", UnreadableFile, "empty"),
        ("services", "a\0b", UnreadableFile, "zero bytes"),
        ("services", "name,service\na,b\n", UnusableColumns, "both 'name' and 'service' mean name"),
    ],
)
def test_what_is_unusable_is_one_clear_error_before_anything_is_written(
    world, tmp_path, kind, content, error, words
):
    good = written(tmp_path, "name,kind\nGood,pc\n", "good.csv")
    bad = written(tmp_path, content, "bad.csv")
    with pytest.raises(error, match=words):
        run(kind, good, str(bad))
    assert not Service.objects.filter(name="Good").exists()
    assert not Item.objects.filter(name="Good").exists()


def test_a_map_says_which_column_is_what(world, tmp_path, capsys):
    table = written(tmp_path, "Was,Wem\nLT-9,omar@acme.example\n")
    mapping = tmp_path / "map.json"
    mapping.write_text(
        json.dumps(
            {"columns": {"Was": "name", "Wem": "person"}, "defaults": {"kind": "laptop"}, "source": "inv"}
        )
    )
    assert run("cis", table, "--map", str(mapping), "--json") == 0
    made = Item.objects.get(name="LT-9")
    assert (made.kind, made.person, made.source, made.external_id) == (
        "laptop",
        world.people["Omar"],
        "inv",
        "LT-9",
    )
    with pytest.raises(BadMapFile):
        run("cis", table, "--map", str(tmp_path / "none.json"))


def test_the_columns_are_listed(capsys):
    assert run("services", None, "--columns") == 0
    listed = capsys.readouterr().out.splitlines()
    assert [line.split()[0] for line in listed][:5] == [
        "external_id",
        "name",
        "description",
        "keywords",
        "criticality",
    ]
