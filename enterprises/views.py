"""Pages of the directory of certified firms: only what official notices and public lists say, no verdict."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django_filters.views import FilterView

from .filters import EnterpriseFilter
from .models import Enterprise


class Firms(FilterView):
    """Firms that have been certified, newest rows of the register last."""

    template_name = "enterprises/firms.html"
    filterset_class = EnterpriseFilter
    paginate_by = 20
    strict = False

    def get_queryset(self):
        return Enterprise.objects.listed()

    def get_context_data(self, **kwargs):
        return super().get_context_data(on=timezone.localdate(), **kwargs)


def firm(request: HttpRequest, key: str) -> HttpResponse:
    """One firm's titles over time, each with its source, by 统一社会信用代码 or number."""
    found = Enterprise.objects.listed().by_key(key)
    if found is None:
        raise Http404("名录里没有这家企业。")
    return render(request, "enterprises/firm.html", {"firm": found, "on": timezone.localdate()})
