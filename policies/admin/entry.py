"""The stock page of an instrument as the editor of drafts: what is saved there becomes a draft.

The page works on the real tables inside a transaction that is rolled back; what it would have written is kept
as the draft's record. So nobody changes what the public sees from here, whatever the role.
"""

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse

from .. import drafts, records
from ..models import Draft, Instrument

LONGEST = 18
"""Digits of the greatest number that a table can hold."""


def _standing(draft: Draft | None) -> Instrument | None:
    """What stands in the tables, read before a draft is laid over it."""
    return Instrument.objects.with_rules().get(pk=draft.instrument_id) if draft and draft.instrument else None


class Entered:
    """For InstrumentAdmin, before the stock classes."""

    def changeform_view(
        self,
        request: HttpRequest,
        object_id: str | None = None,
        form_url: str = "",
        extra_context: Any = None,
    ) -> HttpResponse:
        draft = self._draft(request, object_id)
        shown = {"draft": draft, "standing": _standing(draft), **(extra_context or {})}
        with transaction.atomic():
            if draft:
                records.stage(draft.content, instrument=draft.instrument, number=draft.pk)
            answer = super().changeform_view(request, object_id, form_url, shown)
            if hasattr(answer, "render"):
                answer.render()
            transaction.set_rollback(True)
        entered = getattr(request, "entered", None)
        return self._keep(request, draft, object_id, entered) if entered else answer

    def _draft(self, request: HttpRequest, object_id: str | None) -> Draft | None:
        """The open draft that the page goes on with; who only looks sees what is published."""
        if object_id is None or not self.has_change_permission(request):
            return None
        number = object_id.removeprefix("_2D").removeprefix("-")
        if not number.isdecimal() or len(number) > LONGEST:
            return None
        new = number != object_id
        rows = Draft.objects.open().filter(**{"pk" if new else "instrument": number})
        found = rows.select_related("instrument__region").first()
        if found and not self.touches(request.user, found if new else found.instrument):
            return None
        return found

    def _keep(
        self, request: HttpRequest, draft: Draft | None, object_id: str | None, content: records.Record
    ) -> HttpResponse:
        real = None if draft or object_id is None else Instrument.objects.get(pk=object_id)
        why = request.POST.get("change_reason", "").strip()
        try:
            kept = drafts.save(content=content, by=request.user, instrument=real, draft=draft, comment=why)
        except drafts.Refusal as refusal:
            for reason in refusal.reasons:
                messages.error(request, reason)
            return HttpResponseRedirect(request.get_full_path())
        messages.success(
            request, f"已存为草稿{kept.pk}。对外的内容没有变，提交复核并由另一个人发布后才会变。"
        )
        onward = "edit" if "_continue" in request.POST else "change"
        return HttpResponseRedirect(reverse(f"admin:policies_draft_{onward}", args=[kept.pk]))

    def response_add(self, request: HttpRequest, obj: Any, post_url_continue: Any = None) -> HttpResponse:
        return self.response_change(request, obj)

    def response_change(self, request: HttpRequest, obj: Any) -> HttpResponse:
        """Everything stands in the tables now, and will be gone in a moment."""
        request.entered = records.of(Instrument.objects.with_rules().get(pk=obj.pk))
        return HttpResponseRedirect("")

    def history_form_view(
        self, request: HttpRequest, object_id: str, version_id: str, extra_context: Any = None
    ) -> HttpResponse:
        """An old version is looked at here; it comes back by way of a draft."""
        if request.method == "POST":
            raise PermissionDenied
        return super().history_form_view(request, object_id, version_id, extra_context)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """What has been published is withdrawn, never deleted."""
        return super().has_delete_permission(request, obj) and not (obj and obj.published)
