"""Up to where the facts have been read in this process, for pages to say what they show."""


class _Present:
    event_id: str = ""


def note(event_id: str) -> None:
    """The hub has read up to here."""
    _Present.event_id = event_id


def reached() -> str:
    """The event id of the newest fact this process knows, without asking the database; "" when no hub runs here.

    Taken before a page's first query it may lag behind what the page shows, never lead: a stream that resumes there
    misses nothing.
    """
    return _Present.event_id
