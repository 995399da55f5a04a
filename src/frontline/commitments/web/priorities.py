"""Set-up of the priority matrix."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from frontline.commitments import access
from frontline.commitments.queries import setup
from frontline.commitments.usecases.priorities import set_priorities
from frontline.commitments.web.forms import PrioritiesForm
from frontline.commitments.web.screens import page, refuse
from frontline.foundation.access import may
from frontline.foundation.http.requests import actor_of, now_of
from frontline.kernel.errors import DeskError


@require_http_methods(["GET", "POST"])
def priorities_page(request: HttpRequest) -> HttpResponse:
    """The matrix in force, those to come, and a form for the next."""
    actor, now = actor_of(request), now_of(request)
    stored = setup.matrices(actor=actor)
    current = [matrix for matrix in stored if matrix.valid_from <= now][-1:]
    if request.method == "POST":
        form = PrioritiesForm(request.POST)
        if form.is_valid():
            try:
                set_priorities(
                    cells=form.cells(),
                    valid_from=form.cleaned_data["valid_from"],
                    actor=actor,
                    now=now,
                )
            except DeskError as error:
                refuse(form, error)
            else:
                messages.success(
                    request, _("The matrix is stored. Tickets that are open keep their priority.")
                )
                return redirect("setup-priorities")
    else:
        cells = current[0].cells if current else {}
        form = PrioritiesForm(initial={f"cell_{key.replace(':', '_')}": p for key, p in cells.items()})
    return page(
        request,
        "priorities",
        status=422 if form.is_bound else 200,
        form=form,
        current=current[0] if current else None,
        coming=[matrix for matrix in stored if matrix.valid_from > now],
        may_write=may(actor, access.WRITE),
    )
