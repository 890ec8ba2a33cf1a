"""The match form: every stated fact of the vocabulary as a field, read from the URL, storing nothing.

Generated from the vocabulary; holds no rule. Whatever is left empty is unknown. Choosing "没有" in a set is
an answer too: then what isn't ticked is lacking.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django import forms

from enterprises import register
from enterprises.facts import GROUPS, Fact, Facts, Vocabulary
from enterprises.kinds import Certificate, Certificates, Day, Refused
from enterprises.models import Enterprise, Industry

from .criteria import Verdict

NONE = "none"
REST = "tier_rest"
UNSURE = ("", "不清楚")
YES_NO = (UNSURE, ("是", "是"), ("否", "否"))
FIRST = (
    ("企业在哪里、做什么", ("region", "zone", "industry", "entity_kind", "ownership", "founded_on")),
    ("规模和经营", ("employees", "revenue", "total_assets", "above_size")),
    ("研发投入", ("rd_expense",)),
    ("已有的称号", ("certifications",)),
)
TITLES, DATES = "certifications", "certified-in"
HELD = "held"
BESIDES = ("firm", "on")
HIDDEN_TIERS = ("gazelle_family", "srdi_product")


@dataclass(frozen=True)
class Asked:
    """One fact as the page asks it: by one field, or by several (one a year, one a title)."""

    fact: Fact
    fields: tuple[forms.BoundField, ...]

    @property
    def several(self) -> bool:
        return bool(self.fact.years) or self.fact.kind == "certifications"

    @property
    def used(self) -> bool:
        """Whether something was answered here, rightly or not."""
        return any(field.errors or field.value() for field in self.fields)


class FactsForm(forms.Form):
    """`FactsForm(request.GET, vocabulary=…, on=…)`; valid → `.facts()`. Any refusal is on its own field."""

    firm = forms.CharField(
        label="企业名称或统一社会信用代码",
        required=False,
        max_length=120,
        help_text="填了能带出名录里已有的信息；不填也能继续。",
    )
    on = forms.CharField(label="按哪一天的政策", required=False, max_length=20)

    def __init__(
        self,
        data: Mapping[str, Any] | None = None,
        *,
        vocabulary: Vocabulary,
        on: date,
        prefix: str | None = None,
    ) -> None:
        super().__init__(data, label_suffix="", prefix=prefix)
        self.vocabulary, self.day, self.values = vocabulary, _asked_day(data) or on, {}
        self.enterprise: Enterprise | None = None
        for fact in vocabulary.stated():
            self.fields.update(_fields(fact, self.day))

    def clean_on(self) -> date:
        if self.cleaned_data["on"]:
            try:
                _day(self.cleaned_data["on"])
            except Refused as why:
                raise forms.ValidationError(str(why), why.code) from None
        return self.day

    def clean_firm(self) -> str:
        text = self.cleaned_data["firm"].strip()
        if text:
            self.enterprise = register.find(text)
            if self.enterprise is None:
                raise forms.ValidationError(
                    f"名录里没有“{text}”。请核对名称或代码；不填也能继续，直接回答下面的问题即可。",
                    "unknown_firm",
                )
        return text

    def clean(self) -> dict[str, Any]:
        for fact in self.vocabulary.stated():
            self._read(fact)
        return self.cleaned_data

    def _read(self, fact: Fact) -> None:
        """Collect one fact's value; what can't be read becomes that field's error."""
        if fact.kind == "certifications":
            self._read_tiers(fact)
            return
        rows = {}
        for name, year in _names(fact, self.day):
            given = self.cleaned_data.get(name)
            if given in (None, "", []):
                continue
            try:
                rows[year] = fact.parse(
                    [one for one in given if one != NONE] if fact.kind == "labels" else given
                )
            except Refused as why:
                self.add_error(name, forms.ValidationError(str(why), why.code))
        if rows:
            self.values[fact.name] = rows if fact.years else rows[None]

    def _read_tiers(self, fact: Fact) -> None:
        """Each tier is held (and since which year), lacking, or not answered."""
        held, lacks, nothing_else = [], set(), self.cleaned_data.get(REST) == NONE
        for key in fact.choices:
            answer = self.cleaned_data.get(tier_field(key)) or ""
            if answer == NONE or (not answer and nothing_else and tier_field(key) in self.fields):
                lacks.add(key)
            elif answer:
                held.append(
                    Certificate(key, recognized_in=int(answer) if answer.isdigit() else None, held=True)
                )
        if held or lacks:
            self.values[fact.name] = Certificates(tuple(held), complete=False, lacks=frozenset(lacks))

    def facts(self) -> Facts:
        """The facts on the day: those typed, and for what was left empty those of the firm named."""
        if self.enterprise:
            return register.facts(
                self.enterprise, on=self.day, vocabulary=self.vocabulary, declared=self.values
            )
        return Facts(self.values, on=self.day, vocabulary=self.vocabulary)

    def first(self) -> Iterator[tuple[str, list[Asked]]]:
        """The few questions that decide most, under their headings."""
        return ((title, self.asking(self.vocabulary[name] for name in names)) for title, names in FIRST)

    def further(self) -> Iterator[tuple[str, list[Asked], bool]]:
        """All other questions under the vocabulary's groups, and whether any was answered."""
        named = {name for _, names in FIRST for name in names}
        for group in GROUPS:
            facts = [fact for fact in self.vocabulary.stated() if fact.group == group]
            if rest := [fact for fact in facts if fact.name not in named]:
                questions = self.asking(rest)
                yield group, questions, any(asked.used for asked in questions)

    def about(self, verdict: Verdict) -> list[Asked]:
        """The questions that one instrument's conditions come down to."""
        facts = [
            found.condition.fact
            for clause in verdict.clauses
            for option in clause.options
            for found in option
            if not found.condition.manual
        ]
        leaves = {leaf for name in facts for leaf in self.vocabulary.leaves(name)}
        return self.asking(fact for fact in self.vocabulary.stated() if fact.name in leaves)

    def question_of(self, name: str) -> str:
        """The question that an input belongs to: itself, or the titles for each one of them; "" if none."""
        if name == REST or name.startswith("tier_"):
            return TITLES if name in self.fields else ""
        if name == DATES:
            return DATES
        return name if name == TITLES or (name in self.fields and name not in BESIDES) else ""

    def question(self, name: str) -> Asked | None:
        """One question alone: one input, of one year only; or all titles at once; or when they were given."""
        if self.question_of(name) != name or not name:
            return None
        if name == TITLES:
            return self.asking([self.vocabulary[name]])[0]
        if name == DATES:
            undated = tuple(one for one in self.question(TITLES).fields if one.value() == HELD)
            return Asked(self.vocabulary[TITLES], undated) if undated else None
        base, _, year = name.rpartition("_")
        fact = self.vocabulary[base if year.isdigit() and base in self.vocabulary else name]
        return Asked(fact, (self[name],))

    def asking(self, facts: Iterable[Fact]) -> list[Asked]:
        """These questions alone, as the page asks them."""
        return [Asked(fact, tuple(self[name] for name in _fields(fact, self.day))) for fact in facts]


