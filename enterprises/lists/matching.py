"""Which firm of the register a row speaks of: by its code, else by its name or a former one, else a new one.

More than one that fits, or one that only nearly does, is for a person to choose.
"""

from collections.abc import Iterable

from .. import codes
from ..models import Enterprise
from . import values, words
from .entries import Entry
from .known import Firm, Known
from .verdicts import Option, ask, wrong

NEW: Option = ("new", "都不是，是另一家新企业")


def find(known: Known, entry: Entry, choice: Iterable[str], area: str) -> Firm | None:
    """The firm; None for one the register doesn't have. Raises Stop where somebody must choose, among the
    firms of the area: others are not told of.
    """
    firm = known.by_code.get(entry.uscc) if entry.uscc else None
    if firm:
        return firm
    name = entry.former_name or entry.name
    if entry.uscc and values.looks_cut(entry.uscc):
        raise wrong(
            f"统一社会信用代码“{entry.uscc}”全是数字、以000结尾，像是被表格软件截断过的。请对照营业执照核对；"
            "确实如此的，请先在“企业”里登记。"
        )
    exact = known.named(name) or (known.named(entry.name) if entry.former_name else [])
    found = [one for one in exact or known.like(name) if _is_here(one, area)]
    chosen = next((one for one in found if one.key in choice), None)
    if chosen or "new" in choice:
        return chosen
    if len(exact) == 1 and not (entry.uscc and exact[0].row.uscc):
        return exact[0]
    if exact and not found and not entry.uscc:
        raise wrong(f"别的地区有几家企业叫或曾叫“{name}”。请写上统一社会信用代码再上传。")
    if not found:
        return None
    raise ask(_question(found, name, entry), [*((one.key, f"就是{one}") for one in found), NEW])


def _is_here(firm: Firm, area: str) -> bool:
    """The province's lists are of all firms, those of unknown place too; a city's of its own."""
    place = firm.row.region_id
    return area.endswith("0000") or bool(place and codes.region_within(place, area))


def _question(found: list[Firm], name: str, entry: Entry) -> str:
    listed = "；".join(str(one) for one in found[:3])
    if len(found) > 1:
        return f"名录里有 {len(found)} 家企业叫或曾叫“{name}”：{listed}。请选择是哪一家。"
    if entry.uscc and found[0].row.uscc:
        return f"名录里同名的是{listed}，名单写的代码是 {entry.uscc}。请核对是不是同一家。"
    return f"名录里没有“{name}”，有一家很像：{listed}。请选择是不是它。"


def made(entry: Entry) -> Firm:
    """A firm that the register doesn't have yet, as the list names it."""
    norm = words.norm(entry.name)
    row = Enterprise(
        name=entry.name,
        name_norm=norm,
        uscc=entry.uscc,
        region_id=entry.region,
        zone=entry.zone,
        fictitious=values.is_made_up(entry.name),
        source=entry.source,
        source_url=entry.source_url,
        grade=entry.grade,
        checked_on=entry.checked_on,
    )
    return Firm(row, {norm})
