"""From what a formula gave to what a firm would get: caps with their scopes, this year against later ones."""

from collections.abc import Callable
from dataclasses import replace

from enterprises.kinds import yuan

from . import periods
from .bases import Base, band_words, span
from .shapes import Amount, Band, Estimate, Gives, Shape, Sort


def per_project(scope: str) -> bool:
    """Whether a scope's words (单个项目每年) are about one project rather than the whole firm."""
    return "项目" in scope


def cap_words(amount: Amount) -> str:
    return "".join(f"，{scope}最高{yuan(cap)}" for cap, scope in amount.caps)


def only_capped(amount: Amount, words: str, missing: tuple[str, ...], *, project: bool) -> Estimate:
    """Of a rate without its base only the caps are known: the firm's own, or else those of one project."""
    own = [] if project else _own_caps(amount)
    ceiling = min(own or _caps(amount), default=None)
    found = whole(amount, Sort.CEILING, None, ceiling, words, missing)
    return found if own else _of_projects(amount, found)


def computed(
    amount: Amount, base: Base, rule: Callable[[int], int], words: str, missing: tuple[str, ...]
) -> Estimate:
    """What a formula gave, under the caps; a ceiling where only the highest of it is known.

    A base of one project stands under every cap. A base of the whole firm may be that of one project or of
    many: at least what all caps leave, at most what the firm's own leave.
    """
    least, most = (rule(size) for size in (base.high if base.low is None else base.low, base.high))
    high = min([most, *(_caps(amount) if base.project else _own_caps(amount))])
    low = min([least, *_caps(amount)])
    words += span(least, most) + _cut(low, high, least, most)
    if base.low is None or amount.at_most:
        found = whole(amount, Sort.CEILING, None, high, words, missing)
    elif low < high:
        found = whole(amount, Sort.INTERVAL, low, high, words, missing)
    else:
        found = whole(amount, Sort.APPROXIMATE if amount.indirect else Sort.EXACT, low, high, words)
    found = replace(found, inputs=base.inputs)
    return _of_projects(amount, found) if base.project else found


def _caps(amount: Amount) -> list[int]:
    return [cap for cap, _ in amount.caps]


def _own_caps(amount: Amount) -> list[int]:
    """The caps of the firm as a whole."""
    return [cap for cap, scope in amount.caps if not per_project(scope)]


def _cut(low: int, high: int, least: int, most: int) -> str:
    """What the caps took away, in words."""
    if (low, high) == (least, most):
        return ""
    if low < high and least == most:
        return f"，全在一个项目封顶{yuan(low)}，分在几个项目最高{yuan(high)}"
    return f"，封顶{yuan(high)}" if high < most else f"，一个项目封顶{yuan(low)}"


def _of_projects(amount: Amount, found: Estimate) -> Estimate:
    """Where one of the caps is a project's, the figure is for one project; the firm's bounds several."""
    scope = next((scope for _, scope in amount.caps if per_project(scope)), "")
    return replace(found, scope=scope, several=min(_own_caps(amount), default=None)) if scope else found


def whole(
    amount: Amount, sort: Sort, low: int | None, high: int | None, words: str, missing: tuple[str, ...] = ()
) -> Estimate:
    """The estimate; without a highest number nothing is known, without a lowest there is only a ceiling."""
    if high is None and sort is not Sort.NONE:
        sort, low = Sort.UNKNOWN, None
    elif low is None and sort is Sort.INTERVAL:
        sort = Sort.CEILING
    gives = Gives.NOTHING if amount.shape is Shape.NONE else amount.gives
    period = f"（{amount.period}）" if amount.period else ""
    return Estimate(sort, gives, low, high, words + period, missing, scope=amount.scope)


def timed(amount: Amount, found: Estimate) -> Estimate:
    """With what the text says of later years; a loan's or a tax rule's term is no such thing."""
    if found.gives is not Gives.MONEY:
        return found
    rungs = [band for band in amount.bands if band.year > 1]
    if rungs:
        return replace(found, later=_sum(rungs), timing=_rungs(rungs))
    period = periods.read(amount.period, (amount.base, *(scope for _, scope in amount.caps)))
    more = period.years - 1 if period.years and period.yearly and not period.together else 0
    most = min(_caps(amount), default=amount.value)
    later = most * more if most is not None and more else None
    return replace(found, timing=period.sentence, later=later, together=period.together)


def _sum(rungs: list[Band]) -> int | None:
    values = [band.value for band in rungs if band.value is not None]
    return sum(values) if len(values) == len(rungs) else None


def _rungs(rungs: list[Band]) -> str:
    later = _sum(rungs)
    most = f"最高再得{yuan(later)}" if later is not None else "的数额未写全"
    words = "；".join(f"第{band.year}年{band_words(band)}" for band in rungs)
    return f"以后年度{most}，届时须符合当年条件：{words}"
