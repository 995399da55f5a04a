"""Clients against the probe's addresses, behind the real middleware."""

import pytest
from django.test import Client

from frontline.foundation import manifest
from frontline.foundation.tests.probe.people import SignedUp, sign_up


@pytest.fixture(autouse=True)
def _addresses(settings):
    settings.ROOT_URLCONF = "frontline.foundation.tests.probe.http"
    settings.API = "frontline.foundation.tests.probe.http.api"
    settings.CAPABILITIES = ["foundation.tests.probe", "people", "foundation"]
    looked_up = (manifest.capabilities, manifest.permissions, manifest.live_subjects, manifest.words)
    for look in looked_up:
        look.cache_clear()
    yield
    for look in looked_up:
        look.cache_clear()


@pytest.fixture
def agent(db) -> SignedUp:
    return sign_up("agent")


@pytest.fixture
def client(agent) -> Client:
    """An agent's program: every call carries the token."""
    return Client(raise_request_exception=False, headers=agent.bearer)


@pytest.fixture
def stranger(db) -> Client:
    return Client(raise_request_exception=False)
