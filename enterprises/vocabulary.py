"""`FACTS`, the table of everything that can be known of a firm. Mechanism is in `facts.py`.

One row a fact. Tiers, regions, industries and label choices are filled in from the tables that hold them.
Derived rows follow the stated ones they are made of. Sources of definitions: size by 工信部联企业〔2011〕300号
and 国统字〔2017〕213号; 小型微利企业 by 财政部 税务总局公告2023年第12号.
"""

from datetime import date
from fractions import Fraction
from functools import partial
from math import isqrt

from .codes import industry_within
from .facts import GROUPS, Fact, Vocabulary
from .kinds import Certificates, Members
from .sizes import Size, classify

BASIC, BUSINESS, RESEARCH, TITLES, FINANCE, PROJECT, CREDIT = GROUPS

SIZES = {
    Size.LARGE.value: "大型",
    Size.MEDIUM.value: "中型",
    Size.SMALL.value: "小型",
    Size.MICRO.value: "微型",
}
ENTITY_KINDS = {
    "company": "企业（公司、合伙、个人独资）",
    "individual_business": "个体工商户",
    "farm_entity": "新型农业经营主体（合作社、家庭农场等）",
    "university": "高校",
    "research_institute": "科研院所",
    "government": "政府部门",
    "other": "其他",
}
OWNERSHIP = {
    "private": "民营",
    "state": "国有",
    "foreign": "外资",
    "mixed": "混合所有制",
    "collective": "集体",
}
TAXPAYERS = {"general": "增值税一般纳税人", "small_scale": "增值税小规模纳税人"}
WHEN = {
    "this_year": "当年",
    "last_year": "上一年度",
    "two_years_ago": "前年",
    "earlier": "更早",
    "later": "以后",
}
INSTITUTIONS = {"none": "没有", "municipal": "市级", "provincial": "省级", "national": "国家级"}


def _whole_years(start: date, on: date) -> int:
    return on.year - start.year - ((on.month, on.day) < (start.month, start.day))


def _when(since: date, on: date) -> str:
    ago = on.year - since.year
    return "later" if ago < 0 else ("this_year", "last_year", "two_years_ago", "earlier")[min(ago, 3)]


def _share(part: int, whole: int) -> Fraction | None:
    return Fraction(part * 100, whole) if whole > 0 else None


def _growth(now: int, before: int) -> Fraction | None:
    return Fraction((now - before) * 100, before) if before > 0 else None


def _least(*values: Fraction | int | None) -> Fraction | int | None:
    return (
        None
        if any(value is None for value in values)
        else min(value for value in values if value is not None)
    )


