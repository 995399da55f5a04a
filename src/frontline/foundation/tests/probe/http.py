"""Addresses for tests of the manners: an API and pages that do next to nothing, behind the real middleware."""

import threading
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import path, re_path
from ninja import NinjaAPI, Status

from frontline.config.urls import handler404, handler500, nothing_here
from frontline.foundation.facts.announce import announce
from frontline.foundation.http.api import (
    PROBLEMS,
    ApiRouter,
    Caller,
    Id,
    In,
    Limit,
    Page,
    StrictJson,
    Text,
    etag,
    install_errors,
    read_cursor,
    require_version,
    write_cursor,
)
from frontline.foundation.http.pages import guarded
from frontline.foundation.http.requests import actor_of, now_of
from frontline.foundation.manifest import Route
from frontline.foundation.models import FactHead
from frontline.foundation.tests.probe.capability import Poked
from frontline.foundation.tests.probe.database import run
from frontline.foundation.transactions import transaction, use_case
from frontline.kernel.actors import Actor
from frontline.kernel.errors import Conflict, Forbidden, Invalid, NotFound, TooMany
from frontline.kernel.facts import Subject

__all__ = ["handler404", "handler500"]

api = NinjaAPI(auth=Caller(), parser=StrictJson(), urls_namespace="probe")
install_errors(api)
router = ApiRouter()
#: lets a test hold a request inside its view
inside, go_on = threading.Event(), threading.Event()


class NoteIn(In):
    title: Text
    number: Id = 1


class ThingIn(In):
    name: Text
    size: Id = 1
    note: NoteIn | None = None
    then: Text = ""


class ThingPage(Page):
    items: list[int]


@use_case
def make_thing(*, number: int, actor: Actor, now: Any) -> None:
    FactHead.objects.create(subject_kind="thing", subject_id=number, seq=0)
    announce(Poked(subject=Subject("probe", number)), actor=actor, at=now)
    if number == 13:
        raise Invalid("13 brings bad luck.", field="size")


@router.post("/things", permission="facts.read", response={201: dict, **PROBLEMS})
def create(request: HttpRequest, body: ThingIn, response: HttpResponse) -> Any:
    make_thing(number=body.size, actor=actor_of(request), now=now_of(request))
    if body.then == "wait":
        inside.set()
        assert go_on.wait(10)
    if body.then == "lose the database":
        run("SELECT pg_terminate_backend(pg_backend_pid())")
    if body.then == "break":
        raise ZeroDivisionError
    if body.then == "unlucky":
        try:
            make_thing(number=13, actor=actor_of(request), now=now_of(request))
        except Invalid:
            make_thing(number=body.size + 1, actor=actor_of(request), now=now_of(request))
    response["Location"] = f"/api/v1/things/{body.size}"
    response["ETag"] = etag(1)
    return Status(201, {"name": body.name, "size": body.size})


@router.get("/things", permission="signed_in", response={200: ThingPage, **PROBLEMS})
def list_things(request: HttpRequest, cursor: Text | None = None, limit: Limit = 2) -> Any:
    after = read_cursor(cursor, int)
    start = 0 if after is None else after[0]
    return {"items": list(range(start, start + limit)), "next_cursor": write_cursor(start + limit)}


@router.patch("/things/{number}", permission="facts.read", response={200: dict, **PROBLEMS})
def change(request: HttpRequest, number: Id, body: ThingIn) -> Any:
    require_version(request, 3)
    return {"name": body.name}


ERRORS = {
    "missing": NotFound(),
    "forbidden": Forbidden(),
    "conflict": Conflict(),
    "busy": TooMany(seconds=7),
    "choice": Invalid(
        "{given} is none; use one of {known}.", given="blue", known=("red", "green"), field="colour"
    ),
    "odd": Invalid("The {colour} {thing} is {odd", colour="red", field="thing.colour"),
}


@router.get("/errors/{name}", permission="public", response={200: dict, **PROBLEMS})
def fail(request: HttpRequest, name: str) -> Any:
    raise ERRORS.get(name, RuntimeError(name))


@router.post("/twice", permission="facts.read", response={200: dict, **PROBLEMS})
def clash(request: HttpRequest) -> Any:
    with transaction():
        for _ in range(2):
            FactHead.objects.create(subject_kind="thing", subject_id=1, seq=0)
    return {}


def page(request: HttpRequest) -> HttpResponse:
    return HttpResponse("hello")


def failing_page(request: HttpRequest, name: str) -> HttpResponse:
    raise ERRORS[name]


api.add_router("", router)
urlpatterns = [
    path("api/v1/", api.urls),
    path("open", guarded(Route("open", page, "open", "public"))),
    path("closed", guarded(Route("closed", page, "closed"))),
    path("staff", guarded(Route("staff", page, "staff", "probe.staff"))),
    path("errors/<name>", guarded(Route("errors/<name>", failing_page, "errors", "public"))),
    re_path(r"^(?:api|intake|v1|v2)/.*$", nothing_here),
]
