"""Taking down what is published, with the reason, and bringing it back: for instruments and documents."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils import timezone

from .. import drafts


class Withdrawn:
    """A page of its own, since a reason is asked for."""

    def get_urls(self) -> list[Any]:
        view = self.admin_site.admin_view(self.standing)
        name = f"policies_{self.opts.model_name}_standing"
        return [path("<int:pk>/standing/", view, name=name), *super().get_urls()]

    def standing(self, request: HttpRequest, pk: int) -> HttpResponse:
        row = self.get_object(request, str(pk))
        if row is None:
            raise Http404
        right = f"policies.withdraw_{self.opts.model_name}"
        if not (request.user.has_perm(right) and self.touches(request.user, row)):
            raise PermissionDenied
        if request.method != "POST":
            context = {
                **self.admin_site.each_context(request),
                "title": f"撤下或恢复：{row}",
                "opts": self.opts,
            }
            shown = {**context, "original": row, "media": self.media}
            return TemplateResponse(request, "admin/policies/draft/standing.html", shown)
        try:
            if row.retired_on:
                drafts.restore(row, by=request.user)
            else:
                reason = request.POST.get("reason", "")
                drafts.withdraw(row, by=request.user, on=timezone.localdate(), reason=reason)
            messages.success(request, "已恢复发布。" if row.retired_on else "已撤下。")
        except drafts.Refusal as why:
            messages.error(request, str(why))
        return HttpResponseRedirect(reverse(f"admin:policies_{self.opts.model_name}_change", args=[pk]))