def _compound(now: int, then: int) -> Fraction | None:
    """Compound yearly growth over two years in percent, cut off (not rounded) after ten decimals.

    Cutting off keeps every "at least" and "less than" comparison exact without a square root in floats.
    """
    if then <= 0 or now < 0:
        return None
    return Fraction(isqrt(now * 10**24 // then), 10**10) - 100


def _industrial(above_size: bool | None, industry: str | None) -> bool | None:
    if above_size is False or (industry and not any(industry_within(industry, area) for area in "BCD")):
        return False
    return None if above_size is None or industry is None else True


def _size(industry: str | None, employees: int | None, revenue: int | None, assets: int | None) -> str | None:
    found = classify(industry, employees, revenue, assets)
    return None if found.size is None or found.by_analogy else found.size.value


def _small_low_profit(income: int | None, employees: int | None, assets: int | None) -> bool | None:
    tests = ((income, 3_000_000), (employees, 300), (assets, 50_000_000))
    if any(value is not None and value > most for value, most in tests):
        return False
    return None if any(value is None for value, _ in tests) else True


def _held(certificates: Certificates, on: date) -> Members:
    sure = {item.tier for item in certificates.items if item.held_on(on)}
    maybe = {item.tier for item in certificates.items if item.held_on(on) is None} - sure
    return Members(frozenset(sure), certificates.complete, certificates.lacks, frozenset(maybe))


def _earlier(certificates: Certificates, tier: str, year: int) -> bool | None:
    """Whether there was an announced decision on the tier before that year; None when nobody can tell."""
    years = [item.year for item in certificates.items if item.tier == tier and item.stage == "announced"]
    if any(one is not None and one < year for one in years):
        return True
    return False if certificates.complete and None not in years else None


def _decided(
    certificates: Certificates,
    on: date,
    *,
    ago: int,
    acts: tuple[str, ...] = ("recognition",),
    again: bool | None = None,
) -> Members:
    """Tiers with an announced decision of these kinds in the calendar year `ago` years before the day's.

    `again` keeps those with (True: 再次认定, 重新认定) or without (False: 首次认定) an earlier decision on
    the same tier. That nothing came earlier is known only when the list is complete and dated.
    """
    found, lacks, maybe = set(), set(certificates.lacks), set()
    for item in certificates.items:
        if (
            item.act not in acts
            or item.stage != "announced"
            or (item.recognized_on and item.recognized_on > on)
        ):
            continue
        if item.year is None:
            maybe.add(item.tier)
        elif item.year == on.year - ago:
            earlier = None if again is None else _earlier(certificates, item.tier, item.year)
            if earlier is again:
                found.add(item.tier)
            elif earlier is None:
                maybe.add(item.tier)
            else:
                lacks.add(item.tier)
    maybe -= found | lacks
    return Members(frozenset(found), certificates.complete, frozenset(lacks), frozenset(maybe))


money = partial(Fact, kind="money", unit="万元")
count = partial(Fact, kind="count", low=0)
percent = partial(Fact, kind="percent", unit="%")
flag = partial(Fact, kind="flag")
choice = partial(Fact, kind="choice")
labels = partial(Fact, kind="labels", open=True)
day = partial(Fact, kind="date")

# fmt: off
STATED = (
    Fact("region", "注册地", "region", BASIC, help="营业执照上的县（市、区）。在开发区的，填所在的县（市、区）。"),
    choice("zone", "所在园区", group=BASIC, help="高新区、开发区等没有行政区划代码的园区；不在园区选“不在园区”。"),
    Fact("industry", "所属行业", "industry", BASIC, help="国民经济行业分类（GB/T 4754-2017），例如 C34 或 3421。"),
    choice("entity_kind", "主体类型", group=BASIC, choices=ENTITY_KINDS),
    choice("ownership", "所有制", group=BASIC, choices=OWNERSHIP),
    choice("taxpayer", "增值税纳税人类型", group=BASIC, choices=TAXPAYERS),
    day("founded_on", "成立日期", group=BASIC, help="营业执照上的成立日期。"),
    flag("moved_in", "是否从区外迁入", group=BASIC),
    labels("roles", "企业角色", group=BASIC, help="例如制造企业、新型技术改造服务商。"),
    labels("chains", "所在产业链", group=BASIC, help="所在的重点产业链，例如数控机床、石化和精细化工。"),
    flag("strategic_emerging", "是否属于战略性新兴产业", group=BASIC),
    flag("listed", "是否已上市", group=BASIC, help="在上交所、深交所、北交所或境外公开发行股票。"),
    count("employees", "从业人数", group=BUSINESS, unit="人", high=3_000_000, help="上年末人数；税收优惠按全年季度平均，含劳务派遣。"),
    money("revenue", "营业收入", group=BUSINESS, low=0, years=3, curable=True),
    money("main_revenue", "主营业务收入", group=BUSINESS, low=0, years=3, curable=True),
    money("annual_output", "年产值", group=BUSINESS, low=0, years=2, curable=True, help="工业总产值或建筑业产值。"),
    money("q1_main_revenue", "今年一季度主营业务收入", group=BUSINESS, low=0, curable=True),
    money("q1_revenue_increment", "今年一季度营业收入同比增量", group=BUSINESS, curable=True),
    money("q1_output_increment", "今年一季度产值同比增量", group=BUSINESS, curable=True),
    money("total_assets", "资产总额", group=BUSINESS, low=0, help="上年末数；税收优惠按全年季度平均。"),
    money("total_liabilities", "负债总额", group=BUSINESS, low=0),
    money("taxable_income", "应纳税所得额", group=BUSINESS, help="上年度企业所得税应纳税所得额，可以是负数。"),
    flag("above_size", "是否为规模以上企业", group=BUSINESS, curable=True, help="在统计联网直报平台的规模以上名录内。"),
    day("above_size_since", "首次升规日期", group=BUSINESS, help="首次纳入规模以上统计的日期。"),
    flag("above_limit", "是否为限额以上企业", group=BUSINESS, curable=True, help="限上批发、零售、住宿、餐饮企业。"),
    percent("new_hires_share", "当年新招用人数占比", group=BUSINESS, low=0, curable=True, help="当年新吸纳就业人数占原有职工人数的比例。"),
    count("social_insurance_months", "社保连续缴纳月数", group=BUSINESS, unit="个月", curable=True),
    money("rd_expense", "研发费用", group=RESEARCH, low=0, years=3, curable=True),
    money("rd_deduct_expense", "上年度享受加计扣除的研发费用", group=RESEARCH, low=0, curable=True),
    money("rd_intangible", "研发形成的无形资产成本", group=RESEARCH, low=0),
    money("tech_transfer_income", "技术转让所得", group=RESEARCH, low=0),
    count("rd_staff", "研发人员数", group=RESEARCH, unit="人"),
    count("tech_staff", "科技人员数", group=RESEARCH, unit="人"),
    count("ip_class_1", "Ⅰ类知识产权数", group=RESEARCH, unit="项", curable=True, help="发明专利、植物新品种、集成电路布图设计等。"),
    count("ip_class_2", "Ⅱ类知识产权数", group=RESEARCH, unit="项", curable=True, help="实用新型、外观设计、软件著作权。"),
    flag("core_ip", "是否拥有核心知识产权", group=RESEARCH, curable=True, help="自主研发、受让、受赠、并购等方式取得的所有权。"),
    percent("rd_domestic_share", "境内研发费用占比", group=RESEARCH, low=0, high=100, curable=True),
    percent("hightech_revenue_share", "高新技术产品收入占比", group=RESEARCH, low=0, high=100, curable=True),
    choice("rd_institution", "研发机构级别", group=RESEARCH, choices=INSTITUTIONS, curable=True),
    count("digital_level", "数字化水平等级", group=RESEARCH, unit="级", high=4, curable=True, help="按《中小企业数字化水平评测指标（2024年版）》。"),
    count("cmmm_level", "智能制造成熟度等级", group=RESEARCH, unit="级", high=5, curable=True, help="按 GB/T 39116 自评估或评估的等级。"),
    count("years_in_niche", "从事细分市场年限", group=RESEARCH, unit="年", high=300),
    percent("market_share", "主导产品国内市场占有率", group=RESEARCH, low=0, high=100, curable=True),
    count("market_rank_national", "主导产品国内市场排名", group=RESEARCH, unit="名", low=1, curable=True),
    count("market_rank_provincial", "主导产品省内市场排名", group=RESEARCH, unit="名", low=1, curable=True),
    Fact("certifications", "认定记录", "certifications", TITLES, help="获得过的称号和认定日期；没有就填“没有”。"),
    labels("honors", "获得的荣誉和示范称号", group=TITLES),
    labels("lists", "已列入的名单和清单", group=TITLES),
    labels("platforms", "已建的创新平台", group=TITLES),
    labels("benefits_received", "已享受的政策", group=TITLES, help="已经拿到或正在享受的惠企事项代码。"),
    money("equity_raised_2y", "近两年新增股权融资", group=FINANCE, low=0, curable=True),
    labels("loan_kinds", "已有贷款种类", group=FINANCE, about="project", curable=True),
    money("loan_principal", "贷款本金余额", group=FINANCE, low=0, about="project"),
    money("largest_loan", "最大单笔银行贷款", group=FINANCE, low=0, about="project", curable=True),
    flag("loan_repaid_on_time", "贷款是否已按时偿还", group=FINANCE, about="project"),
    money("project_investment", "项目投资额", group=PROJECT, low=0, about="project", curable=True, help="上一年度技术改造或设备更新项目的投资额。"),
    labels("spending", "支出或改造的用途", group=PROJECT, about="project", curable=True),
    labels("projects", "承担的项目或计划", group=PROJECT, about="project", curable=True),
    labels("activities", "开展的活动", group=PROJECT, about="project", curable=True),
    flag("clean_record", "近三年是否无违法和虚假申报", group=CREDIT, help="无环境、质量、安全违法，无虚假申报。"),
    flag("accident_free", "近一年是否无重大事故和严重环境违法", group=CREDIT),
    flag("dishonest", "是否在失信或经营异常名单上", group=CREDIT),
    flag("credit_clean", "征信是否良好", group=CREDIT),
)

three_years = ("@-1", "@-2", "@-3")
DERIVED = (
    choice("size", "企业规模", group=BASIC, choices=SIZES, needs=("industry", "employees", "revenue", "total_assets"), partial=True, derive=_size,
           help="按《中小企业划型标准规定》由行业、人数、营业收入、资产总额算出。"),
    count("years_registered", "成立年限", group=BASIC, unit="年", needs=("founded_on", "on"), derive=_whole_years),
    count("founded_year", "成立年度", group=BASIC, unit="年度", needs=("founded_on",), derive=lambda d: d.year),
    flag("small_low_profit", "是否为小型微利企业", group=BASIC, needs=("taxable_income", "employees", "total_assets"), partial=True, derive=_small_low_profit,
         help="应纳税所得额不超过300万元、人数不超过300人、资产不超过5000万元。"),
    percent("revenue_growth", "营业收入增长率", group=BUSINESS, needs=("revenue@-1", "revenue@-2"), derive=_growth, curable=True),
    money("revenue_increment", "营业收入同比增量", group=BUSINESS, needs=("revenue@-1", "revenue@-2"), derive=lambda a, b: a - b, curable=True),
    percent("revenue_cagr_2y", "近两年营业收入复合增长率", group=BUSINESS, needs=("revenue@-1", "revenue@-3"), derive=_compound, curable=True),
    percent("main_revenue_share", "主营业务收入占比", group=BUSINESS, needs=("main_revenue@-1", "revenue@-1"), derive=_share, curable=True),
    money("main_revenue_increment", "主营业务收入同比增量", group=BUSINESS, needs=("main_revenue@-1", "main_revenue@-2"), derive=lambda a, b: a - b, curable=True),
    money("main_revenue_min_3y", "近三年每年主营业务收入的最低数", group=BUSINESS, needs=tuple("main_revenue" + y for y in three_years), derive=min, curable=True),
    percent("output_growth", "年产值增长率", group=BUSINESS, needs=("annual_output@-1", "annual_output@-2"), derive=_growth, curable=True),
    money("output_increment", "年产值同比增量", group=BUSINESS, needs=("annual_output@-1", "annual_output@-2"), derive=lambda a, b: a - b, curable=True),
    percent("asset_liability_ratio", "资产负债率", group=BUSINESS, needs=("total_liabilities", "total_assets"), derive=_share),
    flag("above_size_industrial", "是否为规模以上工业企业", group=BUSINESS, needs=("above_size", "industry"), partial=True, derive=_industrial, curable=True),
    count("years_above_size", "升规满年数", group=BUSINESS, unit="年", needs=("above_size_since", "on"), derive=_whole_years),
    choice("above_size_when", "升规时间", group=BUSINESS, choices=WHEN, needs=("above_size_since", "on"), derive=_when),
    percent("rd_intensity", "研发费用占比", group=RESEARCH, needs=("rd_expense@-1", "revenue@-1"), derive=_share, curable=True, help="上年度研发费用占营业收入的比例。"),
    percent("rd_intensity_y2", "前年研发费用占比", group=RESEARCH, needs=("rd_expense@-2", "revenue@-2"), derive=_share, curable=True),
    percent("rd_intensity_y3", "大前年研发费用占比", group=RESEARCH, needs=("rd_expense@-3", "revenue@-3"), derive=_share, curable=True),
    percent("rd_intensity_min_3y", "近三年每年研发费用占比的最低数", group=RESEARCH, needs=("rd_intensity", "rd_intensity_y2", "rd_intensity_y3"), derive=_least, curable=True),
    percent("rd_intensity_3y", "近三年研发费用总额占营业收入总额", group=RESEARCH, needs=(*("rd_expense" + y for y in three_years), *("revenue" + y for y in three_years)),
            derive=lambda *v: _share(sum(v[:3]), sum(v[3:])), curable=True),
    percent("rd_staff_share", "研发人员占比", group=RESEARCH, needs=("rd_staff", "employees"), derive=_share, curable=True),
    percent("tech_staff_share", "科技人员占比", group=RESEARCH, needs=("tech_staff", "employees"), derive=_share, curable=True),
    labels("tiers", "有效期内的称号", group=TITLES, open=False, needs=("certifications", "on"), derive=_held, curable=True),
    *(
        labels(name + suffix, f"{when}{label}的称号", group=TITLES, open=False, needs=("certifications", "on"), derive=partial(rule, ago=ago), curable=True)
        for suffix, when, ago in (("_this_year", "当年", 0), ("_last_year", "上一年度", 1))
        for name, label, rule in (
            ("recognized", "认定", _decided),
            ("first_recognized", "首次认定", partial(_decided, again=False)),
            ("recognized_again", "再次认定", partial(_decided, again=True)),
        )
    ),
    labels("decided_three_years_ago", "三年前年度认定或复核的称号", group=TITLES, open=False, needs=("certifications", "on"),
           derive=partial(_decided, ago=3, acts=("recognition", "review")), help="称号有效期三年，这些称号今年到期复核。"),
)
# fmt: on

FACTS = Vocabulary((*STATED, *DERIVED))
