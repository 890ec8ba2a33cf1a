"""What goes out comes back as it was, and is no formula to any spreadsheet."""

import csv
import io
from datetime import date

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from openpyxl import load_workbook

from enterprises.codes import normalize_name
from enterprises.kinds import Refused
from enterprises.lists import exporting, values, writing
from enterprises.models import Certification, Enterprise, Tier
from tests import lists
from tests.desk import address, sit_down
from tests.lists import apply, bring_in, plan, register, sample, tier, verdicts

pytestmark = pytest.mark.django_db


def exported(form="csv", rows=None):
    rows = Certification.objects.order_by("id") if rows is None else rows
    return writing.FORMATS[form][0](exporting.certifications(rows))


@pytest.mark.parametrize("form", ["csv", "xlsx"])
def test_it_works(form):
    """Everything that the register has, out and in again: nothing changes."""
    for name in (lists.A, lists.B, lists.D, lists.E):
        bring_in(sample(name), name)
    before = register()
    made = plan(exported(form), f"导出.{form}", tier=None)
    assert set(verdicts(made)) - {"absent"} == {"unchanged"}
    apply(made)
    assert register() == before


def test_csv_has_a_mark_for_office_software():
    data = exported()
    assert data.startswith(b"\xef\xbb\xbf")
    assert data.decode("utf-8-sig").split("\r\n")[0].split(",") == [*exporting.HEADINGS]


RISKY = ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "|x", "%x", "'=1", "''"]


@pytest.mark.parametrize("text", RISKY)
@pytest.mark.parametrize("form", ["csv", "xlsx"])
def test_no_cell_is_a_formula(form, text):
    data = writing.FORMATS[form][0]([["企业名称", text]])
    if form == "csv":
        (row,) = csv.reader(io.StringIO(data.decode("utf-8-sig")))
        assert row[1] == f"'{text}"
    else:
        cell = load_workbook(io.BytesIO(data)).active["B1"]
        assert (cell.data_type, cell.value) == ("s", f"'{text}")
    assert values.text(f"'{text}", 60, "名称") == " ".join(text.split())


@pytest.mark.parametrize("code", ["912101021234567890", "91210102123456E789"])
def test_a_code_that_looks_like_a_number_stays_whole_in_csv(code):
    (row,) = csv.reader(io.StringIO(writing.as_csv([[code]]).decode("utf-8-sig")))
    assert row == [f"'{code}"]
    assert values.text(row[0], 60, "代码") == code


@pytest.mark.parametrize("form", ["csv", "xlsx"])
def test_what_is_picked_in_the_admin_is_exported(client, form):
    bring_in(sample(lists.A), lists.A)
    desk = sit_down(client)
    picked = [str(row.pk) for row in Certification.objects.filter(enterprise__uscc__contains="YYYYY")[:3]]
    answer = desk.post(
        address(Certification, "changelist"), {"action": f"export_{form}", "_selected_action": picked}
    )
    assert "attachment" in answer["Content-Disposition"]
    assert verdicts(plan(answer.content, f"a.{form}", tier=None)) == {"unchanged": 3}


def name_of(text):
    try:
        return values.name(text)
    except Refused:
        return None


words = st.text(
    st.characters(codec="utf-8", exclude_categories=("Cc", "Cs", "Cf", "Co", "Cn", "Ps", "Pe")),
    min_size=2,
    max_size=20,
)
names = words.map(lambda text: name_of(f"厂{text}"))
days = st.none() | st.dates(date(1990, 1, 1), date(2060, 1, 1))
notes = st.sampled_from(["", "=1+1", "'", "-", "备注，有逗号", '引"号', "@x", "+86"])
decisions = st.fixed_dictionaries(
    {
        "tier": st.sampled_from(["srdi_sme:provincial", "little_giant:national", "gazelle:provincial"]),
        "act": st.sampled_from(["recognition", "review", "renaming"]),
        "stage": st.sampled_from(["announced", "public_notice"]),
        "batch": st.sampled_from(["", "第一批", "2024年第2批", "=批"]),
        "recognized_on": days,
        "valid_from": days,
        "valid_until": days,
        "note": notes,
    }
)

held = st.lists(
    decisions, min_size=1, max_size=3, unique_by=lambda one: (one["tier"], one["act"], one["stage"])
)


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    firms=st.lists(
        st.tuples(names.filter(bool), held),
        min_size=1,
        max_size=3,
        unique_by=lambda firm: normalize_name(firm[0]),
    ),
    form=st.sampled_from(["csv", "xlsx"]),
)
def test_whatever_the_register_holds_comes_back_unchanged(firms, form):
    """Into the same register nothing changes; into an empty one, the same is there again."""
    with transaction.atomic():
        Certification.objects.all().delete()
        for name, held in firms:
            firm = Enterprise.objects.create(name=name, name_norm=normalize_name(name), region_id="210106")
            for one in held:
                _decide(firm, one)
        data = exported(form)
        made = plan(data, f"a.{form}", tier=None)
        assert set(verdicts(made)) == {"unchanged"}
        Enterprise.objects.filter(region_id="210106").delete()
        Enterprise.history.all().delete()
        apply(plan(data, f"a.{form}", tier=None))
        assert sorted(_facts()) == sorted(_facts_of(firms))
        transaction.set_rollback(True)


def _decide(firm, one):
    start, end = one["valid_from"], one["valid_until"]
    if start and end and end < start:
        one["valid_from"], one["valid_until"] = end, start
    Certification.objects.create(enterprise=firm, **{**one, "tier": tier(one["tier"])})


FIELDS = ("act", "stage", "batch", "recognized_on", "valid_from", "valid_until", "note")


def _facts():
    for row in Certification.objects.select_related("tier", "enterprise"):
        yield repr(
            (normalize_name(row.enterprise.name), row.tier.key, *(getattr(row, name) for name in FIELDS))
        )


def _facts_of(firms):
    for name, held in firms:
        for one in held:
            yield repr((normalize_name(name), one["tier"], *(one[field] for field in FIELDS)))


def test_a_retired_title_is_still_read():
    Tier.objects.filter(name="srdi_sme").update(retired_on=date(2026, 1, 1))
    bring_in(sample(lists.A), lists.A, tier=tier())
    assert set(verdicts(plan(exported(), "a.csv", tier=None))) == {"unchanged"}
