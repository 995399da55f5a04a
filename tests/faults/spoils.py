"""Are the books blind? One hand-made fault for each question, undone again."""

from tests.faults.books import BROKEN


def _one(table, where, *, order="max"):
    return f"id = (SELECT {order}(id) FROM {table} WHERE {where})"


def _forgotten(kind):
    return "DELETE FROM foundation_fact WHERE " + _one("foundation_fact", f"kind = '{kind}'")


def _owned_by(name, where):
    person = f"SELECT id FROM people_person WHERE shown_name = '{name}'"
    return f"UPDATE tickets_ticket SET owner_id = ({person}) WHERE {where}"


_SOLVED = "UPDATE tickets_ticket SET state = 'solved' WHERE " + _one("tickets_ticket", "state = 'open'")
_LETTER = "UPDATE channels_outbox SET ticket_message_id = NULL WHERE " + _one(
    "channels_outbox", "kind = 'message'"
)

SPOILS = {
    "a chain of custody with a missing link": "DELETE FROM tickets_custody WHERE "
    + _one("tickets_custody", "seq = 1 AND until IS NOT NULL"),
    "a gap, an overlap or an end in the middle": "UPDATE tickets_custody SET until = until + interval '1 s' WHERE "
    + _one("tickets_custody", "until IS NOT NULL", order="min"),
    "a ticket that is not in exactly one pair of hands, its own": "UPDATE tickets_ticket SET holder_kind = 'change'"
    " WHERE " + _one("tickets_ticket", "true"),
    "a solved ticket that its requester does not hold, or the other way round": _SOLVED,
    "custody that was not told once": _forgotten("tickets.CustodyPassed"),
    "a ticket without its one opening contact, first message or clocks": "UPDATE tickets_contact SET opened = false"
    " WHERE " + _one("tickets_contact", "opened"),
    "a clock that runs on a solved ticket, or stands on a live one": _SOLVED,
    "a conversation with a missing message": "UPDATE tickets_message SET seq = seq + 1 WHERE "
    + _one("tickets_message", "true"),
    "a message that was not told once": _forgotten("tickets.MessageAdded"),
    "a handoff whose answer was not told once, or that passed no custody": _forgotten(
        "tickets.HandoffAnswered"
    ),
    "more acceptances than handoffs, or fewer": "UPDATE tickets_custody SET cause = 'taken' WHERE "
    + _one("tickets_custody", "cause = 'accepted'"),
    "a promise that was not settled once": _forgotten("tickets.PromiseSettled"),
    "facts of a subject that do not count 1, 2, 3 in the order they are read": _forgotten(
        "tickets.TicketOpened"
    ),
    "an owner who is not on duty at the desk": _owned_by("Ivo", "id = 1"),
    "an owner without the skill that the service asks for": _owned_by("Hana", "service_id IS NOT NULL"),
    "a new requester who was not told once that the desk has it": "DELETE FROM channels_outbox WHERE"
    " kind = 'acknowledgement'",
    "a public word of the desk without its one letter": _LETTER,
    "a solution without its one letter": "UPDATE channels_outbox SET kind = 'message' WHERE "
    + _one("channels_outbox", "kind = 'solution'"),
    "a letter about nothing that happened": _LETTER,
    "a letter that is not sent, or whose message does not say so": "UPDATE channels_outbox SET state = 'unknown'"
    " WHERE " + _one("channels_outbox", "true"),
    "a job left behind": "UPDATE procrastinate_jobs SET status = 'todo' WHERE "
    + _one("procrastinate_jobs", "true"),
    "a fact that a reaction failed on": "INSERT INTO foundation_parked_fact (reaction, subject_kind, subject_id,"
    " fact_id, tries, error, parked_at, retry_at) VALUES ('x', 'ticket', 1, 1, 1, '', now(), now())",
    "a reaction that has not read to the end": "UPDATE foundation_reaction_position SET fact_id = fact_id - 1",
}


def blind(connection):
    """Questions that do not see the fault made for them."""
    found = [words for words in BROKEN if words not in SPOILS]
    for words, spoil in SPOILS.items():
        connection.execute("BEGIN")
        try:
            connection.execute(spoil)
            if not connection.execute(BROKEN[words]).fetchmany(1):
                found.append(words)
        finally:
            connection.execute("ROLLBACK")
    return found
