"""For tests of official lists: files made in memory, the two officials, what an import says of its rows."""

import io
from collections import Counter
from datetime import UTC, date, datetime
from pathlib import Path

from django.contrib.auth.models import User
from openpyxl import Workbook

from enterprises import lists
from enterprises.models import Certification, Enterprise, FormerName, ListRow, Tier

ON = date(2026, 5, 4)
AT = datetime(2026, 5, 4, 9, tzinfo=UTC)
LIAONING = "210000"
SAMPLES = Path(__file__).parent / "data" / "lists"
A, B, C, D, E, F = sorted(path.name for path in SAMPLES.iterdir())
CODES = ("91210102YTAA00019G",)


def sample(name):
    return (SAMPLES / name).read_bytes()


def csv(*rows, encoding="utf-8"):
    return "\r\n".join(",".join(row) for row in rows).encode(encoding)


def xlsx(*rows, merged=(), title="名单", **more):
    """A workbook of that sheet, and of `more` (title → rows)."""
    book = Workbook()
    for sheet, (name, content) in zip(
        [book.active, *(book.create_sheet() for _ in more)], {title: rows, **more}.items(), strict=True
    ):
        sheet.title = name
        for row in content:
            sheet.append(row)
    for cells in merged:
        book.worksheets[0].merge_cells(cells)
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def tier(key="srdi_sme:provincial"):
    name, level = key.split(":")
    return Tier.objects.get(name=name, level=level)


def clerk():
    return User.objects.get_or_create(username="录入员")[0]


def reviewer():
    return User.objects.get_or_create(username="复核员")[0]


def plan(data, name="名单.csv", *, area=LIAONING, by=clerk, **notice):
    said = {
        "source": "辽工信〔2026〕1号",
        "decided_on": date(2026, 1, 5),
        "tier": tier(),
        "grade": "A",
        **notice,
    }
    return lists.plan(data, name, notice=lists.Notice(**said), by=by(), area=area, on=ON)


def apply(made, **how):
    return lists.apply(made, **{"by": reviewer(), "area": LIAONING, "at": AT, **how})


def undo(made, **how):
    return lists.undo(made, **{"by": reviewer(), "area": LIAONING, "at": AT, **how})


def bring_in(data, name="名单.csv", **notice):
    return apply(plan(data, name, **notice))


def rows(made):
    return [*ListRow.objects.filter(section__list_import=made).order_by("section__position", "id")]


def verdicts(made):
    return dict(Counter(row.verdict for row in rows(made)))


def register():
    """All that an import may touch, whole."""
    return {
        model: sorted(model.objects.values_list(), key=repr)
        for model in (Enterprise, Certification, FormerName)
    }
