"""The facts that follow from others; each row comes after those it is made of."""

from functools import partial

from .. import scores, sizes
from . import rules, words
from .rows import (
    BASIC,
    BUSINESS,
    DIGITAL,
    RESEARCH,
    TITLES,
    choice,
    count,
    flag,
    labels,
    money,
    percent,
    points,
)

# fmt: off
three_years = ("@-1", "@-2", "@-3")
DERIVED = (
    choice("size", "企业规模", group=BASIC, choices=words.SIZES, needs=("industry", "employees", "revenue", "total_assets"), partial=True, derive=rules.size, wide={"industry": sizes.too_wide},
           help="按《中小企业划型标准规定》由行业、人数、营业收入、资产总额算出。"),
    count("years_registered", "成立年限", group=BASIC, unit="年", needs=("founded_on", "on"), derive=rules.whole_years),
    count("days_registered", "成立天数", group=BASIC, unit="天", needs=("founded_on", "on"), derive=lambda day, on: (on - day).days),
    count("founded_year", "成立年度", group=BASIC, unit="年度", needs=("founded_on",), derive=lambda d: d.year),
    flag("small_low_profit", "是否为小型微利企业", group=BASIC, needs=("taxable_income", "employees", "total_assets"), partial=True, derive=rules.small_low_profit,
         help="应纳税所得额不超过300万元、人数不超过300人、资产不超过5000万元。"),
    percent("revenue_growth", "营业收入增长率", group=BUSINESS, needs=("revenue@-1", "revenue@-2"), derive=rules.growth, curable=True),
    money("revenue_increment", "营业收入同比增量", group=BUSINESS, needs=("revenue@-1", "revenue@-2"), derive=lambda a, b: a - b, curable=True),
    percent("revenue_cagr_2y", "近两年营业收入复合增长率", group=BUSINESS, needs=("revenue@-1", "revenue@-3"), derive=rules.compound, curable=True),
    percent("revenue_growth_2y", "近两年营业收入平均增长率", group=BUSINESS, needs=tuple("revenue" + y for y in three_years), derive=rules.mean_growth, curable=True),
    percent("net_assets_growth_2y", "近两年净资产平均增长率", group=BUSINESS, needs=tuple("net_assets" + y for y in three_years), derive=rules.mean_growth, curable=True),
    percent("net_margin", "净利润率", group=BUSINESS, needs=("net_profit@-1", "revenue@-1"), derive=rules.share, curable=True),
    percent("main_revenue_growth", "主营业务收入增长率", group=BUSINESS, needs=("main_revenue@-1", "main_revenue@-2"), derive=rules.growth, curable=True),
    percent("main_revenue_growth_2y", "近两年主营业务收入平均增长率", group=BUSINESS, needs=tuple("main_revenue" + y for y in three_years), derive=rules.mean_growth, curable=True),
    money("main_revenue_mean_3y", "近三年平均主营业务收入", group=BUSINESS, needs=tuple("main_revenue" + y for y in three_years), derive=rules.mean, curable=True),
    percent("main_revenue_share", "主营业务收入占比", group=BUSINESS, needs=("main_revenue@-1", "revenue@-1"), derive=rules.share, curable=True),
    money("main_revenue_increment", "主营业务收入同比增量", group=BUSINESS, needs=("main_revenue@-1", "main_revenue@-2"), derive=lambda a, b: a - b, curable=True),
    money("main_revenue_min_3y", "近三年每年主营业务收入的最低数", group=BUSINESS, needs=tuple("main_revenue" + y for y in three_years), derive=min, curable=True),
    percent("output_growth", "年产值增长率", group=BUSINESS, needs=("annual_output@-1", "annual_output@-2"), derive=rules.growth, curable=True),
    money("output_increment", "年产值同比增量", group=BUSINESS, needs=("annual_output@-1", "annual_output@-2"), derive=lambda a, b: a - b, curable=True),
    percent("asset_liability_ratio", "资产负债率", group=BUSINESS, needs=("total_liabilities", "total_assets"), derive=rules.share),
    flag("above_size_industrial", "是否为规模以上工业企业", group=BUSINESS, needs=("above_size", "industry"), partial=True, derive=rules.industrial, curable=True),
    count("years_above_size", "升规满年数", group=BUSINESS, unit="年", needs=("above_size_since", "on"), derive=rules.whole_years),
    choice("above_size_when", "升规时间", group=BUSINESS, choices=words.WHEN, needs=("above_size_since", "on"), derive=rules.when),
    percent("rd_intensity", "研发费用占比", group=RESEARCH, needs=("rd_expense@-1", "revenue@-1"), derive=rules.share, curable=True, help="上年度研发费用占营业收入的比例。"),
    percent("rd_intensity_y2", "前年研发费用占比", group=RESEARCH, needs=("rd_expense@-2", "revenue@-2"), derive=rules.share, curable=True),
    percent("rd_intensity_y3", "大前年研发费用占比", group=RESEARCH, needs=("rd_expense@-3", "revenue@-3"), derive=rules.share, curable=True),
    percent("rd_intensity_min_2y", "近两年每年研发费用占比的最低数", group=RESEARCH, needs=("rd_intensity", "rd_intensity_y2"), derive=min, curable=True),
    money("rd_expense_2y", "近两年研发费用合计", group=RESEARCH, needs=("rd_expense@-1", "rd_expense@-2"), derive=lambda a, b: a + b, curable=True),
    money("rd_expense_mean_2y", "近两年研发费用均值", group=RESEARCH, needs=("rd_expense@-1", "rd_expense@-2"), derive=rules.mean, curable=True),
    money("rd_expense_min_2y", "近两年每年研发费用的最低数", group=RESEARCH, needs=("rd_expense@-1", "rd_expense@-2"), derive=min, curable=True),
    percent("rd_cost_share", "研发费用占成本费用的比例", group=RESEARCH, needs=("rd_expense@-1", "total_costs"), derive=rules.share, curable=True),
    percent("rd_intensity_min_3y", "近三年每年研发费用占比的最低数", group=RESEARCH, needs=("rd_intensity", "rd_intensity_y2", "rd_intensity_y3"), derive=rules.least, curable=True),
    percent("rd_intensity_3y", "近三年研发费用总额占营业收入总额", group=RESEARCH, needs=(*("rd_expense" + y for y in three_years), *("revenue" + y for y in three_years), "founded_on", "on"),
            partial=True, derive=rules.intensity, curable=True, help="成立不满三年的，按成立以来的年度算。"),
    percent("rd_staff_share", "研发人员占比", group=RESEARCH, needs=("rd_staff", "employees"), derive=rules.share, curable=True),
    percent("tech_staff_share", "科技人员占比", group=RESEARCH, needs=("tech_staff", "employees"), derive=rules.share, curable=True),
    labels("tiers", "有效期内的称号", group=TITLES, open=False, needs=("certifications", "on"), derive=rules.held, curable=True),
    *(
        labels(name + suffix, f"{year}{label}的称号", group=TITLES, open=False, needs=("certifications", "on"), derive=partial(rule, ago=ago), curable=True)
        for suffix, year, ago in (("_this_year", "当年", 0), ("_last_year", "上一年度", 1))
        for name, label, rule in (
            ("recognized", "认定", rules.decided),
            ("first_recognized", "首次认定", partial(rules.decided, again=False)),
            ("recognized_again", "再次认定", partial(rules.decided, again=True)),
        )
    ),
    labels("decided_three_years_ago", "三年前年度认定或复核的称号", group=TITLES, open=False, needs=("certifications", "on"),
           derive=partial(rules.decided, ago=3, acts=("recognition", "review")), help="称号有效期三年，这些称号今年到期复核。"),
    *(
        count(f"digital_{kind}_reached_{level}", f"评到{label}以上的{name}数", group=DIGITAL, unit="个", needs=tuple(f"digital_scenes_{up}" for up in range(level, 5)), partial=True,
              derive=partial(rules.reached, tuple(among)), curable=True)
        for level, label in words.LEVELS.items()
        for kind, name, among in (("scenes", "数字化场景", words.SCENES), ("core_scenes", "约束性数字化场景", words.CORE_SCENES))
    ),
    *(
        points(one.name, one.label, group=card.group, needs=one.needs, partial=True, derive=one.points, curable=True)
        for card in scores.CARDS.values()
        for one in card.scored
    ),
)
# fmt: on
