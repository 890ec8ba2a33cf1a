"""Every page of the admin opens on the real data, in Chinese, and a list costs a fixed number of queries."""

import re
from html.parser import HTMLParser

import pytest
from django.contrib import admin
from django.contrib.auth.models import Group, User
from django.urls import reverse

from enterprises.models import Tier
from policies.models import ExclusionGroup, Question

PAGES = {model._meta.label: (model, page) for model, page in admin.site._registry.items()}
SHOWN = ("title", "alt", "placeholder", "aria-label", "label")
SILENT = {"script", "style", "textarea", "code"}
ADDRESS = re.compile(r"https?://\S+")
WORD = re.compile(r"[A-Za-z][A-Za-z_:-]*[a-z][A-Za-z0-9_:-]*")
"""Two letters or more of which one is small: codes such as DL-06a start with capitals and a hyphen."""
CODE = re.compile(r"[A-Z]{2,}-[A-Z]*\d*[a-z]?")


class Text(HTMLParser):
    """What a person sees or hears of a page; what they have typed in is theirs."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.found: list[str] = []
        self.silent: list[str] = []
        self.feed(html)

    def handle_starttag(self, tag, attrs):
        attrs = dict(attrs)
        if tag in SILENT:
            self.silent.append(tag)
        self.found += [attrs[name] for name in SHOWN if attrs.get(name)]
        if tag == "input" and attrs.get("type") in ("submit", "button"):
            self.found.append(attrs.get("value") or "")

    def handle_endtag(self, tag):
        if self.silent and self.silent[-1] == tag:
            self.silent.pop()

    def handle_data(self, data):
        if not self.silent:
            self.found.append(data)


def english(html: str, allowed: set[str]) -> set[str]:
    text = ADDRESS.sub("", " ".join(Text(html).found))
    return {word for word in WORD.findall(text) if word not in allowed and not CODE.fullmatch(word)}


@pytest.fixture
def desk(client, db):
    client.force_login(User.objects.create_superuser("值班员", password="只在测试里用的口令"))
    return client


@pytest.fixture
def identifiers(db):
    """What people may see of the data's own keys."""
    Group.objects.create(name="政策科")
    tiers = {part for tier in Tier.objects.all() for part in (tier.name, tier.key)}
    return {*tiers, *Question.objects.values_list("name", flat=True)} | set(
        ExclusionGroup.objects.values_list("code", flat=True)
    )


@pytest.mark.parametrize("label", PAGES)
def test_every_page_opens_in_chinese(desk, identifiers, label):
    model, _ = PAGES[label]
    row = model._default_manager.order_by("pk").first()
    name = f"admin:{model._meta.app_label}_{model._meta.model_name}"
    addresses = [reverse(f"{name}_{page}") for page in ("changelist", "add")]
    addresses += [reverse(f"{name}_{page}", args=[row.pk]) for page in ("change", "history", "delete")]
    for address in addresses:
        answer = desk.get(address)
        assert answer.status_code == 200, address
        found = english(answer.content.decode(), identifiers)
        assert not found, f"{address}：{sorted(found)}"
