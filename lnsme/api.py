"""Manners of the API: pages of results, one error shape, bodies that can't hurt, and its front door.

Every refusal is `{"errors": [{"field", "code", "message"}]}` in Chinese. Holds no answer to any question.
"""

import json
import re
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, JsonResponse
from django.urls import reverse
from django.views.decorators.http import require_safe
from rest_framework import exceptions
from rest_framework.pagination import PageNumberPagination
from rest_framework.parsers import JSONParser
from rest_framework.response import Response

MAX_BODY = 1_000_000
LONE_SURROGATE = re.compile(r"[\ud800-\udfff]")
MESSAGES = {
    exceptions.ParseError: ("invalid_json", "请求体不是有效的 JSON，请检查引号、逗号和括号。"),
    exceptions.MethodNotAllowed: ("method_not_allowed", "这个地址不支持这种请求方法。"),
    exceptions.UnsupportedMediaType: ("unsupported_media_type", "请用 Content-Type: application/json 提交。"),
    exceptions.NotAcceptable: ("not_acceptable", "只提供 JSON，请把 Accept 设为 application/json。"),
    exceptions.Throttled: ("throttled", "请求太快了，请按 Retry-After 给出的秒数稍后再试。"),
    Http404: ("not_found", "没有这个地址或这条记录。"),
    PermissionDenied: ("forbidden", "没有权限。"),
}


class Refusal(exceptions.APIException):
    """A request that can't be answered; carries its own list of errors."""

    status_code = 400

    def __init__(self, errors: list[dict[str, str]]) -> None:
        super().__init__()
        self.errors = errors


def error(field: str, code: str, message: str) -> dict[str, str]:
    return {"field": field, "code": code, "message": message}


def refuse(exc: Exception, context: dict[str, Any]) -> Response | None:
    """DRF's exception handler: whatever went wrong with the request, in the one shape."""
    if isinstance(exc, Refusal):
        return Response({"errors": exc.errors}, status=400)
    if isinstance(exc, exceptions.ValidationError):
        return Response({"errors": _fields(exc.get_full_details())}, status=400)
    found = next((known for kind, known in MESSAGES.items() if isinstance(exc, kind)), None)
    if found is None:
        return None
    status = getattr(exc, "status_code", 404 if isinstance(exc, Http404) else 403)
    response = Response({"errors": [error("", *found)]}, status=status)
    if isinstance(exc, exceptions.Throttled) and exc.wait:
        response["Retry-After"] = str(int(exc.wait) + 1)
    return response


def _fields(details: Any) -> list[dict[str, str]]:
    rows = details.items() if isinstance(details, dict) else [("", details)]
    flat = [(name, one) for name, ones in rows for one in (ones if isinstance(ones, list) else [ones])]
    return [error(str(name), one.get("code", "invalid"), str(one.get("message", one))) for name, one in flat]


class Pages(PageNumberPagination):
    """`page` and `page_size` (50, at most 200)."""

    page_size = 50
    page_size_query_param = "page_size"
    max_page_size = 200
    invalid_page_message = "没有这一页。"


class Body(JSONParser):
    """JSON of at most a megabyte; too deep, not UTF-8 or half a character is a parse error, never a crash."""

    def parse(self, stream: Any, media_type: str | None = None, parser_context: Any = None) -> Any:
        text = stream.read(MAX_BODY + 1)
        if len(text) > MAX_BODY:
            raise Refusal([error("", "too_large", "请求体超过 1 MB，请分几次提交。")])
        try:
            return _whole(json.loads(text.decode("utf-8"), parse_constant=_no_constant))
        except (ValueError, RecursionError) as why:
            raise exceptions.ParseError from why


def _no_constant(name: str) -> Any:
    raise ValueError(name)


def _whole(data: Any) -> Any:
    """Refuses text that can't be written back as UTF-8."""
    if LONE_SURROGATE.search(json.dumps(data, ensure_ascii=False)):
        raise ValueError("lone surrogate")
    return data


@require_safe
def root(request: HttpRequest) -> JsonResponse:
    """Where everything is."""
    names = ("facts", "tiers", "regions", "industries", "documents", "instruments", "enterprises", "matches")
    return JsonResponse({name: request.build_absolute_uri(reverse(f"api-{name}")) for name in names})


def missing(request: HttpRequest, rest: str) -> JsonResponse:
    """Any other address under the API: the one error shape rather than a page."""
    return JsonResponse({"errors": [error("", *MESSAGES[Http404])]}, status=404)
