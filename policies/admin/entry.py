"""The stock page of an instrument or a document as the editor of drafts: what is saved there becomes a draft.

The page works on the real tables inside a transaction that is rolled back; what it would have written is kept
as the draft's record. So nobody changes what the public sees from here, whatever the role.
"""

from typing import Any

from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse

from enterprises.admin.base import Made

from .. import drafts, records
from ..models import Draft
from ..records import LAYOUTS, Layout, Row

LONGEST = 18
"""Digits of the greatest number that a table can hold."""


class Entered:
    """For pages whose rows are changed, and taken back, by drafts; before the stock classes."""

    takes_back = False
    change_form_template = "admin/policies/draft/entry.html"
    by_draft = True

    @property
    def layout(self) -> Layout:
        return LAYOUTS[self.opts.model_name]

    def changeform_view(
        self,
        request: HttpRequest,
        object_id: str | None = None,
        form_url: str = "",
        extra_context: Any = None,
    ) -> HttpResponse:
        draft = self._draft(request, object_id)
        shown = {"draft": draft, "standing": self._standing(draft), **(extra_context or {})}
        shown |= {"withdraws": request.user.has_perm(f"policies.withdraw_{self.opts.model_name}")}
        with transaction.atomic():
            if draft and (gone := self._staged(draft)):
                messages.error(request, gone)
                return HttpResponseRedirect(reverse("admin:policies_draft_change", args=[draft.pk]))
            answer = super().changeform_view(request, object_id, form_url, shown)
            if hasattr(answer, "render"):
                answer.render()
            transaction.set_rollback(True)
        entered = getattr(request, "entered", None)
        return self._keep(request, draft, object_id, entered) if entered else answer

    def _staged(self, draft: Draft) -> str:
        """Lay the draft over the tables; what is said where it names a row that there is no more."""
        try:
            records.stage(draft.content, self.layout, row=draft.row, number=draft.pk)
        except records.Gone as why:
            return str(why)
        return ""

    def _standing(self, draft: Draft | None) -> Row | None:
        """What stands in the tables, read before a draft is laid over it."""
        return self.layout.whole().get(pk=draft.row_id) if draft and draft.row_id else None

    def _draft(self, request: HttpRequest, object_id: str | None) -> Draft | None:
        """The open draft that the page goes on with; who only looks sees what is published."""
        if object_id is None or not self.has_change_permission(request):
            return None
        number = object_id.removeprefix("_2D").removeprefix("-")
        if not number.isdecimal() or len(number) > LONGEST:
            return None
        new, kind = number != object_id, self.opts.model_name
        rows = Draft.objects.open().filter(kind=kind, **{"pk" if new else kind: number})
        found = rows.select_related(f"{kind}__region").first()
        if found and not self.touches(request.user, found if new else found.row):
            return None
        return found

    def _keep(
        self, request: HttpRequest, draft: Draft | None, object_id: str | None, content: records.Record
    ) -> HttpResponse:
        real = None if draft or object_id is None else self.model._default_manager.get(pk=object_id)
        kind, why = self.opts.model_name, request.POST.get("change_reason", "").strip()
        try:
            kept = drafts.save(
                content=content, kind=kind, by=request.user, row=real, draft=draft, comment=why
            )
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
        request.entered = records.of(self.layout.whole().get(pk=obj.pk))
        return HttpResponseRedirect("")

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """What has been published is withdrawn, never deleted."""
        return super().has_delete_permission(request, obj) and not (obj and obj.public)


class Looked(Made):
    """Rows of an instrument or a document, to be found here and changed on its page, as a draft of it."""

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False
