"""A match shown in a terminal: four groups, each with what, how much, by when, and why. Words only."""

from collections.abc import Callable
from typing import Any

Data = dict[str, Any]
MARKS = {"yes": "✓", "unknown": "?", "no": "✗"}
FEW = 8


def show(result: Data, facts: list[Data], write: Callable[[str], object], style: Any) -> None:
    """The whole result. Groups of many are cut to the first few, and say how many were left out."""
    counts = result["counts"]
    write(style.MIGRATE_HEADING(f"按 {result['on']} 的政策库匹配"))
    for row in facts:
        write(f"  {row['label']}：{row['text']}")
    write("")
    write(
        f"  符合 {counts['yes']}　还差信息 {counts['unknown']}　"
        f"还差一步 {counts['near']}　目前不符合 {counts['no']}"
    )
    for name, paint in (("yes", style.SUCCESS), ("unknown", style.WARNING), ("near", style.WARNING)):
        _group([match for match in result["matches"] if match["group"] == name], paint, write)
    write("")
    write(f"  {result['disclaimer']}")


def _group(matches: list[Data], paint: Callable[[str], str], write: Callable[[str], object]) -> None:
    if not matches:
        return
    write("")
    write(paint(f"【{matches[0]['label']}】"))
    for match in matches[:FEW]:
        _match(match, write)
    if len(matches) > FEW:
        write(f"  …… 还有 {len(matches) - FEW} 项，用 --json 或网页看全部")


def _match(match: Data, write: Callable[[str], object]) -> None:
    instrument, document = match["instrument"], match["document"]
    write(
        f"  {instrument['code']} {instrument['title']}　{match['amount']['text']}　{match['window']['text']}"
    )
    notes = [f"来源等级 {document['grade']}", f"校验 {document['checked_on']}"]
    notes += [] if any(clause["article"] for clause in match["clauses"]) else ["条款号待核实"]
    notes += [] if instrument["life"] == "in_force" else [instrument["life_label"]]
    write(f"      依据 {document['number'] or document['title']}（{'，'.join(notes)}）")
    for clause in match["clauses"]:
        if clause["answer"] != "yes" or match["group"] == "yes":
            write(f"      {MARKS[clause['answer']]} {clause['text']}　{clause['reason']}")
    for one in match["exclusive_with"]:
        write(f"      ! {one['rule']}：{'、'.join(one['codes'])}（{one['note']}）")
