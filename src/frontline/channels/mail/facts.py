"""What happens to mail, past tense: ids and codes only."""

from dataclasses import dataclass

from frontline.kernel.facts import Fact


@dataclass(frozen=True, slots=True, kw_only=True)
class MailNotDelivered(Fact):
    """A mail of ours came back. `bounce` is hard, soft, delayed or complaint; the subject is the ticket."""

    ticket_id: int
    outbox_id: int
    bounce: str


@dataclass(frozen=True, slots=True, kw_only=True)
class MailQuarantined(Fact):
    """A mail could not be taken in; its source is kept and somebody must look."""

    inbox_id: int
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class MailboxAlarmChanged(Fact):
    """`alarm` is failing, silent, or empty when all is well again."""

    mailbox_id: int
    alarm: str
