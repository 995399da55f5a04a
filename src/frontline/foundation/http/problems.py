"""Problem details (RFC 9457): every error of the API in one shape."""

from typing import Any

from django.db import IntegrityError
from django.http import HttpRequest, HttpResponse, JsonResponse

from frontline.kernel.errors import DeskError

#: where programs call; a token works nowhere else
API_PATHS = ("/api/", "/v1/", "/v2/", "/intake/")

TITLES = {
    400: "Bad request",
    401: "Sign in first",
    403: "Not allowed",
    404: "Not found",
    405: "Method not allowed",
    409: "Conflict",
    412: "Changed in the meantime",
    413: "Too large",
    415: "Unsupported media type",
    422: "Cannot be processed",
    428: "If-Match required",
    429: "Too many requests",
    500: "Something broke on our side",
    503: "Not ready",
}


def problem(
    *,
    status: int,
    code: str,
    detail: str,
    field: str | None = None,
    errors: list[dict[str, Any]] | None = None,
) -> dict[str, Any]:
    """The document: `errors` lists {"field", "detail", "code"} with paths such as `requester.email`."""
    document: dict[str, Any] = {
        "type": f"urn:frontline:problem:{code}",
        "title": TITLES.get(status, "Error"),
        "status": status,
        "code": code,
        "detail": detail,
    }
    if errors is None and field is not None:
        errors = [{"field": field, "detail": detail, "code": code}]
    if errors:
        document["errors"] = errors
    return document


def problem_response(*, headers: dict[str, str] | None = None, **parts: Any) -> JsonResponse:
    return JsonResponse(
        problem(**parts), status=parts["status"], content_type="application/problem+json", headers=headers
    )


class TooLarge(DeskError):
    """This request is too large; {limit} MB is the most."""

    status = 413


class DatabaseAway(DeskError):
    """The database did not answer, so it is not known whether this was done. Ask again with the same Idempotency-Key: it is done once."""  # noqa: E501 (one sentence a reader sees whole)

    status = 503


def desk_problem(error: DeskError) -> JsonResponse:
    """Our error as a problem document; one that says how long to wait says so in a header too."""
    seconds = error.params.get("seconds")
    return problem_response(
        status=error.status,
        code=error.code,
        detail=str(error),
        field=error.field,
        headers=None if seconds is None else {"Retry-After": str(seconds)},
    )


def clash_problem(error: IntegrityError) -> JsonResponse:
    """A rule of the database refused it; its name says which, and nothing of the rows."""
    rule = (
        getattr(getattr(error.__cause__, "diag", None), "constraint_name", None) or "a rule of the database"
    )
    return problem_response(status=409, code="conflict", detail=f"This clashes with what is stored: {rule}.")


def wants_problem(request: HttpRequest) -> bool:
    """Whether a program asks: it gets a problem document where a person gets a page."""
    return request.path.startswith(API_PATHS) or "application/json" in request.headers.get("Accept", "")


def as_problem(response: HttpResponse) -> HttpResponse:
    """A refusal of Django's own (wrong method, unknown host) as a problem document; ours pass as they are."""
    if response.headers.get("Content-Type", "").startswith(("application/problem+json", "application/json")):
        return response
    title = TITLES.get(response.status_code, "Error")
    allowed = response.headers.get("Allow")
    return problem_response(
        status=response.status_code,
        code=title.lower().replace(" ", "_"),
        detail=f"This address takes {allowed} only." if allowed else f"{title}.",
        headers={"Allow": allowed} if allowed else None,
    )
