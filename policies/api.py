"""API of policies: facts, documents, instruments, and the match of one firm."""

from datetime import date
from typing import Any

from django.utils import timezone
from rest_framework.decorators import api_view
from rest_framework.exceptions import ErrorDetail, ValidationError
from rest_framework.generics import ListAPIView, RetrieveAPIView
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.serializers import BaseSerializer

from enterprises.kinds import Day, Refused

from . import answers, catalogue, guidance, matching, serializers
from .filters import DocumentFilter, InstrumentFilter
from .models import Document, Instrument


@api_view(["GET"])
def facts(request: Request) -> Response:
    """Every fact and question that can be stated or derived, with kind, unit and choices."""
    words = catalogue.vocabulary()
    rows = [serializers.fact_row(fact, words) for fact in words.values()]
    return Response({"count": len(rows), "results": rows})


class DayMixin:
    """Answers as of a day: `on` in the address, or today in Beijing."""

    def get_serializer_context(self) -> dict[str, Any]:
        return {**super().get_serializer_context(), "on": self.day()}

    def day(self) -> date:
        asked = self.request.query_params.get("on")
        try:
            return Day().parse(asked, label="on") if asked else timezone.localdate()
        except Refused as why:
            raise ValidationError({"on": [ErrorDetail(str(why), why.code)]}) from None


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


@api_view(["POST"])
def matches(request: Request) -> Response:
    """Judge one firm: `{"on", "uscc", "facts"}` → every instrument's answer, clause by clause."""
    data, words, now = request.data, catalogue.load(), timezone.localtime()
    asked = serializers.read_match(data, vocabulary=words.vocabulary, today=now.date())
    if asked.errors:
        return Response({"errors": asked.errors}, status=400)
    known = asked.facts(words.vocabulary)
    found = matching.match(known, words, now.time() if asked.on == now.date() else None)
    firm = asked.firm and {
        "uscc": asked.firm.uscc,
        "name": asked.firm.name,
        "fictitious": asked.firm.fictitious,
    }
    return Response({**answers.of_result(found), "firm": firm, "facts": answers.of_facts(known)})
