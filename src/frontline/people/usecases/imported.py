"""People, teams and places that only an import knows: inactive placeholders, once each by (source, external id)."""

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import datetime

from frontline.foundation.transactions import require_transaction
from frontline.people.models import Party, Person, Place, Team
from frontline.people.usecases.persons import default_organisation_id, person_id_by_email


@dataclass(frozen=True, slots=True)
class Known:
    id: int
    organisation_id: int


@dataclass(slots=True)
class Folk:
    """Everybody an import run has met, by the source's own names."""

    source: str
    now: datetime
    person_ids: dict[str, int] = field(default_factory=dict)
    party_ids: dict[str, int] = field(default_factory=dict)
    place_ids: dict[str, int] = field(default_factory=dict)
    organisation_id: int = 0

    def meet(
        self,
        *,
        groups: Collection[str],
        people: Collection[str],
        requesters: Collection[str],
        places: Collection[str],
    ) -> None:
        """Make those nobody has met; a handful of queries however many there are. Joins the caller's transaction."""
        require_transaction()
        if not self.organisation_id:
            self.organisation_id = default_organisation_id()
        self._people({*people, *requesters, LEAD} - self.person_ids.keys())
        self._teams(set(groups) - self.party_ids.keys())
        self._places(set(places) - self.place_ids.keys())

    def requester(self, name: str) -> Known:
        return Known(self.person_ids[name], self.organisation_id)

    def lead_id(self) -> int:
        """The placeholder who answers for tickets of a source that names no owner."""
        return self.person_ids[LEAD]

    def _people(self, wanted: Collection[str]) -> None:
        """An address that is known here is that person; everybody else becomes a placeholder."""
        for name in wanted:
            known = person_id_by_email(name) if "@" in name else None
            if known is not None:
                self.person_ids[name] = known
        names = [name for name in wanted if name not in self.person_ids]
        if not names:
            return
        Person.objects.bulk_create(
            (
                Person(
                    name=SHOWN.get(name, name)[:200],
                    organisation_id=self.organisation_id,
                    email=name if "@" in name else "",
                    active=False,
                    placeholder=True,
                    source=self.source,
                    external_id=name[:200],
                    created_at=self.now,
                )
                for name in sorted(names)
            ),
            ignore_conflicts=True,
        )
        rows = Person.objects.filter(source=self.source, external_id__in=[n[:200] for n in names])
        self.person_ids.update({str(name): pk for name, pk in rows.values_list("external_id", "pk")})

    def _teams(self, names: Collection[str]) -> None:
        if not names:
            return
        Team.objects.bulk_create(
            (Team(name=n[:200], tier=2, source=self.source, external_id=n[:200]) for n in sorted(names)),
            ignore_conflicts=True,
        )
        known = Team.objects.filter(source=self.source, external_id__in=[n[:200] for n in names])
        teams = {str(name): pk for name, pk in known.values_list("external_id", "pk")}
        Party.objects.bulk_create(
            (Party(kind="team", team_id=pk) for pk in teams.values()), ignore_conflicts=True
        )
        found = Party.objects.filter(team__in=teams.values()).values_list("team_id", "pk")
        parties = {team: pk for team, pk in found if team is not None}
        self.party_ids.update({name: parties[pk] for name, pk in teams.items()})

    def _places(self, names: Collection[str]) -> None:
        if not names:
            return
        Place.objects.bulk_create(
            (
                Place(
                    name=n[:200],
                    organisation_id=self.organisation_id,
                    timezone="UTC",
                    active=False,
                    source=self.source,
                    external_id=n[:200],
                )
                for n in sorted(names)
            ),
            ignore_conflicts=True,
        )
        rows = Place.objects.filter(source=self.source, external_id__in=[n[:200] for n in names])
        self.place_ids.update({str(name): pk for name, pk in rows.values_list("external_id", "pk")})


LEAD = "\u2014lead"
#: how the two that no source names are shown
SHOWN = {LEAD: "Desk lead (imported tickets)", "?": "Unknown caller (imported tickets)"}
