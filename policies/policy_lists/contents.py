"""The records of the drafts that rows become: what the list says, where it was read, and nothing guessed."""

from collections.abc import Iterator

from .. import records
from ..models import Document, Draft, Instrument, PolicyList
from ..records import LAYOUTS, Record
from .reading import Cited, Row

TITLES, SOURCES, OFFICES = 200, 200, 120
"""Letters that fields of documents and instruments hold."""


def contents(made: PolicyList, rows: list[Row]) -> Iterator[tuple[int, str, Record]]:
    """Row number, kind and record of each draft; a document before what rests on it."""
    there = {*Document.objects.values_list("code", flat=True)}
    there |= {*Draft.objects.open().filter(kind=Draft.Kind.DOCUMENT).values_list("code", flat=True)}
    for row in rows:
        if row.document not in there:
            there.add(row.document)
            yield row.number, Draft.Kind.DOCUMENT, _document(made, row)
        yield row.number, Draft.Kind.INSTRUMENT, _instrument(made, row)


def _document(made: PolicyList, row: Row) -> Record:
    """Cited is all that it is so far; who issued it, when and on which level is for a person to find out."""
    cited = Cited.of(row.basis)
    return records.complete(
        {
            "code": row.document,
            "title": cited.title[:TITLES],
            "number": cited.number,
            "region": made.area_id,
            "grade": made.grade,
            "seen": Document.Seen.CITED,
            "source_url": made.source_url,
            "via": made.source[:SOURCES],
        },
        LAYOUTS["document"],
    )


def _instrument(made: PolicyList, row: Row) -> Record:
    """What the list says of it in its own words; conditions, clauses and amount stand in the document."""
    said = (
        ("政策内容", row.content),
        ("政策类别", row.category),
        ("政策依据", row.basis),
        ("实施部门", row.department),
    )
    return records.complete(
        {
            "code": row.code,
            "title": row.item,
            "document": row.document,
            "region": made.area_id,
            "shape": "unknown",
            "confidence": Instrument.Confidence.LOW,
            "authority_note": row.department[:OFFICES],
            "source": f"{made.source}第{row.number}行"[-OFFICES:],
            "note": "\n".join(f"清单所列{label}：{text}" for label, text in said if text),
        },
        LAYOUTS["instrument"],
    )
