"""The manners of the API: who calls, what they may, problem documents, versions, cursors.

Capabilities build an `ApiRouter` and name the permission of every operation; the printed access matrix and the
OpenAPI document come from the same declarations.
"""

import base64
import binascii
import json
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import wraps
from typing import Annotated, Any, TypeVar, cast

from django.conf import settings
from django.core.exceptions import RequestDataTooBig
from django.db import IntegrityError
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.module_loading import import_string
from ninja import NinjaAPI, Router, Schema
from ninja.errors import AuthenticationError, HttpError, ValidationError
from ninja.parser import Parser
from ninja.security.base import AuthBase
from ninja.utils import check_csrf
from pydantic import AfterValidator, AwareDatetime, BaseModel, BeforeValidator, ConfigDict, Field, Strict
from pydantic_core import PydanticCustomError

from frontline.foundation import access
from frontline.foundation.http.invalid import detail_of
from frontline.foundation.http.problems import clash_problem, desk_problem, problem_response
from frontline.foundation.http.refusals import BadJson, NeedsCsrf, NotJson, SignInFirst, SomeInvalid, TooLarge
from frontline.foundation.http.requests import actor_of
from frontline.kernel.actors import Actor, ActorKind
from frontline.kernel.errors import DeskError, Invalid, NotFound, StaleVersion, VersionRequired

F = TypeVar("F", bound=Callable[..., Any])
#: the largest page a list gives
MOST = 200


def _storable(value: str) -> str:
    if "\0" in value:
        raise PydanticCustomError("nul", "Text cannot contain NUL characters; remove them.")
    try:
        value.encode()
    except UnicodeEncodeError as error:
        raise PydanticCustomError(
            "surrogate", "Text cannot contain halves of surrogate pairs; remove them."
        ) from error
    return value


#: RFC 3339; pydantic itself would also take numbers, and texts of digits, as seconds since 1970
_INSTANT = re.compile(r"\d{4}-\d\d-\d\d[Tt ]\d\d:\d\d(:\d\d(\.\d+)?)?([Zz]|[+-]\d\d:\d\d)?", re.ASCII)
#: no desk promises, agrees or opens outside of these years, and every zone can show them
_YEARS = range(1970, 2200)


def _written_instant(value: Any) -> Any:
    if not isinstance(value, str) or not _INSTANT.fullmatch(value):
        raise PydanticCustomError("datetime_type", "Write an instant with its zone as RFC 3339 text.")
    return value


def _within_years(value: datetime) -> datetime:
    if value.year not in _YEARS:
        words = "The year must lie between {first} and {last}."
        raise PydanticCustomError("year", words, {"first": _YEARS[0], "last": _YEARS[-1]})
    return value


def _written_day(value: Any) -> Any:
    if not isinstance(value, str):
        raise PydanticCustomError("date_type", "Write a day as text, such as 2026-03-02.")
    return value


Text = Annotated[str, AfterValidator(_storable)]
Id = Annotated[int, Field(ge=1, le=2**63 - 1)]
Limit = Annotated[int, Field(ge=1, le=MOST)]
#: types of bodies, which take no text for a number, no number for an instant and neither for yes or no
YesNo = Annotated[bool, Strict()]
Instant = Annotated[AwareDatetime, BeforeValidator(_written_instant), AfterValidator(_within_years)]
LocalDate = Annotated[date, BeforeValidator(_written_day)]


class In(Schema):
    """Base of what comes in: unknown fields are refused by name instead of being dropped."""

    model_config = ConfigDict(extra="forbid")


class Problem(Schema):
    """RFC 9457 problem details."""

    type: str
    title: str
    status: int
    code: str
    detail: str
    errors: list[dict[str, Any]] | None = None


class Out(BaseModel):
    """What an operation answers with. Not ninja's Schema, which looks at every object of an answer by hand."""

    model_config = ConfigDict(from_attributes=True)


class Page(Out):
    """Base of list answers: `next_cursor` is null on the last page."""

    next_cursor: str | None = None


