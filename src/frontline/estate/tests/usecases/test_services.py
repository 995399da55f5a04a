"""Services: adding, changing, retiring, their users."""

import pytest

from frontline.estate.access import UnknownService
from frontline.estate.models import Service
from frontline.estate.usecases import services
from frontline.estate.usecases.services import NobodyThere, ServiceNameTaken
from frontline.foundation.models import FactRow
from frontline.kernel.errors import Forbidden, Invalid, StaleVersion


def told(kind):
    return [row.data for row in FactRow.objects.filter(kind=f"estate.{kind}").order_by("id")]


def test_a_service_is_added_changed_and_retired_and_each_is_announced(world):
    adam, omar = world.actor("Adam"), world.people["Omar"]
    made = services.create_service(
        details={
            "name": "  E-mail ",
            "description": "Letters.\r\nQuick ones.",
            "keywords": "Outlook, outlook; mail",
            "criticality": 1,
            "calendar_key": "Business-Hours",
            "owner_id": omar.pk,
            "team_id": world.network.pk,
        },
        actor=adam,
        now=world.now,
    )
    stored = Service.objects.get(pk=made.pk)
    assert (stored.name, stored.description, stored.keywords, stored.calendar_key, stored.version) == (
        "E-mail",
        "Letters.\nQuick ones.",
        "Outlook, mail",
        "business-hours",
        1,
    )
    services.update_service(
        uid=made.uid, changes={"criticality": 2, "name": "E-mail"}, version=1, actor=adam, now=world.now
    )
    services.update_service(uid=made.uid, changes={"criticality": 2}, version=2, actor=adam, now=world.now)
    retired = services.retire_service(uid=made.uid, actor=adam, now=world.now)
    assert (retired.active, retired.version) == (False, 3)
    assert [f["fields"] for f in told("ServiceChanged")] == [
        ["calendar_key", "criticality", "description", "keywords", "name", "owner_id", "team_id"],
        ["criticality"],
        ["active"],
    ]
    assert told("ServiceRetired") == [{"service_id": made.pk}]


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"name": " "}, "name"),
        ({"name": "x" * 201}, "name"),
        ({"criticality": 5}, "criticality"),
        ({"calendar_key": "no key"}, "calendar_key"),
        ({"description": "a\x00b"}, "description"),
        ({"keywords": "x" * 1001}, "keywords"),
        ({"name": "pAyroll"}, "name"),
    ],
)
def test_what_cannot_be_is_refused_by_field_and_nothing_changes(world, changes, field):
    adam = world.actor("Adam")
    with pytest.raises((Invalid, ServiceNameTaken)) as refused:
        services.update_service(uid=world.vpn.uid, changes=changes, actor=adam, now=world.now)
    assert refused.value.field == field
    world.vpn.refresh_from_db()
    assert (world.vpn.name, world.vpn.version) == ("VPN", 1)
    with pytest.raises(Invalid):
        services.create_service(details={}, actor=adam, now=world.now)


def test_a_change_made_on_an_old_page_is_refused(world):
    with pytest.raises(StaleVersion):
        services.update_service(
            uid=world.vpn.uid, changes={"criticality": 1}, version=7, actor=world.actor("Adam"), now=world.now
        )


def test_an_owner_who_left_cannot_be_named_but_may_stay_until_a_successor_is(world):
    adam, omar = world.actor("Adam"), world.people["Omar"]
    services.update_service(uid=world.vpn.uid, changes={"owner_id": omar.pk}, actor=adam, now=world.now)
    omar.active = False
    omar.save()
    services.update_service(
        uid=world.vpn.uid, changes={"owner_id": omar.pk, "criticality": 3}, actor=adam, now=world.now
    )
    with pytest.raises(NobodyThere, match="Omar Example is not active any more"):
        services.update_service(
            uid=world.payroll.uid, changes={"owner_id": omar.pk}, actor=adam, now=world.now
        )


def test_only_administrators_set_up_services_and_others_do_not_learn_what_there_is(world):
    hidden = Service.objects.create(name="Ledger", organisation=world.customer)
    for name in ("Amira", "Ben", "Clara", "Viktor", "Ines"):
        with pytest.raises(Forbidden):
            services.retire_service(uid=world.vpn.uid, actor=world.actor(name), now=world.now)
    for name, uid in (("Omar", hidden.uid), ("Sam", world.vpn.uid)):
        with pytest.raises(UnknownService):
            services.retire_service(uid=uid, actor=world.actor(name), now=world.now)
    with pytest.raises(Forbidden):
        services.create_service(details={"name": "X"}, actor=world.actor("Ben"), now=world.now)
    assert not Service.objects.filter(active=False).exists()


def test_who_uses_a_service_is_noted_once_and_taken_off_once(world):
    adam, omar = world.actor("Adam"), world.people["Omar"]
    given = {"uid": world.vpn.uid, "person_id": omar.pk, "actor": adam, "now": world.now}
    assert [services.add_service_user(**given), services.add_service_user(**given)] == [True, False]
    assert [services.remove_service_user(**given), services.remove_service_user(**given)] == [True, False]
    fact = {"service_id": world.vpn.pk, "person_id": omar.pk}
    assert (told("ServiceUserAdded"), told("ServiceUserRemoved")) == ([fact], [fact])
