"""Alive, ready, measured."""

from contextlib import suppress

from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest, HttpResponse, JsonResponse
from prometheus_client import CONTENT_TYPE_LATEST, Gauge, generate_latest


class _Ready:
    migrated = False


def healthz(_request: HttpRequest) -> JsonResponse:
    """Alive: the process answers. Nothing else is asked."""
    return JsonResponse({"status": "ok"})


def readyz(_request: HttpRequest) -> JsonResponse:
    """Ready: the database answers and has this version's tables."""
    try:
        connection.ensure_connection()
        if not _Ready.migrated:
            executor = MigrationExecutor(connection)
            _Ready.migrated = not executor.migration_plan(executor.loader.graph.leaf_nodes())
        else:
            with connection.cursor() as cursor:
                cursor.execute("SELECT 1")
    except Exception as error:  # noqa: BLE001 - whatever it is, we are not ready, and we say why
        return JsonResponse({"status": "no database", "error": type(error).__name__}, status=503)
    if not _Ready.migrated:
        return JsonResponse({"status": "migrations are missing: run frontline migrate"}, status=503)
    return JsonResponse({"status": "ready"})


PARKED = Gauge("frontline_facts_parked", "Facts that a reaction failed on, with those that wait behind them")
JOBS = Gauge("frontline_jobs", "Outside effects by state", ["state"])
_COUNTED = """
SELECT 'parked', count(*) FROM foundation_parked_fact UNION ALL
SELECT status::text, count(*) FROM procrastinate_jobs WHERE status IN ('todo', 'doing', 'failed') GROUP BY status
"""


def metrics(_request: HttpRequest) -> HttpResponse:
    """Prometheus' text format: process figures and what the capabilities count. Without a database only the former."""
    with suppress(DatabaseError), connection.cursor() as cursor:
        cursor.execute(_COUNTED)
        counted = dict(cursor.fetchall())
        PARKED.set(counted.pop("parked"))
        for state in ("todo", "doing", "failed"):
            JOBS.labels(state).set(counted.get(state, 0))
    return HttpResponse(generate_latest(), content_type=CONTENT_TYPE_LATEST)
