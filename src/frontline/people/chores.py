"""What the watch does for people: forget old sign-in failures and ended sessions."""

from datetime import datetime

from django.contrib.sessions.models import Session

from frontline.foundation import clock
from frontline.people.usecases import sign_in


def prune(_now: datetime) -> int:
    """Failures and sessions live in real time, whatever the desk's clock says."""
    real_now = clock.real_now()
    gone, _ = Session.objects.filter(expire_date__lt=real_now).delete()
    return gone + sign_in.prune(now=real_now)
