"""Manners of the API: whatever is sent, the answer is JSON of the one shape, in Chinese, never a crash."""

import gzip
import json
import re

import pytest
from django.core.cache import cache
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from rest_framework.throttling import AnonRateThrottle

from enterprises.vocabulary import FACTS
from lnsme.api import DEEPEST

pytestmark = pytest.mark.django_db
API = "/api/v1/"
MATCHES = API + "matches/"
LISTS = ("tiers/", "regions/", "industries/", "documents/", "instruments/", "enterprises/")
CHINESE = re.compile(r"[\u4e00-\u9fff]")


@pytest.fixture
def send(client):
    def send(body, content_type="application/json", **headers):
        return client.generic("POST", MATCHES, body, content_type=content_type, headers=headers)

    return send


def errors(answer, status):
    """The errors of a refused request, having checked that they are of the one shape."""
    assert answer.status_code == status
    assert answer["Content-Type"] == "application/problem+json"
    data = answer.json()
    assert data.keys() == {"type", "title", "status", "detail", "errors"}
    assert (data["type"], data["status"]) == ("about:blank", status)
    assert CHINESE.search(data["title"])
    assert data["detail"].startswith(data["errors"][0]["message"])
    assert data["errors"]
    for one in data["errors"]:
        assert one.keys() == {"field", "code", "message"}
        assert all(isinstance(text, str) for text in one.values())
        assert re.fullmatch("[a-z_0-9]+", one["code"])
        assert CHINESE.search(one["message"])
    return data["errors"]


def code(answer, status=400):
    (one,) = errors(answer, status)
    return one["code"]


def test_it_works(client):
    answer = client.get(API)
    assert answer.status_code == 200
    addresses = answer.json()
    assert addresses["matches"] == "http://testserver" + MATCHES
    asked = {"matches", "batch", "bundles", "ladder", "questions"}
    assert len(addresses) == 9 + len(asked)
    for name, address in addresses.items():
        assert client.get(address).status_code == (405 if name in asked else 200)


# Requests that go nowhere


@pytest.mark.parametrize(
    "address", ["nothing/", "nothing", "tiers", "matches", "instruments/XX-1/", "%00/", "政策/"]
)
@pytest.mark.parametrize("method", ["get", "post", "put", "patch", "delete", "head", "options"])
def test_an_unknown_address(client, address, method):
    answer = getattr(client, method)(API + address)
    if method == "head":
        assert answer.status_code == 404
    elif address.startswith("instruments") and method != "get":
        assert code(answer, 405) == "method_not_allowed"
    else:
        assert code(answer, 404) == "not_found"


@pytest.mark.parametrize("address", ["", "facts/", *LISTS])
def test_the_wrong_method(client, address):
    answer = client.post(API + address, "{}", content_type="application/json")
    assert code(answer, 405) == "method_not_allowed"
    assert "GET" in answer["Allow"]


@pytest.mark.parametrize("method", ["get", "put", "patch", "delete", "options"])
def test_matches_are_asked_by_post(client, method):
    answer = getattr(client, method)(MATCHES)
    assert code(answer, 405) == "method_not_allowed"
    assert "POST" in answer["Allow"]


@pytest.mark.parametrize(
    "content_type",
    ["text/plain", "multipart/form-data; boundary=x", "application/x-www-form-urlencoded", "x", ""],
)
def test_the_wrong_media_type(send, content_type):
    assert code(send(b"{}", content_type), 415) == "unsupported_media_type"


def test_a_media_type_that_we_have_not(client):
    assert code(client.get(API + "tiers/", headers={"accept": "text/html"}), 406) == "not_acceptable"
    assert code(client.get(API + "tiers/?format=xml")) == "unknown_parameter"


# Too fast


@pytest.fixture
def slowly(monkeypatch):
    cache.clear()
    monkeypatch.setattr(AnonRateThrottle, "THROTTLE_RATES", {"anon": "2/min"})
    yield
    cache.clear()


def test_too_many_requests(client, slowly):
    assert [client.get(API + "tiers/").status_code for _ in range(3)] == [200, 200, 429]
    answer = client.get(API + "tiers/")
    assert code(answer, 429) == "throttled"
    assert 1 <= int(answer["Retry-After"]) <= 60


def test_a_made_up_forwarding_header_is_no_way_around(client, slowly):
    for number in range(2):
        assert client.get(API + "tiers/", headers={"x-forwarded-for": f"10.0.0.{number}"}).status_code == 200
    assert code(client.get(API + "tiers/", headers={"x-forwarded-for": "10.0.0.9"}), 429) == "throttled"


