"""The smallest desk that keeps its word, and one that does not, to test the storm itself.

`toy_desk.py up DATA PORT honest|forgetful` supervises; `web` answers; `worker` does one effect per ticket.
"""

import http.server
import json
import os
import sys
import threading
import time
from pathlib import Path

import psycopg

from frontline.foundation.supervisor import Command, Options, lifeline, run

TABLES = """
CREATE TABLE IF NOT EXISTS ticket (ref bigserial PRIMARY KEY, key text UNIQUE NOT NULL, done boolean DEFAULT false);
CREATE TABLE IF NOT EXISTS effect (ref bigint NOT NULL)
"""
_local = threading.local()


def up(data, port, manner):
    def toy(name, *more):
        return Command(name, (sys.executable, __file__, name, *more))

    children = (toy("web", manner), toy("worker"))
    return run(Options(data=Path(data), port=int(port), preparations=(toy("migrate"),), children=children))


def connection():
    known = getattr(_local, "connection", None)
    if known is None or known.closed or known.broken:
        _local.connection = psycopg.connect(os.environ["DATABASE_URL"])
    return _local.connection


def migrate():
    with psycopg.connect(os.environ["DATABASE_URL"]) as own:
        own.execute(TABLES)


def honest(key):
    with connection() as own:
        own.execute("INSERT INTO ticket (key) VALUES (%s) ON CONFLICT DO NOTHING", [key])
        return own.execute("SELECT ref FROM ticket WHERE key = %s", [key]).fetchone()[0]


def forgetful(key):
    """Answers before it has stored: the classic lie."""
    with connection() as own:
        ref = own.execute("SELECT nextval('ticket_ref_seq')").fetchone()[0]
    later = threading.Timer(0.2, store, [ref, key])
    later.start()
    return ref


def store(ref, key):
    with psycopg.connect(os.environ["DATABASE_URL"]) as own:
        own.execute("INSERT INTO ticket (ref, key) VALUES (%s, %s) ON CONFLICT DO NOTHING", [ref, key])


def web(manner):
    opened = {"honest": honest, "forgetful": forgetful}[manner]

    class Door(http.server.BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self):
            self.answer(200, {})

        def do_POST(self):
            self.rfile.read(int(self.headers["Content-Length"]))
            try:
                self.answer(201, {"ref": str(opened(self.headers["Idempotency-Key"]))})
            except psycopg.Error:
                self.answer(503, {})

        def answer(self, status, body):
            text = json.dumps(body).encode()
            self.send_response(status)
            self.send_header("Content-Length", str(len(text)))
            self.end_headers()
            self.wfile.write(text)

        def log_message(self, *_):
            pass

    lifeline.hold()
    http.server.ThreadingHTTPServer(("127.0.0.1", int(os.environ["PORT"])), Door).serve_forever()


def worker():
    lifeline.hold()
    while True:
        try:
            with psycopg.connect(os.environ["DATABASE_URL"]) as own:
                while True:
                    own.execute(
                        "WITH next AS (UPDATE ticket SET done = true WHERE ref IN (SELECT ref FROM ticket"
                        " WHERE NOT done LIMIT 50 FOR UPDATE SKIP LOCKED) RETURNING ref)"
                        " INSERT INTO effect SELECT ref FROM next"
                    )
                    own.commit()
                    time.sleep(0.02)
        except psycopg.Error:
            time.sleep(0.1)


if __name__ == "__main__":
    sys.exit(globals()[sys.argv[1]](*sys.argv[2:]))
