"""Fictitious firms for the demo, the tests and the benchmarks; every name is marked 虚构.

Holds a seeded generator over the counties and industry classes in `data/`. Holds no rule, writes nothing.
Most facts of most firms are unknown, as in a real register; what is known agrees with the firm's size.

From published figures: the share of each city (half population, half gross product), of the sections F,
C and L (census of 2018), of the sizes, and the number of holders of each tier. Placeholders: the other
sections, the spread within them, every amount, every date. Money in yuan.
"""

import csv
import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from pathlib import Path
from typing import TypeVar

from stdnum.cn import uscc as stdnum_uscc

from enterprises.codes import SECTION_OF_DIVISION, USCC_ALPHABET, organization_check_digit
from enterprises.sizes import OTHER, Size, category_of

MARK = "（虚构）"
FIRMS_IN_LIAONING = 860_000  # May 2018
INNOVATIVE_RETIRED_ON = date(2026, 4, 1)  # 工信部企业〔2026〕2号
AWKWARD_SHARE = 0.03
T = TypeVar("T")
Figures = dict[int, dict[str, int]]
Held = tuple[str, date, date, date]


@dataclass(frozen=True, slots=True)
class SyntheticFirm:
    """One invented firm; None, and a missing key of `figures` or `other`, stand for unknown.

    `size` is what it was drawn as. `certifications` are (tier and level, recognized on, valid from, valid
    until), days inclusive. `awkward` marks what an import must survive: a code with another division,
    a sole trader or cooperative, a rare character, a missing revenue.
    """

    uscc: str
    name: str
    region: str
    industry: str
    size: Size
    founded_on: date
    employees: int | None
    figures: Figures
    total_assets: int | None
    total_liabilities: int | None
    other: dict[str, object]
    certifications: tuple[Held, ...]
    awkward: bool


