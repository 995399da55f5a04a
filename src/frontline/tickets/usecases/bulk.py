"""One step on many tickets: each stands alone, and what failed says why."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from frontline.foundation.transactions import in_transaction
from frontline.kernel.errors import DeskError, Invalid

MOST = 500


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one ticket: `error` is None when it went well."""

    ref: str
    error: DeskError | None = None


def on_each(*, refs: Sequence[str], step: Callable[[str], object]) -> list[Outcome]:
    """Run `step(ref)` for each ticket in its own transaction, in the order given."""
    if in_transaction():
        raise RuntimeError("Bulk steps stand alone; do not call them inside a transaction.")
    if len(refs) > MOST:
        raise Invalid("{n} tickets at once are too many; {most} go.", field="refs", n=len(refs), most=MOST)
    outcomes = []
    for ref in dict.fromkeys(refs):
        try:
            step(ref)
            outcomes.append(Outcome(ref))
        except DeskError as error:
            outcomes.append(Outcome(ref, error))
    return outcomes
