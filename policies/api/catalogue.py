"""What there is, over the API: facts, documents, instruments with windows and rules, standards; read only."""

from datetime import date
from typing import Any

from django.shortcuts import get_object_or_404
from django.utils import timezone
from rest_framework.decorators import api_view
from rest_framework.exceptions import ErrorDetail, ValidationError
from rest_framework.generics import ListAPIView, RetrieveAPIView
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.serializers import BaseSerializer

from enterprises.kinds import Day, Refused

from .. import answers, catalogue, frozen, guidance, serializers
from ..catalogue import Offer
from ..filters import DocumentFilter, InstrumentFilter
from ..models import Document, Instrument
from ..standards import ACTS, Standard, regimes, standards


@api_view(["GET"])
def facts(request: Request) -> Response:
    """Every fact and question that can be stated or derived, with kind, unit and choices."""
    words = catalogue.vocabulary()
    rows = [serializers.fact_row(fact, words) for fact in words.values()]
    return Response({"count": len(rows), "results": rows})


def day_of(request: Request) -> date:
    """`on` in the address, or today in Beijing."""
    asked = request.query_params.get("on")
    try:
        return Day().parse(asked, label="on") if asked else timezone.localdate()
    except Refused as why:
        raise ValidationError({"on": [ErrorDetail(str(why), why.code)]}) from None


class DayMixin:
    """Answers as of a day."""

    def get_serializer_context(self) -> dict[str, Any]:
        return {**super().get_serializer_context(), "on": day_of(self.request)}


class DocumentSerializer(BaseSerializer):
    """A document as data, and its summary."""

    def to_representation(self, instance: Document) -> dict[str, Any]:
        extra = {"region": instance.region_id, "summary": instance.summary, "notes": instance.notes}
        return answers.of_document(instance, self.context["on"]) | extra


class InstrumentSerializer(BaseSerializer):
    """An instrument's card: what it gives at most, its window, its document."""

    def to_representation(self, instance: Instrument) -> dict[str, Any]:
        card = answers.card(instance, self.context["on"])
        return card.pop("instrument") | card


class WholeInstrumentSerializer(InstrumentSerializer):
    """An instrument with its conditions, windows, papers, steps and questions as data."""

    def to_representation(self, instance: Instrument) -> dict[str, Any]:
        words = catalogue.vocabulary()
        clauses = instance.as_criteria(words).clauses
        return super().to_representation(instance) | {
            "how": instance.how,
            "note": instance.note,
            "clauses": answers.of_clauses(clauses, words),
            "windows": answers.of_windows(instance, self.context["on"]),
            **guidance.of_instrument(instance),
            "usual_proofs": guidance.usual(clauses, words),
        }


class WholeDocumentSerializer(DocumentSerializer):
    """A document with the articles of its original, as far as they are kept here."""

    def to_representation(self, instance: Document) -> dict[str, Any]:
        articles = [{"number": row.number, "text": row.text} for row in instance.articles.all()]
        return super().to_representation(instance) | {"articles": articles}


class WindowsSerializer(InstrumentSerializer):
    """When an instrument can be applied for: how it stands on the day, and every window that is written."""

    def to_representation(self, instance: Instrument) -> dict[str, Any]:
        return {
            "code": instance.code,
            "title": instance.title,
            "url": instance.get_absolute_url(),
            "standing": answers.of_standing(instance.standing(self.context["on"])),
            "windows": answers.of_windows(instance, self.context["on"]),
        }


class Documents(DayMixin, ListAPIView):
    serializer_class = DocumentSerializer
    filterset_class = DocumentFilter
    queryset = Document.objects.none()  # the filters find the rows by themselves


class OneDocument(DayMixin, RetrieveAPIView):
    serializer_class = WholeDocumentSerializer
    lookup_field = "code"
    filter_backends = ()

    def get_queryset(self) -> Any:
        return Document.objects.published().prefetch_related("issued_by")


class Instruments(DayMixin, ListAPIView):
    serializer_class = InstrumentSerializer
    filterset_class = InstrumentFilter
    queryset = Instrument.objects.none()


class OneInstrument(DayMixin, RetrieveAPIView):
    serializer_class = WholeInstrumentSerializer
    lookup_field = "code"
    filter_backends = ()

    def get_queryset(self) -> Any:
        return Instrument.objects.published().with_rules()


class Windows(Instruments):
    """The windows of the instruments that the filters find."""

    serializer_class = WindowsSerializer


@api_view(["GET"])
def rule(request: Request, code: str) -> Response:
    """An instrument's rule as data: clauses, amount, and the facts they ask for, with kinds and units.

    Complete for an implementation of its own: `need` of a clause's options have to be met, all conditions of
    an option; a fact that isn't known leaves open what it would decide. Choices of over 200 are left out.
    """
    serializers.options(request.query_params, on=())
    on = day_of(request)
    row = get_object_or_404(Instrument.objects.published().with_rules(), code=code)
    words = catalogue.vocabulary()
    offer = Offer.of(row, words)
    about = {"title": row.title, "document": answers.of_document(row.document, on)}
    found = frozen.freeze(frozen.Rule(code, on, offer.criteria, offer.amount, words), **about)
    for fact in found["facts"].values():
        fact["choices"] = fact["choices"] if len(fact["choices"]) <= serializers.MANY else {}
    return Response(found)


@api_view(["GET"])
def texts(request: Request) -> Response:
    """Every recognition standard, which text rules which tier on which days, and its clauses as data."""
    serializers.options(request.query_params)
    words = catalogue.vocabulary()
    rows = [_standard(one, words) for one in standards().values()]
    return Response({"count": len(rows), "results": rows})


def _standard(text: Standard, words: Any) -> dict[str, Any]:
    told = ("name", "tier", "title", "number", "source", "url", "confidence", "note", "valid_years")
    return {
        **{name: getattr(text, name) for name in told},
        "applies": [
            {
                "acts": list(one.acts),
                "from": one.valid_from,
                "until": one.valid_until,
                "decided_in": list(one.decided_in),
                "article": one.article,
                "confidence": one.confidence,
                "note": one.note,
            }
            for one in regimes()
            if one.standard is text
        ],
        **{
            act: [
                {**clause, "text": provision.text, "confidence": provision.confidence, "note": provision.note}
                for provision, clause in zip(
                    text.provisions(act), answers.of_clauses(text.criteria(act).clauses, words), strict=True
                )
            ]
            for act in ACTS
        },
    }
