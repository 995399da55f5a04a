"""On a demo desk nothing leaves: what would have been mailed is read here."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from frontline.channels.mail import queries
from frontline.foundation.http.requests import actor_of
from frontline.foundation.models import Desk
from frontline.kernel.errors import NotAvailable


@require_GET
def demo_outbox(request: HttpRequest) -> HttpResponse:
    """The newest mails on tickets the reader may see. 404 on a live desk."""
    desk = Desk.objects.filter(id=1).first()
    if desk is None or desk.kind == "live":
        raise NotAvailable("This desk sends its mail; there is nothing to read here.")
    rows = queries.outbox(actor=actor_of(request), only_seen=True, limit=100)
    return render(request, "channels/demo_outbox.html", {"rows": rows})
