"""The API's front door, and what every other address under it answers."""

from typing import Any, NoReturn

from django.http import Http404
from django.urls import reverse
from rest_framework.decorators import api_view
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView


@api_view(["GET"])
def root(request: Request) -> Response:
    """Where everything is."""
    names = (
        "facts", "tiers", "standards", "regions", "industries", "documents", "instruments", "windows",
        "enterprises", "matches", "batch", "bundles", "ladder", "questions",
    )  # fmt: skip
    return Response({name: request.build_absolute_uri(reverse(f"api-{name}")) for name in names})


class Missing(APIView):
    """Any other address under the API: the one error shape rather than a page."""

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> NoReturn:
        super().initial(request, *args, **kwargs)
        raise Http404
