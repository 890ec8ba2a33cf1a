"""What a firm takes along from its result: the table, the calendar of deadlines, the dossier; and what if.

Works on the result as data (`answers.of_result`). Holds no rule, no query and reads no clock.
"""

from collections.abc import Iterable, Iterator
from datetime import date, datetime, timedelta
from typing import Any

from enterprises.facts import Facts

from . import guidance
from .answers import GROUP_LABELS
from .matching import GROUPS

Data = dict[str, Any]
HEADINGS = (
    "结果", "事项", "事项代码", "支持内容", "算法", "申报时间", "兑现方式", "适用地区", "受理部门",
    "条件", "判断", "理由", "依据文件", "发文字号", "原文链接", "校验日期",
)  # fmt: skip
UNSTATED = "来源没有写"
CLAIMABLE = ("yes", "unknown", "near")


def table(result: Data) -> Iterator[list[str]]:
    """What was asked first, then the heading row, then a row for each condition of each instrument."""
    yield [f"按{result['on']}的政策库计算。{result['disclaimer']}"]
    yield [*HEADINGS]
    for match in result["matches"]:
        one, amount, source = match["instrument"], match["amount"], match["document"]
        head = [match["label"], one["title"], one["code"], amount["text"], amount["formula"] or ""]
        head += [match["window"]["text"], one["mode_label"], one["region_label"] + one["zone"]]
        head.append(one["authority"] or UNSTATED)
        tail = [source["title"], source["number"] or UNSTATED, source["source_url"] or UNSTATED]
        tail.append(source["checked_on"] or "待核实")
        for clause in match["clauses"]:
            yield [*head, clause["text"], clause["label"], clause["reason"], *tail]


def calendar(result: Data, facts: Facts, *, at: datetime) -> bytes:
    """RFC 5545: when what the firm meets, may meet or nearly meets opens and closes, and its titles lapse."""
    from icalendar import Calendar, Event  # a third of a second, and only here

    book = Calendar()
    for name, text in (
        ("prodid", "-//lnsme//check//ZH"),
        ("version", "2.0"),
        ("x-wr-calname", "政策申报日程"),
    ):
        book.add(name, text)
    for uid, day, summary, words in sorted(_days(result, facts)):
        event = Event()
        event.add("uid", f"{uid}@lnsme")
        event.add("dtstamp", at)
        event.add("dtstart", day)
        event.add("dtend", day + timedelta(days=1))
        event.add("summary", summary)
        event.add("description", words)
        book.add_component(event)
    return book.to_ical()


def _days(result: Data, facts: Facts) -> Iterator[tuple[str, date, str, str]]:
    """(identifier that stays, day, what happens, what to know) of each day still to come."""
    for match in result["matches"]:
        one, window = match["instrument"], match["window"]
        words = f"{match['label']}；{match['amount']['text']}；{window['text']}。{result['disclaimer']}"
        for end, verb in (("opens_on", "开始申报"), ("closes_on", "申报截止")):
            if match["group"] in CLAIMABLE and window[end] and window[end] >= result["on"]:
                day = date.fromisoformat(window[end])
                yield f"{one['code']}-{end}-{day}", day, f"{verb}：{one['title']}", words
    tiers = facts.vocabulary["tiers"].choices
    known = facts.get("certifications")
    for held in known.items if known else ():
        if held.valid_until and held.valid_until >= facts.on and held.held_on(facts.on):
            name = tiers.get(held.tier, held.tier)
            yield f"{held.tier}-lapses", held.valid_until, f"称号到期：{name}", "到期前请留意复核通知。"


def dossier(result: Data, facts: Facts) -> list[Data]:
    """Each instrument that is met or nearly, with the facts to be proved: the firm's value, where it comes
    from, and the papers that usually prove it.
    """
    found = []
    for match in (one for one in result["matches"] if one["group"] in ("yes", "near")):
        seen = [row for clause in match["clauses"] for option in clause["options"] for row in option]
        proofs = {row["sentence"]: _proof(row, facts) for row in seen}
        found.append({**match, "proofs": list(proofs.values())})
    return found


def _proof(row: Data, facts: Facts) -> Data:
    source = facts.source(row["fact"]) if row["fact"] and row["actual"] is not None else None
    return {
        "label": row["fact_label"] or row["text"],
        "asked": row["sentence"],
        "value": row["actual_text"],
        "source": source and source.label,
        "manual": row["fact"] is None,
        "answer": row["answer"],
        "papers": list(guidance.proofs(row["fact"], facts.vocabulary)) if row["fact"] else [],
    }


def compare(before: Data, after: Data) -> Data:
    """What another set of facts changes: `won`, `lost`, whatever else moves between groups, amounts."""
    then, now = (_by_code(one["matches"]) for one in (before, after))
    moved = [_move(code, then.get(code), now.get(code)) for code in {**then, **now}]
    changed = [one for one in moved if one["from"] != one["to"] or one["amount"] != one["was"]]
    changed.sort(key=lambda one: (GROUPS.get(one["group"], len(GROUPS)), one["code"]))
    won = [one for one in changed if one["group"] == "yes" and one["former"] != "yes"]
    lost = [one for one in changed if one["former"] == "yes" and one["group"] != "yes"]
    return {"won": won, "lost": lost, "others": [one for one in changed if one not in won + lost]}


def _by_code(matches: Iterable[Data]) -> dict[str, Data]:
    return {match["instrument"]["code"]: match for match in matches}


def _move(code: str, then: Data | None, now: Data | None) -> Data:
    here: Data = now or then or {}
    former, group = (None if one is None else one["group"] for one in (then, now))
    return {
        "code": code,
        "title": here["instrument"]["title"],
        "url": here["instrument"]["url"],
        "former": former,
        "group": group,
        "from": GROUP_LABELS[former] if former else "不在执行",
        "to": GROUP_LABELS[group] if group else "不在执行",
        "was": then and then["amount"]["text"],
        "amount": now and now["amount"]["text"],
    }
