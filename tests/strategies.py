"""What hypothesis draws: whole firms, the same firms with holes, and criteria about them.

Domains are small and sit on bounds, so that conditions are often met, just missed or undecided. A long run:
`HYPOTHESIS_PROFILE=long pytest tests/policies/test_criteria.py`.
"""

import os
from dataclasses import replace
from datetime import date
from fractions import Fraction

from hypothesis import settings
from hypothesis import strategies as st

from enterprises.codes import industry_path, region_chain
from enterprises.facts import Facts
from enterprises.kinds import Certificate, Certificates, Members
from enterprises.vocabulary import ENTITY_KINDS, FACTS, OWNERSHIP
from policies.criteria import MANUAL, Clause, Condition, Criteria

settings.register_profile("usual", deadline=None)
settings.register_profile("long", deadline=None, max_examples=3_000)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "usual"))

ON = date(2026, 5, 4)
YEARS = (2025, 2024, 2023)
REGIONS = ("210112", "210102", "210211", "210902", "110101")
INDUSTRIES = ("3421", "3422", "3670", "6513", "5110", "7040", "0111")
TIERS = ("srdi_sme:provincial", "little_giant:national", "hnte:national")
HONORS = ("质量奖", "绿色工厂", "首台套")
AREAS = ("000000", "210000", "210100", *REGIONS)
FIELDS = ("B", "C", "I", "34", "342", "65", "51", "7040", "3421")
DAYS = st.sampled_from(
    [date(2020, 2, 29), date(2021, 5, 4), date(2021, 5, 5), date(2025, 12, 31), date(2026, 1, 1)]
)
YUAN = st.sampled_from([0, 1, 2_999_999, 3_000_000, 3_000_001, 20_000_000, 50_000_000, 400_000_000])
PEOPLE = st.sampled_from([0, 9, 10, 19, 20, 21, 300, 301, 1_000])


# -- whole firms -------------------------------------------------------------------------------------------


def subsets(keys):
    return st.frozensets(st.sampled_from(keys))


@st.composite
def certificates(draw):
    """One announced or noticed decision, fully dated (though its end may be unstated)."""
    recognized = draw(st.dates(date(2022, 1, 1), date(2026, 12, 31)))
    start = draw(st.sampled_from([None, recognized, date(recognized.year + 1, 1, 1)]))
    return Certificate(
        tier=draw(st.sampled_from(TIERS)),
        recognized_on=recognized,
        valid_from=start,
        valid_until=draw(st.sampled_from([None, date(recognized.year + 3, 12, 31), ON, date(2026, 5, 3)])),
        act=draw(st.sampled_from(["recognition", "recognition", "review", "renaming"])),
        stage=draw(st.sampled_from(["announced", "announced", "announced", "public_notice"])),
        ended_on=draw(st.sampled_from([None, None, None, ON, date(2026, 5, 5)])),
    )


by_year = st.fixed_dictionaries(dict.fromkeys(YEARS, YUAN))
whole_firms = st.fixed_dictionaries(
    {
        "region": st.sampled_from(REGIONS),
        "industry": st.sampled_from(INDUSTRIES),
        "entity_kind": st.sampled_from(sorted(ENTITY_KINDS)),
        "ownership": st.sampled_from(sorted(OWNERSHIP)),
        "founded_on": DAYS,
        "employees": PEOPLE,
        "rd_staff": PEOPLE,
        "revenue": by_year,
        "rd_expense": by_year,
        "total_assets": YUAN,
        "total_liabilities": YUAN,
        "taxable_income": YUAN,
        "ip_class_1": PEOPLE,
        "above_size": st.booleans(),
        "dishonest": st.booleans(),
        "market_share": st.sampled_from([Fraction(0), Fraction(19, 2), Fraction(10), Fraction(100)]),
        "honors": subsets(HONORS).map(Members),
        "certifications": st.lists(certificates(), max_size=4).map(lambda items: Certificates(tuple(items))),
    }
)


# -- the same firms with holes -----------------------------------------------------------------------------


@st.composite
def blurred(draw, item):
    """A certificate of which less is known; what lies ahead of the day is only known by its dates."""
    start = item.valid_from or item.recognized_on
    if item.recognized_on > ON or start > ON:
        return item
    known = draw(st.sampled_from(["all", "held", "year", "nothing"]))
    if known == "all":
        return item
    if known == "held":
        return replace(item, valid_from=None, valid_until=None, held=bool(item.held_on(ON)))
    year = item.recognized_on.year if known == "year" else None
    return replace(item, recognized_on=None, recognized_in=year, valid_from=None, valid_until=None)


@st.composite
def partly(draw, certified):
    """A list of decisions of which some are forgotten or blurred; then it is no longer complete."""
    kept = [item for item in certified.items if draw(st.integers(0, 3))]
    items = tuple([draw(blurred(item)) for item in kept])
    if len(kept) == len(certified.items) and draw(st.booleans()):
        return Certificates(items)
    absent = set(TIERS) - {item.tier for item in certified.items}
    return Certificates(items, False, frozenset(tier for tier in sorted(absent) if draw(st.booleans())))


@st.composite
def with_holes(draw, whole):
    """What somebody may know of a firm: never wrong, but less."""
    hole = st.sampled_from(["known", "known", "known", "partly", "unknown"])
    known = {name: draw(hole) for name in whole}
    seen = {name: value for name, value in whole.items() if known[name] != "unknown"}
    for name, value in seen.items():
        if known[name] == "partly":
            seen[name] = draw(_partly(name, value))
    return seen


