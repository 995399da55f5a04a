"""What people do with tickets, from asking to solving, as a writer of the storm lives it again and again."""

import threading
from collections import deque
from datetime import UTC, datetime, timedelta

API = "/api/v1"
BLOCKERS = ("permission", "knowledge", "tool")
TEAMS = {"Network": "Nils", "Identity": "Ida"}
SERVICES = (None, "VPN", "Payroll")


class Lives:
    """`tokens` by name. All writers share the tickets of Omar and Anna and write on each other's."""

    def __init__(self, tokens):
        self._headers = {name: {"Authorization": f"Bearer {token}"} for name, token in tokens.items()}
        self._shared = deque(maxlen=60)
        self._lock = threading.Lock()

    def one(self, writer):
        """A whole life; how it goes is up to the writer's dice."""
        rng = writer.rng
        agent = rng.choice(("Ben", "Chloe"))
        ref = self._open(writer, agent)
        if rng.random() < 0.5:
            self._say(writer, agent, ref, promise=rng.random() < 0.4)
        if rng.random() < 0.5:
            self._say_on_a_shared_one(writer)
        if rng.random() < 0.5:
            self._hand_on(writer, agent, ref)
        if rng.random() < 0.3:
            self._change(writer, agent, ref)
        if rng.random() < 0.6:
            self._solve(writer, agent, ref)

    def _open(self, writer, agent):
        """For somebody unknown, a new person each time; now and then somebody asks for themselves."""
        asks = writer.rng.choice((None, None, "Omar", "Anna"))
        service = writer.rng.choice(SERVICES)

        def body(key):
            return {
                "subject": f"Nothing works {key}",
                "description": f"Since this morning. {key}",
                "requester": f"r-{key}@acme.example" if asks is None else f"{asks.lower()}@acme.example",
                "impact": writer.rng.choice((1, 2, 3)),
                **({} if service is None else {"service": service}),
            }

        ref = writer.write(f"{API}/tickets", body, headers=self._headers[asks or agent])["ref"]
        if asks is not None:
            with self._lock:
                self._shared.append((ref, asks))
        return ref

    def _say(self, writer, agent, ref, *, promise):
        wait = writer.rng.random() < 0.3
        due = datetime.now(UTC) + timedelta(seconds=12)

        def body(key):
            said = {"text": f"We are looking at the gateway and its logs. {key}", "wait_for_user": wait}
            return {**said, "promise_at": due.isoformat()} if promise else said

        # Whoever had to wait longer than the promise for an answer is told that it lies in the past.
        writer.write(
            f"{API}/tickets/{ref}/messages",
            body,
            headers=self._headers[agent],
            refusals=("promise_in_the_past",),
        )

    def _say_on_a_shared_one(self, writer):
        """The user's word, on a ticket another writer may be working on: it may reopen or end a wait."""
        with self._lock:
            found = writer.rng.choice(self._shared) if self._shared else None
        if found is not None:
            ref, person = found
            writer.write(
                f"{API}/tickets/{ref}/messages",
                lambda key: {"text": f"It still happens. {key}"},
                headers=self._headers[person],
            )

    def _hand_on(self, writer, agent, ref):
        rng = writer.rng
        team = rng.choice(sorted(TEAMS))
        blocker = rng.choice(BLOCKERS)
        offer = writer.write(
            f"{API}/tickets/{ref}/handoffs",
            lambda key: {
                "to": team,
                "why": f"The desk cannot see the gateway {key}",
                "tried": "Restarted the client twice",
                "asked": "Please look at its logs",
                "blocker": blocker,
            },
            headers=self._headers[agent],
        )
        taker = self._headers[TEAMS[team]]
        if rng.random() < 0.7:
            writer.write(f"{API}/handoffs/{offer['id']}/accept", lambda key: None, headers=taker)
        else:
            words = {"code": "not_ours", "text": "This is not the network."}
            writer.write(f"{API}/handoffs/{offer['id']}/return", lambda key: words, headers=taker)

    def _change(self, writer, agent, ref):
        impact = writer.rng.choice((1, 2, 3))
        writer.write(
            f"{API}/tickets/{ref}",
            lambda key: {"impact": impact, "tags": [key]},
            method="PATCH",
            headers={**self._headers[agent], "If-Match": "*"},
        )

    def _solve(self, writer, agent, ref):
        writer.write(
            f"{API}/tickets/{ref}/solve",
            lambda key: {"text": f"Renewed the certificate of the gateway. {key}", "blocker": "tool"},
            headers=self._headers[agent],
        )
