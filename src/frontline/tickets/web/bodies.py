"""A mail's own HTML in a frame of its own: sanitised, without scripts, cookies or anything fetched."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_GET

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
    html = desk.message_html(actor_of(request), uid)
    policy = f"{content_security_policy()}; frame-ancestors 'self'; sandbox {SANDBOX}"
    return HttpResponse(
        safe_html(html).document,
        headers={
            "Content-Security-Policy": policy,
            "Referrer-Policy": REFERRER_POLICY,
            "X-Content-Type-Options": "nosniff",
            "Cache-Control": "private, max-age=300",
        },
    )
