"""For tests of lists of who gets paid without applying: an instrument of the kind, the people, the list.

沈阳精工 and 大连启航 hold a title by their facts; of 大连启航 and 阜新小作坊 nobody knows the credit.
"""

from datetime import date
from typing import Any

from django.contrib.auth.models import User

from enterprises import keeping
from enterprises.models import Enterprise, Statement
from enterprises.vocabulary import FACTS
from policies import catalogue, grants
from policies.amounts import Amount, Shape
from policies.criteria import Criteria
from policies.frozen import Rule, examine, freeze, freeze_facts
from policies.models import (
    Authority,
    Condition,
    Document,
    GrantRow,
    GrantRun,
    Instrument,
    Objection,
    Payout,
)  # fmt: skip
from tests.cast import facts_of

ON = date(2026, 5, 6)
TITLE = {"fact": "tiers", "operator": "any_of", "value": "srdi_sme:provincial"}


def instrument(code: str = "LN-G1", *conditions: dict[str, Any], **changes: Any) -> Instrument:
    """A published instrument of the province that is paid without applying; 20万元 unless changed."""
    document = Document.objects.filter(region="210000").order_by("code").first()
    values = {
        "title": "新认定专精特新中小企业奖励", "document": document, "kind": "reward",
        "family": "finance_tax",
        "region_id": "210000", "mode": "no_application", "shape": "fixed", "value": 200_000,
        "confidence": "high", "stated": "active", "effective_from": date(2026, 1, 1),
        "checked_on": date(2026, 1, 1), "criteria_checked_on": date(2026, 1, 1), "published": True,
    }  # fmt: skip
    made = Instrument.objects.create(code=code, **values | changes)
    made.authorities.add(Authority.objects.filter(region="210000").order_by("pk").first())
    for number, row in enumerate(conditions or (TITLE,), 1):
        Condition.objects.create(instrument=made, clause=number, article=f"第{number}条", **row)
    return made


def people() -> tuple[User, User]:
    """Who makes the list, and who approves it."""
    made = [User.objects.create_superuser(name) for name in ("经办", "审批")]
    return made[0], made[1]


def firm(name: str) -> Enterprise:
    return Enterprise.objects.get(name__startswith=name)


def state(
    name: str, fact: str, value: Any, on: date = date(2026, 4, 1), origin: str = "official"
) -> Statement:
    source = {"origin": origin, "source": "信用中国（虚构）", "stated_on": on}
    return Statement.objects.create(enterprise=firm(name), fact=fact, value=value, **source)


def start(made: Instrument, by: User, on: date = ON, **more: Any) -> GrantRun:
    """A drill list of the cast; of the catalogue only what matters to the instrument is read."""
    words = catalogue.vocabulary()
    local = tuple(catalogue.Offer.of(row, words) for row in Instrument.objects.filter(local_of=made))
    columns = keeping.build(on=on, vocabulary=words)
    given = {
        "columns": columns,
        "catalogue": catalogue.Catalogue(words, {}, local),
        "today": on,
        "by": by,
        "drill": True,
    }
    return grants.start(made, **given | more)


def row_of_each(pk: int | None = None) -> GrantRun:
    """A list of one firm, an objection and a payment, written as they are kept: quickly, without judging."""
    made, (by, _), one = instrument(), people(), firm("沈阳精工")
    rule = Rule("LN-G1", ON, Criteria(), Amount(Shape.FIXED, value=200_000), FACTS)
    known = {"firm": {"fictitious": True}, **freeze_facts(facts_of("沈阳精工", on=ON), rule.names)}
    about = {"title": made.title, "document": "办法", "number": "", "region": "辽宁省", "grade": "A"}
    run = GrantRun.objects.create(
        pk=pk, instrument=made, region_id="210000", on=ON, drill=True, step="notice",
        rule=freeze(rule, **about), judged=4, unknown=0, digests=b"", hash="0" * 64, started_on=ON,
        started_by=by, notice_from=ON,
        notice_until=ON, notice_days=1, objections_to="024-12345678（虚构）",
    )  # fmt: skip
    row = GrantRow.objects.create(
        run=run, number=1, enterprise=one, name=one.name, uscc=one.uscc, city="沈阳市", frozen=known,
        found=examine(rule, known), computed=200_000, status="kept",
    )  # fmt: skip
    Objection.objects.create(run=run, row=row, text="人数不实", objector="匿名", received_on=ON)
    paid = {"verified": 200_000, "amount": 200_000, "clause": "第一条", "paid_on": ON}
    Payout.objects.create(enterprise=one, instrument=made, row=row, recorded_by=by, **paid)
    return run


def rows(run: GrantRun) -> dict[str, GrantRow]:
    """The rows by the cast's short names."""
    return {row.name[:4] if not row.name.startswith("阜新") else row.name[:5]: row for row in run.rows.all()}
