"""The same key gives the same answer once the first has succeeded; a failure leaves nothing behind."""

import json
from datetime import datetime, timedelta

import pytest
from django.db import connections
from django.test import Client

from frontline.foundation import clock
from frontline.foundation.jobs import sweep
from frontline.foundation.models import FactHead, FactRow, IdempotencyKey
from frontline.foundation.tests.probe import http
from frontline.foundation.tests.probe.database import together
from frontline.foundation.tests.probe.people import sign_up


def post(client, size, key="k1", **more):
    body = json.dumps({"name": "a", "size": size, **more})
    return client.post("/api/v1/things", body, "application/json", headers={"Idempotency-Key": key})


def numbers() -> list[int]:
    found = FactHead.objects.filter(subject_kind="thing").order_by("subject_id")
    return list(found.values_list("subject_id", flat=True))


def test_a_repeated_request_gets_the_first_answer_and_changes_nothing(client):
    first, again = post(client, 5), post(client, 5)
    assert (first.status_code, again.status_code) == (201, 201)
    assert again.content == first.content
    for header in ("Content-Type", "ETag", "Location"):
        assert again[header] == first[header]
    assert (first.get("Idempotency-Replayed"), again["Idempotency-Replayed"]) == (None, "true")
    assert numbers() == [5]
    assert FactRow.objects.count() == 1


def test_the_same_key_for_another_request_is_refused(client):
    assert post(client, 5).status_code == 201
    other = post(client, 6)
    assert (other.status_code, other.json()["code"]) == (422, "key_reused")
    assert numbers() == [5]


def test_another_caller_may_use_the_same_key(client):
    assert post(client, 5).status_code == 201
    other = Client(headers=sign_up("agent").bearer)
    assert post(other, 6).status_code == 201
    assert numbers() == [5, 6]


@pytest.mark.parametrize("failure", [{"colour": "red"}, {"then": "break"}], ids=["refused", "broken"])
def test_a_failed_request_leaves_nothing_and_its_key_may_be_used_again(client, failure):
    assert post(client, 5, **failure).status_code in {422, 500}
    assert numbers() == []
    assert not FactRow.objects.exists()
    assert not IdempotencyKey.objects.exists()
    assert post(client, 6).status_code == 201
    assert numbers() == [6]


def test_a_use_case_that_fails_and_is_forgiven_is_undone_alone(client):
    """A door may go on after one of several fails; with a key the others must not carry its half."""
    assert post(client, 20, then="unlucky").status_code == 201
    assert numbers() == [20, 21]
    assert list(FactRow.objects.order_by("id").values_list("subject_id", flat=True)) == [20, 21]


@pytest.mark.parametrize("key", ["x" * 201, "a\tb"])
def test_a_key_that_is_none_is_refused(client, key):
    response = post(client, 5, key)
    assert (response.status_code, response.json()["code"]) == (422, "bad_idempotency_key")
    assert numbers() == []


def test_strangers_get_no_keys(stranger):
    assert post(stranger, 5).status_code == 401
    assert not IdempotencyKey.objects.exists()


def test_keys_are_kept_for_two_days(client):
    post(client, 5, "old")
    post(client, 6, "young")
    now: datetime = clock.real_now()
    IdempotencyKey.objects.filter(key="old").update(created_at=now - timedelta(hours=49))
    IdempotencyKey.objects.filter(key="young").update(created_at=now - timedelta(hours=47))
    assert sweep.prune(now) == 1
    assert [k.key for k in IdempotencyKey.objects.all()] == ["young"]


@pytest.mark.django_db(transaction=True)
def test_a_key_in_flight_is_told_so(transactional_db):
    headers = sign_up("agent").bearer
    answers: dict[str, int] = {}
    http.inside.clear()
    http.go_on.clear()

    def first() -> None:
        answers["first"] = post(Client(headers=headers), 5, then="wait").status_code

    def second() -> None:
        try:
            assert http.inside.wait(10)
            answer = post(Client(headers=headers), 5, then="wait")
            answers["second"] = answer.status_code
            assert answer.json()["code"] == "key_in_flight"
        finally:
            http.go_on.set()

    together(first, second)
    connections.close_all()
    assert answers == {"first": 201, "second": 409}
    assert post(Client(headers=headers), 5, then="wait").status_code == 201
    assert numbers() == [5]
