"""A mail server on this machine that keeps what it is sent: as much of RFC 5321 as a sender needs."""

import socketserver
import threading
from contextlib import contextmanager
from email import message_from_bytes, policy

ANSWERS = {"EHLO": "250 here", "MAIL": "250 ok", "RSET": "250 ok", "NOOP": "250 ok"}


class Talk(socketserver.StreamRequestHandler):
    def handle(self):
        self.say("220 here")
        for line in iter(self.rfile.readline, b""):
            verb = line[:4].decode().upper()
            if verb == "QUIT":
                return self.say("221 bye")
            if verb == "RCPT":
                self.to = line.decode().partition("<")[2].partition(">")[0]
                self.say("550 nobody here" if self.to in self.server.refused else "250 ok")
            elif verb == "DATA":
                self.say("354 go on")
                self.server.kept.append((self.to, self.mail()))
                self.say(self.server.last_word)
            else:
                self.say(ANSWERS.get(verb, "502 what?"))
        return None

    def mail(self):
        lines = iter(self.rfile.readline, b".\r\n")
        return message_from_bytes(b"".join(one.removeprefix(b".") for one in lines), policy=policy.default)

    def say(self, text):
        self.wfile.write(text.encode() + b"\r\n")


class Postman(socketserver.ThreadingTCPServer):
    """`kept`: pairs of receiver and message; `refused`: receivers it doesn't know."""

    daemon_threads, allow_reuse_address = True, True

    def __init__(self):
        super().__init__(("127.0.0.1", 0), Talk)
        self.kept, self.refused, self.last_word = [], set(), "250 kept"


@contextmanager
def postman():
    with Postman() as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
        thread.start()
        yield server
        server.shutdown()
        thread.join()
