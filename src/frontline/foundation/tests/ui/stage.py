"""A small stage for the browser: style guide pages, static files and a live feed a test can play."""

import json
import mimetypes
import queue
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import urlsplit

from django.template.loader import render_to_string
from django.test import RequestFactory

from frontline.foundation import ui
from frontline.foundation.http.middleware import POLICY
from frontline.foundation.ui.styleguide import NOW, specimen
from frontline.kernel.actors import ANONYMOUS

STATIC = Path(ui.__file__).parent / "static"


def page(face: str) -> str:
    request = RequestFactory().get(f"/{face}")
    request.actor = ANONYMOUS
    request.now = NOW
    nav = [{"label": "Queue", "url": "/desk", "icon": "inbox", "key": "q", "count": 7}]
    return render_to_string(f"ui/styleguide/{face}.html", specimen() | {"nav": nav}, request)


class Stage(ThreadingHTTPServer):
    """`pages` by path; `drafts` keeps what was PUT; `feeds` are the open streams; `alive` False refuses new ones."""

    daemon_threads = True

    def __init__(self, pages: dict[str, str]) -> None:
        super().__init__(("127.0.0.1", 0), Hands)
        self.pages = pages
        self.drafts: list[dict] = []
        self.feeds: list[queue.Queue] = []
        self.streams_opened = 0
        self.alive = True
        threading.Thread(target=self.serve_forever, daemon=True).start()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}"

    def tell(self, **news) -> None:
        for feed in list(self.feeds):
            feed.put(news)

    def die(self) -> None:
        self.alive = False
        for feed in list(self.feeds):
            feed.put(None)

    def handle_error(self, request, client_address) -> None:
        """Browsers hang up in the middle of streams; that is no failure of the stage."""


class Hands(BaseHTTPRequestHandler):
    server: Stage

    def log_message(self, *_args) -> None:
        pass

    def do_GET(self) -> None:
        path = urlsplit(self.path).path
        if path == "/api/v1/live":
            self.stream()
        elif path.startswith("/static/") and (file := STATIC / path.removeprefix("/static/")).is_file():
            self.answer(file.read_bytes(), mimetypes.guess_type(file.name)[0] or "application/octet-stream")
        elif path == "/desk/palette":
            item = {"label": "Log a call", "url": "/called", "icon": "phone", "key": "c"}
            self.answer(
                json.dumps({"groups": [{"label": "Actions", "items": [item]}]}).encode(), "application/json"
            )
        elif path in self.server.pages:
            self.answer(self.server.pages[path].encode(), "text/html; charset=utf-8")
        else:
            self.answer(b"", "text/plain", 204)

    def do_PUT(self) -> None:
        self.server.drafts.append(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
        self.answer(b"{}", "application/json")

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers.get("Content-Length") or 0))
        self.answer(b"{}", "application/json")

    def answer(self, body: bytes, kind: str, status: int = 200) -> None:
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Security-Policy", POLICY)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def stream(self) -> None:
        if not self.server.alive:
            self.answer(b"", "text/plain", 503)
            return
        feed: queue.Queue = queue.Queue()
        self.server.feeds.append(feed)
        self.server.streams_opened += 1
        self.send_response(200)
        self.send_header("Content-Type", "text/event-stream")
        self.end_headers()
        self.wfile.write(b": hello\n\n")
        self.wfile.flush()
        number = 0
        while (news := feed.get()) is not None:
            number += 1
            self.wfile.write(f"id: {number}\ndata: {json.dumps(news)}\n\n".encode())
            self.wfile.flush()
