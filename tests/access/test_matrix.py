"""Every address has its line in the matrix, and answers each role as that line says."""

import json
from collections.abc import Iterator

import pytest
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver

from frontline.config import matrix
from frontline.foundation.http.api import published
from frontline.foundation.matrix import OPEN, Entry, entries
from frontline.kernel.actors import Role
from tests.access.addresses import NATIVE, filled
from tests.access.conftest import Cast

#: addresses without a line, and why
UNLISTED = {
    "healthz": "says only that the process is alive",
    "readyz": "says only whether it can work",
    "metrics": "figures of the process, for the machine that watches it",
    "api/v1/docs": "the documentation",
    "api/v1/openapi.json": "the documentation",
    "api/v1/": "the documentation's root",
}
SIGN_IN = "/sign-in"


def patterns(found: list[URLPattern | URLResolver], before: str = "") -> Iterator[str]:
    for pattern in found:
        here = before + str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            yield from patterns(pattern.url_patterns, here)
        elif getattr(pattern.callback, "__name__", "") != "nothing_here":
            yield here


def shape(path: str) -> str:
    """`/a/<uuid:uid>` and `/a/{uid}` are the same address."""
    return "/".join("*" if part[:1] in {"<", "{"} else part for part in path.strip("/").split("/"))


def test_the_printed_matrix_is_up_to_date():
    assert matrix.PAGE.read_text(encoding="utf-8") == matrix.page(), (
        "Run `make contracts` and commit what it writes."
    )


def test_every_address_has_its_line():
    listed = {shape(entry.path) for entry in entries()}

    unknown = [
        path
        for path in patterns(get_resolver().url_patterns)
        if path not in UNLISTED and shape(path) not in listed
    ]

    assert unknown == [], "Declare it as a Route or on an ApiRouter, with its permission."


def test_every_operation_of_the_documentation_has_its_line():
    listed = {(entry.method, shape(entry.path)) for entry in entries()}

    documented = {
        (method.upper(), shape(path))
        for path, operations in published().get_openapi_schema()["paths"].items()
        for method in operations
    }

    assert documented <= listed


def said(entry: Entry, status: int, location: str) -> str:
    """What an answer means for the question "may I?"."""
    if status >= 500:
        return f"broke ({status})"
    if status == 401 or (300 <= status < 400 and location.startswith(SIGN_IN)):
        return "sign in first"
    return "refused" if status == 403 else "admitted"


@pytest.mark.parametrize("role", Role)
def test_reading_is_allowed_and_refused_as_the_matrix_says(role: Role, cast: Cast, ticket: str):
    browser = cast.browser(cast.strangers[role])
    wrong = []
    for entry in entries():
        if entry.method not in {"PAGE", "GET"} or entry.path in NATIVE:
            continue
        address = filled(entry.path)
        answer = browser.get(
            address, headers={"Accept": "text/html" if entry.method == "PAGE" else "application/json"}
        )
        expected = "admitted" if entry.admits(role) else "refused"
        if (got := said(entry, answer.status_code, answer.headers.get("Location", ""))) != expected:
            wrong.append(f"{address}: {expected} in the matrix, {got} in truth ({answer.status_code})")

    assert wrong == []


@pytest.mark.parametrize("role", Role)
def test_writing_what_the_matrix_refuses_is_refused(role: Role, cast: Cast, ticket: str):
    browser = cast.browser(cast.strangers[role])
    wrong = []
    for entry in entries():
        if entry.method == "GET" or entry.admits(role):
            continue
        method = "POST" if entry.method == "PAGE" else entry.method
        body = {} if method == "POST" and entry.method == "PAGE" else json.dumps({})
        kind = "multipart/form-data; boundary=x" if isinstance(body, dict) else "application/json"
        answer = browser.generic(
            method, filled(entry.path), "" if isinstance(body, dict) else body, content_type=kind
        )
        # an API operation may find the body unusable before it asks who sent it; it changes nothing either way
        fine = {403} if entry.method == "PAGE" else {403, 422}
        if answer.status_code not in fine:
            wrong.append(f"{method} {entry.path}: {answer.status_code}")

    assert wrong == []


def test_strangers_come_no_further_than_the_public_addresses(cast: Cast, ticket: str):
    browser = Client(raise_request_exception=False)
    wrong = []
    for entry in (e for e in entries() if e.path not in NATIVE):
        method = "GET" if entry.method == "PAGE" else entry.method
        answer = browser.generic(method, filled(entry.path), "", content_type="application/json")
        got = said(entry, answer.status_code, answer.headers.get("Location", ""))
        if got.startswith("broke") or (entry.permission != "public" and got != "sign in first"):
            wrong.append(f"{method} {entry.path}: {got} ({answer.status_code})")

    assert wrong == []


def test_the_matrix_knows_every_role_and_refuses_something_to_most():
    closed = [entry for entry in entries() if entry.permission not in OPEN]

    assert closed
    assert all(entry.roles <= set(Role) and entry.scope for entry in closed)
    assert not all(entry.admits(Role.USER) for entry in closed)
