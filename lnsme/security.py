"""What every answer says about what a browser may load: everything from our own host, nothing inline.

And about who may show it in a frame: nobody, but for a view that Django's `xframe_options_exempt` marks.
"""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

POLICY = (
    "default-src 'self'; img-src 'self' data:; frame-ancestors 'none'; base-uri 'self'; form-action 'self'"
)
FRAMED = POLICY.replace("frame-ancestors 'none'", "frame-ancestors *")


class ContentSecurityPolicy:
    """Adds the policy to each response that doesn't carry one of its own."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        framed = getattr(response, "xframe_options_exempt", False)
        response.headers.setdefault("Content-Security-Policy", FRAMED if framed else POLICY)
        return response
