"""Alive, ready, measured: what a supervisor, a load balancer and Prometheus ask."""

from datetime import UTC, datetime

import pytest
from django.db import DatabaseError, connection

from frontline.foundation.http import health
from frontline.foundation.live import stream
from frontline.foundation.models import ParkedFact
from frontline.foundation.tests.probe.database import run

NOW = datetime(2026, 1, 5, 9, 0, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _real_addresses(settings):
    settings.ROOT_URLCONF = "frontline.config.urls"


def test_alive_asks_nothing_and_ready_asks_the_database(stranger):
    assert stranger.get("/healthz").json() == {"status": "ok"}
    assert stranger.get("/readyz").json() == {"status": "ready"}


def test_without_a_database_it_is_alive_not_ready_and_still_measured(stranger, monkeypatch):
    def refuse(*_, **__):
        raise DatabaseError("connection refused")

    with monkeypatch.context() as broken:
        broken.setattr(connection, "cursor", refuse)
        broken.setattr(connection, "ensure_connection", refuse)
        alive, ready, measured = (stranger.get(path) for path in ("/healthz", "/readyz", "/metrics"))
    assert alive.status_code == 200
    assert (ready.status_code, ready.json()) == (503, {"status": "no database", "error": "DatabaseError"})
    assert "process_cpu_seconds_total" in measured.content.decode()


def test_missing_migrations_are_not_ready(stranger, monkeypatch):
    monkeypatch.setattr(health._Ready, "migrated", False)
    run("DELETE FROM django_migrations WHERE app = 'foundation' AND name = '0004_settled'")
    answer = stranger.get("/readyz")
    assert (answer.status_code, "frontline migrate" in answer.json()["status"]) == (503, True)


def test_parked_facts_and_jobs_are_counted(stranger):
    ParkedFact.objects.create(
        reaction="x", subject_kind="probe", subject_id=1, fact_id=1, parked_at=NOW, retry_at=NOW
    )
    run("INSERT INTO procrastinate_jobs (queue_name, task_name, status) VALUES ('effects', 'x', 'failed')")
    assert stream.STREAMS
    lines = stranger.get("/metrics").content.decode().splitlines()
    assert "frontline_facts_parked 1.0" in lines
    assert 'frontline_jobs{state="failed"} 1.0' in lines
    assert 'frontline_jobs{state="todo"} 0.0' in lines
    assert "frontline_live_streams 0.0" in lines
