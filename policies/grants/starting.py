"""A new list: who surely qualifies, found in the columns, then each firm frozen and examined by itself."""

from collections.abc import Callable, Iterable, Iterator
from datetime import date
from itertools import islice
from typing import Any

from django.db import transaction
from simple_history.utils import bulk_create_with_history

from enterprises import register
from enterprises.codes import region_within
from enterprises.columns import Columns
from enterprises.management.progress import shown
from enterprises.models import Enterprise, Region

from .. import frozen, reach, records
from ..catalogue import ALIVE, Catalogue, Offer
from ..criteria import Answer, Clause, Condition, Criteria
from ..frozen import Rule
from ..models import GrantRow, GrantRun, Instrument, Life
from .steps import BATCH, NotNow

CHUNK = 1_000
Write = Callable[[str], object]


@transaction.atomic
def start(
    instrument: Instrument,
    *,
    columns: Columns,
    catalogue: Catalogue,
    today: date,
    by: Any,
    region: Region | None = None,
    drill: bool = False,
    most: int | None = None,
    write: Write = lambda text: None,
) -> GrantRun:
    """Make the list of an instrument on the columns' day, for the firms of a region (else all it applies to).

    Raises `NotNow` where the instrument can't be paid without applying, where nobody surely qualifies, or
    where more do than `most`.
    """
    _may(instrument, columns.on)
    place = region or instrument.region
    rule = _rule(instrument, place, catalogue, columns.on)
    reached = reach.who_qualifies(rule.criteria, columns)
    made = set(Enterprise.objects.filter(fictitious=True).values_list("pk", flat=True))
    unknown = sum((number in made) is drill for number in reached.numbers("unknown"))
    firms = _ordered([number for number in reached.numbers() if (number in made) is drill])
    if most is not None and len(firms) > most:
        raise NotNow(
            f"确定符合的有 {len(firms):,} 家，网页上一次最多 {most:,} 家。"
            f"请在服务器上运行 manage.py start_run {instrument.code}，它会显示进度。"
        )
    run = GrantRun(
        instrument=instrument,
        region=place,
        on=columns.on,
        drill=drill,
        rule=frozen.freeze(rule, **_about(instrument, place)),
        judged=Enterprise.objects.filter(fictitious=drill).count(),
        unknown=unknown,
        started_on=today,
        started_by=by,
    )
    _fill(run, _rows(run, rule, shown(firms, len(firms), "名单", write)), by)
    return run


def _may(instrument: Instrument, on: date) -> None:
    life = instrument.life(on)
    refusals = (
        (instrument.mode != Instrument.Mode.NO_APPLICATION, "只有兑现方式是“免申即享”的事项才能生成名单。"),
        (not instrument.published or instrument.retired_on, "事项还没有发布，或已撤下。"),
        (instrument.gives != "money" or instrument.shape == "none", "这一项给的不是资金，没有可以拨付的。"),
        (
            life is not Life.IN_FORCE,
            f"这一天它{life.label}。有效性待核实的，请先在事项里写明有效期或来源所述有效性。",
        ),
    )
    found = [text for wrong, text in refusals if wrong]
    if found:
        raise NotNow("".join(found))


def _rule(instrument: Instrument, place: Region, catalogue: Catalogue, on: date) -> Rule:
    offer = Offer.of(instrument, catalogue.vocabulary)
    here = Clause(((Condition("region", "within", (place.pk,)),),))
    clauses = dict.fromkeys(
        (here, *offer.criteria.clauses) if place.pk != "000000" else offer.criteria.clauses
    )
    groups = [row for row in instrument.exclusion_groups.all() if row.retired_on is None]
    return Rule(
        code=instrument.code,
        on=on,
        criteria=Criteria(tuple(clauses)),
        amount=offer.amount,
        vocabulary=catalogue.vocabulary,
        exclusions=tuple(_group(row) for row in sorted(groups, key=lambda row: row.code)),
        locals=tuple(_locals(instrument, place, catalogue, on)),
    )


def _group(row: Any) -> frozen.Data:
    codes = {one.code: one.title for one in row.instruments.all()}
    return {"rule": row.rule, "label": row.get_rule_display(), "note": row.note, "codes": codes}


def _locals(instrument: Instrument, place: Region, catalogue: Catalogue, on: date) -> Iterator[frozen.Data]:
    """Local versions alive on the day: their firms get those, never both."""
    for offer in catalogue.offers:
        local = offer.instrument
        touches = region_within(place.pk, local.region_id) or region_within(local.region_id, place.pk)
        if local.local_of_id == instrument.pk and local.life(on) in ALIVE and touches:
            yield {"code": local.code, "title": local.title, "region": local.region_id}


