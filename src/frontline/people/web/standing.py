"""What people lends to the first page of set-up: how far its sections are, in words."""

from collections.abc import Iterator, Sequence
from datetime import datetime

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from frontline.foundation.manifest import SetupGap, SetupLine, SetupPart
from frontline.foundation.ui.words import listed
from frontline.kernel.actors import Actor
from frontline.people.present import ROLE_LABELS
from frontline.people.queries.standing import PeopleStanding, duty_standing, people_standing


def people_lines(actor: Actor, now: datetime) -> Sequence[SetupLine]:
    found = people_standing(actor=actor, now=now)
    return (
        SetupLine("setup-organisations", _organisations(found), tuple(_organisation_gaps(found))),
        SetupLine("setup-places", _places(found), tuple(_place_gaps(found))),
        SetupLine("setup-teams", _teams(found), tuple(_team_gaps(found))),
        SetupLine("setup-people", _people(found), tuple(_people_gaps(found))),
        SetupLine("setup-skills", _skills(found), tuple(_skill_gaps(found))),
        SetupLine("setup-roles", _roles(found), tuple(_role_gaps(found))),
    )


def _organisations(found: PeopleStanding) -> str:
    ours, customers, suppliers = (
        found.organisations.get(kind, 0) for kind in ("internal", "customer", "supplier")
    )
    parts = [
        ngettext("%(n)s organisation of yours", "%(n)s organisations of yours", ours) % {"n": ours}
        if ours
        else "",
        ngettext("%(n)s customer", "%(n)s customers", customers) % {"n": customers} if customers else "",
        ngettext("%(n)s supplier", "%(n)s suppliers", suppliers) % {"n": suppliers} if suppliers else "",
    ]
    return _sentence(listed([part for part in parts if part]))


def _organisation_gaps(found: PeopleStanding) -> Iterator[SetupGap]:
    if not found.organisations.get("internal"):
        yield SetupGap(_("Add your own organisation"), "/setup/organisations/new", needed=True)
    elif not found.domains:
        says = _("Name your mail domains, so that colleagues who write are known as yours")
        yield SetupGap(says, "/setup/organisations")


def _places(found: PeopleStanding) -> str:
    if not found.places:
        return _("Nothing yet.")
    places = ngettext("%(n)s place", "%(n)s places", found.places) % {"n": found.places}
    zones = ngettext("%(n)s time zone", "%(n)s time zones", found.zones) % {"n": found.zones}
    return _("%(places)s in %(zones)s.") % {"places": places, "zones": zones}


def _place_gaps(found: PeopleStanding) -> Iterator[SetupGap]:
    if not found.places:
        says = _("Add where people work, so that they read times in their own zone")
        yield SetupGap(says, "/setup/places/new")


def _teams(found: PeopleStanding) -> str:
    if not found.teams:
        return _("Nothing yet.")
    teams = ngettext("%(n)s team", "%(n)s teams", found.teams) % {"n": found.teams}
    if found.desk is None:
        return _sentence(teams)
    members = ngettext("%(n)s member", "%(n)s members", found.desk.members) % {"n": found.desk.members}
    return _("%(teams)s. The desk is “%(desk)s”: %(members)s.") % {
        "teams": teams,
        "desk": found.desk.name,
        "members": members,
    }


def _team_gaps(found: PeopleStanding) -> Iterator[SetupGap]:
    desk = found.desk
    if desk is None:
        says = _("Make a team the desk: it owns every ticket from the first minute")
        yield SetupGap(says, "/setup/teams", needed=True)
        return
    if not desk.members:
        yield SetupGap(
            _("Nobody belongs to the desk: open a person and add them"), "/setup/people", needed=True
        )
    if not desk.led:
        says = _("Give the desk a lead, who owns tickets when nobody is on duty")
        yield SetupGap(says, f"/setup/teams/{desk.uid}", needed=True)
    for uid, name in found.empty_teams:
        if uid != desk.uid:
            yield SetupGap(_("Nobody belongs to %(team)s yet") % {"team": name}, f"/setup/teams/{uid}")


def _people(found: PeopleStanding) -> str:
    people = ngettext("%(n)d person", "%(n)d people", found.people) % {"n": found.people}
    return _("%(people)s, %(ours)s of them yours. Accounts to sign in with: %(accounts)s.") % {
        "people": people,
        "ours": found.colleagues,
        "accounts": found.accounts,
    }


def _people_gaps(found: PeopleStanding) -> Iterator[SetupGap]:
    count = found.unrecognised
    if count:
        says = ngettext(
            "%(n)s sender is known by the address only: say who it is",
            "%(n)s senders are known by their address only: say who they are",
            count,
        )
        yield SetupGap(says % {"n": count}, "/setup/people?only=unrecognised")


def _skills(found: PeopleStanding) -> str:
    if not found.skills:
        return _("Nothing yet.")
    skills = ngettext("%(n)s skill", "%(n)s skills", found.skills) % {"n": found.skills}
    return _("%(skills)s. People who have one: %(people)s.") % {"skills": skills, "people": found.skilled}


def _skill_gaps(found: PeopleStanding) -> Iterator[SetupGap]:
    if not found.skills:
        says = _("Name skills, so that owners are chosen by what a ticket asks for")
        yield SetupGap(says, "/setup/skills/new")
    elif not found.skilled:
        yield SetupGap(_("Nobody has a skill yet: open a person and say what they can do"), "/setup/people")


def _roles(found: PeopleStanding) -> str:
    held = [f"{label}: {found.holders[role]}" for role, label in ROLE_LABELS.items() if role in found.holders]
    return _sentence(", ".join(held))


def _role_gaps(found: PeopleStanding) -> Iterator[SetupGap]:
    if not found.holders.get("agent"):
        yield SetupGap(
            _("Nobody is an agent: give the role to those who work at the desk"), "/setup/people", needed=True
        )
    if not found.holders.get("lead"):
        yield SetupGap(_("Nobody leads the desk: give somebody the role of desk lead"), "/setup/people")
    if found.holders.get("administrator") == 1:
        says = _("Only one person is administrator: name a second one for when they are away")
        yield SetupGap(says, "/setup/people")


def duty_lines(actor: Actor, now: datetime) -> Sequence[SetupLine]:
    found = duty_standing(actor=actor, now=now)
    counts = (
        (_("%(n)s at the desk"), found.members),
        (_("%(n)s with shifts"), found.planned),
        (_("%(n)s on duty now"), found.on_duty),
        (_("%(n)s away"), found.away),
    )
    says = _sentence(", ".join(text % {"n": count} for text, count in counts if count))
    gaps = []
    if found.members and not found.planned:
        gap = _("Nobody at the desk has a shift, so every new ticket goes to the lead: plan their weeks")
        gaps.append(SetupGap(gap, "/setup/duty"))
    elif unplanned := found.members - found.planned:
        gap = ngettext(
            "%(n)s member of the desk has no shift", "%(n)s members of the desk have no shift", unplanned
        )
        gaps.append(SetupGap(gap % {"n": unplanned}, "/setup/duty"))
    return (SetupLine("setup-duty", says, gaps),)


def _sentence(text: str) -> str:
    return f"{text}." if text else _("Nothing yet.")


PARTS = (
    SetupPart("people.people", "people.manage", people_lines, queries=1),
    SetupPart("people.duty", "people.duty", duty_lines, queries=3),
)
