"""Who acts. An actor is a person, a supplier contact, an API token, a rule or the system itself."""

from dataclasses import dataclass, field
from enum import StrEnum


class Role(StrEnum):
    """Roles an organisation hands out. What each may do is declared by the capabilities."""

    USER = "user"
    AGENT = "agent"
    LEAD = "lead"
    COMMANDER = "commander"
    VENDOR_MANAGER = "vendor_manager"
    CIO = "cio"
    ADMINISTRATOR = "administrator"
    SUPPLIER = "supplier"


#: roles that work inside the desk and may see internal notes and other people's tickets
STAFF_ROLES = frozenset(
    {Role.AGENT, Role.LEAD, Role.COMMANDER, Role.VENDOR_MANAGER, Role.CIO, Role.ADMINISTRATOR}
)


class ActorKind(StrEnum):
    PERSON = "person"
    SUPPLIER = "supplier"
    TOKEN = "token"  # noqa: S105 - a kind of actor, not a secret
    RULE = "rule"
    SYSTEM = "system"
    ANONYMOUS = "anonymous"


@dataclass(frozen=True, slots=True, kw_only=True)
class Actor:
    """Who does something, with all that deciding "may they?" needs; no look-ups hide behind it.

    `id` is the row id of the person, token or rule (0 for the system). `person_id` is the human who answers for
    it, where there is one. `scopes` narrows a token: `None` means "not narrowed".
    """

    kind: ActorKind
    id: int = 0
    person_id: int | None = None
    organisation_id: int | None = None
    party_ids: frozenset[int] = frozenset()
    team_ids: frozenset[int] = frozenset()
    roles: frozenset[Role] = frozenset()
    scopes: frozenset[str] | None = None
    on_behalf_of: int | None = None
    language: str = "en"
    timezone: str = "UTC"
    name: str = field(default="", compare=False)

    @property
    def is_staff(self) -> bool:
        """Works at the desk or runs it."""
        return self.kind in {ActorKind.SYSTEM, ActorKind.RULE} or bool(self.roles & STAFF_ROLES)

    @property
    def is_system(self) -> bool:
        return self.kind in {ActorKind.SYSTEM, ActorKind.RULE}

    def has_role(self, *roles: Role) -> bool:
        return bool(self.roles.intersection(roles))


SYSTEM = Actor(kind=ActorKind.SYSTEM, name="Frontline")
ANONYMOUS = Actor(kind=ActorKind.ANONYMOUS)
