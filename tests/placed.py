"""One row of every table that has a page, in five places, with the place's own word in every text.

What a city sees of each: its own; nothing of the other city; what is public of the province and the nation;
nothing of what stays at the province's desk (drafts, firms of unknown region). A new table makes its row by
itself where its fields allow; HOW says the rest.
"""

from datetime import date
from typing import Any

from django.contrib.auth.models import Group, User
from django.db import models

from enterprises.models import Enterprise, Industry, LapseRule, Official, Region, Statement, Tier
from policies import records
from policies.models import Authority, Document, DocumentLink, ExclusionGroup, Instrument, MatchList, Question
from policies.models.drafts import Draft
from policies.models.grants import GrantRun
from policies.models.runs import pack

ON = date(2026, 5, 4)
PLACES = {"own": "210300", "other": "210200", "province": "210000", "nation": "000000", "desk": "210000"}
WORDS = {
    "own": "鞍山之事",
    "other": "大连之密",
    "province": "全省之事",
    "nation": "全国之事",
    "desk": "省里之密",
}
SECRET = (WORDS["other"], WORDS["desk"])
SHARED = (Region, Industry, Tier, LapseRule, Question, ExclusionGroup, Group)
"""Tables whose rows lie nowhere."""


class Rows:
    """The rows of one place, each made when it is first asked for."""

    def __init__(self, place: str) -> None:
        self.place, self.word, self.region = place, WORDS[place], PLACES[place]
        self.made: dict[type[models.Model], models.Model] = {}

    def of(self, model: type[models.Model]) -> Any:
        if model not in self.made:
            self.made[model] = self._shared(model) if model in SHARED else self._make(model)
        return self.made[model]

    def _shared(self, model: type[models.Model]) -> models.Model:
        return (
            Region.objects.get(pk=self.region)
            if model is Region
            else model._default_manager.first() or self._make(model)
        )

    def _make(self, model: type[models.Model]) -> models.Model:
        given = HOW[model](self) if model in HOW else {}
        fields = [one for one in model._meta.concrete_fields if one.name not in given]
        plain = {one.attname: self._value(one) for one in fields if self._needs(one)}
        return model._default_manager.create(**plain | given)

    def _needs(self, field: models.Field) -> bool:
        return not (
            field.primary_key or field.null or field.has_default() or getattr(field, "auto_now_add", 0)
        )

    def _value(self, field: models.Field) -> Any:
        if field.is_relation:
            return self.of(field.related_model).pk
        if field.choices:
            return field.choices[0][0] if not field.blank else ""
        kind = next(kind for kind in PLAIN if isinstance(field, kind))
        return PLAIN[kind](self, field)


PLAIN = {
    models.SlugField: lambda rows, field: f"t-{rows.place}",
    models.URLField: lambda rows, field: f"https://www.example.gov.cn/{rows.place}",
    models.CharField: lambda rows, field: rows.word[: field.max_length],
    models.TextField: lambda rows, field: rows.word,
    models.DateTimeField: lambda rows, field: f"{ON}T08:00:00+08:00",
    models.DateField: lambda rows, field: ON,
    models.IntegerField: lambda rows, field: 1,
    models.DecimalField: lambda rows, field: 1,
    models.JSONField: lambda rows, field: {},
    models.BinaryField: lambda rows, field: b"",
}
"""What a field holds that must hold something; the first kind that fits."""


def public(rows: Rows) -> bool:
    return rows.place in ("province", "nation")


HOW: dict[type[models.Model], Any] = {
    User: lambda rows: {
        "username": f"{rows.word}的人", "last_name": rows.word, "password": "!", "is_staff": True,
    },
    Official: lambda rows: {
        "role": "reader", "region_id": PLACES["province"] if rows.place == "nation" else rows.region,
    },
    Enterprise: lambda rows: {"region_id": None if rows.place == "desk" else rows.region, "grade": "A"},
    Document: lambda rows: {"code": f"T-{rows.place}", "listed": public(rows)},
    Instrument: lambda rows: {
        "code": f"T-{rows.place}", "published": public(rows), "criteria_checked_on": ON, "confidence": "high",
    },
    Statement: lambda rows: {"fact": "product", "value": rows.word},
    Authority: lambda rows: {"name": "部门" if rows.place == "desk" else rows.word},
    DocumentLink: lambda rows: {"upper": Document.objects.filter(region="000000", listed=True).first()},
    GrantRun: lambda rows: {"rule": {"code": f"T-{rows.place}", "about": {"title": rows.word}}},
    Draft: lambda rows: {
        "kind": "instrument", "code": f"T-{rows.place}", "instrument": rows.of(Instrument),
        "content": records.of(rows.of(Instrument)),
    },
    MatchList: lambda rows: {"packed": pack([rows.of(Enterprise).pk])},
}  # fmt: skip
"""What a row can't find out by its fields alone."""
