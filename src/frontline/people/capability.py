"""What people adds to the house."""

from django.utils.translation import gettext_lazy as _

from frontline.foundation.manifest import Capability, Chore, Command, NavItem, Permission, Route
from frontline.kernel.actors import STAFF_ROLES, Role
from frontline.people import api, chores, cli, demo
from frontline.people.web import profile, setup_duty, setup_parts, setup_people, sign_in, standing

EVERYBODY = frozenset(Role)
WORKING = frozenset({Role.AGENT, Role.LEAD, Role.COMMANDER, Role.ADMINISTRATOR})

PERMISSIONS = (
    Permission("people.read", EVERYBODY, "people:read", _("See the people they may see")),
    Permission("people.find", STAFF_ROLES, "people:read", _("Look up people and their details")),
    Permission("people.register", WORKING, "people:write", _("Add people and say who a placeholder is")),
    Permission(
        "people.manage",
        frozenset({Role.ADMINISTRATOR}),
        "people:write",
        _("Set up people, organisations, places, teams, skills and roles"),
    ),
    Permission(
        "people.duty",
        frozenset({Role.LEAD, Role.ADMINISTRATOR}),
        "people:write",
        _("Set shifts and leave"),
    ),
    Permission("people.own", EVERYBODY, "people:write", _("Change their own profile, password and tokens")),
)

ROUTES = (
    Route("sign-in", sign_in.sign_in, "sign-in", "public"),
    Route("sign-out", sign_in.sign_out, "sign-out", "public"),
    Route("me", profile.profile, "me", "people.own"),
    Route("me/password", profile.password, "me-password", "people.own"),
    Route("me/sign-out-everywhere", profile.sign_out_everywhere, "me-sign-out-everywhere", "people.own"),
    Route("me/tokens", profile.create_token, "me-tokens", "people.own"),
    Route("me/tokens/<uuid:uid>/revoke", profile.revoke_token, "me-token-revoke", "people.own"),
    Route("setup/people", setup_people.people_list, "setup-people", "people.manage"),
    Route("setup/people/new", setup_people.person_new, "setup-person-new", "people.manage"),
    Route("setup/people/<uuid:uid>", setup_people.person_edit, "setup-person", "people.manage"),
    Route(
        "setup/people/<uuid:uid>/account",
        setup_people.person_account,
        "setup-person-account",
        "people.manage",
    ),
    Route(
        "setup/people/<uuid:uid>/<slug:verb>", setup_people.person_act, "setup-person-act", "people.manage"
    ),
    Route("setup/organisations", setup_parts.organisation_list, "setup-organisations", "people.manage"),
    Route("setup/organisations/new", setup_parts.organisation_new, "setup-organisation-new", "people.manage"),
    Route(
        "setup/organisations/<uuid:uid>", setup_parts.organisation_edit, "setup-organisation", "people.manage"
    ),
    Route("setup/places", setup_parts.place_list, "setup-places", "people.manage"),
    Route("setup/places/new", setup_parts.place_new, "setup-place-new", "people.manage"),
    Route("setup/places/<uuid:uid>", setup_parts.place_edit, "setup-place", "people.manage"),
    Route("setup/teams", setup_parts.team_list, "setup-teams", "people.manage"),
    Route("setup/teams/new", setup_parts.team_new, "setup-team-new", "people.manage"),
    Route("setup/teams/<uuid:uid>", setup_parts.team_edit, "setup-team", "people.manage"),
    Route("setup/skills", setup_parts.skill_list, "setup-skills", "people.manage"),
    Route("setup/skills/new", setup_parts.skill_new, "setup-skill-new", "people.manage"),
    Route("setup/skills/<uuid:uid>", setup_parts.skill_edit, "setup-skill", "people.manage"),
    Route("setup/roles", setup_parts.role_list, "setup-roles", "people.manage"),
    Route("setup/duty", setup_duty.duty, "setup-duty", "people.duty"),
    Route("setup/duty/leave/new", setup_duty.leave_new, "setup-leave-new", "people.duty"),
    Route("setup/duty/leave/<uuid:uid>/cancel", setup_duty.leave_cancel, "setup-leave-cancel", "people.duty"),
    Route("setup/duty/<uuid:team_uid>/<uuid:person_uid>", setup_duty.week_edit, "setup-week", "people.duty"),
)

NAV = (
    NavItem("setup", _("Organisations"), "setup-organisations", "building", "people.manage", 10),
    NavItem("setup", _("Places"), "setup-places", "map-pin", "people.manage", 12),
    NavItem("setup", _("Teams"), "setup-teams", "users-group", "people.manage", 14),
    NavItem("setup", _("People"), "setup-people", "users", "people.manage", 16),
    NavItem("setup", _("Skills"), "setup-skills", "school", "people.manage", 18),
    NavItem("setup", _("Roles"), "setup-roles", "shield-check", "people.manage", 20),
    NavItem("setup", _("Duty and leave"), "setup-duty", "calendar-clock", "people.duty", 22),
)

MANIFEST = Capability(
    name="people",
    label=_("People"),
    routes=ROUTES,
    api=api.install,
    nav=NAV,
    setup=standing.PARTS,
    permissions=PERMISSIONS,
    demo=demo.seed,
    chores=(Chore("people.prune", chores.prune, every_seconds=3600),),
    imports=(cli.PEOPLE,),
    commands=(
        Command(
            "create-admin",
            "make the first administrator, and the desk",
            cli.add_create_admin,
            cli.create_admin,
        ),
        Command("token", "make API tokens", cli.add_token, cli.token),
    ),
)
