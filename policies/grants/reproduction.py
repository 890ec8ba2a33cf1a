"""Whether a list comes out again, from what was frozen with it and nothing else; every difference by name."""

from collections.abc import Callable, Iterator
from typing import Any

from .. import frozen
from ..models import GrantRow, GrantRun, Payout
from .starting import digest_of, hash_of

SIZE = 32
MOST_SHOWN = 40
Write = Callable[[str], object]


def reproduce(run: GrantRun, *, published: str = "") -> list[str]:
    """Every difference between the list as it stands and as it comes out again; none: bit for bit the same.

    `published` is the hash as it was printed elsewhere, which nobody with access to this database can change.
    Reads the run, its rows and their payments; no firm and no rule.
    """
    return [*_head(run, published), *_each(run), *_payments(run)]


def _head(run: GrantRun, published: str) -> Iterator[str]:
    if published and published.lower() != run.hash:
        yield f"名单的校验值是 {run.hash}，与公布的 {published.lower()} 不同"
    if hash_of(run) != run.hash:
        yield "规则、地区、企业数或行校验值被改过：算出的校验值与保存的不同"
    about = {"instrument": run.instrument.code, "on": run.on.isoformat()}
    kept = {"instrument": run.rule["code"], "on": run.rule["on"]}
    yield from (
        f"名单的{name}现在是 {about[name]}，生成时是 {kept[name]}"
        for name in about
        if about[name] != kept[name]
    )


def _each(run: GrantRun) -> Iterator[str]:
    rule, digests = frozen.thaw(run.rule), bytes(run.digests)
    expected = len(digests) // SIZE
    seen = 0
    for row in run.rows.order_by("number").iterator(chunk_size=500):
        seen += 1
        if row.number > expected or row.number != seen:
            yield f"第{row.number}行不是生成时就有的，或它前面少了行"
            seen = row.number
        kept = digests[(row.number - 1) * SIZE : row.number * SIZE]
        for difference in _row(row, rule, kept):
            yield f"第{row.number}行 {row.name}：{difference}"
    if seen < expected:
        yield f"生成时有 {expected} 行，现在只到第{seen}行"


def _row(row: GrantRow, rule: frozen.Rule, kept: bytes) -> Iterator[str]:
    if digest_of(row) != kept:
        yield "这一行的数据或结果被改过，与生成时的校验值不同"
    try:
        yield from differences(frozen.examine(rule, row.frozen), row.found)
        firm, again = row.frozen["firm"], row.found["amount"]["exact"]
    except (KeyError, ValueError, TypeError, AttributeError):
        yield "当时的数据或结果读不出来了"
        return
    columns = {
        "企业名称": (row.name, firm["name"]),
        "统一社会信用代码": (row.uscc, firm["uscc"]),
        "城市": (row.city, firm["city"]),
        "企业编号": (row.enterprise_id, firm["pk"]),
        "算出的金额": (row.computed, again),
    }
    for label, (now, then) in columns.items():
        if now != then:
            yield f"{label}现在是 {now}，生成时是 {then}"


def _payments(run: GrantRun) -> Iterator[str]:
    """Payments of another sum than the list says, or to somebody who hasn't agreed."""
    for paid in Payout.objects.standing().filter(row__run=run).select_related("row"):
        row = paid.row
        if (
            paid.amount != row.payable
            or row.wish != GrantRow.Wish.AGREED
            or row.status != GrantRow.Status.KEPT
        ):
            yield f"第{row.number}行 {row.name}：拨付了 {paid.amount} 元，与名单不符"


def differences(again: Any, kept: Any, path: str = "") -> Iterator[str]:
    """Where two results differ, each place with both values."""
    if isinstance(again, dict) and isinstance(kept, dict):
        for key in sorted({*again, *kept}):
            yield from differences(again.get(key), kept.get(key), f"{path}.{key}" if path else key)
    elif isinstance(again, list) and isinstance(kept, list) and len(again) == len(kept):
        for number, (one, other) in enumerate(zip(again, kept, strict=True), 1):
            yield from differences(one, other, f"{path}[{number}]")
    elif again != kept:
        yield f"{path} 保存的是 {_short(kept)}，重算得 {_short(again)}"


def _short(value: Any) -> str:
    text = frozen.text_of(value)
    return text if len(text) <= MOST_SHOWN else text[:MOST_SHOWN] + "…"