# Holders in the province, at least so many in a small sample, years of validity.
# Innovative: 1,898 who hold nothing higher (April 2023) and the 2,465 above them.
# The registration number of a technology-based SME lives one year (国科发政〔2017〕115号第十一条).
QUOTAS = {
    "innovative_sme:provincial": (4363, 15, 3),
    "srdi_sme:provincial": (2465, 10, 3),
    "little_giant:national": (362, 5, 3),
    "hnte:national": (6463, 10, 3),
    "tech_sme:national": (35000, 15, 1),
    "gazelle:provincial": (279, 5, 3),
    "young_eagle:provincial": (1884, 5, 3),
}
LADDER = tuple(QUOTAS)[:3]
# fmt: off
_CITIES = {
    "2102": 24.1, "2101": 23.3, "2103": 7.8, "2107": 5.5, "2108": 5.1, "2113": 4.8, "2106": 4.3,
    "2114": 4.2, "2104": 4.1, "2112": 3.8, "2110": 3.5, "2111": 3.5, "2105": 3.3, "2109": 2.7,
}
_SECTIONS = {
    "F": 29.8, "C": 15.0, "L": 11.7, "E": 7.0, "I": 6.5, "M": 6.2, "G": 4.2, "K": 4.0, "A": 4.0,
    "O": 3.0, "H": 2.2, "R": 1.8, "P": 1.4, "J": 0.7, "Q": 0.7, "B": 0.6, "D": 0.6, "N": 0.6,
}
# fmt: on
_TRADE_WORDS = (
    "01农业 02林业 03牧业 04渔业 05农技 06煤炭 07油气 08铁矿 09有色矿业 10矿业 11钻探 12采掘 13粮油 14食品 "
    "15饮品 16烟草 17纺织 18服饰 19皮革 20木业 21家具 22纸业 23印刷 24文体用品 25石化 26化工 27制药 28化纤 "
    "29橡塑 30建材 31钢铁 32有色金属 33金属制品 34机械 35专用设备 36汽车部件 37船舶配套 38电气 39电子 "
    "40仪器仪表 41工艺品 42再生资源 43设备维修 44电力 45燃气 46供水 47建筑 48路桥 49安装 50装饰 51商贸 "
    "52零售 53铁路服务 54运输 55航运 56航空服务 57管道 58货运代理 59仓储 60快递 61宾馆 62餐饮 63通信 64网络 "
    "65软件 66典当 67投资 68保险代理 69金融信息 70房地产 71租赁 72商务服务 73研发 74检测 75科技 76水利 "
    "77环保 78园林 79土地整治 80家政 81汽修 82生活服务 83教育 84医疗 85养老服务 86出版 87影视 88文化 89体育 "
    "90娱乐"
)
_TRADES = {word[:2]: word[2:] for word in _TRADE_WORDS.split()}
_SYLLABLES = (
    "栩澈骁昀恺翊珩皓煜熠霁岚峤嵘朔晗昕暄曦杉柘桓棣榆槿樾沐沅泓洵浔淇渺湛溯漪潇灏炜烨琅琛琮瑀瑄璟璞疏皎祎"
    "禾稔穆竣笙筠箐粲绮翎苒茗荞荻莳菀葳蓁蔚蕴藜蘅虞衍衡觅谧豫逸遥邈郢鄢钧铎锦镕阙陌隽雁霏靖韬颀骐鲲鹭麓翯"
)
_RARE = "〇㙍䶮𣲘𬭎犇"
_FORMS = {"有限公司": 90.0, "有限责任公司": 6.0, "股份有限公司": 4.0}
_OTHER_FORMS = {"92": "经营部", "93": "专业合作社"}
LEGAL_FORMS = (*_FORMS, *_OTHER_FORMS.values())
_FORMER_DIVISIONS = {"210115": "210122", "210214": "210282", "211104": "211121"}
_QUIRKS = ("former division", "rare character", "missing revenue", "92", "93")  # the first three for all
_SIZES = {Size.MICRO: 85, Size.SMALL: 13, Size.MEDIUM: 1.8, Size.LARGE: 0.2}
_HOLDER_SIZES = {Size.MICRO: 10.0, Size.SMALL: 70.0, Size.MEDIUM: 20.0}
_HOLDER_SECTIONS = {"C": 65.0, "I": 15.0, "M": 20.0}
_USUAL = {  # what micro starts from and the lower bounds of small, medium, large where the law has none
    "employees": (1, 10, 100, 300),
    "revenue": (20_000, 3_000_000, 20_000_000, 400_000_000),
    "assets": (50_000, 3_000_000, 20_000_000, 400_000_000),
}


def firms(count: int, seed: int = 1, *, on: date) -> Iterator[SyntheticFirm]:
    """`count` firms as known on that day; the same arguments always give the same firms.

    Another day gives the same codes, names and places, and other figures and dates.
    No code occurs twice, nor any name within a million firms. The ladder nests (little giant ⊂ SRDI ⊂
    innovative) and is in force on the day; about one in ten of the other certificates has lapsed.
    """
    rng, daily = random.Random(seed), random.Random(f"{seed} on a day")
    tiers = _holders(rng, count)
    start = rng.randrange(10**6)
    for index in range(count):
        yield _firm(rng, daily, start + index, tiers.get(index, ()), on)