def divisions() -> Any:
    """What the industry's field suggests; read only where it is shown."""
    return Industry.objects.current().filter(level__in=["section", "division"])


def _day(text: str) -> date:
    return Day().parse(text, label="按哪一天的政策")


def _asked_day(data: Mapping[str, Any] | None) -> date | None:
    """The day asked for, known before the fields are made: which years they ask about follows from it."""
    try:
        return _day(data["on"]) if data and data.get("on") else None
    except Refused:
        return None


def tier_field(key: str) -> str:
    return "tier_" + key.replace(":", "_")


def _names(fact: Fact, on: date) -> list[tuple[str, int | None]]:
    """The form's field names of a fact: one, or one a year, newest first."""
    if not fact.years:
        return [(fact.name, None)]
    return [(f"{fact.name}_{on.year - ago}", on.year - ago) for ago in range(1, fact.years + 1)]


def _fields(fact: Fact, on: date) -> dict[str, forms.Field]:
    if fact.kind == "certifications":
        shown = {key: label for key, label in fact.choices.items() if key.split(":")[0] not in HIDDEN_TIERS}
        rest = forms.ChoiceField(
            label="其余称号",
            required=False,
            choices=[UNSURE, (NONE, "上面没选的都没有")],
            error_messages=_pick("其余称号"),
        )
        return {**{tier_field(key): _tier_field(label, on) for key, label in shown.items()}, REST: rest}
    return {name: _field(fact, year) for name, year in _names(fact, on)}


def _tier_field(label: str, on: date) -> forms.Field:
    years = [(str(year), f"{year}年认定") for year in range(on.year, on.year - 4, -1)]
    return forms.ChoiceField(
        label=label,
        required=False,
        choices=[UNSURE, (NONE, "没有"), *years, (HELD, "更早或记不清")],
        error_messages=_pick(label),
    )


def _pick(label: str) -> dict[str, str]:
    return {"invalid_choice": f"“{label}”没有“%(value)s”这一项，请从列表里选。"}


def _field(fact: Fact, year: int | None) -> forms.Field:
    """A field of the fact's kind; `short` is its label under a heading that already names and explains it."""
    field = _made(fact, f"{year}年{fact.label}" if year else fact.label)
    field.unit, field.short = fact.unit, f"{year}年" if year else fact.label
    field.help_text = "" if year else fact.help
    return field


def _made(fact: Fact, label: str) -> forms.Field:
    if fact.kind in ("flag", "choice"):
        choices = YES_NO if fact.kind == "flag" else [UNSURE, *fact.choices.items()]
        return forms.ChoiceField(label=label, required=False, choices=choices, error_messages=_pick(label))
    if fact.kind == "region":
        return forms.CharField(label=label, required=False, widget=forms.Select(choices=_places(fact)))
    if fact.kind == "labels":
        choices = [*((key, name) for key, name in fact.choices.items()), (NONE, "以上都没有")]
        return forms.MultipleChoiceField(
            label=label,
            required=False,
            choices=choices,
            widget=forms.CheckboxSelectMultiple,
            error_messages=_pick(label),
        )
    field = forms.CharField(label=label, required=False, max_length=60)
    if fact.kind in ("money", "count", "percent"):
        field.widget.attrs["inputmode"] = "decimal"
    if fact.kind == "date":
        field.widget.attrs["placeholder"] = "例如 2019-05-04"
    if fact.kind == "industry":
        field.widget.attrs.update(placeholder="例如 C34 或 3421", list="industries")
    return field


def _places(fact: Fact) -> list[tuple[str, Any]]:
    """Liaoning's counties under their cities, in the official order."""
    names = {code: name for code, name in fact.choices.items() if code.startswith("21") and code != "210000"}
    cities = {code: name for code, name in names.items() if code.endswith("00")}
    groups = [
        (
            city,
            [
                (code, f"{city}（全市）"),
                *(
                    (c, name.removeprefix(city))
                    for c, name in names.items()
                    if c[:4] == code[:4] and c != code
                ),
            ],
        )
        for code, city in cities.items()
    ]
    return [UNSURE, *groups]
