"""What tickets add to the house."""

from django.utils.translation import gettext_lazy as _

from frontline.foundation.manifest import Capability, Chore, LiveSubject, Permission, Reaction
from frontline.kernel.actors import Role
from frontline.tickets import access, api, demo, desk, reactions, wording
from frontline.tickets.imports.formats import FORMATS
from frontline.tickets.usecases import solving
from frontline.tickets.web import live, palette, routes

EVERYBODY = frozenset(Role)
PEOPLE = frozenset(Role) - {Role.SUPPLIER}
DESK = frozenset({Role.AGENT, Role.LEAD, Role.COMMANDER})

MANIFEST = Capability(
    name="tickets",
    demo=demo.seed,
    label=_("Tickets"),
    routes=routes.ROUTES,
    nav=routes.NAV,
    palette=palette.entries,
    api=api.install,
    imports=FORMATS,
    words={"ticket_state": wording.STATES_SAID},
    permissions=(
        Permission("tickets.open", PEOPLE, "tickets:write", _("Open tickets")),
        Permission("tickets.read", EVERYBODY, "tickets:read", _("Read tickets one may see")),
        Permission("tickets.write_own", EVERYBODY, "tickets:write", _("Write on tickets one may see")),
        Permission("desk.use", access.READERS | {Role.SUPPLIER}, "tickets:read", _("Use the desk's pages")),
        Permission("tickets.work", DESK, "tickets:write", _("Work on tickets")),
        Permission(
            "tickets.answer_handoff", DESK | {Role.SUPPLIER}, "tickets:write", _("Accept or return handoffs")
        ),
        Permission("tickets.confide", DESK, "tickets:write", _("Make tickets confidential")),
        Permission(
            "tickets.share_macros",
            frozenset({Role.LEAD, Role.ADMINISTRATOR}),
            "tickets:write",
            _("Share prepared answers and views"),
        ),
        Permission("contacts.read", access.READERS, "contacts:read", _("Read contacts")),
        Permission("contacts.log", DESK, "contacts:write", _("Log calls and other contacts")),
    ),
    reactions=(
        Reaction(
            "tickets.break_overdue_promise", reactions.FACTS_OF_PROMISES, reactions.break_overdue_promise
        ),
        Reaction(
            "tickets.pass_on_tickets_of_leaver",
            reactions.FACTS_OF_LEAVING,
            reactions.pass_on_tickets_of_leaver,
        ),
    ),
    chores=(Chore("tickets.close_solved", solving.close_due, every_seconds=10, next_due=solving.next_close),),
    live=(
        LiveSubject(
            "ticket",
            visible=access.visible,
            draw=live.draw,
            resolve=desk.id_of_ref,
            refs=desk.refs_of,
        ),
    ),
)