def quota(tier: str, count: int) -> int:
    """How many of `count` firms hold a tier: as many as in the province, but a handful if few firms."""
    published, at_least, _ = QUOTAS[tier]
    return max(round(published * count / FIRMS_IN_LIAONING), min(at_least, count // 10))


def _holders(rng: random.Random, count: int) -> dict[int, list[str]]:
    """Which firm holds which tiers: overlapping windows of one shuffled list."""
    size = {key: quota(key, count) for key in QUOTAS}
    innovative, srdi, giant, _, _, _, eagles = size.values()
    starts = (0, 0, 0, giant // 2, srdi // 2, srdi // 2, innovative - eagles // 2)
    windows = [(key, start, start + size[key]) for key, start in zip(size, starts, strict=True)]
    shuffled = rng.sample(range(count), max(stop for _, _, stop in windows))
    held: dict[int, list[str]] = {}
    for key, start, stop in windows:
        for index in shuffled[start:stop]:
            held.setdefault(index, []).append(key)
    return held


def _firm(
    rng: random.Random, daily: random.Random, serial: int, tiers: Sequence[str], on: date
) -> SyntheticFirm:
    """Who it is comes from `rng`, which never sees the day; what is known of it from `daily`."""
    quirk = rng.choice(_QUIRKS[:3] if tiers else _QUIRKS) if rng.random() < AWKWARD_SHARE else ""
    region = rng.choice(_counties(_draw(rng, _CITIES)))
    section = "A" if quirk == "93" else _draw(rng, _HOLDER_SECTIONS if tiers else _SECTIONS)
    industry = rng.choice(_classes(section))
    size = _draw(rng, _sizes(tiers))
    name = _name(rng, serial, region, industry, quirk)
    founded_on = _founded_on(daily, tiers, on)
    known = 0.9 if tiers else 0.2
    employees = _amount(daily, industry, size, "employees") if daily.random() < known + 0.1 else None
    figures: Figures = {}
    if daily.random() < known and quirk != "missing revenue":
        figures = _figures(daily, _amount(daily, industry, size, "revenue"), bool(tiers), founded_on, on)
    assets = _amount(daily, industry, size, "assets") if daily.random() < known * 0.8 else None
    return SyntheticFirm(
        uscc=_uscc(serial, region, quirk),
        name=name,
        region=region,
        industry=industry,
        size=size,
        founded_on=founded_on,
        employees=employees,
        figures=figures,
        total_assets=assets,
        total_liabilities=int(assets * daily.uniform(0.2, 0.9)) if assets and daily.random() < 0.8 else None,
        other=_other(daily, size, industry, employees, figures, 0.6 if tiers else 0.06),
        certifications=tuple(_certificates(daily, tiers, on)),
        awkward=bool(quirk),
    )


def _draw(rng: random.Random, weights: dict[T, float]) -> T:
    return rng.choices(tuple(weights), tuple(weights.values()))[0]


def _sizes(tiers: Sequence[str]) -> dict[Size, float]:
    """How sizes are spread: no holder is large, and a technology-based SME has 500 staff at most."""
    if not tiers:
        return _SIZES
    if LADDER[-1] in tiers:
        return {Size.MEDIUM: 1}
    return {Size.SMALL: 1} if "tech_sme:national" in tiers else _HOLDER_SIZES


def _founded_on(rng: random.Random, tiers: Sequence[str], on: date) -> date:
    """Holders are seven years old at least, which is before their oldest certificate."""
    if not tiers:
        return on - timedelta(days=30 + int(9000 * rng.random() ** 2))
    years = 9 if "young_eagle:provincial" in tiers else 20
    return on - timedelta(days=rng.randint(7 * 365, years * 365))


@cache
def _range(industry: str, size: Size, metric: str) -> tuple[int, int]:
    """The least and the greatest amount of a metric that is sure to give this size."""
    least, *usual = _USUAL[metric]
    category = category_of(industry) or OTHER
    lows = [getattr(bounds, metric) for _, bounds in reversed(category.levels())]
    edges = [least, *(low or other for low, other in zip(lows, usual, strict=True))]
    edges.append(edges[-1] * 5)
    step = tuple(_SIZES).index(size)
    return edges[step], edges[step + 1] - 1


def _amount(rng: random.Random, industry: str, size: Size, metric: str) -> int:
    least, greatest = _range(industry, size, metric)
    amount = int(least * (greatest / least) ** rng.random())
    return amount if metric == "employees" else amount - amount % 100


def _figures(rng: random.Random, revenue: int, holder: bool, founded_on: date, on: date) -> Figures:
    """One to three full years back from the one before `on`, whose revenue is the one given."""
    first = max(founded_on.year, on.year - (3 if holder else rng.randint(1, 3)))
    figures: Figures = {}
    for year in range(on.year - 1, first - 1, -1):
        figures[year] = {"revenue": revenue}
        if holder or rng.random() < 0.3:
            figures[year]["main_revenue"] = int(revenue * rng.uniform(0.6, 1))
        if holder or rng.random() < 0.2:
            figures[year]["rd_expense"] = int(revenue * rng.uniform(0.03, 0.15) * (1 if holder else 0.3))
        revenue = int(revenue / rng.uniform(0.9, 1.4))
    return figures


def _other(
    rng: random.Random, size: Size, industry: str, employees: int | None, figures: Figures, chance: float
) -> dict[str, object]:
    """A few further facts; 规模以上 only for 工业, where it means a revenue of 20 million or more."""
    drawn: dict[str, object] = {
        "ip_class_1": rng.randrange(8),
        "ip_class_2": rng.randrange(30),
        "taxpayer": "small_scale" if size is Size.MICRO and rng.random() < 0.7 else "general",
        "ownership": rng.choices(("private", "mixed", "state", "foreign"), (90, 4, 3, 3))[0],
    }
    if employees is not None:
        drawn["rd_staff"] = int(employees * rng.uniform(0.02, 0.4))
    if figures and SECTION_OF_DIVISION[industry[:2]] in "BCD":
        drawn["above_size"] = figures[max(figures)]["revenue"] >= 20_000_000
    return {key: value for key, value in drawn.items() if rng.random() < chance}


def _certificates(rng: random.Random, tiers: Sequence[str], on: date) -> Iterator[Held]:
    """A higher rung of the ladder is never older than a lower one; nothing is 创新型 after its retirement."""
    age = 1000  # all three years of validity less a margin
    for tier in tiers:
        years = QUOTAS[tier][2]
        if tier in LADDER:
            least = max(30, (on - INNOVATIVE_RETIRED_ON).days + 1) if tier == LADDER[0] else 30
            age = days_ago = rng.randint(least, max(least, min(age, 1000)))
        else:
            days_ago = rng.randint(30, 365 * years - 30) + (365 * years if rng.random() < 0.1 else 0)
        day = on - timedelta(days=days_ago)
        day = day.replace(day=min(day.day, 28))
        yield tier, day, day, day.replace(year=day.year + years) - timedelta(days=1)


def _uscc(serial: int, region: str, quirk: str) -> str:
    """A code that no register has issued: YT opens no real organization code, both check digits are right."""
    prefix = quirk if quirk in _OTHER_FORMS else "91"
    division = _FORMER_DIVISIONS.get(region, "210000") if quirk == "former division" else region
    scattered = serial * 400_000_007 % 31**6
    body = "YT" + "".join(USCC_ALPHABET[scattered // 31**place % 31] for place in range(6))
    code = f"{prefix}{division}{body}{organization_check_digit(body)}"
    return code + stdnum_uscc.calc_check_digit(code)


def _name(rng: random.Random, serial: int, region: str, industry: str, quirk: str) -> str:
    """Place, invented brand, trade, legal form and the mark."""
    city = _names()[f"{region[:4]}00"]
    place = rng.choice((city.removesuffix("市"),) * 4 + ("辽宁", city + _names()[region]))
    number = serial * 617_881 % 10**6
    brand = "".join(_SYLLABLES[number // 100**position % 100] for position in range(3))
    if quirk == "rare character":
        brand += rng.choice(_RARE)
    return place + brand + _TRADES[industry[:2]] + (_OTHER_FORMS.get(quirk) or _draw(rng, _FORMS)) + MARK


def _read(name: str) -> list[dict[str, str]]:
    with (Path(__file__).parent / "data" / name).open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines))


@cache
def _names() -> dict[str, str]:
    return {row["code"]: row["name"] for row in _read("divisions.csv")}


@cache
def _counties(city: str) -> list[str]:
    return [code for code in _names() if code[:4] == city and code[4:] != "00"]


@cache
def _classes(section: str) -> list[str]:
    codes = [row["code"] for row in _read("industries.csv") if row["level"] == "class"]
    return [code for code in codes if SECTION_OF_DIVISION[code[:2]] == section]
