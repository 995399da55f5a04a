"""After a storm: what must be true of a desk, whoever was killed. Each question finds what is broken: nothing."""

from frontline.foundation import manifest

#: what is read from right to left as `it must be so that there is no such row`
BROKEN = {
    "a chain of custody with a missing link": """
        SELECT ticket_id, lane FROM tickets_custody GROUP BY 1, 2
        HAVING min(seq) <> 1 OR max(seq) <> count(*)""",
    "a gap, an overlap or an end in the middle": """
        SELECT ticket_id, seq FROM (
            SELECT *, lead(since) OVER chain AS next FROM tickets_custody
            WINDOW chain AS (PARTITION BY ticket_id, lane ORDER BY seq)) s
        WHERE next IS NOT NULL AND until IS DISTINCT FROM next OR until < since""",
    "a ticket that is not in exactly one pair of hands, its own": """
        SELECT t.ref FROM tickets_ticket t LEFT JOIN tickets_custody c
            ON c.ticket_id = t.id AND c.lane = 0 AND c.until IS NULL
        GROUP BY t.id HAVING count(c.id) <> 1
            OR max(c.holder_id) <> t.holder_id OR max(c.holder_kind) <> t.holder_kind
            OR max(c.worker_id) IS DISTINCT FROM t.worker_id""",
    "a solved ticket that its requester does not hold, or the other way round": """
        SELECT ref FROM tickets_ticket WHERE (state = 'solved') AND holder_kind <> 'requester'
            OR state IN ('new', 'open') AND holder_kind = 'requester'""",
    "custody that was not told once": """
        SELECT c.ticket_id, c.seq, count(f.id) FROM tickets_custody c LEFT JOIN foundation_fact f
            ON f.kind = 'tickets.CustodyPassed' AND f.subject_kind = 'ticket' AND f.subject_id = c.ticket_id
            AND (f.data->>'seq')::int = c.seq AND (f.data->>'lane')::int = c.lane
        GROUP BY 1, 2 HAVING count(f.id) <> 1""",
    "a ticket without its one opening contact, first message or clocks": """
        SELECT ref FROM tickets_ticket t WHERE
            (SELECT count(*) FROM tickets_contact c WHERE c.ticket_id = t.id AND c.opened) <> 1
            OR (SELECT count(*) FROM tickets_message m WHERE m.ticket_id = t.id AND m.seq = 1) <> 1
            OR (SELECT array_agg(measure ORDER BY measure) FROM commitments_clock k
                WHERE (k.subject_kind, k.subject_id) = ('ticket', t.id) AND k.started_at = t.opened_at)
                IS DISTINCT FROM ARRAY['resolve', 'respond']::varchar[]""",
    "a clock that runs on a solved ticket, or stands on a live one": """
        SELECT t.ref, k.measure, k.state FROM tickets_ticket t
            JOIN commitments_clock k ON (k.subject_kind, k.subject_id) = ('ticket', t.id)
        WHERE k.measure = 'resolve' AND (k.state = 'stopped') <> (t.state = 'solved')""",
    "a conversation with a missing message": """
        SELECT ticket_id FROM tickets_message GROUP BY 1 HAVING min(seq) <> 1 OR max(seq) <> count(*)""",
    "a message that was not told once": """
        SELECT m.id, count(f.id) FROM tickets_message m LEFT JOIN foundation_fact f
            ON f.kind = 'tickets.MessageAdded' AND (f.data->>'message_id')::bigint = m.id
        WHERE m.seq > 1 GROUP BY 1 HAVING count(f.id) <> 1""",
    "a handoff whose answer was not told once, or that passed no custody": """
        SELECT h.id, h.state FROM tickets_handoff h WHERE
            (SELECT count(*) FROM foundation_fact f WHERE f.kind = 'tickets.HandoffAnswered'
                AND (f.data->>'handoff_id')::bigint = h.id) <> (h.state <> 'offered')::int
            OR h.state = 'accepted' AND NOT EXISTS (SELECT 1 FROM tickets_custody c WHERE c.ticket_id = h.ticket_id
                AND c.cause = 'accepted' AND c.holder_id = h.receiver_id AND c.since >= h.offered_at)""",
    "more acceptances than handoffs, or fewer": """
        SELECT t.ref FROM tickets_ticket t WHERE
            (SELECT count(*) FROM tickets_custody c WHERE c.ticket_id = t.id AND c.cause = 'accepted')
            <> (SELECT count(*) FROM tickets_handoff h WHERE h.ticket_id = t.id AND h.state = 'accepted')""",
    "a promise that was not settled once": """
        SELECT p.id, p.state FROM tickets_promise p WHERE p.state = 'open'
            OR (SELECT count(*) FROM foundation_fact f WHERE f.kind = 'tickets.PromiseSettled'
                AND (f.data->>'promise_id')::bigint = p.id) <> 1
            OR (SELECT count(*) FROM commitments_clock k WHERE (k.subject_kind, k.subject_id) = ('promise', p.id)) <> 1
            OR p.state = 'broken' AND (SELECT count(*) FROM foundation_fact f WHERE f.subject_kind = 'promise'
                AND f.subject_id = p.id AND f.kind = 'commitments.ClockBreached') <> 1""",
    "facts of a subject that do not count 1, 2, 3 in the order they are read": """
        SELECT subject_kind, subject_id FROM (
            SELECT *, row_number() OVER (PARTITION BY subject_kind, subject_id ORDER BY xid, id) AS place
            FROM foundation_fact) f
        GROUP BY 1, 2 HAVING bool_or(seq <> place) OR max(seq) <> (SELECT h.seq FROM foundation_fact_head h
            WHERE (h.subject_kind, h.subject_id) = (f.subject_kind, f.subject_id))""",
    "an owner who is not on duty at the desk": """
        SELECT t.ref, p.shown_name FROM tickets_ticket t JOIN people_person p ON p.id = t.owner_id
        WHERE p.id NOT IN (SELECT s.person_id FROM people_shift s JOIN people_team d ON d.id = s.team_id AND d.is_desk)
            OR p.id IN (SELECT person_id FROM people_leave)""",
    "an owner without the skill that the service asks for": """
        SELECT t.ref FROM tickets_ticket t JOIN estate_service s ON s.id = t.service_id
        WHERE s.skill_id IS NOT NULL AND NOT EXISTS (SELECT 1 FROM people_person_skill k
            WHERE k.person_id = t.owner_id AND k.skill_id = s.skill_id)""",
    "a new requester who was not told once that the desk has it": """
        SELECT t.ref, count(o.id) FROM tickets_ticket t JOIN people_person p ON p.id = t.requester_id
            LEFT JOIN channels_outbox o ON o.ticket_id = t.id AND o.kind = 'acknowledgement'
        WHERE p.placeholder GROUP BY 1 HAVING count(o.id) <> 1""",
    "a public word of the desk without its one letter": """
        SELECT m.id, array_agg(o.kind) FROM tickets_message m
            LEFT JOIN channels_outbox o ON o.ticket_message_id = m.id
        WHERE m.audience = 'public' AND m.author_kind = 'desk' GROUP BY 1 HAVING count(o.id) <> 1""",
    "a solution without its one letter": """
        SELECT f.subject_id, count(o.id) FROM foundation_fact f LEFT JOIN channels_outbox o
            ON o.ticket_message_id = (f.data->>'message_id')::bigint AND o.kind = 'solution'
        WHERE f.kind = 'tickets.TicketSolved' GROUP BY f.id HAVING count(o.id) <> 1""",
    "a letter about nothing that happened": """
        SELECT o.id, o.kind FROM channels_outbox o WHERE o.ticket_message_id IS NULL AND o.kind <> 'acknowledgement'
            OR o.message_id !~ '^[0-9a-f-]{36}@'""",
    "a letter that is not sent, or whose message does not say so": """
        SELECT o.id, o.state, o.in_flight, m.delivery FROM channels_outbox o
            LEFT JOIN tickets_message m ON m.id = o.ticket_message_id
        WHERE o.state <> 'sent' OR o.in_flight OR o.tries < 1 OR m.delivery <> 'sent'""",
    "a job left behind": """
        SELECT id, task_name, status, attempts FROM procrastinate_jobs WHERE status <> 'succeeded'""",
    "a fact that a reaction failed on": """
        SELECT reaction, fact_id, tries, right(error, 400) FROM foundation_parked_fact""",
    "a reaction that has not read to the end": """
        SELECT name FROM foundation_reaction_position WHERE (xid, fact_id) <
            (SELECT xid, id FROM foundation_fact ORDER BY xid DESC, id DESC LIMIT 1)""",
}

