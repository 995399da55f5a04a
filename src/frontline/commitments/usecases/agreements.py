"""Agree on targets: SLAs with customers, OLAs with teams, contracts with suppliers. Old targets keep their dates."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from frontline.commitments import access, policy
from frontline.commitments.facts import AgreementChanged, AgreementCreated
from frontline.commitments.logic.targets import PRIORITIES
from frontline.commitments.models import Agreement, Target
from frontline.commitments.planning import MEASURES, WARN_PERCENT
from frontline.commitments.queries.setup import AgreementRow, agreement_row, find_id
from frontline.foundation.facts.announce import announce
from frontline.foundation.transactions import use_case
from frontline.kernel.actors import Actor
from frontline.kernel.errors import DeskError, Invalid, NotFound, Word
from frontline.kernel.facts import Subject

KINDS: Final = ("sla", "ola", "contract")
#: ten years; a longer promise is none
LONGEST: Final = 10 * 366 * 86_400


class IncompleteAgreement(DeskError):
    """This agreement is not complete."""


@dataclass(frozen=True, slots=True)
class TargetSpec:
    """One promise: `seconds` of working time; `calendar` is a key, empty = the business hours of the service.

    `priority` empty means every priority.
    """

    measure: str
    priority: str
    seconds: int
    calendar: str = ""
    warn_percent: int = WARN_PERCENT


def unchecked(_version: int) -> None:
    """For callers that hold no version to compare."""


@use_case
def create_agreement(
    *,
    kind: str,
    name: str,
    organisation: UUID | None = None,
    team: UUID | None = None,
    service: UUID | None = None,
    criticality: int | None = None,
    valid_from: datetime | None = None,
    valid_until: datetime | None = None,
    targets: Sequence[TargetSpec] = (),
    source: str = "",
    actor: Actor,
    now: datetime,
) -> AgreementRow:
    """An agreement with its targets, in force from `valid_from` (None: now).

    An OLA names a team, a contract a supplier; an SLA may name a customer. Raises IncompleteAgreement, Invalid.
    """
    access.require_write(actor)
    begins = now if valid_from is None else valid_from
    _check_frame(kind, criticality, begins, valid_until)
    organisation_id = _party(kind, organisation, team)
    agreement = Agreement.objects.create(
        kind=kind,
        name=_named(name),
        organisation_id=organisation_id,
        team_id=_known("team", team),
        service_id=_known("service", service),
        criticality=criticality,
        valid_from=begins,
        valid_until=valid_until,
        source=source,
    )
    _add(agreement, _checked(targets), begins)
    policy.touch()
    fact = AgreementCreated(subject=Subject("agreement", agreement.id), agreement_kind=kind)
    announce(fact, actor=actor, at=now)
    return agreement_row(uid=agreement.uid, actor=actor, now=now)


@use_case
def change_agreement(
    *,
    uid: UUID,
    name: str | None = None,
    active: bool | None = None,
    valid_until: datetime | None = None,
    targets: Sequence[TargetSpec] | None = None,
    check: Callable[[int], None] = unchecked,
    actor: Actor,
    now: datetime,
) -> AgreementRow:
    """Change what is given. `targets` is the whole set from now on: what is gone ends now, what is new begins now.

    Clocks that run keep their target until the ticket's priority or service changes. `check` is given the stored
    version under the lock.
    """
    access.require_write(actor)
    agreement = Agreement.objects.select_for_update(no_key=True).filter(uid=uid).first()
    if agreement is None:
        raise NotFound("There is no agreement with this id.")
    check(agreement_row(uid=uid, actor=actor, now=now).version)
    agreement.name = agreement.name if name is None else _named(name)
    agreement.active = agreement.active if active is None else active
    if valid_until is not None:
        _check_frame(agreement.kind, agreement.criticality, agreement.valid_from, valid_until)
        agreement.valid_until = valid_until
    agreement.save(update_fields=["name", "active", "valid_until"])
    ended, added = (0, 0) if targets is None else _replace(agreement, _checked(targets), now)
    policy.touch()
    fact = AgreementChanged(
        subject=Subject("agreement", agreement.id), targets_ended=ended, targets_added=added
    )
    announce(fact, actor=actor, at=now)
    return agreement_row(uid=uid, actor=actor, now=now)


def _replace(agreement: Agreement, wanted: Sequence[TargetSpec], now: datetime) -> tuple[int, int]:
    """End and add until exactly the wanted targets hold from now on; what stays the same stays as it is."""
    left = {(spec.measure, spec.priority): spec for spec in wanted}
    ended = 0
    for row in agreement.targets.select_related("calendar").filter(valid_until=None):
        held = TargetSpec(
            row.measure,
            row.priority,
            row.seconds,
            row.calendar.key if row.calendar else "",
            row.warn_percent,
        )
        if left.get((row.measure, row.priority)) == held:
            del left[row.measure, row.priority]
            continue
        row.valid_until = max(now, row.valid_from)
        row.save(update_fields=["valid_until"])
        ended += 1
    _add(agreement, list(left.values()), max(now, agreement.valid_from))
    return ended, len(left)


def _add(agreement: Agreement, targets: Sequence[TargetSpec], valid_from: datetime) -> None:
    rules = policy.fresh()
    Target.objects.bulk_create(
        Target(
            agreement=agreement,
            measure=spec.measure,
            priority=spec.priority,
            seconds=spec.seconds,
            calendar_id=rules.entry(spec.calendar).id if spec.calendar else None,
            warn_percent=spec.warn_percent,
            valid_from=valid_from,
        )
        for spec in targets
    )


def _checked(targets: Sequence[TargetSpec]) -> Sequence[TargetSpec]:
    seen = set()
    for index, spec in enumerate(targets):
        where = f"targets.{index}"
        if spec.measure not in MEASURES:
            raise Invalid("A target is about one of {known}.", field=f"{where}.measure", known=MEASURES)
        if spec.priority not in {"", *PRIORITIES}:
            raise Invalid("A priority is P1 to P5, or empty for all.", field=f"{where}.priority")
        if not 0 <= spec.seconds <= LONGEST:
            raise Invalid("A target takes 0 seconds to ten years.", field=f"{where}.seconds")
        if not 1 <= spec.warn_percent <= 100:
            raise Invalid("A warning comes at 1 to 100 per cent.", field=f"{where}.warn_percent")
        if (spec.measure, spec.priority) in seen:
            raise Invalid(
                "There are two targets “{measure}” for the same priority; keep one.",
                field=where,
                measure=Word("measure", spec.measure),
            )
        seen.add((spec.measure, spec.priority))
    return targets


def _check_frame(kind: str, criticality: int | None, since: datetime, until: datetime | None) -> None:
    if kind not in KINDS:
        raise Invalid("An agreement is one of {known}.", field="kind", known=KINDS)
    if criticality is not None and not 1 <= criticality <= 4:
        raise Invalid("A criticality is 1 (highest) to 4.", field="criticality")
    if until is not None and until <= since:
        raise Invalid("An agreement ends after it begins.", field="valid_until")


def _party(kind: str, organisation: UUID | None, team: UUID | None) -> int | None:
    """The organisation's id, after checking that the parties fit the kind."""
    if kind == "ola" and (team is None or organisation is not None):
        raise IncompleteAgreement("An OLA is with a team: name it, and no organisation.", field="team")
    if kind != "ola" and team is not None:
        raise IncompleteAgreement("Only an OLA is with a team.", field="team")
    if kind == "contract" and organisation is None:
        raise IncompleteAgreement(
            "A contract is with a supplier: name its organisation.", field="organisation"
        )
    if organisation is None:
        return None
    found = find_id("organisation", organisation)
    if found is None:
        raise NotFound("There is no organisation with this id.", field="organisation")
    pk, organisation_kind = found
    if (organisation_kind == "supplier") != (kind == "contract"):
        raise IncompleteAgreement(
            "A contract is with a supplier, an SLA with a customer or our own organisation.",
            field="organisation",
        )
    return pk


def _known(kind: str, uid: UUID | None) -> int | None:
    if uid is None:
        return None
    found = find_id(kind, uid)
    if found is None:
        if kind == "team":
            raise NotFound("There is no team with this id.", field=kind)
        raise NotFound("There is no service with this id.", field=kind)
    return found[0]


def _named(name: str) -> str:
    name = " ".join(name.split())
    if not 1 <= len(name) <= 200:
        raise Invalid("A name has 1 to 200 characters.", field="name")
    return name
