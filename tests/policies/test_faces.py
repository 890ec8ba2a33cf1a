"""Page, terminal and API are three faces of one match: the same firms, days, answers and words."""

import html
import io
import json
import re
from datetime import date
from itertools import cycle
from urllib.parse import urlencode

import pytest
from django.core.management import call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext

from enterprises import samples, synthetic
from enterprises.vocabulary import FACTS
from tests.policies.copies import double

pytestmark = pytest.mark.django_db
DAYS = ("2024-04-01", "2026-05-04", "2026-07-05", "2028-12-31")
MADE_ON = date(2026, 3, 31)
CAST = {member["name"][:4]: member["uscc"] for member in samples.cast()}
HOLES = {
    "nothing known": {},
    "only a place": {"region": "210200"},
    "a wide place": {"region": "210000", "industry": "C"},
    "on the bounds": {
        "region": "210112",
        "taxable_income": "3000000",
        "employees": 300,
        "total_assets": "50000000",
    },
    "over a bound": {
        "region": "210112",
        "taxable_income": "3000000",
        "employees": 310,
        "total_assets": "50000000",
    },
    "years and sets": {
        "region": "210211",
        "zone": "大连高新区",
        "revenue": {"2025": "50000000", "2024": "40000000"},
        "honors": ["中华老字号"],
        "lists": [],
        "above_size": True,
        "founded_on": "2019-05-20",
    },
    "another province": {"region": "230000", "employees": 20},
}
SHARED = (
    "instrument",
    "answer",
    "near",
    "group",
    "clauses",
    "missing",
    "amount",
    "window",
    "local",
    "document",
)


def shared(matches):
    """What all faces tell of each match, by its code."""
    return {match["instrument"]["code"]: {key: match[key] for key in SHARED} for match in matches}


class Faces:
    """One firm asked for on one day, by its code or by its facts."""

    def __init__(self, client, folder):
        self.client, self.folder = client, folder

    def api(self, request, *, everything=True):
        address = "/api/v1/matches/" + ("?include=no" if everything else "")
        answer = self.client.post(address, json.dumps(request), content_type="application/json")
        assert answer.status_code == 200, answer.content.decode()
        return answer.json()

    def page(self, request):
        query = {
            "on": request["on"],
            "firm": request.get("uscc") or "",
            "all": "1",
            **typed(request["facts"]),
        }
        answer = self.client.get("/check/results/?" + urlencode(query, doseq=True), follow=True)
        assert answer.status_code == 200
        return answer

    def terminal(self, request, *options):
        path, out = self.folder / "firm.json", io.StringIO()
        path.write_text(json.dumps(request), encoding="utf-8")
        call_command("match", str(path), *options, stdout=out, no_color=True)
        return out.getvalue()


def typed(facts):
    """The facts as somebody would type them into the page's form."""
    return {name: value for key, given in facts.items() for name, value in _fields(key, given)}


def _fields(key, given):
    fact = FACTS[key]
    if fact.years:
        return [(f"{key}_{year}", f"{value}元") for year, value in given.items()]
    if fact.kind == "flag":
        return [(key, "是" if given else "否")]
    if fact.kind == "labels":
        return [(key, given or ["none"])]
    return [(key, f"{given}元" if fact.kind == "money" else given)]


@pytest.fixture
def faces(client, tmp_path):
    return Faces(client, tmp_path)


def agree(faces, request):
    """The three faces tell the same; returns what they tell.

    Those not met are told in full by the API and the terminal, and by reason on the page and by the API.
    """
    told, brief = faces.api(request), faces.api(request, everything=False)
    page, printed = faces.page(request), json.loads(faces.terminal(request, "--json"))
    shown = [match for group in page.context["groups"].values() for match in group]
    open_ = [match for match in told["matches"] if match["group"] != "no"]
    assert shared(told["matches"]) == shared(printed["matches"])
    assert shared(shown) == shared(open_) == shared(brief["matches"])
    assert [codes(rows) for rows in (shown, brief["matches"])] == [codes(open_)] * 2
    assert page.context["counts"] == told["counts"] == printed["counts"] == brief["counts"]
    assert page.context["refusals"] == brief["no"]
    by_reason = [row["code"] for reason in brief["no"] for row in reason["instruments"]]
    assert sorted(by_reason + codes(open_)) == sorted(codes(told["matches"]))
    assert page.context["facts"] == told["facts"]
    return told, page


def codes(matches):
    return [match["instrument"]["code"] for match in matches]


@pytest.mark.parametrize("on", DAYS)
@pytest.mark.parametrize("name", CAST)
def test_it_works(name, on, faces):
    told, page = agree(faces, {"on": on, "uscc": CAST[name], "facts": {}})
    text = words_of(page)
    for match in told["matches"]:
        assert squeezed(match["instrument"]["title"]) in text
        for clause in match["clauses"] if match["group"] != "no" else []:
            assert squeezed(clause["text"]) in text
            assert squeezed(clause["reason"]) in text


def words_of(page):
    """What a person reads on the page, white space aside."""
    return squeezed(html.unescape(re.sub(r"<[^>]*>", "", page.content.decode())))


def squeezed(text):
    return re.sub(r"\s+", "", text)


@pytest.mark.parametrize("case", HOLES)
def test_facts_with_holes(case, faces):
    told, _ = agree(faces, {"on": "2026-05-04", "uscc": None, "facts": HOLES[case]})
    assert sum(told["counts"].values()) == len(told["matches"])


def test_synthetic_firms(faces):
    firms = list(synthetic.firms(20, seed=7, on=MADE_ON))
    assert samples.write(firms, on=MADE_ON) == 20
    for firm, on in zip(firms, cycle(DAYS), strict=False):
        agree(faces, {"on": on, "uscc": firm.uscc, "facts": {}})


def test_what_is_typed_wins_over_the_register_on_every_face(faces):
    told, _ = agree(faces, {"on": "2026-05-04", "uscc": CAST["大连精创"], "facts": {"employees": 310}})
    assert {row["text"] for row in told["facts"] if row["field"] == "employees"} == {"310人"}


def test_the_terminal_prints_the_same_sentences(faces):
    request = {"on": "2026-05-04", "uscc": CAST["大连精创"], "facts": {}}
    told, text = faces.api(request), faces.terminal(request)
    assert f"符合 {told['counts']['yes']}" in text
    for match in [match for match in told["matches"] if match["group"] == "yes"][:8]:
        assert (
            f"{match['instrument']['code']} {match['instrument']['title']}　{match['amount']['text']}" in text
        )
        for clause in match["clauses"]:
            assert f"✓ {clause['text']}　{clause['reason']}" in text
        for one in match["exclusive_with"]:
            assert f"! {one['rule']}：{'、'.join(one['codes'])}（{one['note']}）" in text
    assert told["disclaimer"] in text


PAGES = ["check/results/?region=210213&employees=120&on=2026-05-04", "policies/DL-01/?region=210213"]


@pytest.mark.parametrize("address", PAGES)
def test_a_page_costs_the_same_queries_however_many_instruments(address, client):
    def cost():
        with CaptureQueriesContext(connection) as queries:
            assert client.get("/" + address).status_code == 200
        return len(queries)

    client.get("/" + address)
    before = cost()
    double()
    client.get("/" + address)
    assert cost() == before <= 6
