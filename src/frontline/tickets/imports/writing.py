"""Write cases as tickets: people, places and teams made once, tickets copied in batches, known ones continued."""

from collections.abc import Sequence
from typing import Any

from frontline.commitments import queries as commitments
from frontline.foundation.facts.announce import announce
from frontline.foundation.facts.timeline import count_of
from frontline.foundation.imports.job import ImportJob, ImportOutcome
from frontline.foundation.imports.reading import Table
from frontline.foundation.rows import draw_ids
from frontline.foundation.transactions import transaction
from frontline.kernel.actors import SYSTEM
from frontline.kernel.facts import Origin, Subject
from frontline.people import queries as people
from frontline.people.usecases import imported
from frontline.tickets.histories import Hands, History, Moment, plan_history, write_histories
from frontline.tickets.imports.cases import Case, known
from frontline.tickets.imports.mapping import Map
from frontline.tickets.logic.queue import Case as QueueCase
from frontline.tickets.logic.queue import matters
from frontline.tickets.logic.states import LIVE
from frontline.tickets.models import Custody, SourceResult, Ticket
from frontline.tickets.planning import Ids, Opening

FINGERPRINT = "frontline_fingerprint"
#: sequences a new case draws from
DRAWN = ("tickets_ticket", "tickets_ref", "tickets_custody", "tickets_contact", "tickets_message")


