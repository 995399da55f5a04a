"""Values sent beside a statement must come back as what they were."""

import os
from datetime import UTC, datetime
from uuid import UUID

import psycopg
import pytest
from django.db import connection
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from frontline.foundation.prepared import prepared, text_of

TEXT = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"))
pytestmark = pytest.mark.django_db


@given(words=st.lists(st.none() | TEXT))
@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_texts_of_any_kind_survive_in_an_array(words):
    with prepared() as cursor:
        cursor.execute("SELECT %s::text[]", [words])
        assert cursor.fetchone() == (words,)


def test_values_of_every_kind_come_back_and_names_may_be_used_twice():
    at, uid = datetime(2026, 3, 4, 8, 0, 1, 5, tzinfo=UTC), UUID("0193a5f0-0000-7000-8000-000000000001")
    with prepared() as cursor:
        cursor.execute(
            "SELECT %(n)s::bigint, %(n)s::text || '%%', %(at)s::timestamptz, %(uid)s::uuid, %(yes)s::boolean, "
            "%(none)s::int, %(json)s::jsonb ->> 'a', %(bytes)s::bytea, %(list)s::bigint[]",
            {
                "n": 7, "at": at, "uid": uid, "yes": True, "none": None, "json": {"a": "ü"}, "bytes": b"\x00\xff",
                "list": [1, None, 3],
            },
        )  # fmt: skip
        assert cursor.fetchone() == (7, "7%", at, uid, True, None, "ü", b"\x00\xff", [1, None, 3])


def test_a_statement_is_planned_once_whatever_its_values():
    with prepared() as cursor:
        for value in (1, 40_000, 2**40, None):
            cursor.execute("SELECT 'planned once', %s::bigint", [value])
            assert cursor.fetchone() == ("planned once", value)
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_prepared_statements WHERE statement LIKE '%planned once%'")
        assert cursor.fetchone() == (1,)


def test_what_has_no_text_is_refused():
    with pytest.raises(TypeError, match="set has no text"):
        text_of({1})


@pytest.mark.django_db(transaction=True)
def test_the_first_question_of_a_request_survives_a_database_that_restarted():
    """Nobody but the request that was interrupted may notice: a stale connection is replaced before it is used."""
    with prepared() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        (stale,) = cursor.fetchone()
    with psycopg.connect(os.environ["DATABASE_URL"], autocommit=True) as other:
        other.execute("SELECT pg_terminate_backend(%s, 5000)", [stale])
    connection.close_if_unusable_or_obsolete()  # as Django does when the next request begins
    with prepared() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        assert cursor.fetchone() != (stale,)