class StrictJson(Parser):
    """JSON bodies only, without NUL characters, NaN or infinities."""

    def parse_body(self, request: HttpRequest) -> Any:
        sent = request.content_type
        if sent and sent != "application/json" and not sent.endswith("+json"):
            raise NotJson(kind=sent[:100])
        try:
            return json.loads(request.body, parse_constant=_refuse_constant)
        except (ValueError, RecursionError) as error:
            raise BadJson(why=str(error)[:200]) from error


def _refuse_constant(name: str) -> Any:
    raise ValueError(f"{name} is not a JSON number")


class Caller(AuthBase):
    """A bearer token, or the session of the same browser (then writes need the CSRF token)."""

    openapi_type = "http"
    openapi_scheme = "bearer"

    def __call__(self, request: HttpRequest) -> Actor | None:
        actor = actor_of(request)
        if actor.kind == ActorKind.ANONYMOUS:
            return None
        if actor.kind != ActorKind.TOKEN and request.method not in {"GET", "HEAD", "OPTIONS"}:
            failure = check_csrf(request)
            if failure is not None:
                raise NeedsCsrf
        return actor


@dataclass(frozen=True, slots=True)
class Operation:
    """An API operation with the permission it names; `path` is whole, such as `/api/v1/tickets/{ref}`."""

    method: str
    path: str
    permission: str


