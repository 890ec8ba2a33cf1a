"""How instruments and documents are found: words, numbers in any brackets, places, kinds, lives, days."""

from datetime import date

import pytest
from django.http import QueryDict

from policies import facets
from policies.filters import DocumentFilter, InstrumentFilter
from policies.models import Condition, Document, Instrument, Life
from policies.windows import State
from tests.cast import ON

pytestmark = pytest.mark.django_db


def asked(query, kind=InstrumentFilter):
    model = kind._meta.model
    return kind(QueryDict(query), queryset=model.objects.none())


def codes(query, kind=InstrumentFilter):
    found = asked(query, kind)
    assert found.form.is_valid(), found.form.errors
    return {row.code for row in found.qs}


def test_it_works():
    assert {"DL-06a", "LN-F6", "CN-F1"} <= codes("q=小巨人 奖&on=2026-05-04")


NUMBERS = ["〔2023〕134", "[2023]134", "(2023)134", "（2023）134", "【2023】134", "［2023］134"]


@pytest.mark.parametrize("number", NUMBERS)
def test_a_number_is_found_in_any_brackets(number):
    assert "DL-06a" in codes(f"q=大工信发{number}号&on=2026-05-04")
    assert codes(f"q=大工信发{number}号", DocumentFilter) == {"DL-2023-134"}


def test_every_word_must_be_somewhere():
    assert codes("q=大连 升规&on=2026-05-04") >= {"DL-09", "DL-10", "DL-11"}
    assert codes("q=大连 火星&on=2026-05-04") == set()


def test_words_beyond_the_eighth_are_not_read():
    eight = ["大连", "国家", "专精特新", "小巨人", "中小", "企业", "专项", "资金"]
    assert codes("q=" + "+".join([*eight, "火星"]) + "&on=2026-05-04") >= {"DL-06a"}
    assert codes("q=" + "+".join([*eight[:7], "火星"]) + "&on=2026-05-04") == set()


def test_a_code_finds_its_instrument():
    assert "DL-06a" in codes("q=dl-06a&on=2026-05-04")


def test_a_city_brings_what_applies_above_it_and_its_zones():
    regions = {row.region_id for row in asked("region=210100&on=2026-05-04").qs}
    assert regions == {"000000", "210000", "210100", "210112"}


def test_documents_of_a_city_are_its_own_and_its_zones():
    regions = {row.region_id for row in asked("region=210100", DocumentFilter).qs}
    assert regions == {"210100", "210112"}


NOT_OFFERED = [
    "region=999999", "region=210000", "region=230000", "kind=红包", "kind=reward&kind=x", "level=乡镇",
    "mode=抽签", "life=也许", "on=昨天", "on=2026-02-30", "tier=titan:national",
]  # fmt: skip


@pytest.mark.parametrize("query", NOT_OFFERED)
def test_a_value_that_is_not_offered_is_refused(query):
    assert not asked(query).form.is_valid()


@pytest.mark.parametrize("query", ["region=x", "level=乡镇", "life=也许", "on=昨天"])
def test_a_document_filter_refuses_what_it_does_not_know(query):
    assert not asked(query, DocumentFilter).form.is_valid()


def test_several_kinds_and_levels_are_any_of_them():
    rows = asked("kind=reward&kind=loan&level=municipal&level=county&on=2026-05-04").qs
    assert {(row.kind, row.document.level) for row in rows} <= {
        (kind, level) for kind in ("reward", "loan") for level in ("municipal", "county")
    }
    assert {row.kind for row in rows} == {"reward", "loan"}


def test_a_title_finds_what_is_for_its_holders():
    found = codes("tier=little_giant:national&on=2026-05-04")
    assert {"DL-06a", "DL-07", "DL-08", "LN-F6"} <= found
    assert "DL-06b" not in found


def test_a_mode_finds_what_needs_no_application():
    assert codes("mode=no_application&on=2026-05-04") == {"LN-F6"}


LIVES = {
    "in_force": {Life.IN_FORCE},
    "unverified": {Life.UNVERIFIED},
    "expired": {Life.EXPIRED},
    "all": set(Life),
    "": {Life.IN_FORCE, Life.UNVERIFIED},
}


@pytest.mark.parametrize("on", ["1990-01-01", "2022-06-01", "2026-05-04", "2026-11-25", "2029-01-01"])
@pytest.mark.parametrize("life", LIVES)
def test_lives_are_read_on_the_day_asked(life, on):
    rows = Instrument.objects.published()
    wanted = {row.code for row in rows if row.life(date.fromisoformat(on)) in LIVES[life]}
    assert codes(f"life={life}&on={on}") == wanted


@pytest.mark.parametrize("on", ["2021-01-01", "2026-05-04"])
def test_documents_are_all_listed_unless_a_life_is_asked_for(on):
    assert len(codes(f"on={on}", DocumentFilter)) == 90
    rows = Document.objects.published()
    wanted = {row.code for row in rows if row.life(date.fromisoformat(on)) is Life.EXPIRED}
    assert codes(f"life=expired&on={on}", DocumentFilter) == wanted


