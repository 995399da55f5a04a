"""What portal adds to the house."""

from django.utils.translation import gettext_lazy as _

from frontline.foundation.manifest import Capability, NavItem, Route
from frontline.portal.web import answering, ask, drafts, files, home, parcel, parcels

MANIFEST = Capability(
    name="portal",
    label=_("Portal"),
    routes=(
        Route("", home.home, "portal-home", "public"),
        Route("shelf", home.shelf, "portal-shelf", "tickets.read"),
        Route("ask", ask.ask, "portal-ask", "tickets.open"),
        Route("ask/answers", ask.answers, "portal-answers", "tickets.open"),
        Route("ask/draft", drafts.of_question, "portal-ask-draft", "tickets.open"),
        Route("tickets", parcels.parcels, "portal-parcels", "tickets.open"),
        Route("tickets/<str:ref>", parcel.parcel, "portal-parcel", "tickets.read"),
        Route("tickets/<str:ref>/card", parcel.card, "portal-card", "tickets.open"),
        Route("tickets/<str:ref>/story", parcel.told, "portal-story", "tickets.read"),
        Route("tickets/<str:ref>/draft", drafts.of_parcel, "portal-draft", "tickets.write_own"),
        Route("tickets/<str:ref>/files/<uuid:uid>", files.of_parcel, "portal-file", "tickets.read"),
        Route("tickets/<str:ref>/reply", parcel.reply, "portal-reply", "tickets.write_own"),
        Route("tickets/<str:ref>/still-broken", parcel.still_broken, "portal-still-broken", "tickets.open"),
        Route("tickets/<str:ref>/thanks", parcel.thanks, "portal-thanks", "tickets.open"),
        Route(
            "tickets/<str:ref>/handoffs/<uuid:uid>",
            answering.answer,
            "portal-answer",
            "tickets.answer_handoff",
        ),
    ),
    nav=(
        NavItem("door", _("Home"), "portal-home", "home", order=10),
        NavItem("door", _("My tickets"), "portal-parcels", "package", permission="tickets.open", order=20),
    ),
)
