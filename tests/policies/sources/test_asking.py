import ssl
from pathlib import Path
from urllib.parse import quote

import pytest

from policies.sources import asking
from policies.sources.asking import ask, is_public


def here(address):
    return address == "127.0.0.1"


def test_it_works(server):
    assert ask(f"{server.at}/zc/art_1.html", here) == asking.Answer("alive", "能打开。", 200)


@pytest.mark.parametrize(
    ("page", "outcome"),
    [
        ("404", "gone"), ("410", "gone"), ("403", "refused"), ("429", "refused"), ("500", "unreachable"),
        ("to/zc/1", "alive"), ("to/404", "gone"), ("to/", "gone"), ("to/index.html", "gone"), ("", "alive"),
    ],
)  # fmt: skip
def test_what_a_page_answers(server, page, outcome):
    assert ask(f"{server.at}/{page}", here).outcome == outcome


def test_han_characters_in_an_address_are_asked_for(server):
    assert ask(f"{server.at}/文件/第 1号.html?题=奖", here).outcome == "alive"
    assert server.asked[0][1] == "/%E6%96%87%E4%BB%B6/%E7%AC%AC%201%E5%8F%B7.html?%E9%A2%98=%E5%A5%96"


def test_going_round_in_circles_ends(server):
    assert "转来转去" in ask(server.at + "/to" * 9 + "/x", here).said
    assert len(server.asked) == asking.MOST_REDIRECTS + 1


def test_a_server_that_drips_is_left(server):
    answer = ask(f"{server.at}/drip", here, longest=0.3)
    assert (answer.outcome, answer.said) == ("unreachable", "超过 0.3 秒没有答复。")


def test_nobody_at_home(server):
    server.server_close()
    assert ask(server.at, here, timeout=1).outcome == "unreachable"


def test_our_own_network_is_not_asked(server):
    """Not even by a redirect: the first hop is let through, the second is the real rule's."""
    assert ask(f"{server.at}/zc", is_public).outcome == "barred"
    assert server.asked == []
    first = iter([True])
    assert ask(f"{server.at}/to/zc", lambda address: next(first, False)).outcome == "barred"
    assert [path for _, path in server.asked] == ["/to/zc"]


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1", "10.0.0.1", "172.16.0.1", "192.168.1.1", "169.254.169.254", "0.0.0.0", "224.0.0.1",
        "100.64.0.1", "::1", "::", "fe80::1%eth0", "fc00::1", "::ffff:127.0.0.1", "2002:7f00:1::",
    ],
)  # fmt: skip
def test_what_is_no_public_address(address):
    assert not is_public(address)


@pytest.mark.parametrize("address", ["223.5.5.5", "2400:3200::1", "::ffff:223.5.5.5"])
def test_what_is_one(address):
    assert is_public(address)


@pytest.mark.parametrize(
    "url",
    [
        "ftp://example.gov.cn/a",
        "file:///etc/passwd",
        "http://",
        "http://a:b@127.0.0.1/",
        "http://h:x/",
        "http://[",
    ],
)
def test_what_is_not_asked_at_all(url):
    answer = ask(url, here)
    assert answer.outcome == "barred"
    assert answer.said.endswith("。")


@pytest.mark.parametrize("url", [f"http://{'a' * 70}.cn/", "http://127.0.0.1:1\n/", "http://a..b/"])
def test_nonsense_is_an_answer(url):
    assert ask(url, here).outcome in ("barred", "unreachable")


# Where it leads


@pytest.mark.parametrize("encoding", ["utf-8", "gb18030"])
def test_where_a_redirect_leads_is_asked_for_byte_by_byte(server, encoding):
    """Servers write Han characters into the header as they are, in whatever encoding their pages have."""
    there = quote("/文件/1号.html".encode(encoding))
    assert ask(f"{server.at}/to{there}", here).outcome == "alive"
    assert server.asked[-1][1] == there


@pytest.mark.parametrize(
    ("there", "outcome"),
    [
        ("ftp://example.gov.cn/1", "barred"),
        ("http://10.0.0.1/1", "barred"),
        ("http://169.254.169.254/latest/", "barred"),
        ("file:///etc/passwd", "barred"),
        ("http://a:b@127.0.0.1/", "barred"),
        ("http://[", "unreachable"),
    ],
)
def test_a_redirect_leads_nowhere_that_isn_t_asked(server, there, outcome):
    assert ask(f"{server.at}/to{there}", here).outcome == outcome
    assert len(server.asked) == 1


# A site's certificate


@pytest.fixture
def secure(server):
    """The same server behind TLS, with a certificate that nobody has signed."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(Path(__file__).parent / "unsigned.pem")
    server.socket = context.wrap_socket(server.socket, server_side=True)
    return server.at.replace("http:", "https:")


def test_a_certificate_that_nobody_vouches_for_is_for_a_person_to_look_at(secure, server):
    answer = ask(f"{secure}/zc", here)
    assert (answer.outcome, answer.said) == ("refused", "网站的安全证书有问题，请人工打开看看。")
    assert server.asked == []


def test_a_site_that_speaks_no_tls_is_not_reached(server):
    assert ask(server.at.replace("http:", "https:"), here).outcome == "unreachable"
