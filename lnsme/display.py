"""How a reader wants pages to look: large text, light or dark. Two cookies, set by plain forms, no script.

Nothing else is kept of a reader. What a cookie says is only ever one of `CHOICES`.
"""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.cache import patch_vary_headers
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

CHOICES = {"text": ("normal", "large"), "theme": ("auto", "light", "dark")}
YEAR = 365 * 24 * 3600


def of(request: HttpRequest) -> dict[str, str]:
    """The reader's choices; the first of each where none or nonsense was set."""
    asked = {name: request.COOKIES.get(name, "") for name in CHOICES}
    return {name: value if value in CHOICES[name] else CHOICES[name][0] for name, value in asked.items()}


class Varies:
    """Tells caches that a page depends on the two cookies."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if response.get("Content-Type", "").startswith("text/html"):
            patch_vary_headers(response, ["Cookie"])
        return response


@csrf_exempt  # the worst a forged request can do is to make somebody's text large
@require_POST
def choose(request: HttpRequest) -> HttpResponse:
    """Keep what was chosen and go back to the page it was chosen on, never to another site."""
    response = HttpResponseRedirect(_back(request.POST.get("next", "")))
    for name, values in CHOICES.items():
        if request.POST.get(name) in values:
            response.set_cookie(name, request.POST[name], max_age=YEAR, samesite="Lax", httponly=True)
    return response


def _back(path: str) -> str:
    return path if path.startswith("/") and url_has_allowed_host_and_scheme(path, None) else "/"
