"""What the tests of the front door share: a browser for anybody of the small desk, at the desk's time."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.test import Client

from frontline.config.testing import LONG_AGO, World
from frontline.foundation import clock
from frontline.people.models import Account
from frontline.tickets.usecases import handing, opening, promising, solving, talking

BACKEND = "frontline.people.web.backends.AccountBackend"


@dataclass
class Door:
    """The small desk with browsers, and a clock that tests move."""

    world: World
    now: datetime

    def browser(self, name: str) -> Client:
        client = Client(raise_request_exception=False)
        person = self.world.people[name]
        account, _made = Account.objects.get_or_create(
            person=person, defaults={"login": person.email, "created_at": LONG_AGO}
        )
        client.force_login(account, backend=BACKEND)
        return client

    def later(self, **span: float) -> datetime:
        self.now += timedelta(**span)
        return self.now

    def open(self, name: str, subject: str, **more: Any) -> str:
        asked = opening.Asked(
            subject=subject,
            text=f"{subject}, in more words.",
            requester_id=self.world.people[name].pk,
            **more,
        )
        return opening.open_ticket(asked=asked, actor=self.world.actor(name), now=self.now).ref

    def say(self, ref: str, text: str, *, by: str = "Ben", **more: Any) -> None:
        talking.add_message(
            ref=ref, said=talking.Said(text=text, **more), actor=self.world.actor(by), now=self.now
        )

    def promise(self, ref: str, *, minutes: int) -> None:
        due = self.now + timedelta(minutes=minutes)
        promising.promise_update(ref=ref, due_at=due, actor=self.world.actor("Ben"), now=self.now)

    def solve(self, ref: str, text: str = "The profile was written anew and works.") -> None:
        solving.solve_ticket(
            ref=ref, code="fixed", text=text, blocker="other", actor=self.world.actor("Ben"), now=self.now
        )

    def offer(self, ref: str, party: int) -> Any:
        return handing.hand_over(
            ref=ref,
            to_party_id=party,
            why="needs somebody who SECRETLYWHY can look",
            tried="restarted, SECRETLYTRIED twice",
            asked="please look at the SECRETLYASKED gateway",
            blocker="skill",
            actor=self.world.actor("Ben"),
            now=self.now,
        ).uid

    def hand_to(self, ref: str, party: int, *, taken_by: str) -> None:
        uid = self.offer(ref, party)
        handing.accept_handoff(handoff_uid=uid, actor=self.world.actor(taken_by), now=self.now)


@pytest.fixture
def door(world: World, monkeypatch: pytest.MonkeyPatch) -> Door:
    made = Door(world, world.now)
    monkeypatch.setattr(clock, "now", lambda: made.now)
    return made


@pytest.fixture
def text_of() -> Callable[[Any], str]:
    """What a page says, without its markup and with single spaces."""
    import html
    import re

    def text(answer: Any) -> str:
        body = answer.content.decode().partition("<main")[2].partition(">")[2].partition("</main>")[0]
        body = re.sub(r"</?(?:time|strong)\b[^>]*>", "", body)
        return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", body)).split())

    return text
