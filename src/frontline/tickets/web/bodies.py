"""A mail's own HTML in a frame of its own: sanitised, without scripts, cookies or anything fetched."""

import base64
from uuid import UUID

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.views.decorators.http import require_GET

from frontline.foundation.files.serving import download
from frontline.foundation.files.usecases import open_file
from frontline.foundation.http.requests import actor_of
from frontline.foundation.http.safe_html import (
    REFERRER_POLICY,
    SANDBOX,
    content_security_policy,
    safe_html,
)
from frontline.tickets import desk


@require_GET
def body(request: HttpRequest, uid: UUID) -> HttpResponse:
    """The document for `<iframe sandbox>`; opened by itself it is sandboxed all the same."""
    actor = actor_of(request)
    html = desk.message_html(actor, uid)
    pictures = desk.pictures_of(actor, uid) if "cid:" in html.lower() else {}

    def picture(content_id: str) -> str | None:
        file = pictures.get(content_id)
        if file is None:
            return None
        with open_file(file) as content:
            return f"data:{file.mime};base64,{base64.b64encode(content.read()).decode()}"

    policy = f"{content_security_policy()}; frame-ancestors 'self'; sandbox {SANDBOX}"
    return HttpResponse(
        safe_html(html, cid=picture).document,
        headers={
            "Content-Security-Policy": policy,
            "Referrer-Policy": REFERRER_POLICY,
            "X-Content-Type-Options": "nosniff",
            "Cache-Control": "private, max-age=300",
        },
    )


@require_GET
def file(request: HttpRequest, uid: UUID) -> HttpResponseBase:
    """A file on a message, as a download."""
    return download(request, desk.file_for(actor_of(request), uid))
