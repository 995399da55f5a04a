"""Idempotency keys: a repeated write gets the first answer and changes nothing.

The answer is stored in the same transaction as what it did, so a crash leaves both or neither. A failed request
leaves nothing, and its key may be used again. A key still in flight answers 409.
"""

import hashlib
from collections.abc import Callable

from django.conf import settings
from django.core.exceptions import RequestDataTooBig
from django.db import IntegrityError, connection
from django.db import transaction as django_transaction
from django.http import HttpRequest, HttpResponse

from frontline.foundation import clock
from frontline.foundation.http.problems import clash_problem, desk_problem
from frontline.foundation.http.refusals import BadIdempotencyKey, KeyInFlight, KeyReused, TooLarge
from frontline.foundation.http.requests import actor_of
from frontline.foundation.models import IdempotencyKey
from frontline.foundation.transactions import at_the_door
from frontline.kernel.actors import ActorKind

WRITES = {"POST", "PUT", "PATCH", "DELETE"}
KEPT_HEADERS = ("Content-Type", "ETag", "Location")


class IdempotencyMiddleware:
    """Innermost: wraps the view of an API write that carries `Idempotency-Key`."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        key = request.headers.get("Idempotency-Key")
        if key is None or request.method not in WRITES or not request.path.startswith("/api/v1/"):
            return self.get_response(request)
        if not 1 <= len(key) <= 200 or not key.isprintable():
            return desk_problem(BadIdempotencyKey())
        actor = actor_of(request)
        if actor.kind == ActorKind.ANONYMOUS:
            return self.get_response(request)
        try:
            return self._once(request, owner=f"{actor.kind}:{actor.id}", key=key)
        except RequestDataTooBig:
            return desk_problem(TooLarge(limit=settings.DATA_UPLOAD_MAX_MEMORY_SIZE // 2**20))
        except IntegrityError as error:  # a rule that the database checks at the end of the transaction
            return clash_problem(error)

    def _once(self, request: HttpRequest, *, owner: str, key: str) -> HttpResponse:
        fingerprint = hashlib.sha256(
            b"\n".join([(request.method or "").encode(), request.get_full_path().encode(), request.body])
        ).hexdigest()
        with at_the_door():
            if not _take_lock(f"{owner}\n{key}"):
                return desk_problem(KeyInFlight())
            if (kept := IdempotencyKey.objects.filter(owner=owner, key=key).first()) is not None:
                return _again(kept, fingerprint)
            response = self.get_response(request)
            if response.status_code >= 400 or response.streaming:
                django_transaction.set_rollback(True)
                return response
            IdempotencyKey.objects.create(
                owner=owner,
                key=key,
                fingerprint=fingerprint,
                status=response.status_code,
                body=response.content,
                headers={h: response.headers[h] for h in KEPT_HEADERS if h in response.headers},
                created_at=clock.real_now(),
            )
            return response


def _take_lock(name: str) -> bool:
    number = int.from_bytes(hashlib.sha256(name.encode()).digest()[:8], "big", signed=True)
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [number])
        return bool(cursor.fetchone()[0])


def _again(kept: IdempotencyKey, fingerprint: str) -> HttpResponse:
    if kept.fingerprint != fingerprint:
        return desk_problem(KeyReused())
    response = HttpResponse(bytes(kept.body or b""), status=kept.status or 200)
    for name, value in kept.headers.items():
        response.headers[name] = value
    response.headers["Idempotency-Replayed"] = "true"
    return response
