"""A file → the rows of a list of policies, every problem named; and the document that a row rests on.

Reads no table: whether the document is known is for `judging`.
"""

import re
from dataclasses import dataclass, field

from enterprises.kinds import Refused
from enterprises.lists import Unreadable, values
from enterprises.lists.books import Book, open_book
from enterprises.lists.sections import Line, bare, policies

from ..models.policy_lists import Verdict

MOST = 1_000
ITEM, TEXT = 120, 2_000
"""Letters that a title and a longer text may have."""
TITLE = re.compile(r"《([^》]+)》")
NUMBER = re.compile(r"([\u4e00-\u9fff]+)\s*[〔\[【(（]\s*(\d{4})\s*[〕\]】)）]\s*第?\s*(\d+)\s*号")
RESPONSIBLE = re.compile(r"^(?:责任|实施|牵头|主管)(?:单位|部门|科室)[:：]\s*")


@dataclass
class Row:
    """A row as read, and what becomes of it: `document` and `code` are those of its drafts.

    `options` are what somebody may choose in doubt, `choice` what was chosen.
    """

    number: int
    item: str = ""
    content: str = ""
    category: str = ""
    basis: str = ""
    department: str = ""
    problem: str = ""
    choice: str = ""
    verdict: str = ""
    sentence: str = ""
    document: str = ""
    code: str = ""
    options: list[list[str]] = field(default_factory=list)

    @property
    def label(self) -> str:
        return str(Verdict(self.verdict).label) if self.verdict else ""


def read(data: bytes, name: str) -> tuple[Book, list[Row]]:
    """The file and its rows; Unreadable for what is no list of policies."""
    book = open_book(data, name)
    found = [_row(line) for section in policies(book) for line in section.lines]
    if len(found) > MOST:
        raise Unreadable(f"清单有 {len(found):,} 项，一次最多 {MOST:,} 项。请分成几个文件。")
    return book, found


def _row(line: Line) -> Row:
    row, problems = Row(line.number), []
    for name, most, label in (
        ("item", ITEM, "政策事项"), ("content", TEXT, "政策内容"), ("category", 60, "政策类别"),
        ("basis", TEXT, "政策依据"), ("department", 500, "实施部门"),
    ):  # fmt: skip
        try:
            setattr(row, name, values.text(line.cells.get(name), most, label))
        except Refused as why:
            problems.append(str(why))
    row.category, row.department = bare(row.category), RESPONSIBLE.sub("", row.department)
    if not row.item and not problems:
        problems.append("没有写政策事项。")
    if not (TITLE.search(row.basis) or NUMBER.search(row.basis)) and not problems:
        problems.append("“政策依据”里没有《文件标题》或文号，不知道依据哪份文件。")
    row.problem = "".join(problems)
    return row


@dataclass(frozen=True)
class Cited:
    """The document that a row rests on, by its title and its number, either of them perhaps empty."""

    title: str
    number: str

    @classmethod
    def of(cls, basis: str) -> "Cited":
        """The first document that the text names; a number counts up to the next title."""
        title = TITLE.search(basis)
        rest = basis[title.end() :] if title else basis
        number = NUMBER.search(rest.partition("《")[0])
        return cls(
            title[1].strip() if title else "", f"{number[1]}〔{number[2]}〕{number[3]}号" if number else ""
        )

    @property
    def name(self) -> str:
        return " ".join(filter(None, [self.title and f"《{self.title}》", self.number]))
