"""The self-check in a frame of another site, in a real browser: it answers there and leads out of it."""

from http.server import BaseHTTPRequestHandler, HTTPServer
from threading import Thread

import pytest
from playwright.sync_api import expect

HOST = '<!doctype html><meta charset="utf-8"><link rel="icon" href="data:,"><title>别的网站</title>'
FRAME = '<iframe src="{}/embed/check/?region=210200" title="自测" width="390" height="900"></iframe>'


@pytest.fixture
def other(site):
    """Another site on this machine, as a public one may not frame what is local; all it has is the frame."""

    class Page(BaseHTTPRequestHandler):
        def do_GET(self):
            self.send_response(200)
            self.end_headers()
            self.wfile.write((HOST + FRAME.format(site)).encode())

        def log_message(self, *_):
            """Nothing on the terminal."""

    with HTTPServer(("127.0.0.1", 0), Page) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}/"
        server.shutdown()


@pytest.mark.parametrize("scripts", [True, False], ids=["with scripts", "without"])
def test_it_works(opened, other, scripts):
    page = opened(java_script_enabled=scripts)
    page.goto(other)
    frame = page.frame_locator("iframe")
    frame.get_by_label("从业人数").fill("40")
    frame.get_by_role("button", name="看结果").click()
    expect(frame.get_by_role("link", name="看全部")).to_be_visible()
    assert page.url == other
    frame.get_by_role("link", name="看全部").click()
    page.wait_for_url("**/check/results/?*employees=40*")
    expect(page.get_by_role("heading", level=1)).to_contain_text("匹配结果")
