"""Files on a ticket: only those on messages that the reader may read."""

from uuid import UUID

from django.http import HttpRequest, HttpResponseBase
from django.views.decorators.http import require_safe

from frontline.foundation.files.serving import download
from frontline.foundation.http.requests import actor_of
from frontline.foundation.models import StoredFile
from frontline.kernel.errors import NotFound
from frontline.tickets import queries as tickets


class NoSuchFile(NotFound):
    """There is no such file on this ticket that you may see."""


@require_safe
def of_parcel(request: HttpRequest, ref: str, uid: UUID) -> HttpResponseBase:
    """The file as a download; pictures may be looked at (`?show=1`)."""
    actor = actor_of(request)
    ticket = tickets.ticket(ref, actor)
    if not any(file.uid == uid for message in tickets.messages(actor, ticket) for file in message.files):
        raise NoSuchFile
    file = StoredFile.objects.get(uid=uid)
    return download(request, file, inline=request.GET.get("show") == "1")
