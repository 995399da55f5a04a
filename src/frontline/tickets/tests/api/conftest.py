"""People who call the API with tokens of their own."""

import json

import pytest
from django.test import Client

from frontline.foundation import clock
from frontline.kernel.actors import SYSTEM
from frontline.people.usecases import tokens


@pytest.fixture
def caller(world, monkeypatch):
    monkeypatch.setattr(clock, "now", lambda: world.now)

    def of(name, *scopes):
        _, secret = tokens.create_token(
            person_id=world.people[name].pk,
            name="test",
            scopes=list(scopes or ["*"]),
            real_now=clock.real_now(),
            actor=SYSTEM,
            now=world.now,
        )

        def call(method, path, body=None, **headers):
            return Client(headers={"Authorization": f"Bearer {secret}"}).generic(
                method,
                f"/api/v1{path}",
                b"" if body is None else json.dumps(body),
                content_type="application/json",
                headers=headers,
            )

        return call

    return of
