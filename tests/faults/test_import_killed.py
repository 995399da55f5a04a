"""An import killed half-way has whole tickets, goes on with --resume, and is then as if nothing had happened."""

import csv
import json
import random
import time
from collections import Counter
from datetime import UTC, datetime, timedelta
from itertools import pairwise

CASES = 3000
STATES = ("New", "Active", "Awaiting User Info", "Active", "Resolved", "Closed")
#: what the ready map names
COLUMNS = """number incident_state sys_updated_at opened_at assignment_group assigned_to caller_id location contact_type
    impact urgency priority category subcategory u_symptom made_sla closed_code resolved_by resolved_at closed_at"""
COUNT = "SELECT count(*) FROM tickets_ticket WHERE source = 'uci-incident-log'"
#: tickets without a chain that ends, or with fewer segments or facts than an import writes for them
TORN = """
SELECT count(*) FROM tickets_ticket AS ticket WHERE source = 'uci-incident-log' AND (
    NOT EXISTS (SELECT 1 FROM tickets_source_result AS result WHERE result.ticket_id = ticket.id)
    OR EXISTS (SELECT 1 FROM tickets_custody AS c WHERE c.ticket_id = ticket.id AND c.until IS NULL)
    OR NOT EXISTS (SELECT 1 FROM tickets_custody AS c WHERE c.ticket_id = ticket.id)
    OR (SELECT count(*) FROM foundation_fact AS f WHERE f.subject_kind = 'ticket' AND f.subject_id = ticket.id
        AND f.kind = 'tickets.TicketOpened') <> 1)"""
HELD = """
SELECT team.name, sum(extract(epoch FROM c.until - c.since))::bigint
FROM tickets_custody AS c JOIN tickets_ticket AS k ON k.id = c.ticket_id AND k.source = 'uci-incident-log'
JOIN people_party AS p ON p.id = c.holder_id JOIN people_team AS team ON team.id = p.team_id
WHERE c.holder_kind <> 'desk' GROUP BY 1"""


def write_log(path):
    """A log of CASES incidents that pass through groups; returns the seconds that each group had them."""
    chance = random.Random(11)
    held = Counter()
    with path.open("w", newline="", encoding="utf-8") as file:
        rows = csv.DictWriter(file, COLUMNS.split(), restval="?")
        rows.writeheader()
        for number in range(CASES):
            at = datetime(2016, 3, 1, tzinfo=UTC) + timedelta(minutes=chance.randrange(40_000))
            events = []
            for state in STATES:
                events.append((at, state, f"Group {chance.randrange(20)}"))
                at += timedelta(minutes=chance.randrange(1, 3000))
            for (since, _, group), (until, *_) in pairwise(events):
                held[group] += int((until - since).total_seconds())
            for at, state, group in events:
                rows.writerow(
                    {
                        "number": f"INC{number:07}",
                        "incident_state": state,
                        "sys_updated_at": f"{at:%d/%m/%Y %H:%M}",
                        "opened_at": f"{events[0][0]:%d/%m/%Y %H:%M}",
                        "assignment_group": group,
                        "caller_id": f"Caller {number % 500}",
                        "impact": "2 - Medium",
                        "urgency": "2 - Medium",
                        "priority": "3 - Moderate",
                        "made_sla": "true",
                    }
                )
    return held


def test_killed_half_way_it_goes_on_and_ends_as_if_nothing_had_happened(desk, tmp_path):
    log = tmp_path / "log.csv"
    held = write_log(log)
    order = ("import", "eventlog", str(log), "--map", "uci-incident-log")
    with desk.connection() as connection:
        first = desk.begin(*order)
        deadline = time.monotonic() + 240
        while connection.execute(COUNT).fetchone()[0] < CASES // 3:
            assert first.poll() is None, "it ended before it was killed"
            assert time.monotonic() < deadline
            time.sleep(0.02)
        first.kill()
        first.wait()
        (half,) = connection.execute(COUNT).fetchone()
        assert CASES // 3 <= half < CASES
        assert connection.execute(TORN).fetchone() == (0,)

        said = json.loads(desk.frontline(*order, "--resume", "--json").splitlines()[-1])
        assert (said["created"], said["unchanged"], said["rejected"]) == (CASES - half, half, 0)
        again = json.loads(desk.frontline(*order, "--json").splitlines()[-1])
        assert (again["created"], again["updated"], again["unchanged"]) == (0, 0, CASES)

        assert connection.execute(COUNT).fetchone() == (CASES,)
        assert connection.execute(TORN).fetchone() == (0,)
        assert dict(connection.execute(HELD).fetchall()) == held
        assert connection.execute("SELECT count(*) FROM channels_outbox").fetchone() == (0,)
