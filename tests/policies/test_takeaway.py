"""What is taken along from a result: table, calendar, dossier; what another figure or day would change."""

import io
from datetime import date
from urllib.parse import urlencode

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from icalendar import Calendar
from openpyxl import load_workbook

from policies import catalogue
from policies.answers import GROUP_LABELS
from policies.takeaway import HEADINGS
from tests.page import read

SAMPLE = "91210213YTJC00041A"
ON = "2026-05-04"
TYPED = f"on={ON}&region=210213&employees=40&revenue_2025=1800&project_investment=99&industry=C34"
FIRM = f"firm={SAMPLE}&on={ON}"
OTHER = TYPED.replace("=99", "=300")

pytestmark = pytest.mark.django_db


def workbook(client, query):
    response = client.get(f"/check/results.xlsx?{query}")
    assert response.status_code == 200
    return list(load_workbook(io.BytesIO(response.content)).active.iter_rows(values_only=True))


def changed(client, **typed):
    given = {f"if-{name}": value for name, value in typed.items()}
    return client.get(f"/check/what-if/?{TYPED}&{urlencode(given)}")


def codes(rows):
    return {one["code"] for one in rows}


def missing(result, name):
    """How many instruments still wait for the answer."""
    return sum(name == one["field"] for match in result["matches"] for one in match["missing"])


def test_it_works(client):
    """Each condition of each instrument is a row, with what the page says."""
    first, headings, *rows = workbook(client, FIRM)
    assert ON in first[0]
    assert headings == HEADINGS
    result = client.get(f"/check/results/?{FIRM}").context
    matches = [one for group in result["groups"].values() for one in group]
    refused = [one for reason in result["refusals"] for one in reason["instruments"]]
    told = [row for row in rows if row[0] != GROUP_LABELS["no"]]
    assert len(told) == sum(len(one["clauses"]) for one in matches)
    assert {row[2] for row in told} == codes(one["instrument"] for one in matches)
    assert {row[0] for row in told} == {one["label"] for one in matches}
    assert {row[2] for row in rows if row not in told} == codes(refused)


def test_the_calendar_has_what_closes_and_what_lapses(client):
    response = client.get(f"/check/results.ics?{FIRM}")
    assert response["Content-Type"].startswith("text/calendar")
    events = Calendar.from_ical(response.content).walk("VEVENT")
    told = {str(one["summary"]): one["dtstart"].dt for one in events}
    page = client.get(f"/check/results/?{FIRM}").context
    open_ = [one for name in ("yes", "unknown", "near") for one in page["groups"][name]]
    for match in open_:
        closes = match["window"]["closes_on"]
        if closes and closes >= ON:
            assert told[f"申报截止：{match['instrument']['title']}"] == date.fromisoformat(closes)
    assert any(name.startswith("申报截止") for name in told)
    refused = [row for reason in page["refusals"] for row in reason["instruments"]]
    assert refused
    assert not any(row["title"] in " ".join(told) for row in refused)
    assert min(told.values()) >= date.fromisoformat(ON)
    assert len({str(one["uid"]) for one in events}) == len(events)


def test_the_dossier_tells_what_is_to_be_proved(client):
    response = client.get(f"/check/dossier/?{FIRM}")
    page, rows = read(response), response.context["rows"]
    assert len(response.content) <= 60_000
    assert {one["group"] for one, *_ in rows} == {"yes", "near"}
    assert len(page.all("article")) == len(rows) > 0
    card = page.one("article", id="DL-01")
    assert "项目投资额不低于100万元" in card["text"]
    assert "300万元" in card["text"]
    assert "项目备案文件" in card["text"]
    assert "材料清单来源没有写，请向受理部门要当年的申报通知" in card["text"]
    assert "虚构样例" in card["text"]


def test_a_changed_figure_tells_what_is_won_and_what_is_lost(client):
    won = changed(client, project_investment="100")
    assert "DL-01" in codes(won.context["change"]["won"])
    assert not won.context["change"]["lost"]
    assert "还差一步 → 符合" in read(won).text
    back = client.get(f"/check/what-if/?{TYPED.replace('=99', '=100')}&if-project_investment=99")
    assert codes(back.context["change"]["lost"]) == codes(won.context["change"]["won"])
    whole = client.get(read(won).link("按改后的数看完整结果"))
    assert whole.context["counts"] == won.context["after"]["counts"]
    assert client.get(f"/check/results/?{TYPED}").context["counts"] == won.context["before"]["counts"]


def test_what_was_not_answered_can_be_tried_too(client):
    """The inputs that would decide most, figures, ticks and choices alike; what is typed counts."""
    page = changed(client)
    unknown = [field.name for field, _ in page.context["unknown"]]
    assert len(unknown) == 6
    assert not set(unknown) & set(TYPED)
    assert "补还没有填的" in read(page).text
    words = catalogue.vocabulary()
    flag = next(name for name in unknown if name in words and words[name].kind == "flag")
    after = changed(client, **{flag: "是"}).context["after"]
    assert missing(after, flag) == 0 < missing(page.context["before"], flag)


def test_another_day_is_a_change_too(client):
    later = changed(client, on="2029-06-01").context["change"]
    assert "不在执行" in {one["to"] for one in later["others"] + later["lost"]}


def test_nothing_changed_changes_nothing(client):
    page = read(client.get(f"/check/what-if/?{TYPED}"))
    assert page.all("section", aria_labelledby="change") == []
    same = changed(client, employees="40").context["change"]
    assert same == {"won": [], "lost": [], "others": []}


def test_a_change_that_cannot_be_read_is_named_at_its_field(client):
    response = changed(client, employees="许多")
    page = read(response)
    assert response.status_code == 400
    assert page.one("small", id="id_if-employees_error")["text"] == "“从业人数”请填数字，例如 40。"
    assert page.one("input", id="id_if-employees")["value"] == "许多"


def test_near_misses_stand_by_the_smallest_gap(client):
    """A project of 99 of 100 stands before whatever is further off."""
    near = client.get(f"/check/results/?{TYPED}").context["groups"]["near"]
    assert [one["instrument"]["code"] for one in near][0] == "DL-01"
    assert len(near) > 1


@pytest.mark.parametrize("path", ["results.xlsx", "results.ics", "dossier/", "what-if/"])
def test_answers_that_cannot_be_read_show_the_form(client, path):
    response = client.get(f"/check/{path}?employees=许多")
    assert response.status_code == 400
    assert "有几处要改" in read(response).text
    assert client.post(f"/check/{path}").status_code == 405


def test_each_costs_a_fixed_number_of_queries(client):
    """As long as the catalogue stays as it is."""
    catalogue.load()
    for path in ("results.xlsx", "results.ics", "dossier/", "what-if/"):
        found = []
        for query in (TYPED, OTHER):
            with CaptureQueriesContext(connection) as queries:
                client.get(f"/check/{path}?{query}")
            found.append(len(queries))
        assert found == [1 + (path == "dossier/")] * 2, path