#: what is still under way; a desk at rest has none of it
UNDER_WAY = """
SELECT (SELECT count(*) FROM procrastinate_jobs WHERE status IN ('todo', 'doing'))
     + (SELECT count(*) FROM channels_outbox WHERE state NOT IN ('sent', 'failed', 'cancelled'))
     + (SELECT count(*) FROM foundation_parked_fact)
     + (SELECT count(*) FROM tickets_promise WHERE state = 'open')
     + (SELECT count(*) FROM foundation_reaction_position WHERE (xid, fact_id) <
            (SELECT xid, id FROM foundation_fact ORDER BY xid DESC, id DESC LIMIT 1))
"""


def broken(connection):
    """Every question that found something, with at most five of what it found."""
    found = {words: connection.execute(question).fetchmany(5) for words, question in BROKEN.items()}
    return {words: rows for words, rows in found.items() if rows}


def deaf(connection):
    """Reactions that have no position."""
    known = {name for (name,) in connection.execute("SELECT name FROM foundation_reaction_position")}
    return {reaction.name for reaction in manifest.reactions()} ^ known


def written(connection):
    """What stands in the books for each key of a writer: one row where everything went once."""

    def by_key(question):
        found = {}
        for key, *what in connection.execute(question):
            found.setdefault(key, []).append(*what)
        return found

    return {
        "tickets": by_key("SELECT right(subject, 36), ref FROM tickets_ticket"),
        "messages": by_key(
            "SELECT right(m.text, 36), m.uid::text FROM tickets_message m JOIN foundation_fact f"
            " ON f.kind = 'tickets.MessageAdded' AND (f.data->>'message_id')::bigint = m.id"
            " WHERE m.id NOT IN (SELECT (data->>'message_id')::bigint FROM foundation_fact"
            " WHERE kind = 'tickets.TicketSolved')"
        ),
        "solve": by_key(
            "SELECT right(m.text, 36), t.ref FROM foundation_fact f"
            " JOIN tickets_message m ON m.id = (f.data->>'message_id')::bigint"
            " JOIN tickets_ticket t ON t.id = m.ticket_id WHERE f.kind = 'tickets.TicketSolved'"
        ),
        "handoffs": by_key("SELECT right(why, 36), uid::text FROM tickets_handoff"),
    }


def promised(ledger):
    """The same as the writers were told."""
    names = {"tickets": "ref", "messages": "id", "solve": "ref", "handoffs": "id"}
    return {
        verb: {key: [answer[name]] for key, answer in ledger.of(verb).items()} for verb, name in names.items()
    }


def passed_on(connection):
    """Each answered handoff and its answer."""
    return dict(
        connection.execute(
            "SELECT uid::text, state FROM tickets_handoff WHERE state IN ('accepted', 'returned')"
        )
    )


def letters(connection):
    """Per Message-ID: the attempts, and how many of them nobody knows the end of."""
    rows = connection.execute("SELECT message_id, tries, unknown_tries FROM channels_outbox")
    return {name: (tries, unknown) for name, tries, unknown in rows}