# Bodies


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        (b"{", "invalid_json"),
        (b"\xef\xbb\xbf", "invalid_json"),
        (b"{'facts': {}}", "invalid_json"),
        (b'{"facts": {}} {}', "invalid_json"),
        (b'{"facts": {"employees": NaN}}', "invalid_json"),
        (b'{"facts": {"employees": Infinity}}', "invalid_json"),
        (b'{"facts": {"employees": -Infinity}}', "invalid_json"),
        (b'{"facts": {"employees": ' + b"9" * 5000 + b"}}", "invalid_json"),
        (b'{"facts": {"employees": 1e99999999999999999999}}', "invalid_json"),
        (b'{"facts": {"zone": "\\ud800"}}', "invalid_json"),
        (b'{"\\udfff": 1}', "invalid_json"),
        ('{"facts": {"zone": "大连高新区"}}'.encode("gbk"), "not_utf8"),
        (b"\xff\xfe{\x00}\x00", "not_utf8"),
        (b'{"facts": {"zone": "\xed\xa0\x80"}}', "not_utf8"),
        (b"[" * 100_000, "too_deep"),
        (b'{"facts": ' + b"[" * (DEEPEST + 1) + b"]" * (DEEPEST + 1) + b"}", "too_deep"),
        (b'{"facts":{"a":' * 400 + b"1" + b"}}" * 400, "too_deep"),
        (b'{"facts": {"zone": "' + b"a" * 1_000_000 + b'"}}', "too_large"),
        (b'{"on": "2026-05-04", "on": "2025-05-04"}', "duplicate_key"),
        (b'{"facts": {"revenue": {"2025": 1, "2025": 2}}}', "duplicate_key"),
        (b'{"facts": {"\\ud800": 1, "\\ud800": 2}}', "duplicate_key"),
        (b"[]", "not_an_object"),
        (b"null", "not_an_object"),
        (b'"facts"', "not_an_object"),
        (b"1", "not_an_object"),
    ],
    ids=lambda value: repr(value[:40]),
)
def test_a_body_that_cannot_be_read(send, body, expected):
    assert code(send(body)) == expected


def test_a_key_written_twice_is_named_and_neither_value_taken(send):
    (one,) = errors(send('{"facts": {"employees": 10, "employees": 200}}'), 400)
    assert (one["field"], one["message"]) == ("employees", "“employees”写了不止一次，请只留一个。")


@pytest.mark.parametrize("body", ["", "{}", '\ufeff{"facts": {}}', '{"facts": {"zone": "\\ud83d\\ude00"}}'])
def test_odd_but_readable(send, body):
    answer = send(body.encode())
    assert answer.status_code in (200, 400)
    if answer.status_code == 400:
        (one,) = errors(answer, 400)
        assert one["field"] == "facts.zone"


@pytest.mark.parametrize(
    ("number", "shown"),
    [
        ("1000", "1,000人"),
        ("1e3", "1,000人"),
        ("1.0E+3", "1,000人"),
        ("1000.0", "1,000人"),
        ("100000e-2", "1,000人"),
        ("0e9", "0人"),
    ],
)
def test_numbers_are_exact_in_every_notation(send, number, shown):
    answer = send(f'{{"facts": {{"employees": {number}}}}}')
    assert answer.status_code == 200
    assert answer.json()["facts"][0]["text"] == shown


def test_a_long_number_is_taken_to_the_last_digit(send):
    answer = send('{"facts": {"revenue": {"2025": 90071992547409931}}, "on": "2026-05-04"}')
    assert answer.json()["facts"][0]["text"] == "9,007,199,254,740.9931万元"


@pytest.mark.parametrize(
    "number", ["1e400", "-1e400", "1e999999999", "1e-400", "0e999", "1.5", "123456789e20"]
)
def test_a_number_that_no_fact_can_be_is_refused_in_its_field(send, number):
    (one,) = errors(send(f'{{"facts": {{"employees": {number}}}}}'), 400)
    assert one["field"] == "facts.employees"


def test_every_defect_is_told_at_once(send):
    body = {"on": "2026-02-30", "uscc": "x", "fcats": 1, "facts": {"employes": 1, "revenue": "很多"}}
    told = {one["field"]: one["code"] for one in errors(send(json.dumps(body)), 400)}
    assert told == {
        "fcats": "unknown_key",
        "on": "not_a_date",
        "uscc": "invalid_uscc",
        "facts.employes": "unknown_fact",
        "facts.revenue": "not_a_number",
    }


# Pages


def test_pages_follow_each_other(client):
    first = client.get(API + "tiers/?page_size=10").json()
    second = client.get(first["next"]).json()
    assert (first["previous"], len(first["results"]), second["next"]) == (None, 10, None)
    assert client.get(second["previous"]).json() == first


