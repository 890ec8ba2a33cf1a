"""What each row would become, against the documents and instruments that there are."""

from datetime import date
from typing import Any

from django.db.models import Q, QuerySet

from enterprises import rights
from enterprises.lists import words

from ..models import Document, Draft, Instrument, PolicyList
from ..models.policy_lists import Verdict
from .reading import NUMBER, Cited, Row

MOST_NAMED = 5
NEW, SKIP = "new", "skip"
OPTIONS = [[NEW, "是新的一项，起草"], [SKIP, "已经有了，不起草"]]
CODE = 36
"""Letters of a document's code that the code of an instrument can begin with."""


class Library:
    """Documents and instruments, published or on their way as drafts, by what names them: what is public and
    what is of the area of whoever entered the list. Every code that is taken counts.

    `mine` are the codes of the instruments that this very list begins.
    """

    def __init__(self, made: PolicyList) -> None:
        self.area = made.area
        self.codes: set[str] = set()
        self.mine: set[str] = set()
        self.documents: dict[str, list[tuple[str, str]]] = {}
        self.offers: dict[str, list[tuple[str, str]]] = {}
        for taken in (Document.objects.all(), Instrument.objects.all(), Draft.objects.open()):
            self.codes.update(taken.values_list("code", flat=True))
        by = made.entered_by
        documents = _known(by, Document.objects.all(), Q(listed=True))
        for code, title, number in documents.values_list("code", "title", "number"):
            self.add_document(code, title, number)
        offers = _known(by, Instrument.objects.all(), Q(published=True))
        for code, title, document in offers.values_list("code", "title", "document__code"):
            self.add_offer(code, title, document)
        for draft in _known(by, Draft.objects.open()):
            said = draft.content
            if draft.kind == Draft.Kind.DOCUMENT:
                self.add_document(draft.code, said["title"], said["number"])
            else:
                self.add_offer(draft.code, said["title"], said["document"])

    def add_document(self, code: str, title: str, number: str) -> None:
        self.codes.add(code)
        for name in filter(None, {words.fold(title), words.fold(number)}):
            if (code, title) not in self.documents.setdefault(name, []):
                self.documents[name].append((code, title))

    def add_offer(self, code: str, title: str, document: str) -> None:
        self.codes.add(code)
        if (code, title) not in self.offers.setdefault(document, []):
            self.offers[document].append((code, title))

    def find(self, cited: Cited) -> list[tuple[str, str]]:
        """The documents of that number, else of that title, each once."""
        by_number = self.documents.get(words.fold(cited.number), []) if cited.number else []
        found = by_number or (self.documents.get(words.fold(cited.title), []) if cited.title else [])
        return list(dict(found).items())

    def free(self, start: str, number: int = 1) -> str:
        """The first code of that beginning that nothing bears."""
        code = next(code for n in range(number, 10_000) if (code := f"{start}-{n:02}") not in self.codes)
        self.codes.add(code)
        return code

    def document_code(self, cited: Cited, on: date) -> str:
        """LY-2020-03 for 辽市政发〔2020〕3号, as the collected ones are called."""
        place = (self.area.initials.removesuffix("s") or self.area.pk).upper()
        number = NUMBER.search(cited.number)
        year, first = (number[2], int(number[3])) if number else (on.year, 1)
        return self.free(f"{place}-{year}", first)


def _known(by: Any, rows: QuerySet, public: Q | None = None) -> QuerySet:
    """All of them at the terminal, where nobody is asked who it is."""
    if by is None:
        return rows
    own = rights.within(by, rows, "region")
    return own | rows.filter(public) if public else own


def judged(made: PolicyList, rows: list[Row]) -> list[dict[str, Any]]:
    """Each row with what it would become, as JSON; an earlier row's drafts count for those after it."""
    library = Library(made)
    for row in rows:
        row.verdict = row.sentence = row.document = row.code = ""
        row.options = []
        _judge(row, library, made.checked_on)
    return [vars(row) for row in rows]


def _judge(row: Row, library: Library, on: date) -> None:
    if row.problem:
        row.verdict, row.sentence = Verdict.WRONG, row.problem
        return
    cited = Cited.of(row.basis)
    found = library.find(cited)
    if len(found) > 1:
        named = "、".join(code for code, _ in found)
        row.verdict, row.sentence = (
            Verdict.WRONG,
            f"有几份文件都叫{cited.name}（{named}），请先核对这些文件。",
        )
        return
    if not found and not cited.title:
        row.verdict, row.sentence = Verdict.WRONG, f"文件库里没有{cited.name}，清单也没有写它的标题。"
        return
    row.document = found[0][0] if found else library.document_code(cited, on)
    offers = library.offers.get(row.document, [])
    same = next((code for code, title in offers if words.fold(title) == words.fold(row.item)), "")
    others = [one for one in offers if one[0] not in library.mine]
    row.options = [] if same or not others else OPTIONS
    if same:
        row.verdict, row.code, row.sentence = Verdict.KNOWN, same, f"已有事项{same}，不重复起草。"
    elif others and not row.choice:
        named = "；".join(f"{code} {title}" for code, title in others[:MOST_NAMED])
        row.verdict = Verdict.AMBIGUOUS
        row.sentence = f"文件{row.document}已有 {len(others)} 项（{named}），请选择这一行是不是其中之一。"
    elif row.choice == SKIP:
        row.verdict, row.sentence = Verdict.SKIPPED, "已选择不起草。"
    else:
        _begin(row, cited, bool(found), library)


def _begin(row: Row, cited: Cited, known: bool, library: Library) -> None:
    row.verdict, row.code = Verdict.NEW, library.free(row.document[:CODE])
    library.mine.add(row.code)
    library.add_offer(row.code, row.item, row.document)
    where = f"依据文件{row.document}" if known else f"并起草依据文件{row.document} {cited.name}"
    row.sentence = f"起草事项{row.code}，{where}。"
    if not known:
        library.add_document(row.document, cited.title, cited.number)
