import itertools
from pathlib import Path

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

import enterprises
from enterprises.sizes import CATEGORIES, NOT_COVERED, OTHER, Bounds, Size, category_of, classify

SOURCE = yaml.safe_load((Path(enterprises.__file__).parent / "data" / "sme-size.yaml").read_text("utf-8"))
METRICS = {"X": ("employees", 1), "Y": ("revenue", 10_000), "Z": ("assets", 10_000)}
SIZES = (Size.MICRO, Size.SMALL, Size.MEDIUM, Size.LARGE)
by_key = pytest.mark.parametrize("row", SOURCE["categories"], ids=lambda row: row["key"])


def bounds_of(row, size):
    """The printed lower bounds of a level as keyword arguments, money in yuan."""
    printed = row["lower_bounds"][size]
    return {METRICS[letter][0]: low * METRICS[letter][1] for letter, low in printed.items()}


def prefixes_of(row):
    covered = row["gbt4754_2017"]
    return [*covered.get("groups", []), *covered.get("divisions", [])]


def size_of(industry, **known):
    figures = dict.fromkeys(("employees", "revenue", "assets")) | known
    return classify(industry, **figures).size


def test_it_works():
    machinery = classify("3670", employees=120, revenue=45_000_000, assets=None)
    assert machinery.size is Size.SMALL
    assert (machinery.category.label, machinery.category.clause) == ("工业", "第四条（二）")
    assert not machinery.by_analogy


def test_the_table_is_the_standard():
    assert [row["key"] for row in SOURCE["categories"]] == [category.key for category in CATEGORIES]
    assert len(CATEGORIES) == 16


@by_key
def test_a_row_is_the_row_of_the_standard(row):
    (category,) = (category for category in CATEGORIES if category.key == row["key"])
    assert (category.label, category.clause) == (row["zh"], row["clause_300"])
    assert list(category.prefixes) == prefixes_of(row)
    assert {size.value: bounds for size, bounds in category.levels()} == {
        size: Bounds(**bounds_of(row, size)) for size in row["lower_bounds"]
    }


@by_key
@pytest.mark.parametrize("size", ["large", "medium", "small"])
def test_a_firm_on_the_bounds_is_of_the_size_and_just_below_any_is_not(row, size):
    smaller = SIZES[SIZES.index(Size(size)) - 1]
    bounds = bounds_of(row, size)
    for industry in prefixes_of(row):
        assert size_of(industry, **bounds) == size
        for metric, low in bounds.items():
            assert size_of(industry, **bounds | {metric: low - 1}) == smaller


@by_key
def test_only_what_the_row_counts_matters(row):
    industry = prefixes_of(row)[0]
    for level, size in enumerate(row["lower_bounds"]):
        bounds = bounds_of(row, size)
        for uncounted in {"employees", "revenue", "assets"} - set(bounds):
            assert size_of(industry, **bounds, **{uncounted: 0}) == size, level


@by_key
def test_nothing_known_is_unknown_and_nothing_at_all_is_micro(row):
    industry = prefixes_of(row)[0]
    assert size_of(industry) is None
    assert size_of(industry, employees=0, revenue=0, assets=0) is Size.MICRO


def test_a_failed_bound_decides_whatever_is_missing():
    assert size_of("36", employees=19) is Size.MICRO
    assert size_of("36", revenue=2_999_999) is Size.MICRO
    assert size_of("36", employees=20) is None
    assert size_of("36", revenue=500_000_000) is None


def test_a_metric_may_be_missing_if_it_does_not_count():
    assert size_of("01", revenue=5_000_000) is Size.MEDIUM
    assert size_of("73", employees=300) is Size.LARGE


amounts = st.one_of(
    st.none(),
    st.integers(0, 3 * 10**9),
    st.sampled_from(
        sorted(
            {
                low
                for row in CATEGORIES
                for _, b in row.levels()
                for low in (b.employees, b.revenue, b.assets)
                if low
            }
        )
    ),
)


@given(st.sampled_from(CATEGORIES), amounts, amounts, amounts)
def test_the_size_is_known_exactly_when_the_missing_metrics_cannot_change_it(
    category, employees, revenue, assets
):
    """Sizes change at bounds only, so trying 0 and every bound of a metric tries every value of it."""
    industry, figures = category.prefixes[0], (employees, revenue, assets)
    tried = [
        {0, *(getattr(bounds, metric) or 0 for _, bounds in category.levels())} if value is None else {value}
        for value, metric in zip(figures, ("employees", "revenue", "assets"), strict=True)
    ]
    possible = {classify(industry, *values).size for values in itertools.product(*tried)}
    assert None not in possible
    assert classify(industry, *figures).size == (possible.pop() if len(possible) == 1 else None)


@given(
    st.sampled_from(CATEGORIES), *[st.integers(0, 3 * 10**9)] * 3, st.integers(0, 2), st.integers(0, 10**9)
)
def test_a_firm_that_grows_never_shrinks(category, employees, revenue, assets, which, growth):
    figures = [employees, revenue, assets]
    before = classify(category.prefixes[0], *figures).size
    figures[which] += growth
    assert SIZES.index(classify(category.prefixes[0], *figures).size) >= SIZES.index(before)


@pytest.mark.parametrize(
    ("industry", "key"),
    [
        ("0111", "agriculture"),
        ("C", "industry"),
        ("3670", "industry"),
        ("5990", "warehousing"),
        ("7010", "real_estate_development"),
        ("702", "property_management"),
        ("7030", "other"),
        ("8519", "other"),
        ("L", "leasing_business"),
    ],
)
def test_a_code_of_any_length_finds_its_row(industry, key):
    assert category_of(industry).key == key


@pytest.mark.parametrize(
    "industry", ["53", "5311", "704", "7040", "66", "6911", "J", "8321", "P", "84", "9100", "97", "S", "T"]
)
def test_what_the_standard_leaves_out_is_judged_by_analogy(industry):
    assert category_of(industry) is None
    judged = classify(industry, 100, None, None)
    assert (judged.size, judged.category, judged.by_analogy) == (Size.MEDIUM, OTHER, True)


def test_a_covered_industry_of_the_last_row_is_no_analogy():
    assert not classify("7310", 100, None, None).by_analogy


@pytest.mark.parametrize("industry", [None, "F", "G", "I", "K", "70", "Q", "705", "98", ""])
def test_without_a_row_there_is_no_size(industry):
    judged = classify(industry, 10_000, 10**10, 10**10)
    assert (judged.size, judged.category, judged.by_analogy) == (None, None, False)


@pytest.mark.parametrize("industry", ["F", "70", "Q", "98"])
def test_a_code_too_wide_or_unknown_has_no_row(industry):
    assert category_of(industry) is None


def test_every_division_is_either_covered_or_left_out():
    divisions = {f"{number:02}" for number in range(1, 98)} - {"70"} | {"701", "702", "703", "704", "709"}
    covered = [prefix for category in CATEGORIES for prefix in category.prefixes]
    assert sorted([*covered, *NOT_COVERED]) == sorted(divisions)