class Writer:
    """One import run: knows the map, the desk, and everybody it has met."""

    def __init__(self, mapping: Map, job: ImportJob) -> None:
        self.map = mapping
        self.job = job
        self.created = self.updated = self.unchanged = self.tickets = self.events = 0
        self.desk_party = people.desk().party_id
        self.folk = imported.Folk(source=mapping.source, now=job.now)
        self.lead_id = 0

    def outcome(self) -> ImportOutcome:
        """The counts so far."""
        return ImportOutcome(
            created=self.created,
            updated=self.updated,
            unchanged=self.unchanged,
            tickets=self.tickets,
            events=self.events,
        )

    def write(self, cases: Sequence[Case], table: Table) -> None:
        """One batch in one transaction; what is known and unchanged is left alone."""
        stored = self._known([c.id for c in cases])
        new = [c for c in cases if c.id not in stored]
        changed = [c for c in cases if c.id in stored and stored[c.id][1] != c.fingerprint]
        self.tickets += len(cases)
        self.events += sum(len(c.events) for c in cases)
        self.created += len(new)
        self.unchanged += len(cases) - len(new) - len(changed)
        if self.job.dry_run:
            self.updated += len(changed)
            return
        with transaction():
            self._meet([*new, *changed])
            if new:
                self._create(new)
            for case in changed:
                self._update(case, stored[case.id][0], table)

    def _update(self, case: Case, ticket_id: int, table: Table) -> None:
        if self._continue(case, ticket_id):
            self.updated += 1
            return
        reason = "This log tells another past than the one imported before; name another source."
        self.job.report.reject(file=table.path.name, line=0, external_id=case.id, reason=reason)

    def _known(self, ids: Sequence[str]) -> dict[str, tuple[int, str]]:
        # two look-ups by key: joined, the planner may multiply them while these tables' statistics are still empty
        found = dict(
            Ticket.objects.filter(source=self.map.source, external_id__in=list(ids)).values_list(
                "pk", "external_id"
            )
        )
        rows = SourceResult.objects.filter(source=self.map.source, ticket_id__in=list(found))
        return {
            str(found[ticket_id]): (ticket_id, fields.get(FINGERPRINT, ""))
            for ticket_id, fields in rows.values_list("ticket_id", "fields")
        }

    def _meet(self, cases: Sequence[Case]) -> None:
        """Make the people, places and teams of these cases that nobody has met before."""
        groups = {e.group for c in cases for e in c.events if e.group}
        names = {e.assignee for c in cases for e in c.events if e.assignee}
        callers = {known(self.map, c.first, "requester") or "?" for c in cases}
        places = {p for c in cases if (p := known(self.map, c.first, "place"))}
        self.folk.meet(groups=groups, people=names, requesters=callers, places=places)
        self.lead_id = self.folk.lead_id()

    def _create(self, cases: Sequence[Case]) -> None:
        n = len(cases)
        ids = draw_ids(dict.fromkeys(DRAWN, n))
        planned = []
        results: list[tuple[str, dict[str, Any]]] = []
        for i, case in enumerate(cases):
            own = Ids(
                ticket=ids["tickets_ticket"][i],
                ref=f"T-{ids['tickets_ref'][i]}",
                contact=ids["tickets_contact"][i],
                message=ids["tickets_message"][i] if known(self.map, case.first, "description") else None,
                custody=ids["tickets_custody"][i],
            )
            planned.append(plan_history(self.history(case, own)))
            results.append(
                (
                    "tickets_source_result",
                    {"ticket_id": own.ticket, "source": self.map.source, "fields": self._source_fields(case)},
                )
            )
        write_histories(planned, more=results)

    def history(self, case: Case, ids: Ids) -> History:
        """The case as an opening and its moments."""
        first = case.events[0]
        hands = [self._hands(e.group, e.assignee) for e in case.events]
        requester = self.folk.requester(known(self.map, case.first, "requester") or "?")
        impact, urgency = self._grade(case.last, "impact"), self._grade(case.last, "urgency")
        opening = Opening(
            ids=ids,
            subject=self._subject(case),
            text=known(self.map, case.first, "description")[:200_000],
            kind=known(self.map, case.first, "kind") or "incident",
            impact=impact,
            urgency=urgency,
            priority=self._priority(case, impact, urgency),
            channel=self.map.channels.get(known(self.map, case.first, "channel"), "phone"),
            language="en",
            requester_id=requester.id,
            organisation_id=requester.organisation_id,
            place_id=self.folk.place_ids.get(known(self.map, case.first, "place")),
            owner_id=self.lead_id,
            desk_party_id=hands[0].party or self.desk_party,
            holder_kind=hands[0].kind,
            at=first.at,
            origin=Origin.HISTORY,
            source=self.map.source,
            external_id=case.id,
        )
        moments = [Moment(at=first.at, state=first.state, waiting_for=first.waiting_for, hands=hands[0])]
        moments += [
            Moment(
                at=e.at,
                state=e.state,
                waiting_for=e.waiting_for,
                hands=h,
                cause="reopened" if e.state in LIVE and b.state not in LIVE else "imported",
            )
            for b, e, h in zip(case.events, case.events[1:], hands[1:], strict=False)
        ]
        return History(opening=opening, moments=moments, extra=self._extra(case))

    def _hands(self, group: str, assignee: str) -> Hands:
        worker = self.folk.person_ids[assignee] if assignee else None
        if not group:
            return Hands("desk", self.desk_party, worker)
        return Hands("team", self.folk.party_ids[group], worker)

    def _extra(self, case: Case) -> dict[str, Any]:
        """What does not follow from the moments: when it was opened by its own account, its place in the queue."""
        last = case.events[-1]
        extra: dict[str, Any] = {"opened_at": case.opened_at, "last_user_word_at": None}
        place = None
        if last.state in LIVE:
            impact, urgency = self._grade(case.last, "impact"), self._grade(case.last, "urgency")
            place = matters(
                QueueCase(
                    state=last.state,
                    waiting_for=last.waiting_for,
                    priority=self._priority(case, impact, urgency),
                    opened_at=case.opened_at,
                )
            )
        extra["matters_at"] = None if place is None else place.at
        extra["matters_code"] = "" if place is None else place.code.value
        extra["matters_count"] = 0 if place is None else place.count
        return extra

    def _grade(self, cells: dict[str, str], role: str) -> int:
        """`2 - Medium` as 2; out of range or unknown is 3."""
        digits = known(self.map, cells, role)[:1]
        return min(3, max(1, int(digits))) if digits.isdecimal() else 3

    def _priority(self, case: Case, impact: int, urgency: int) -> str:
        digits = known(self.map, case.last, "priority")[:1]
        if digits.isdecimal() and digits in "12345":
            return f"P{digits}"
        return commitments.priority_for(impact=impact, urgency=urgency, at=case.opened_at)

    def _subject(self, case: Case) -> str:
        words = [case.first.get(c, "") for c in self.map.columns.get("subject", ())]
        text = " · ".join(w for w in words if w not in self.map.unknown)
        return (text or case.id)[:500]

    def _source_fields(self, case: Case) -> dict[str, Any]:
        """The source's own results and final values, as it last said them."""
        fields: dict[str, Any] = {FINGERPRINT: case.fingerprint}
        for name, column in self.map.source_results.items():
            fields[name] = case.last.get(column)
        fields["final"] = {c: case.last[c] for c in sorted(self.map.final) if c in case.last}
        return fields

    def _continue(self, case: Case, ticket_id: int) -> bool:
        """The log goes on: add what happened since. False when its past is not the one that was imported."""
        ticket = Ticket.objects.select_for_update(no_key=True).get(pk=ticket_id)
        ids = Ids(ticket=ticket.pk, ref=ticket.ref, contact=None, message=None, custody=0)
        plan, facts = plan_history(self.history(case, ids))
        chain = [row for table, row in plan.rows if table == "tickets_custody"]
        stored = list(Custody.objects.filter(ticket=ticket, lane=0).order_by("seq"))
        if not _same_past(stored, chain):
            return False
        last = stored[-1]
        Custody.objects.filter(pk=last.pk).update(until=chain[len(stored) - 1]["until"])
        Custody.objects.bulk_create(Custody(**row) for row in chain[len(stored) :])
        told = count_of(Subject("ticket", ticket.pk))
        for fact in facts[told:]:
            announce(fact.fact, actor=SYSTEM, at=fact.at, origin=Origin.HISTORY)
        row = next(row for table, row in plan.rows if table == "tickets_ticket")
        keep = {"id", "uid", "ref", "reply_token", "search", "version", "tags"}
        Ticket.objects.filter(pk=ticket.pk).update(
            **{k: v for k, v in row.items() if k not in keep}, version=ticket.version + 1
        )
        SourceResult.objects.filter(ticket=ticket, source=self.map.source).update(
            fields=self._source_fields(case)
        )
        return True


def _same_past(stored: Sequence[Custody], chain: Sequence[dict[str, Any]]) -> bool:
    if len(stored) > len(chain):
        return False
    return all(
        (s.holder_kind, s.holder_id, s.worker_id, s.since)
        == (c["holder_kind"], c["holder_id"], c["worker_id"], c["since"])
        for s, c in zip(stored, chain, strict=False)
    )
