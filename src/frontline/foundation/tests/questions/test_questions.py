"""A question answers like the ORM that wrote it, for everybody with their own values."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection
from django.db.models import Q

from frontline.foundation.models import FactRow
from frontline.foundation.questions import NotAQuestion, question, question_by_values
from frontline.kernel.actors import Actor, ActorKind, Role

pytestmark = pytest.mark.django_db
AT = datetime(2026, 3, 2, 9, tzinfo=UTC)
FIELDS = ("uid", "subject_id", "kind", "at", "audience", "data")


@pytest.fixture(autouse=True)
def facts():
    return FactRow.objects.bulk_create(
        FactRow(
            subject_kind="probe",
            subject_id=n,
            seq=1,
            kind="probe.50%" if n % 2 else "probe.Poked",
            at=AT + timedelta(hours=n),
            actor_kind="person",
            actor_id=n // 2,
            organisation_id=n or None,
            audience=n % 4,
            data={"turn": n, "all": [n, None]},
        )
        for n in range(8)
    )


def actor(person, *parties, roles=(Role.USER,)):
    return Actor(
        kind=ActorKind.PERSON,
        id=person,
        person_id=person,
        organisation_id=person,
        party_ids=frozenset(parties),
        roles=frozenset(roles),
    )


@pytest.mark.parametrize("asking", [question, question_by_values])
def test_each_thread_asks_by_a_connection_of_its_own(asking):
    ask = asking(lambda *, kind: FactRow.objects.filter(kind=kind).values_list("subject_id"))
    assert len(ask(kind="probe.Poked")) == 4

    def elsewhere():
        try:
            return ask(kind="probe.Poked")
        finally:
            connection.close()

    with ThreadPoolExecutor(1) as other:
        assert other.submit(elsewhere).result() == []  # what this transaction wrote nobody else sees


def test_every_kind_of_value_goes_where_the_orm_puts_it(facts):
    def found(order, limit, *, kind, after, least, uid, subjects):
        return (
            FactRow.objects.filter(Q(kind=kind) | Q(uid=uid), at__gt=after, audience__gte=least)
            .filter(subject_id__any=subjects)
            .order_by(*order)
            .values_list(*FIELDS)[:limit]
        )

    values = {"kind": "probe.50%", "after": AT, "least": 1, "uid": facts[6].uid, "subjects": [1, 2, 3, 6, 7]}
    for order in (("at",), ("-subject_id",)):
        expected = FactRow.objects.filter(subject_id__in=[1, 3, 6, 7]).order_by(*order).values_list(*FIELDS)
        assert question(found)(order, 3, **values) == list(expected[:3])


def test_a_text_is_written_once_a_shape_and_serves_everybody_with_their_own_values(django_assert_num_queries):
    written = []

    @question
    def mine(*, actor):
        written.append(actor)
        owned = Q(organisation_id=actor.organisation_id) | Q(subject_id__in=actor.party_ids)
        return FactRow.objects.filter(owned).order_by("id").values_list("subject_id", flat=False)

    with django_assert_num_queries(4):
        assert mine(actor=actor(1, 4, 5)) == [(1,), (4,), (5,)]
        assert mine(actor=actor(2, 6, 7)) == [(2,), (6,), (7,)]
        assert len(written) == 2  # the same text, with two sets of marks
        assert mine(actor=actor(3, 6)) == [(3,), (6,)]
        assert mine(actor=actor(3, 6, roles=(Role.AGENT,))) == [(3,), (6,)]
    assert len(written) == 6
    assert not {1, 2, 3} & {one.person_id for one in written}


def test_who_is_nobody_is_a_shape_of_its_own():
    @question
    def of(*, organisation):
        return FactRow.objects.filter(organisation_id=organisation).values_list("subject_id")

    assert of(organisation=3) == [(3,)]
    assert of(organisation=None) == [(0,)]


def test_what_can_never_match_asks_nothing(django_assert_num_queries):
    @question
    def held(*, actor):
        return FactRow.objects.filter(subject_id__in=actor.party_ids).values_list("subject_id")

    with django_assert_num_queries(0):
        assert held(actor=actor(1)) == []


def test_several_are_counted_by_one_query(django_assert_num_queries):
    @question
    def counts(*, actor, after):
        facts = FactRow.objects.filter(at__gt=after)
        held = facts.filter(subject_id__in=actor.party_ids)
        return [facts.values("pk"), held.values("pk"), facts.values("pk")[:2]]

    with django_assert_num_queries(2):
        assert counts(actor=actor(1, 2, 3), after=AT) == [(7, 2, 2)]
        assert counts(actor=actor(1), after=AT + timedelta(hours=3)) == [(4, 0, 2)]


def test_a_value_that_is_changed_on_its_way_is_refused():
    @question
    def like(*, words):
        return FactRow.objects.filter(kind__icontains=words).values_list("id")

    @question
    def left_in_the_text(*, person):
        return FactRow.objects.filter(subject_id=7 if person == 1 else person + 1).values_list("id")

    @question
    def branch(*, yes):
        return FactRow.objects.filter(subject_id=1 if yes else 2).values_list("id")

    for ask, values in (
        (like, {"words": "poke"}),
        (left_in_the_text, {"person": 2}),
        (branch, {"yes": True}),
    ):
        with pytest.raises(NotAQuestion):
            ask(**values)
