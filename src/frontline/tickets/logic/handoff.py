"""A clean handoff says why, what was tried and what is asked; a return says why not."""

from frontline.kernel.errors import DeskError, Invalid, Phrase, Word
from frontline.tickets.logic.states import BLOCKERS, LIVE

#: shorter than this is not a sentence that helps the next person
LEAST = 8
RETURN_CODES = ("not_ours", "missing_information", "no_capacity", "solved_already", "other")


class ThinHandoff(DeskError):
    """Say {what} in at least {least} characters: whoever takes this on starts from your words."""


class CannotHandOn(DeskError):
    """This ticket is {state}; only open work can be handed on."""

    status = 409


class OfferPending(DeskError):
    """It is already offered to somebody. Withdraw that offer first, or wait for their answer."""

    status = 409


class NoOffer(DeskError):
    """This offer has been answered or withdrawn in the meantime."""

    status = 409


class NotYours(DeskError):
    """Only those it was offered to can answer."""

    status = 403


WORDS = {
    "why": Phrase("why you hand it on"),
    "tried": Phrase("what was tried"),
    "asked": Phrase("what you ask for"),
}


def too_thin(field: str) -> ThinHandoff:
    return ThinHandoff(what=WORDS[field], least=LEAST, field=field)


def check_offer(*, state: str, offered: bool, why: str, tried: str, asked: str, blocker: str) -> None:
    """Raise unless the handoff is complete and the ticket can be handed on."""
    if state not in LIVE:
        raise CannotHandOn(state=Word("ticket_state", state))
    if offered:
        raise OfferPending
    for field, text in (("why", why), ("tried", tried), ("asked", asked)):
        if len(text.strip()) < LEAST:
            raise too_thin(field)
    if blocker and blocker not in BLOCKERS:
        raise Invalid(
            "{blocker} is no blocker; use one of {known}.", field="blocker", blocker=blocker, known=BLOCKERS
        )


def check_return(*, code: str, text: str) -> None:
    if code not in RETURN_CODES:
        raise Invalid(
            "{code} is no reason to return; use one of {known}.",
            field="code",
            code=code,
            known=RETURN_CODES,
        )
    if len(text.strip()) < LEAST:
        raise ThinHandoff(what=Phrase("why it comes back"), least=LEAST, field="text")
