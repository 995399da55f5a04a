"""Names as they are shown, picked by the database."""

from django.db.models import F, Value
from django.db.models.functions import Coalesce, NullIf

NOBODY = Value("")


def person_named(path: str) -> Coalesce:
    """The name somebody behind this path chose to show, else their name, else nothing."""
    return Coalesce(NullIf(F(f"{path}__shown_name"), NOBODY), F(f"{path}__name"), NOBODY)


def party_named(path: str) -> Coalesce:
    """The name of the team, organisation or person that the party behind this path is."""
    return Coalesce(
        F(f"{path}__team__name"), F(f"{path}__organisation__name"), person_named(f"{path}__person")
    )