def test_without_asking_it_is_fifty(client):
    assert len(client.get(API + "industries/").json()["results"]) == 50
    assert len(client.get(API + "industries/?page_size=200").json()["results"]) == 200


@pytest.mark.parametrize("address", LISTS)
@pytest.mark.parametrize(
    ("query", "field", "status"),
    [
        ("page=9999", "page", 404),
        ("page=0", "page", 400),
        ("page=-1", "page", 400),
        ("page=abc", "page", 400),
        ("page=1.5", "page", 400),
        ("page=", "page", 400),
        ("page=99999999999999999999", "page", 400),
        ("page_size=0", "page_size", 400),
        ("page_size=9999", "page_size", 400),
        ("page_size=201", "page_size", 400),
        ("page_size=abc", "page_size", 400),
        ("page_size=%00", "page_size", 400),
    ],
)
def test_a_page_that_is_not_there(client, address, query, field, status):
    (one,) = errors(client.get(f"{API}{address}?{query}"), status)
    assert one["field"] == field


def test_an_empty_list_has_one_empty_page(client):
    answer = client.get(API + "enterprises/?q=没有这家企业&page=1")
    assert answer.json() == {"count": 0, "next": None, "previous": None, "results": []}


# Anything at all

KEYS = st.sampled_from(
    ["on", "uscc", "facts", "employees", "revenue", "region", "certifications", "2025", "tier"]
)
SCALARS = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(max_size=20)
    | st.sampled_from(
        ["2026-05-04", "91210213YTJC00041A", "210200", "大连市", "3421", "是", "1e400", "12万元"]
    )
)
JSON = st.recursive(
    SCALARS,
    lambda inner: (
        st.lists(inner, max_size=4) | st.dictionaries(KEYS | st.text(max_size=8), inner, max_size=4)
    ),
    max_leaves=12,
)
NAMES = st.sampled_from(sorted(FACTS))
REQUESTS = st.fixed_dictionaries(
    {}, optional={"on": SCALARS, "uscc": SCALARS, "facts": st.dictionaries(NAMES, JSON, max_size=3) | JSON}
)
OFTEN = settings(
    max_examples=50,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)


@pytest.fixture
def unlimited(monkeypatch):
    monkeypatch.setattr(AnonRateThrottle, "THROTTLE_RATES", {"anon": None})


def answered_or_refused(answer):
    if answer.status_code == 200:
        assert answer.json().keys() >= {"on", "counts", "matches"}
    else:
        errors(answer, 400)


@OFTEN
@given(JSON | REQUESTS)
@example({"facts": {"employees": {}}})
@example({"facts": {"certifications": [{"tier": "hnte:national", "valid_until": []}]}})
def test_any_json_is_answered_or_refused(send, unlimited, data):
    answered_or_refused(send(json.dumps(data)))


@OFTEN
@given(st.binary(max_size=200) | st.text(max_size=60).map(lambda text: text.encode("utf-8", "surrogatepass")))
def test_any_bytes_are_answered_or_refused(send, unlimited, body):
    answered_or_refused(send(body))


# Small answers


def test_a_list_can_be_asked_for_some_of_its_fields(client):
    rows = client.get(API + "instruments/?fields=title,code&page_size=3").json()["results"]
    assert [list(row) for row in rows] == [["title", "code"]] * 3
    assert client.get(API + "instruments/?fields=code&q=量子火星").json()["results"] == []


@pytest.mark.parametrize("fields", ["", "x", "code,", "code,x", "code,%00"])
def test_a_field_that_no_row_has_is_refused(client, fields):
    assert code(client.get(API + f"instruments/?fields={fields}")) == "unknown_field"


KEPT = ["instruments/", "facts/", "documents/?level=provincial", "instruments/DL-01/"]


@pytest.mark.parametrize("address", KEPT)
def test_what_has_not_changed_is_not_sent_again(client, address):
    first = client.get(API + address)
    again = client.get(API + address, headers={"if-none-match": first["ETag"]})
    assert (again.status_code, again.content) == (304, b"")
    other = client.get(API + "tiers/", headers={"if-none-match": first["ETag"]})
    assert other.status_code == 200


def test_answers_are_packed_for_those_who_can_unpack(client):
    plain = client.get(API + "instruments/")
    packed = client.get(API + "instruments/", headers={"accept-encoding": "gzip"})
    assert packed["Content-Encoding"] == "gzip"
    assert len(packed.content) * 5 < len(plain.content)
    assert gzip.decompress(packed.content) == plain.content
