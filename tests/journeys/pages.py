"""Every page as every role that has it: from the product's own list, with things that exist in the addresses."""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import httpx

from tests.journeys.browsers import Windows
from tests.journeys.product import Product, Somebody

PARAMETER = re.compile(r"<(?:(?P<kind>\w+):)?(?P<name>\w+)>")
SHAPES = {
    "uuid": r"[0-9a-f-]{36}",
    "str": r"[^/?#\"]+",
    "slug": r"[\w-]+",
    "path": r"[^?#\"]+",
    "int": r"\d+",
}
HREF = re.compile(r'(?:href|data-preview|hx-get|action)="(/[^"?#]*)')
#: addresses that change something or answer nothing to look at, whatever the method
NEVER = {"/sign-out", "/me/sign-out-everywhere"}
OPEN = {"public", "signed_in"}
#: pages that show more when asked something, with what is asked
ASKED = {
    "/ask": "?what=My+laptop+does+not+start",
    "/desk/search": "?q=vpn",
}


@dataclass(frozen=True)
class Seen:
    """A page a role has: `name` is the same for all roles and fit for a file name, `path` is one real address."""

    name: str
    path: str


def name_of(pattern: str) -> str:
    words = PARAMETER.sub(lambda found: found["name"], pattern).strip("/")
    return re.sub(r"[^a-z0-9]+", "-", words.lower()).strip("-") or "home"


def pages_of(product: Product, windows: Windows, person: Somebody) -> list[Seen]:
    """Whole pages (no fragments, no redirects, no forms' targets) that answer this person, in the list's order."""
    patterns = [row["path"] for row in _listed(product) if _has(row, person)]
    with httpx.Client(base_url=product.url, cookies=windows.cookies(person), timeout=30) as client:
        plain = [path for path in patterns if not PARAMETER.search(path) and path not in NEVER]
        texts = {path: _page(client, path) for path in plain}
        links = set(_refs(product, person))
        for text in texts.values():
            links.update(HREF.findall(text or ""))
        found = {
            path: Seen(name_of(path), path + ASKED.get(path, "")) for path, text in texts.items() if text
        }
        for pattern in patterns:
            if not PARAMETER.search(pattern):
                continue
            shape = _shape(pattern)
            for link in sorted(filter(shape.fullmatch, links)):
                if link in texts:  # `/new` is a page of its own
                    continue
                if text := _page(client, link):
                    found[pattern] = Seen(name_of(pattern), link)
                    links.update(HREF.findall(text))
                    break
    return [found[pattern] for pattern in patterns if pattern in found]


def _listed(product: Product) -> list[dict[str, Any]]:
    if product.url not in _MATRIX:
        rows = json.loads(product.command("matrix", "--json"))
        _MATRIX[product.url] = [row for row in rows if row["method"] == "PAGE"]
    return _MATRIX[product.url]


_MATRIX: dict[str, list[dict[str, Any]]] = {}
#: roles of the sign-ins' file by the name the list has for them
_NAMES = {"incident commander": "commander", "vendor manager": "vendor_manager"}


def _has(row: dict[str, Any], person: Somebody) -> bool:
    role = _NAMES.get(person.role, person.role.lower())
    return row["permission"] in OPEN or role in row["roles"]


def _page(client: httpx.Client, path: str) -> str | None:
    """The text of a whole page; None for anything else. Raises when the server broke or refuses what it lists."""
    answer = client.get(path)
    if answer.status_code >= 500 or answer.status_code == 403:
        raise AssertionError(f"{path}: {answer.status_code}")
    whole = answer.status_code == 200 and "text/html" in answer.headers.get("Content-Type", "")
    return answer.text if whole and "<html" in answer.text else None


def _shape(pattern: str) -> re.Pattern[str]:
    parts, last = [], 0
    for found in PARAMETER.finditer(pattern):
        parts += [re.escape(pattern[last : found.start()]), SHAPES[found["kind"] or "str"]]
        last = found.end()
    return re.compile("".join([*parts, re.escape(pattern[last:])]))


def _refs(product: Product, person: Somebody) -> Iterator[str]:
    """The pages of the ticket that matters most to this reader."""
    with product.api(person) as api:
        found = api.get("/tickets", params={"limit": 1}).json()["items"]
    for ticket in found:
        yield f"/tickets/{ticket['ref']}"
        yield f"/desk/tickets/{ticket['ref']}"