def _partly(name, value):
    if name == "region":
        return st.sampled_from(region_chain(value))
    if name == "industry":
        return st.sampled_from(industry_path(value).split("/"))
    if isinstance(value, dict):
        return subsets(YEARS).map(lambda years: {year: value[year] for year in years})
    if isinstance(value, Members):
        return st.tuples(subsets(HONORS), subsets(HONORS)).map(
            lambda drawn: Members(value.has & drawn[0], False, drawn[1] - value.has)
        )
    return partly(value) if isinstance(value, Certificates) else st.just(value)


@st.composite
def firms(draw):
    """A firm as it is known, and as it is."""
    whole = draw(whole_firms)
    return facts(draw(with_holes(whole))), facts(whole)


def facts(stated):
    return Facts(stated, on=ON, vocabulary=FACTS)


# -- any stated fact ---------------------------------------------------------------------------------------

LITTLE = Fraction(1, 10**6)
AMOUNTS = (0, 1, 999_999, 1_000_000, 2_500_000, 5_000_000, 20_000_000, 400_000_000)


def values_of(fact, bounds):
    """Values of a stated fact, on and around the bounds that it is compared with."""
    if fact.kind == "flag":
        return st.booleans()
    if fact.kind == "choice":
        return st.sampled_from(sorted(fact.choices))
    if fact.kind == "labels":
        return subsets(sorted(fact.choices)).map(Members)
    if fact.kind == "certifications":
        return st.lists(certificates(), max_size=4).map(lambda items: Certificates(tuple(items)))
    if fact.kind == "industry":
        return st.sampled_from(INDUSTRIES)
    if fact.kind == "date":
        return DAYS
    if fact.kind == "count":
        return st.sampled_from(sorted({1, 40, *bounds, *(max(bound - 1, 0) for bound in bounds)}))
    if fact.kind == "money":
        amount = st.sampled_from(sorted({*AMOUNTS, *bounds}))
        return st.fixed_dictionaries(dict.fromkeys(YEARS[: fact.years], amount)) if fact.years else amount
    return st.sampled_from(
        sorted({Fraction(15), *(bound + step for bound in bounds for step in (0, LITTLE))})
    )


# -- criteria ----------------------------------------------------------------------------------------------

BOUNDS = ("gte", "gt", "lte", "lt", "eq")
DECISIONS = tuple(name for name, fact in FACTS.items() if "certifications" in fact.needs and name != "tiers")
SCORES = ("innovative_innovation", "innovative_growth", "innovative_score", "srdi_score", "hnte_ip")
PERCENTS = st.sampled_from(
    [Fraction(0), Fraction(6), Fraction(10), Fraction(100), Fraction(-50), Fraction(333_333, 10**6)]
)


def tuples(keys):
    return st.lists(st.sampled_from(keys), min_size=1, max_size=3, unique=True).map(tuple)


def about(names, operators, required):
    return st.builds(
        Condition, st.sampled_from(names), st.sampled_from(operators), required, negated=st.booleans()
    )


CONDITIONS = {
    "people": about(("employees", "rd_staff"), BOUNDS, PEOPLE),
    "money": about(("revenue", "total_assets", "taxable_income", "revenue_increment"), BOUNDS, YUAN),
    "shares": about(("market_share", "rd_intensity", "rd_staff_share"), BOUNDS, PERCENTS),
    "growth": about(("revenue_growth", "revenue_cagr_2y"), BOUNDS, PERCENTS),
    "three years": about(("rd_intensity_min_3y", "rd_intensity_3y"), BOUNDS, PERCENTS),
    "scores": about(SCORES, BOUNDS, st.sampled_from([0, 5, 10, 20, 30, 60, 100, Fraction(5, 2)])),
    "age": about(("years_registered", "founded_year"), BOUNDS, st.sampled_from([0, 4, 5, 6, 2020, 2021])),
    "days": about(("founded_on",), BOUNDS, DAYS),
    "flags": about(("dishonest", "above_size"), ("eq",), st.booleans()),
    "partial flags": about(("small_low_profit", "above_size_industrial"), ("eq",), st.booleans()),
    "choice": about(("ownership",), ("eq",), st.sampled_from(sorted(OWNERSHIP))),
    "choices": about(("entity_kind",), ("in",), tuples(sorted(ENTITY_KINDS))),
    "size": about(("size",), ("in",), tuples(("large", "medium", "small", "micro"))),
    "region": about(("region",), ("within",), tuples(AREAS)),
    "industry": about(("industry",), ("within",), tuples(FIELDS)),
    "labels": about(("honors",), ("any_of", "all_of"), tuples(HONORS)),
    "titles": about(("tiers",), ("any_of", "all_of"), tuples(TIERS)),
    "decisions": about(DECISIONS, ("any_of", "all_of"), tuples(TIERS)),
    "manual": st.just(Condition("", MANUAL, text="市场占有率较为靠前")),
}
conditions = st.one_of(*CONDITIONS.values())
options = st.lists(conditions, min_size=1, max_size=3).map(tuple)
clauses = st.builds(
    Clause, st.lists(options, min_size=1, max_size=4).map(tuple), need=st.sampled_from([1, 1, 1, 2, 3, 0])
)
criteria = st.lists(clauses, min_size=1, max_size=4).map(lambda rows: Criteria(tuple(rows)))
