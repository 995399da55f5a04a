"""May this actor do this? Permissions are declared by the capabilities and kept here, not in the doors."""

from frontline.foundation import manifest
from frontline.kernel.actors import Actor
from frontline.kernel.errors import Forbidden


class MissingScope(Forbidden):
    """This token lacks the scope {scope}. Make one that has it: frontline token create --scope {scope}."""


def may(actor: Actor, permission: str) -> bool:
    """Whether the actor's roles grant it and, for a token, its scopes too."""
    declared = manifest.permissions()[permission]
    if actor.is_system:
        return True
    if actor.scopes is not None and not _in_scope(actor.scopes, declared.scope):
        return False
    return bool(actor.roles & declared.roles)


def require(actor: Actor, permission: str) -> None:
    """Raise Forbidden (or MissingScope) unless the actor may."""
    if may(actor, permission):
        return
    declared = manifest.permissions()[permission]
    if actor.roles & declared.roles:
        raise MissingScope(scope=declared.scope)
    raise Forbidden


def _in_scope(scopes: frozenset[str], needed: str) -> bool:
    """`tickets:write` holds `tickets:read`; `*` holds all."""
    if "*" in scopes or needed in scopes:
        return True
    area, _, verb = needed.partition(":")
    return verb == "read" and f"{area}:write" in scopes
