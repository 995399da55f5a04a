"""Problem details (RFC 9457): every error of the API in one shape, `code` for programs and `detail` for people.

People read their own language here too: the one of the actor, or the one that a stranger's client asks for.
"""

from typing import Any

from django.db import IntegrityError
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils.translation import get_language_from_request, gettext, override
from django.utils.translation import gettext_noop as _

from frontline.foundation.http.refusals import Clash
from frontline.foundation.ui.wording import worded
from frontline.kernel.errors import DeskError, Phrase

#: where programs call; a token works nowhere else
API_PATHS = ("/api/", "/v1/", "/v2/", "/intake/")

TITLES = {
    400: _("Bad request"),
    401: _("Sign in first"),
    403: _("Not allowed"),
    404: _("Not found"),
    405: _("Method not allowed"),
    409: _("Conflict"),
    412: _("Changed in the meantime"),
    413: _("Too large"),
    415: _("Unsupported media type"),
    422: _("Cannot be processed"),
    428: _("If-Match required"),
    429: _("Too many requests"),
    500: _("Something broke on our side"),
    503: _("Not ready"),
}
OTHER = _("Error")


def problem_response(
    *,
    status: int,
    code: str,
    detail: str,
    errors: list[dict[str, Any]] | None = None,
    headers: dict[str, str] | None = None,
) -> JsonResponse:
    """The document: `errors` lists {"field", "detail", "code"} with paths such as `requester.email`."""
    document: dict[str, Any] = {
        "type": f"urn:frontline:problem:{code}",
        "title": gettext(TITLES.get(status, OTHER)),
        "status": status,
        "code": code,
        "detail": detail,
    }
    if errors:
        document["errors"] = errors
    return JsonResponse(document, status=status, content_type="application/problem+json", headers=headers)


def desk_problem(error: DeskError, *, errors: list[dict[str, Any]] | None = None) -> JsonResponse:
    """Our error as a problem document. One that knows what would do lists it as `allowed`; one that says how long to
    wait says so in a header too.
    """
    detail = worded(error)
    if errors is None and error.field is not None:
        errors = [{"field": error.field, "detail": detail, "code": error.code}]
        if isinstance(known := error.params.get("known"), tuple):
            errors[0]["allowed"] = [str(one) for one in known]
    seconds = error.params.get("seconds")
    return problem_response(
        status=error.status,
        code=error.code,
        detail=detail,
        errors=errors,
        headers=None if seconds is None else {"Retry-After": str(seconds)},
    )


def clash_problem(error: IntegrityError) -> JsonResponse:
    """A rule of the database refused it; its name says which, and nothing of the rows."""
    rule = getattr(getattr(error.__cause__, "diag", None), "constraint_name", None)
    return desk_problem(Clash(rule=rule or Phrase("a rule of the database")))


def wants_problem(request: HttpRequest) -> bool:
    """Whether a program asks: it gets a problem document where a person gets a page."""
    return request.path.startswith(API_PATHS) or "application/json" in request.headers.get("Accept", "")


def as_problem(request: HttpRequest, response: HttpResponse) -> HttpResponse:
    """A refusal of Django's own (wrong method, unknown host) as a problem document; ours pass as they are."""
    if response.headers.get("Content-Type", "").startswith(("application/problem+json", "application/json")):
        return response
    title = TITLES.get(response.status_code, OTHER)
    allowed = response.headers.get("Allow")
    with override(response.headers.get("Content-Language") or get_language_from_request(request)):
        detail = worded(Phrase("This address takes {allowed} only.", allowed=allowed)) if allowed else ""
        return problem_response(
            status=response.status_code,
            code=title.lower().replace(" ", "_"),
            detail=detail or f"{gettext(title)}.",
            headers={"Allow": allowed} if allowed else None,
        )