def test_what_is_open_is_open_on_the_day_asked():
    april, june = codes("open=true&on=2026-04-01"), codes("open=true&on=2026-06-01")
    assert {"DL-06a", "CN-F2", "LN-C7"} <= april
    assert not {"DL-06a", "CN-F2"} & june
    rows = Instrument.objects.published()
    alive = {row.code for row in rows if row.life(ON) in (Life.IN_FORCE, Life.UNVERIFIED)}
    shut = {row.code for row in rows if row.standing(ON).state is not State.OPEN}
    assert codes("open=false&on=2026-05-04") == alive & shut


def test_a_window_after_the_end_is_not_open():
    assert codes("open=true&on=2029-04-01&life=all") & {"DL-06a"} == set()


def test_filters_work_together():
    found = codes("q=奖励&region=210200&kind=reward&tier=srdi_sme:provincial&open=true&on=2026-04-01")
    assert found == {"DL-06b"}


def test_a_county_brings_what_applies_above_it_and_nothing_of_its_neighbours():
    regions = {row.region_id for row in asked("region=210112&on=2026-05-04").qs}
    assert regions == {"000000", "210000", "210100", "210112"}
    assert {row.region_id for row in asked("region=210102&on=2026-05-04").qs} == {
        "000000",
        "210000",
        "210100",
    }
    assert {row.region_id for row in asked("region=210112", DocumentFilter).qs} == {"210112"}


# How many each choice would find


COUNTED = ["level", "kind", "mode", "tier", "region", "life", "industry", "deadline", "amount"]


@pytest.mark.parametrize(
    "query", ["on=2026-05-04", "q=奖励&on=2026-05-04", "kind=reward&level=municipal&region=210200"]
)
def test_every_choice_finds_as_many_as_it_says(query):
    counted = asked(query)
    assert counted.form.is_valid()
    counted.tally()
    for name in COUNTED:
        rest = "&".join(part for part in query.split("&") if not part.startswith(f"{name}="))
        for value, label in counted.form.fields[name].widget.choices:
            if value:
                found = len(asked(f"{rest}&{name}={value}").qs)
                assert label.endswith(f"（{found}）"), (name, value, label)
    assert counted.form["open"].label == f"正在申报（{len(asked(query + '&open=true').qs)}）"
    assert {row.pk for row in counted.qs} == {row.pk for row in asked(query).qs}


def test_documents_are_counted_too():
    counted = asked("q=奖励", DocumentFilter)
    assert counted.form.is_valid()
    counted.tally()
    for name in ("level", "region", "life"):
        for value, label in counted.form.fields[name].widget.choices:
            if value:
                found = len(asked(f"q=奖励&{name}={value}", DocumentFilter).qs)
                assert label.endswith(f"（{found}）"), (name, value)


def test_counting_costs_nothing_once_the_catalogue_has_been_read(django_assert_num_queries):
    for query in ("on=2026-05-04", "region=210200&amount=ceiling&industry=C&level=municipal&on=2026-05-04"):
        asked(query).tally()
        with django_assert_num_queries(1):
            asked(query).tally()


def test_what_has_changed_is_found_at_once():
    before = codes("kind=loan&on=2026-05-04")
    row = Instrument.objects.get(code="DL-06a")
    row.kind = "loan"
    row.save()
    assert codes("kind=loan&on=2026-05-04") == before | {"DL-06a"}


# Deadline, amount, industry


def test_what_closes_in_fourteen_days_closes_in_thirty_too():
    late, early = codes("deadline=14&on=2026-05-20"), codes("deadline=14&on=2026-05-04")
    assert "DL-06a" in late
    assert "DL-06a" not in early
    assert "DL-06a" in codes("deadline=30&on=2026-05-04")
    assert late <= codes("deadline=30&on=2026-05-20") <= codes("deadline=90&on=2026-05-20")
    assert "DL-06a" in codes("deadline=upcoming&on=2026-06-01")


def test_every_instrument_has_one_amount_and_at_most_is_none():
    bands = [codes(f"amount={value}&on=2026-05-04") for value, _ in facets.AMOUNTS]
    assert sum(map(len, bands)) == len(set().union(*bands)) == len(codes("on=2026-05-04"))
    rows = {row.code: row for row in Instrument.objects.published()}
    for key in ("under_10", "10_to_50", "50_to_100", "from_100"):
        assert {rows[code].shape for code in codes(f"amount={key}&on=2026-05-04")} <= {"fixed"}
    assert {rows[code].shape for code in codes("amount=ceiling&on=2026-05-04")} == {"max", "rate_capped"}
    assert {rows[code].shape for code in codes("amount=unknown&on=2026-05-04")} == {"unknown"}
    values = {rows[code].value for code in codes("amount=10_to_50&on=2026-05-04")}
    assert min(values) == 100_000
    assert max(values) < 500_000


def test_an_industry_keeps_what_names_none_and_drops_what_names_another():
    builder, maker = codes("industry=E&on=2026-05-04&life=all"), codes("industry=C&on=2026-05-04&life=all")
    assert "DL-06a" in builder & maker
    asks = Condition.objects.filter(fact="industry", instrument__published=True)
    only = set(asks.filter(value="E", negated=False).values_list("instrument__code", flat=True))
    assert only
    assert only <= builder - maker
    parts = set(asks.filter(value__startswith="34、").values_list("instrument__code", flat=True))
    assert parts
    assert parts <= maker - builder
