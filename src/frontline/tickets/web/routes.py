"""Addresses of the desk; `capability.py` declares them."""

from django.utils.translation import gettext_lazy as _

from frontline.foundation.manifest import NavItem, Route
from frontline.tickets.web import acts, bodies, call, drafts, palette, queue, returned, ticket

DESK = "desk.use"

ROUTES = (
    Route("desk", queue.queue, "desk", DESK),
    Route("desk/search", queue.search, "desk-search", DESK),
    Route("desk/many", queue.many, "desk-many", "tickets.work"),
    Route("desk/views", queue.save_view, "desk-view-save", "tickets.work"),
    Route("desk/views/<uuid:uid>/drop", queue.drop_view, "desk-view-drop", "tickets.work"),
    Route("desk/palette", palette.palette, "desk-palette", DESK),
    Route("desk/drafts/<path:place>", drafts.draft, "desk-draft", DESK),
    Route("desk/call", call.call, "desk-call", "contacts.log"),
    Route("desk/call/callers", call.callers, "desk-callers", "contacts.log"),
    Route("desk/returned", returned.returned, "desk-returned", DESK),
    Route("desk/returned/<uuid:uid>/seen", acts.seen, "desk-returned-seen", DESK),
    Route("desk/handoffs/<uuid:uid>/withdraw", acts.withdraw, "desk-handoff-withdraw", "tickets.work"),
    Route("desk/messages/<uuid:uid>/body", bodies.body, "desk-message-body", DESK),
    Route("desk/files/<uuid:uid>", bodies.file, "desk-file", DESK),
    Route("desk/tickets/<str:ref>", ticket.ticket, "desk-ticket", DESK),
    Route("desk/tickets/<str:ref>/preview", ticket.preview, "desk-ticket-preview", DESK),
    Route("desk/tickets/<str:ref>/<slug:verb>", acts.act, "desk-ticket-act", DESK),
)

NAV = (
    NavItem("desk", _("Queue"), "desk", "inbox", DESK, 10, "q"),
    NavItem("desk", _("Calls"), "desk-call", "phone", "contacts.log", 20, "c"),
    NavItem("desk", _("Returned"), "desk-returned", "arrow-back-up", DESK, 30, "r"),
)
