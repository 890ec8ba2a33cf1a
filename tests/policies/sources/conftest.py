"""A real server on this machine, whose pages are in every state that a source can be in."""

import time
from contextlib import suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

import pytest


class Pages(BaseHTTPRequestHandler):
    """`/404` answers 404; `/to/there` leads there, `/drip` ends no line, `/` is the front page."""

    def do_GET(self):
        self.server.asked.append((time.monotonic(), self.path))
        if self.path.startswith("/drip"):
            with suppress(OSError):
                for _ in range(40):
                    self.wfile.write(b"H")
                    time.sleep(0.05)
        elif self.path.startswith("/to"):
            self.send_response(302)
            self.send_header("Location", self.path.removeprefix("/to"))
            self.end_headers()
        else:
            code = self.path.strip("/")
            self.send_response(int(code) if code.isdecimal() else 200)
            self.end_headers()

    def log_message(self, *told):
        pass


@pytest.fixture
def server():
    with ThreadingHTTPServer(("127.0.0.1", 0), Pages) as made:
        made.asked = []
        made.daemon_threads = True
        made.at = f"http://127.0.0.1:{made.server_port}"
        Thread(target=made.serve_forever, args=(0.01,), daemon=True).start()
        yield made
        made.shutdown()
