"""Lists of set-up: a search, pages of fifty, a row a line; or only what some line of its first page speaks of."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

PAGE = 50
#: rows to ask for: one more than is shown tells whether there is a next page
MORE = PAGE + 1
#: nobody leafs further; a search is quicker
LAST_PAGE = 2000


@dataclass(frozen=True, slots=True)
class Line:
    """One row: what it is called, where it leads, and the other columns as text."""

    label: str
    href: str
    cells: Sequence[Any] = ()
    chip: Any = ""


@dataclass(frozen=True, slots=True)
class Listing:
    """What a list page says about itself."""

    title: Any
    lead: Any
    columns: Sequence[Any]
    add_label: Any = ""
    add_href: str = ""
    empty: Any = ""
    icon: str = "users"
    searches: bool = True
    #: what `?only=WORD` shows, in words
    onlys: Mapping[str, Any] = field(default_factory=dict)


def page_of(request: HttpRequest) -> int:
    text = request.GET.get("page", "1")
    return min(LAST_PAGE, max(1, int(text))) if text.isdecimal() and len(text) < 6 else 1


def show(request: HttpRequest, listing: Listing, lines: Sequence[Line]) -> HttpResponse:
    """Draw the list; `lines` holds one more than a page when there is a next one."""
    number, text = page_of(request), request.GET.get("q", "")[:100]
    kept = {name: value for name, value in request.GET.items() if name != "page"}

    def address(page: int) -> str:
        return f"?{urlencode({**kept, 'page': page})}"

    context = {
        "listing": listing,
        "lines": lines[:PAGE],
        "q": text,
        "only": listing.onlys.get(only_of(request), ""),
        "first": (number - 1) * PAGE + 1,
        "last": (number - 1) * PAGE + len(lines[:PAGE]),
        "previous": address(number - 1) if number > 1 else "",
        "next": address(number + 1) if len(lines) > PAGE else "",
    }
    return render(request, "ui/setup_list.html", context)


def only_of(request: HttpRequest) -> str:
    """Which rows alone are asked for; a listing knows the words."""
    return request.GET.get("only", "")


def offset_of(request: HttpRequest) -> int:
    """Where the page asked for begins."""
    return (page_of(request) - 1) * PAGE
