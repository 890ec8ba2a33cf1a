"""A real server on this machine, whose pages are in every state that a source can be in."""

import time
import zlib
from contextlib import suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from urllib.parse import unquote_to_bytes

import pytest

GONE = "<html><head><meta charset=utf-8><title>您访问的页面不存在</title></head>"
TEXT = "<title>关于奖励“小巨人”企业的通知</title><p>申报材料不存在虚假的，网页找不到附件的请来电。"
SCALE = 2_000


def packed(text):
    """Two gigabytes for whoever unpacks it all: the text, then as much of nothing."""
    packer = zlib.compressobj(9, wbits=31)
    yield packer.compress(text.encode())
    for _ in range(SCALE):
        yield packer.compress(bytes(1_000_000))
    yield packer.flush()


BODIES = {
    "/soft": ("text/html; charset=utf-8", lambda: [GONE.encode()]),
    "/gbk": ("text/html; charset=utf-8", lambda: [GONE.encode("gb18030")]),
    "/cut": ("text/html", lambda: [f"<title>页面不存在</title>{'汉' * 30_000}".encode()]),
    "/text": ("text/html", lambda: [TEXT.encode()]),
    "/untitled": ("text/html", lambda: [b"<p>404 Not Found"]),
    "/pdf": ("application/pdf", lambda: [GONE.encode()]),
    "/huge": ("text/html", lambda: (GONE.encode() + bytes(1_000_000) for _ in range(SCALE))),
    "/slow": ("text/html", lambda: (time.sleep(0.05) or b" " for _ in range(SCALE))),
    "/bomb": ("text/html", lambda: packed(GONE)),
    "/broken": ("text/html", lambda: [b"no gzip at all"]),
}
"""Address → what is said to come, and what comes, piece by piece."""
PACKED = {"/bomb", "/broken"}


class Pages(BaseHTTPRequestHandler):
    """`/404` answers 404; `/to/there` leads there, in the bytes of the path itself; `/drip` ends no line,
    `/` is the front page, and `BODIES` are pages with something to read.
    """

    def do_GET(self):
        self.server.asked.append((time.monotonic(), self.path))
        if self.path.startswith("/drip"):
            with suppress(OSError):
                for _ in range(40):
                    self.wfile.write(b"H")
                    time.sleep(0.05)
        elif self.path.startswith("/to"):
            self.send_response(302)
            self.send_header("Location", unquote_to_bytes(self.path.removeprefix("/to")).decode("latin-1"))
            self.end_headers()
        elif self.path in BODIES:
            self._body(*BODIES[self.path])
        else:
            code = self.path.strip("/")
            self.send_response(int(code) if code.isdecimal() else 200)
            self.end_headers()

    def _body(self, kind, pieces):
        self.send_response(200)
        self.send_header("Content-Type", kind)
        if self.path in PACKED:
            self.send_header("Content-Encoding", "gzip")
        self.end_headers()
        with suppress(OSError):
            for piece in pieces():
                self.wfile.write(piece)
                self.server.sent += len(piece)

    def log_message(self, *told):
        pass


@pytest.fixture
def server():
    with ThreadingHTTPServer(("127.0.0.1", 0), Pages) as made:
        made.asked, made.sent = [], 0
        made.daemon_threads = True
        made.at = f"http://127.0.0.1:{made.server_port}"
        Thread(target=made.serve_forever, args=(0.01,), daemon=True).start()
        yield made
        made.shutdown()
