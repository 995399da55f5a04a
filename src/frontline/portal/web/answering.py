"""A handoff answered: accepted, or returned with a code and the reason in words."""

from uuid import UUID

from django.contrib import messages as notes
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from frontline.foundation.http.requests import actor_of, now_of
from frontline.foundation.ui.wording import worded
from frontline.kernel.errors import DeskError
from frontline.portal.web.forms import ReplyForm, fresh_token
from frontline.portal.web.parcel import page
from frontline.tickets import queries as tickets
from frontline.tickets.usecases import handing


@require_POST
def answer(request: HttpRequest, ref: str, uid: UUID) -> HttpResponse:
    """What the receiver decided; a reason that is too thin comes back with what was typed."""
    actor, now = actor_of(request), now_of(request)
    tickets.ticket(ref, actor)
    code, text = request.POST.get("code", ""), request.POST.get("why", "")
    try:
        if request.POST.get("answer") == "accept":
            handing.accept_handoff(handoff_uid=uid, actor=actor, now=now)
            notes.success(request, _("It is yours now. Write to the desk here."))
            return redirect("portal-parcel", ref=ref)
        handing.return_handoff(handoff_uid=uid, code=code, text=text, actor=actor, now=now)
    except DeskError as error:
        if error.status in {403, 404}:
            raise
        form = ReplyForm(initial={"once": fresh_token()})
        return page(request, ref, form, status=error.status, problem=worded(error), code=code, why=text)
    notes.success(request, _("Returned. The desk knows why."))
    return redirect("portal-home")
