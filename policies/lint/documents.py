"""What looks wrong with a document: days against each other, a change by nobody, a number had twice."""

from collections.abc import Iterator

from ..models import Document, DocumentLink
from .flaws import Flaw, error, warning
from .links import cycle


def check(document: Document) -> Iterator[Flaw]:
    """Of a document as it is or as a draft tells it; three queries."""
    begins, until = document.begins_on, document.effective_until
    if begins and until and until < begins:
        yield error("有效期止早于施行日期或成文日期。")
    if circle := cycle(document.code, _ups(document)):
        yield error(f"“上位依据”的关系绕成一圈：{'→'.join(circle)}。")
    if document.written_on and document.published_on and document.published_on < document.written_on:
        yield warning("发布日期早于成文日期。")
    if not (document.written_on or document.published_on):
        yield warning("没有写成文日期和发布日期。")
    if not document.issued_by.all():
        yield warning("没有写发文机关。")
    if document.amended != bool(document.amended_by):
        yield warning("“已修改”和“修改它的文件”只填了一个。")
    yield from _younger(document)
    yield from _alike(document)


def _ups(document: Document) -> dict[str, set[str]]:
    """Which document rests on which, by their codes; of this one what it says itself."""
    graph: dict[str, set[str]] = {}
    others = DocumentLink.objects.exclude(lower__code=document.code)
    for lower, upper in others.values_list("lower__code", "upper__code"):
        graph.setdefault(lower, set()).add(upper)
    return graph | {document.code: {link.upper.code for link in document.links_up.all()}}


def _younger(document: Document) -> Iterator[Flaw]:
    for link in document.links_up.all():
        if document.written_on and link.upper.written_on and link.upper.written_on > document.written_on:
            yield warning(f"上位依据“{link.upper}”成文比本文件晚。")


def _alike(document: Document) -> Iterator[Flaw]:
    same = Document.objects.filter(number=document.number).exclude(code=document.code)
    for other in same if document.number else ():
        yield warning(f"文件{other.code}的发文字号也是“{document.number}”，请确认不是同一份。")