class ApiRouter(Router):
    """A router whose operations each name their permission ("public" needs nobody)."""

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        self.needs: list[tuple[str, str, str]] = []  # method, path, permission

    def api_operation(
        self, methods: list[str], path: str, *, permission: str = "", **options: Any
    ) -> Callable[[F], F]:
        if not permission:
            raise TypeError(f"{methods} {path} names no permission")
        self.needs.extend((method, path, permission) for method in methods)
        options.setdefault("by_alias", True)
        if permission == "public":
            options.setdefault("auth", None)
        register = super().api_operation(methods, path, **options)

        def decorate(view: F) -> F:
            @wraps(view)
            def checked(request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
                if permission not in {"public", "signed_in"}:
                    access.require(actor_of(request), permission)
                return view(request, *args, **kwargs)

            return cast(F, register(checked))

        return decorate

    def get(self, path: str, **options: Any) -> Callable[[F], F]:
        return self.api_operation(["GET"], path, **options)

    def post(self, path: str, **options: Any) -> Callable[[F], F]:
        return self.api_operation(["POST"], path, **options)

    def patch(self, path: str, **options: Any) -> Callable[[F], F]:
        return self.api_operation(["PATCH"], path, **options)

    def put(self, path: str, **options: Any) -> Callable[[F], F]:
        return self.api_operation(["PUT"], path, **options)

    def delete(self, path: str, **options: Any) -> Callable[[F], F]:
        return self.api_operation(["DELETE"], path, **options)


def published() -> NinjaAPI:
    """The one API object, with what all capabilities have added."""
    api: NinjaAPI = import_string(settings.API)  # it lives above the plumbing
    return api


def operations() -> list[Operation]:
    """All operations of the API. One that was not added through an `ApiRouter` names no permission: refused."""
    found = []
    for prefix, router in published()._routers:  # noqa: SLF001 - ninja has no public list
        if not isinstance(router, ApiRouter):
            if router.path_operations:
                raise TypeError(f"{sorted(router.path_operations)} must be declared on an ApiRouter")
            continue
        for method, path, permission in router.needs:
            whole = "/".join(part.strip("/") for part in ("/api/v1", prefix, path) if part.strip("/"))
            found.append(Operation(method, f"/{whole}", permission))
    return found


#: documented answers of every operation beside its own
PROBLEMS: dict[int, Any] = dict.fromkeys((400, 401, 403, 404, 409, 412, 413, 415, 422, 428, 429), Problem)


class Api(NinjaAPI):
    """Ninja, with failures documented under the media type they are sent as."""

    def get_openapi_schema(self, **more: Any) -> Any:
        """The document; every answer of 400 and above is `application/problem+json`."""
        document = super().get_openapi_schema(**more)
        for path in document["paths"].values():
            for operation in path.values():
                for status, answer in operation["responses"].items():
                    content = answer.get("content", {})
                    if int(status) >= 400 and "application/json" in content:
                        content["application/problem+json"] = content.pop("application/json")
        return document


def install_errors(api: NinjaAPI) -> None:
    """Every failure as a problem document."""

    def desk_error(request: HttpRequest, error: Any) -> HttpResponse:
        return desk_problem(error)

    def too_large(request: HttpRequest, error: Any) -> HttpResponse:
        return desk_problem(TooLarge(limit=settings.DATA_UPLOAD_MAX_MEMORY_SIZE // 2**20))

    def invalid(request: HttpRequest, error: Any) -> HttpResponse:
        errors = [
            {"field": _field_path(e.get("loc", ())), "detail": detail_of(e), "code": e.get("type", "")}
            for e in error.errors
        ]
        return desk_problem(SomeInvalid(), errors=errors)

    def stranger(request: HttpRequest, error: Any) -> HttpResponse:
        response = desk_problem(SignInFirst())
        response.headers["WWW-Authenticate"] = 'Bearer realm="frontline"'
        return response

    def http_error(request: HttpRequest, error: Any) -> HttpResponse:
        if isinstance(
            error.__cause__, DeskError
        ):  # what our parser said, before ninja put it in its own words
            return desk_problem(error.__cause__)
        return problem_response(status=error.status_code, code="http", detail=str(error))

    def not_found(request: HttpRequest, error: Any) -> HttpResponse:
        return desk_problem(NotFound())

    def clash(request: HttpRequest, error: Any) -> HttpResponse:
        return clash_problem(error)

    api.add_exception_handler(DeskError, desk_error)
    api.add_exception_handler(ValidationError, invalid)
    api.add_exception_handler(AuthenticationError, stranger)
    api.add_exception_handler(HttpError, http_error)
    api.add_exception_handler(Http404, not_found)
    api.add_exception_handler(IntegrityError, clash)
    api.add_exception_handler(RequestDataTooBig, too_large)


def _field_path(location: Sequence[Any]) -> str:
    """`("body", "body", "requester", "email")` as `requester.email`; query and path fields by their name."""
    parts = list(location)
    if parts and parts[0] in {"body", "query", "path", "header", "form"}:
        parts = parts[2:] if parts[0] == "body" and len(parts) > 2 else parts[1:]
    return ".".join(str(p) for p in parts)


def etag(version: int) -> str:
    return f'"{version}"'


def require_version(request: HttpRequest, version: int) -> None:
    """The caller's If-Match must name the stored version: 428 without one, 412 with another."""
    sent = request.headers.get("If-Match")
    if sent is None:
        raise VersionRequired
    if sent.strip() != "*" and etag(version) not in [
        part.strip().removeprefix("W/") for part in sent.split(",")
    ]:
        raise StaleVersion


def write_cursor(*values: Any) -> str:
    """A place in a list, opaque to the caller."""
    return base64.urlsafe_b64encode(json.dumps(values, default=str).encode()).decode().rstrip("=")


def read_cursor(cursor: str | None, *kinds: type) -> list[Any] | None:
    """The values of `write_cursor`, each of its kind (int, str, datetime), or None without a cursor.

    A cursor that is none of ours, or belongs to another list, is refused.
    """
    if cursor is None:
        return None
    try:
        values = json.loads(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
    except (ValueError, RecursionError, binascii.Error) as error:
        raise Invalid(
            "This cursor is not one of ours; use next_cursor as it came.", field="cursor"
        ) from error
    try:
        return [_place(kind, value) for kind, value in zip(kinds, values, strict=True)]
    except (ValueError, TypeError) as error:
        raise Invalid(
            "This cursor belongs to another list; use next_cursor as it came.", field="cursor"
        ) from error


def _place(kind: type, value: Any) -> Any:
    """The value of a cursor, when it is of this kind; raises ValueError or TypeError."""
    if kind is datetime:
        at = datetime.fromisoformat(value)
        if at.tzinfo is None:
            raise ValueError("no zone")
        return at
    if kind is int and type(value) is int and 0 <= value < 2**63:
        return value
    if kind is str and isinstance(value, str):
        return _storable(value)
    raise TypeError(f"{value!r} is no {kind}")
