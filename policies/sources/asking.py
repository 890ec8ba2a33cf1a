"""One question to one address: does the page still stand? Knows no database.

The standard library's client, because what is wanted of one is little and what is forbidden is much: it is
connected to the very address that was looked up and found public, at every redirect again, so that no name
leads into our own network; one question takes no longer than `LONGEST` whatever drips out of the far end; and
of the page itself nothing is read but its title.
"""

import socket
import ssl
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPException, HTTPResponse, HTTPSConnection
from ipaddress import ip_address
from threading import Timer
from urllib.parse import SplitResult, quote, urljoin, urlsplit

from . import pages

TIMEOUT, LONGEST = 10.0, 20.0
"""Seconds that one step, and one question with all its redirects, may take."""
MOST_REDIRECTS, MOST_TITLE = 5, 40
HEADERS = {"User-Agent": "lnsme-source-check/1", "Accept": "*/*", "Accept-Encoding": "identity"}
HEADERS |= {"Connection": "close"}
SAFE = "%/:=&?~#+!$,;'@()*[]"

ALIVE, GONE, UNREACHABLE, REFUSED, BARRED = "alive", "gone", "unreachable", "refused", "barred"
Public = Callable[[str], bool]


@dataclass(frozen=True)
class Answer:
    """What came of asking: an outcome, the HTTP status where there was one, and a sentence."""

    outcome: str
    said: str
    status: int | None = None


class Barred(Exception):
    """An address that is not to be asked at all."""


def is_public(address: str) -> bool:
    """Whether an IP address lies on the open internet, also when it is wrapped into an IPv6 one."""
    found = ip_address(address.partition("%")[0])
    inner = getattr(found, "ipv4_mapped", None) or getattr(found, "sixtofour", None)
    return (inner or found).is_global and not (inner or found).is_multicast


def ask(url: str, public: Public = is_public, timeout: float = TIMEOUT, longest: float = LONGEST) -> Answer:
    """The outcome for one address; whatever goes wrong on the way is an answer too."""
    with _Deadline(longest) as deadline:
        try:
            return _followed(url, public, timeout, deadline)
        except Barred as why:
            return Answer(BARRED, str(why))
        except socket.gaierror:
            return Answer(UNREACHABLE, "域名查不到。")
        except ssl.SSLCertVerificationError:
            return Answer(REFUSED, "网站的安全证书有问题，请人工打开看看。")
        except (OSError, HTTPException, ValueError):
            late = f"超过 {longest:g} 秒没有答复。"
            return Answer(UNREACHABLE, late if deadline.passed else "没有连上，或者中途断开。")


def _followed(url: str, public: Public, timeout: float, deadline: "_Deadline") -> Answer:
    asked = url
    for _ in range(MOST_REDIRECTS + 1):
        status, onward, title = _once(asked, public, timeout, deadline)
        if status not in (301, 302, 303, 307, 308) or not onward:
            return _judged(status, title, moved_home=_is_home(asked) and not _is_home(url))
        asked = urljoin(asked, onward)
    return Answer(UNREACHABLE, f"转来转去超过 {MOST_REDIRECTS} 次，没有到头。")


def _judged(status: int, title: str, moved_home: bool) -> Answer:
    if status in (404, 410):
        return Answer(GONE, f"网站说没有这个网页（{status}）。", status)
    if status in (401, 403, 405, 412, 429, 451, 521):
        return Answer(REFUSED, f"网站不让程序看（{status}），请人工打开看看。", status)
    if status >= 400:
        return Answer(UNREACHABLE, f"网站出错（{status}）。", status)
    if moved_home:
        return Answer(GONE, "转到了网站首页，原来的网页多半没有了。", status)
    if pages.is_missing(title):
        return Answer(GONE, f"能打开，标题却是“{title[:MOST_TITLE]}”，原来的网页多半没有了。", status)
    return Answer(ALIVE, "能打开。", status)


def _once(url: str, public: Public, timeout: float, deadline: "_Deadline") -> tuple[int, str, str]:
    """Status, where it leads, and the title of a page that is there."""
    parts = _parts(url)
    kind = _PublicHTTPS if parts.scheme == "https" else _PublicHTTP
    host = str(parts.hostname).encode("idna").decode()
    connection = kind(host, parts.port, timeout=timeout)
    connection.public, connection.deadline = public, deadline
    try:
        path = quote(parts.path or "/", safe=SAFE) + (
            f"?{quote(parts.query, safe=SAFE)}" if parts.query else ""
        )
        connection.request("GET", path, headers=HEADERS)
        answer: HTTPResponse = connection.getresponse()
        onward = quote(answer.headers.get("Location", "").encode("latin-1"), safe=SAFE)
        return answer.status, onward, pages.title(answer) if answer.status == 200 else ""
    finally:
        connection.close()


def _parts(url: str) -> SplitResult:
    try:
        parts = urlsplit(url.strip())
        parts.port  # noqa: B018  a port that is no number raises here
    except ValueError:
        raise Barred("网址写得不对。") from None
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise Barred("不是 http 或 https 网址，没有去问。")
    if parts.username is not None:
        raise Barred("网址里带着用户名，没有去问。")
    return parts


def _is_home(url: str) -> bool:
    parts = urlsplit(url)
    return parts.path.strip("/").lower() in ("", "index.html", "index.htm") and not parts.query


class _PublicHTTP(HTTPConnection):
    """Connects to the very address that was looked up and found public."""

    public: Public
    deadline: "_Deadline"

    def connect(self) -> None:
        for *kind, _, where in socket.getaddrinfo(self.host, self.port, type=socket.SOCK_STREAM):
            if not self.public(str(where[0])):
                raise Barred("网址指向内部网络，没有去问。")
            self.sock = socket.socket(*kind)
            self.deadline.holds(self.sock)
            self.sock.settimeout(self.timeout)
            try:
                return self.sock.connect(where)
            except OSError as why:
                self.sock.close()
                failed = why
        raise failed


class _PublicHTTPS(_PublicHTTP, HTTPSConnection):
    def connect(self) -> None:
        super().connect()
        self.sock = self._context.wrap_socket(self.sock, server_hostname=self.host)  # type: ignore[attr-defined]
        self.deadline.holds(self.sock)


class _Deadline:
    """Cuts whatever connection is open when the time is over: a time-out alone begins anew at every byte."""

    def __init__(self, seconds: float) -> None:
        self.passed = False
        self._held: socket.socket | None = None
        self._timer = Timer(seconds, self._cut)
        self._timer.daemon = True

    def __enter__(self) -> "_Deadline":
        self._timer.start()
        return self

    def __exit__(self, *why: object) -> None:
        self._timer.cancel()

    def holds(self, held: socket.socket) -> None:
        if self.passed:
            raise TimeoutError
        self._held = held

    def _cut(self) -> None:
        self.passed = True
        if self._held is not None:
            with suppress(OSError):  # not connected yet, or closed already
                self._held.shutdown(socket.SHUT_RDWR)
