"""Who may use which address: every page and API operation with the permission it needs and the roles that have it."""

from collections.abc import Iterator
from dataclasses import dataclass

from frontline.foundation import manifest
from frontline.foundation.http.api import operations
from frontline.foundation.live.callers import PERMISSION as LIVE
from frontline.kernel.actors import Role

#: permissions of doors that every role passes
OPEN = {"public": "everybody", "signed_in": "signed in"}


@dataclass(frozen=True, slots=True)
class Entry:
    """`method` is PAGE for pages; `roles` is empty for what needs no role ("public", "signed_in")."""

    method: str
    path: str
    permission: str
    roles: frozenset[Role]
    scope: str

    def admits(self, role: Role) -> bool:
        return self.permission in OPEN or role in self.roles


def entries() -> list[Entry]:
    """Sorted by path, pages first. An address whose permission is declared nowhere raises KeyError."""
    return sorted([*_pages(), *_operations()], key=lambda e: (e.method != "PAGE", e.path, e.method))


def _pages() -> Iterator[Entry]:
    for capability in manifest.capabilities():
        for route in capability.routes:
            yield _entry("PAGE", f"/{route.pattern}", route.permission or "signed_in")


def _operations() -> Iterator[Entry]:
    yield _entry("GET", "/api/v1/live", LIVE)  # answered beside Django
    for operation in operations():
        yield _entry(operation.method, operation.path, operation.permission)


def _entry(method: str, path: str, permission: str) -> Entry:
    if permission in OPEN:
        return Entry(method, path, permission, frozenset(), "")
    declared = manifest.permissions()[permission]
    return Entry(method, path, permission, declared.roles, declared.scope)


def table() -> Iterator[str]:
    """The matrix as aligned lines: a column a role, `x` where it may."""
    rows = entries()
    width = max((len(e.path) for e in rows), default=4)
    yield f"{'method':7} {'path':{width}}  {'permission':28} " + " ".join(role.value for role in Role)
    for e in rows:
        marks = " ".join(f"{'x' if e.admits(role) else '.':{len(role.value)}}" for role in Role)
        yield f"{e.method:7} {e.path:{width}}  {e.permission:28} {marks}".rstrip()
