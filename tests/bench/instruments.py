"""Seeded criteria with the shape of Liaoning's: which facts are asked, how often, and in what combination.

The weights follow the 112 instruments of the catalogue (nine in ten name a place, three clauses on average,
most of one condition); bounds are the round numbers that texts use. Holds no amount and no wording.
"""

import random
from collections.abc import Callable
from datetime import date
from fractions import Fraction

from enterprises.synthetic import _CITIES as CITIES
from enterprises.synthetic import QUOTAS
from enterprises.synthetic import _counties as counties
from policies.criteria import MANUAL, Clause, Condition, Criteria

AREAS = (*"ACEFGIJKM", *map(str, (13, 14, 17, *range(26, 41), 64, 65, 73, 74, 75)))
MILLIONS = (1, 2, 3, 4, 5, 8, 10, 15, 20, 30, 40, 50, 60, 80, 100, 150, 200, 300, 400, 500, 1000, 2000)
STAFF = (5, 10, 15, 20, 30, 50, 80, 100, 150, 200, 300, 500, 1000)
SIZES = (
    ("micro", "small"),
    ("micro", "small", "medium"),
    ("micro",),
    ("medium", "large"),
    ("small", "medium"),
)
NOBODY_TOLD = (
    ("honors", ("质量奖", "绿色工厂", "首台套", "单项冠军")),
    ("spending", ("equipment", "cloud", "training", "certification")),
    ("lists", ("链主", "重点项目", "白名单")),
    ("roles", ("manufacturer", "provider")),
)
Draw = Callable[[random.Random], Condition]


def number(fact: str, operators: str, bounds: tuple[int, ...], scale: int = 1) -> Draw:
    return lambda rng: Condition(fact, rng.choice(operators.split()), rng.choice(bounds) * scale)


def share(fact: str, operators: str, bounds: tuple[str, ...]) -> Draw:
    return lambda rng: Condition(fact, rng.choice(operators.split()), Fraction(rng.choice(bounds)))


def keys(fact: str, operator: str, words: tuple[str, ...], most: int = 3) -> Draw:
    def draw(rng: random.Random) -> Condition:
        return Condition(
            fact, operator, tuple(sorted(rng.sample(words, rng.randint(1, min(most, len(words))))))
        )

    return draw


def told_by_nobody(rng: random.Random) -> Condition:
    fact, words = rng.choice(NOBODY_TOLD)
    return keys(fact, "any_of", words)(rng)


# fmt: off
DRAWS: tuple[tuple[int, Draw], ...] = (
    (23, keys("tiers", "any_of", tuple(QUOTAS))),
    (2, keys("tiers", "all_of", tuple(QUOTAS), 2)),
    (11, keys("recognized_last_year", "any_of", tuple(QUOTAS), 2)),
    (14, keys("industry", "within", tuple(sorted(AREAS)), 4)),
    (11, lambda rng: Condition("size", "in", rng.choice(SIZES))),
    (8, number("revenue", "gte gt lte", MILLIONS, 10**6)),
    (5, number("employees", "gte lte lt", STAFF)),
    (4, number("total_assets", "gte lte", MILLIONS, 10**6)),
    (3, number("rd_expense", "gte gt", MILLIONS[:12], 10**6)),
    (6, share("rd_intensity", "gte gt", ("2", "2.5", "3", "4", "5", "6", "7", "8", "10"))),
    (3, share("rd_staff_share", "gte", ("5", "10", "15", "20", "25"))),
    (5, share("revenue_growth", "gt gte", ("0", "5", "8", "10", "15", "20", "25"))),
    (3, share("asset_liability_ratio", "lte lt", ("60", "65", "70", "75", "80"))),
    (5, number("years_registered", "gte lte", (1, 2, 3, 5, 7, 8, 10))),
    (2, lambda rng: Condition("founded_on", "gte", date(rng.randint(2015, 2026), 1, 1))),
    (4, number("ip_class_1", "gte", (1, 2, 3, 5))),
    (3, number("ip_class_2", "gte", (1, 2, 5, 6, 10))),
    (9, lambda rng: Condition("above_size", "eq", rng.random() < 0.8)),
    (3, lambda rng: Condition("ownership", "eq", rng.choice(("private", "state", "foreign")))),
    (3, lambda rng: Condition("taxpayer", "eq", rng.choice(("general", "small_scale")))),
    (6, lambda rng: Condition("clean_record", "eq", True)),
    (3, lambda rng: Condition("dishonest", "eq", True, negated=True)),
    (18, told_by_nobody),
    (14, lambda rng: Condition("", MANUAL, text="由主管部门评定")),
)
# fmt: on


def instruments(count: int, seed: int = 1) -> list[Criteria]:
    """`count` criteria; the same arguments always give the same."""
    rng = random.Random(f"instruments {seed}")
    return [Criteria(tuple(clauses(rng))) for _ in range(count)]


def clauses(rng: random.Random) -> list[Clause]:
    first = [Clause(((place(rng),),))] if rng.random() < 0.88 else []
    return [*first, *(clause(rng) for _ in range(rng.choices((1, 2, 3, 4, 6, 9), (30, 28, 20, 12, 7, 3))[0]))]


def place(rng: random.Random) -> Condition:
    """The province, a city by its share of firms, one of its counties, or rarely two cities."""
    cities = rng.choices(tuple(CITIES), tuple(CITIES.values()), k=2)
    how = rng.choices(("province", "city", "county", "two"), (30, 44, 22, 4))[0]
    if how == "province":
        return Condition("region", "within", ("210000",))
    if how == "county":
        return Condition("region", "within", (rng.choice(counties(cities[0])),))
    chosen = sorted({f"{city}00" for city in (cities if how == "two" else cities[:1])})
    return Condition("region", "within", tuple(chosen))


def clause(rng: random.Random) -> Clause:
    """Mostly one condition; one in eight offers a choice, a few want two of several."""
    shape = rng.random()
    if shape < 0.86:
        return Clause((option(rng),))
    if shape < 0.96:
        return Clause(tuple(option(rng) for _ in range(rng.randint(2, 3))))
    return Clause(tuple(option(rng) for _ in range(rng.randint(3, 5))), need=2)


def option(rng: random.Random) -> tuple[Condition, ...]:
    return tuple(condition(rng) for _ in range(2 if rng.random() < 0.07 else 1))


def condition(rng: random.Random) -> Condition:
    drawn = rng.choices([draw for _, draw in DRAWS], [weight for weight, _ in DRAWS])[0](rng)
    if drawn.manual or drawn.negated or rng.random() >= 0.04:
        return drawn
    return Condition(drawn.fact, drawn.operator, drawn.required, negated=True)
