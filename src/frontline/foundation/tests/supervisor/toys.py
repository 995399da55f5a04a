"""Toy children, and a supervisor over them: `toys.py KIND [ARGUMENTS]`. Run as programs by the tests."""

import http.server
import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

from frontline.foundation.supervisor import Command, Options, Patience, lifeline, run


def toy(text):
    return Command(text, (sys.executable, __file__, *text.split()))


def up(options):
    """A supervisor over the toys named in a JSON object."""
    wanted = json.loads(options)
    return run(
        Options(
            data=Path(wanted["data"]),
            port=wanted["port"],
            preparations=tuple(map(toy, wanted["preparations"])),
            children=tuple(map(toy, wanted["children"])),
            patience=Patience(child_stop=1.0, steady_after=8.0, first_delay=0.05, tick=0.02),
        )
    )


class Ready(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(200)
        self.end_headers()
        self.wfile.write(os.environ["DATABASE_URL"].encode())

    def log_message(self, *_):
        pass


def web():
    lifeline.hold()
    http.server.ThreadingHTTPServer(("127.0.0.1", int(os.environ["PORT"])), Ready).serve_forever()


def idle():
    lifeline.hold()
    time.sleep(600)


def family():
    """Has a child of its own, as the web server has its worker."""
    lifeline.hold()
    subprocess.Popen([sys.executable, __file__, "grandchild"], close_fds=True)
    time.sleep(600)


def grandchild():
    lifeline.hold()
    time.sleep(600)


def stubborn():
    """Ignores SIGTERM and never looks whether its supervisor lives."""
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    print("the stubborn one is deaf", flush=True)
    time.sleep(600)


def end(code):
    return int(code)


if __name__ == "__main__":
    sys.exit(globals()[sys.argv[1]](*sys.argv[2:]))
