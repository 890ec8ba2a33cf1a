"""The words a choice or a closed set of labels is made of: key → what people read. Holds no fact."""

from ..sizes import Size

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
INSTITUTIONS = {
    "none": "没有",
    "local": "市级以下（含自建）",
    "municipal": "市级",
    "provincial": "省级",
    "national": "国家级",
}
SCIENCE_AWARDS = {
    "national_1_3": "近三年国家级奖励，获奖单位前三名",
    "national_4_5": "近三年国家级奖励，第四或第五名",
    "national_other": "近三年国家级奖励，第五名以后",
    "ministerial_1_3": "近三年部级奖励，前三名",
    "provincial_1_3": "近三年省级奖励，前三名",
    "provincial_other": "近三年省级奖励，第三名以后",
    "national_1_3_earlier": "三至五年前国家级奖励，前三名",
}
MAKER_CHINA = {"none": "没有进入", "top_500": "全国500强（50强以外）", "top_50": "全国50强"}
HIGHTECH_FIELDS = {
    "none": "都不属于",
    "electronics": "电子信息",
    "biomedicine": "生物与新医药",
    "aerospace": "航空航天",
    "materials": "新材料",
    "services": "高技术服务",
    "energy": "新能源与节能",
    "environment": "资源与环境",
    "manufacturing": "先进制造与自动化",
}
QUALITY_MARKS = {
    "quality_award": "省级以上质量奖",
    "quality_system": "质量管理体系认证（ISO9001等）",
    "management_system": "其他管理体系认证",
    "foreign_certification": "发达国家和地区产品认证",
    "own_brand": "自主品牌",
    "standard_drafted": "参与制修订标准",
    "standard_led_5y": "近五年主导制定国际、国家或行业标准",
}
PRODUCT_FIELDS = {
    "gap_filling": "在产业链供应链关键环节“补短板”“锻长板”“填空白”取得实际成效",
    "six_bases": "工业“六基”（核心基础零部件、元器件、关键软件、先进基础工艺、关键基础材料、产业技术基础）",
    "time_honored": "中华老字号名录",
    "chain_supplier": "服务关键产业链重点龙头企业",
    "key_manufacturing": "制造强国战略十大重点产业领域",
    "cyber": "网络强国建设的信息基础设施、关键核心技术、网络安全、数据安全领域",
}
NATIONAL_HONORS = {
    "innovation_demonstration": "国家技术创新示范企业",
    "ip_advantage": "国家知识产权优势企业",
    "ip_demonstration": "国家知识产权示范企业",
}
NETWORKS = {
    "workshop": "车间工控网络",
    "systems": "应用系统网络互联",
    "industrial_5g": "5G工业网络",
    "all": "全面覆盖且可扩展",
}
COVERAGE = {
    "none": "无",
    "single": "单个业务环节",
    "several": "多个业务环节（2个及以上）",
    "most": "绝大部分业务环节（大于80%）",
    "all": "全覆盖",
}
CHANGES = {"up": "增加", "flat": "持平", "down": "降低"}
CORE_SCENES = {
    "design": "产品设计",
    "marketing": "营销管理",
    "production": "生产管控",
    "quality": "质量管理",
    "equipment": "设备管理",
    "safety": "安全生产",
    "energy": "能耗管理",
    "purchasing": "采购管理",
    "warehousing": "仓储物流",
    "finance": "财务管理",
}
"""The scenes that 数字化水平评测指标（2024年版） calls 约束性; the other six are `SCENES` less these."""

SCENES = CORE_SCENES | {
    "process": "工艺设计",
    "service": "售后服务",
    "scheduling": "计划排程",
    "staff": "人力资源",
    "office": "协同办公",
    "decisions": "决策支持",
}
LEVELS = {1: "一级", 2: "二级", 3: "三级", 4: "四级"}
