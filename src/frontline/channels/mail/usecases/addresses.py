"""What we know about writing to an address: muted after a hard bounce, and never flooded by our machine."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from frontline.channels.mail.logic.automatic import may_send_automatic
from frontline.channels.models import AddressState
from frontline.foundation.transactions import require_transaction


def heard_from(address: str) -> None:
    """Somebody wrote from there, so mail may go there again."""
    AddressState.objects.filter(address=address.lower(), muted_at__isnull=False).update(
        muted_at=None, muted_because=""
    )


def mute(address: str, *, because: str, now: datetime) -> None:
    """No machine mail goes there until somebody writes from there."""
    AddressState.objects.update_or_create(
        address=address.lower()[:320], defaults={"muted_at": now, "muted_because": because}
    )


def allowed(addresses: Sequence[str], *, now: datetime) -> list[str]:
    """Those that may get a machine mail now; each is counted. The rows are locked, so the count is exact."""
    require_transaction()
    wanted = sorted({a.lower()[:320] for a in addresses})
    AddressState.objects.bulk_create([AddressState(address=a) for a in wanted], ignore_conflicts=True)
    good: list[str] = []
    rows = AddressState.objects.select_for_update().filter(address__in=wanted).order_by("address")
    for row in rows:
        lately = [at for at in row.automatic_at if at > now - timedelta(days=1)]
        if row.muted_at is None and may_send_automatic(lately, now=now):
            row.automatic_at = [*lately, now]
            row.save(update_fields=["automatic_at"])
            good.append(row.address)
    return good
