"""The public form that tells us that our record of a firm is wrong, and how often it may be sent."""

from collections.abc import Iterator
from typing import Any

from django import forms
from django.core.validators import URLValidator
from rest_framework.throttling import AnonRateThrottle

from .facts import GROUPS
from .models.corrections import BESIDES
from .vocabulary import FACTS

FIRST = ("certifications", "region", "industry", "founded_on")


def subjects() -> Iterator[tuple[str, Any]]:
    """What can be wrong: what our public pages show first, then every stated fact by its group."""
    facts = [fact for fact in FACTS.stated() if fact.name not in FIRST]
    yield "", "请选择"
    yield "页面上的内容", [("name", BESIDES["name"]), *((name, FACTS[name].label) for name in FIRST)]
    yield from ((group, [(f.name, f.label) for f in facts if f.group == group]) for group in GROUPS)
    yield "other", BESIDES["other"]


def text(label: str, most: int, rows: int = 3, **known: Any) -> forms.CharField:
    return forms.CharField(label=label, max_length=most, widget=forms.Textarea(attrs={"rows": rows}), **known)


class Address(forms.URLField):
    """An address that a browser opens as a page, and nothing else."""

    default_validators = [
        URLValidator(schemes=["http", "https"], message="请填以 http 或 https 开头的网址。")
    ]


class CorrectionForm(forms.Form):
    about = forms.ChoiceField(label="哪一项有误", choices=subjects)
    wrong = text("哪里不对", 500, help_text="例如：有效期写成了2024年，认定时间线里少了复核。")
    right = text("应当是什么", 500, help_text="例如：2024年1月通过复核，有效期至2026年12月31日。")
    evidence = text(
        "依据", 500, rows=2, required=False, help_text="文件名和文号，例如“辽工信改革〔2024〕6号”。"
    )
    evidence_url = Address(label="依据的网址", required=False, max_length=600, assume_scheme="https")
    contact = forms.CharField(
        label="联系方式",
        required=False,
        max_length=100,
        help_text="可以不填。电话或邮箱，只给处理的工作人员看，不公开。",
    )


class Rate(AnonRateThrottle):
    """How many reports one address may send; the API's throttle, at a slower rate."""

    scope = "corrections"
