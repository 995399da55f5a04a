"""The first page of set-up: what is set up, what is missing, what comes next. Each capability says its own part."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET

from frontline.foundation import access, manifest
from frontline.foundation.http.requests import actor_of, now_of
from frontline.foundation.manifest import NavItem, SetupGap, SetupLine

PERMISSION = "setup.see"


@dataclass(frozen=True, slots=True)
class Step:
    """A line of the page. `state`: "done", "better" (works, could be better) or "missing" (is needed)."""

    label: Any
    icon: str
    href: str
    says: str
    gaps: Sequence[SetupGap]

    @property
    def state(self) -> str:
        if any(gap.needed for gap in self.gaps):
            return "missing"
        return "better" if self.gaps else "done"


@require_GET
def overview(request: HttpRequest) -> HttpResponse:
    """The lines this reader may see, in the order of the list at the side; what is needed comes next."""
    steps = steps_for(request)
    gaps = sorted((gap for step in steps for gap in step.gaps), key=lambda gap: not gap.needed)
    context = {
        "steps": steps,
        "done": sum(step.state == "done" for step in steps),
        "needed": sum(gap.needed for gap in gaps),
        "better": sum(not gap.needed for gap in gaps),
        "next": gaps[0] if gaps else None,
    }
    return render(request, "ui/setup.html", context)


def steps_for(request: HttpRequest) -> list[Step]:
    actor, now = actor_of(request), now_of(request)
    sections = {
        item.route: item
        for capability in manifest.capabilities()
        for item in capability.nav
        if item.face == "setup" and (item.permission is None or access.may(actor, item.permission))
    }
    lines = [
        line
        for capability in manifest.capabilities()
        for part in capability.setup
        if access.may(actor, part.permission)
        for line in part.look(actor, now)
        if line.route in sections
    ]
    lines.sort(key=lambda line: sections[line.route].order)
    return [_step(sections[line.route], line) for line in lines]


def _step(section: NavItem, line: SetupLine) -> Step:
    return Step(section.label, section.icon, reverse(section.route), line.says, line.gaps)