def _about(instrument: Instrument, place: Region) -> frozen.Data:
    """What the rule is, for people: its head, its number in the history, all that was typed as a record."""
    document = instrument.document
    return {
        "title": instrument.title,
        "region": place.name,
        "document": document.title,
        "number": document.number,
        "source_url": document.source_url,
        "grade": document.grade,
        "checked_on": instrument.checked_on.isoformat() if instrument.checked_on else None,
        "criteria_checked_on": instrument.criteria_checked_on.isoformat(),
        "version": instrument.history.values_list("history_id", flat=True).first(),
        "record": records.of(instrument),
    }


# -- rows --------------------------------------------------------------------------------------------------


def _ordered(numbers: list[int]) -> list[int]:
    """By region, then by code, then by number: an order that doesn't depend on when a row was written."""
    found: list[tuple[str, str, int]] = []
    for start in range(0, len(numbers), CHUNK):
        rows = Enterprise.objects.filter(pk__in=numbers[start : start + CHUNK])
        found += [
            (place or "", uscc or "", pk) for place, uscc, pk in rows.values_list("region", "uscc", "pk")
        ]
    return [pk for _, _, pk in sorted(found)]


def _rows(run: GrantRun, rule: Rule, firms: Iterable[int]) -> Iterator[GrantRow]:
    """The rows of firms that surely qualify by what is known of them; four queries a chunk."""
    names, numbers = rule.names, iter(firms)
    while chunk := list(islice(numbers, CHUNK)):
        loaded = {firm.pk: firm for firm in register.loaded().filter(pk__in=chunk)}
        for pk in chunk:
            facts = register.facts(loaded[pk], on=rule.on, vocabulary=rule.vocabulary)
            known = {"firm": _firm(loaded[pk], rule), **frozen.freeze_facts(facts, names)}
            found = frozen.examine(rule, known)
            if found["answer"] == Answer.YES:
                yield _row(run, loaded[pk], known, found)


def _firm(firm: Enterprise, rule: Rule) -> frozen.Data:
    places = rule.vocabulary["region"].choices
    city = (firm.region_id or "")[:4].ljust(6, "0")
    return {
        "pk": firm.pk,
        "name": firm.name,
        "uscc": firm.uscc or "",
        "city": places.get(city, places.get(firm.region_id or "", "")),
        "fictitious": firm.fictitious,
    }


def _row(run: GrantRun, firm: Enterprise, known: frozen.Data, found: frozen.Data) -> GrantRow:
    doubts = sorted({one["kind"] for one in found["doubts"]})
    status = GrantRow.Status.OPEN if doubts else GrantRow.Status.KEPT
    return GrantRow(
        run=run,
        enterprise=firm,
        name=known["firm"]["name"],
        uscc=known["firm"]["uscc"],
        city=known["firm"]["city"],
        frozen=known,
        found=found,
        computed=found["amount"]["exact"],
        doubts=",".join(doubts),
        status=GrantRow.Status.EXCLUDED if found["refusals"] else status,
        reason="；".join(one["text"] for one in found["refusals"])[:300],
    )


def _fill(run: GrantRun, rows: Iterator[GrantRow], by: Any) -> None:
    """Number the rows, take their digests, and write the run with its rows."""
    held = list(rows)
    if not held:
        raise NotNow(
            f"没有一家企业确定符合，还差信息的有 {run.unknown:,} 家。"
            "名单只列确定符合的企业，请先补全数据或核对条件。"
        )
    for number, row in enumerate(held, 1):
        row.number = number
    run.digests = b"".join(digest_of(row) for row in held)
    run.hash = hash_of(run)
    run._history_user, run._change_reason = by, "生成名单"
    run.save()
    bulk_create_with_history(
        held, GrantRow, batch_size=BATCH, default_user=by, default_change_reason="生成名单"
    )


def digest_of(row: GrantRow) -> bytes:
    return frozen.digest({"number": row.number, "frozen": row.frozen, "found": row.found})


def hash_of(run: GrantRun) -> str:
    """What the whole list is known by: rule, day, counts, and the digests of all rows in their order."""
    head = {
        "rule": run.rule,
        "region": run.region_id,
        "drill": run.drill,
        "judged": run.judged,
        "unknown": run.unknown,
        "digests": bytes(run.digests).hex(),
    }
    return frozen.digest(head).hex()
