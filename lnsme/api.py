"""Manners of the API: pages of results, filters, one error shape, and bodies that can't hurt.

Every refusal is a problem as RFC 9457 has it, in Chinese, with a list `errors` of
`{"field", "code", "message"}`. Holds no answer to any question, and no view: what is here makes the views.
"""

import difflib
import json
import re
from decimal import Decimal
from math import ceil
from typing import Any, NoReturn

import orjson
from django.core.exceptions import PermissionDenied, RequestDataTooBig
from django.db.models import QuerySet
from django.http import Http404
from django_filters import FilterSet
from django_filters.rest_framework import DjangoFilterBackend
from rest_framework import exceptions
from rest_framework.pagination import PageNumberPagination
from rest_framework.parsers import JSONParser
from rest_framework.renderers import JSONRenderer
from rest_framework.request import Request
from rest_framework.response import Response

DEEPEST = 20
WIDEST = 30
AS_WRITTEN = orjson.OPT_PASSTHROUGH_DATETIME | orjson.OPT_NON_STR_KEYS
LONE_SURROGATE = re.compile(r"[\ud800-\udfff]")
NOT_FOUND = ("not_found", "没有这个地址或这条记录。")
FORBIDDEN = ("forbidden", "没有权限。")
MESSAGES = {
    exceptions.ParseError: ("invalid_json", "请求体不是有效的 JSON，请检查引号、逗号和括号。"),
    exceptions.MethodNotAllowed: ("method_not_allowed", "这个地址不支持这种请求方法。"),
    exceptions.UnsupportedMediaType: ("unsupported_media_type", "请用 Content-Type: application/json 提交。"),
    exceptions.NotAcceptable: ("not_acceptable", "只提供 JSON，请把 Accept 设为 application/json。"),
    exceptions.Throttled: ("throttled", "请求太快了，请按 Retry-After 给出的秒数稍后再试。"),
    exceptions.NotFound: NOT_FOUND,
    Http404: NOT_FOUND,
    exceptions.PermissionDenied: FORBIDDEN,
    PermissionDenied: FORBIDDEN,
    RequestDataTooBig: ("too_large", "请求体超过 1 MB，请分几次提交。"),
}
TITLES = {
    400: "请求有误",
    403: "没有权限",
    404: "没有找到",
    405: "方法不支持",
    406: "格式不支持",
    415: "类型不支持",
    429: "请求太快",
}
STATUS = {Http404: 404, PermissionDenied: 403, RequestDataTooBig: 400}


class Refusal(exceptions.APIException):
    """A request that can't be answered, for one reason: which field, a code and a sentence."""

    def __init__(self, field: str, code: str, message: str, status: int = 400) -> None:
        super().__init__()
        self.errors, self.status_code = [error(field, code, message)], status


def error(field: str, code: str, message: str) -> dict[str, str]:
    return {"field": field, "code": code, "message": message}


def refuse(exc: Exception, context: dict[str, Any]) -> Response | None:
    """DRF's exception handler: whatever went wrong with the request, in the one shape."""
    if isinstance(exc, Refusal):
        return problem(exc.errors, exc.status_code)
    if isinstance(exc, exceptions.ValidationError):
        return problem(_fields(exc.get_full_details()), 400)
    kind = next((kind for kind in MESSAGES if isinstance(exc, kind)), None)
    if kind is None:
        return None
    status = exc.status_code if isinstance(exc, exceptions.APIException) else STATUS[kind]
    headers = {"Retry-After": str(ceil(exc.wait or 1))} if kind is exceptions.Throttled else None
    return problem([error("", *MESSAGES[kind])], status, headers)


def problem(errors: list[dict[str, str]], status: int, headers: dict[str, str] | None = None) -> Response:
    """A refusal as application/problem+json: the status in words, the first sentence, all that is wrong."""
    rest = f"（共 {len(errors)} 处）" if len(errors) > 1 else ""
    data = {
        "type": "about:blank",
        "title": TITLES[status],
        "status": status,
        "detail": errors[0]["message"] + rest,
        "errors": errors,
    }
    return Response(data, status=status, headers=headers, content_type="application/problem+json")


def _fields(details: Any) -> list[dict[str, str]]:
    rows = details.items() if isinstance(details, dict) else [("", details)]
    flat = [(name, one) for name, ones in rows for one in (ones if isinstance(ones, list) else [ones])]
    return [error(str(name), one.get("code", "invalid"), str(one.get("message", one))) for name, one in flat]


class Pages(PageNumberPagination):
    """`page` (from 1), `page_size` (50, at most 200), and `fields`: the names that each row is to have."""

    page_size = 50
    page_size_query_param = "page_size"
    max_page_size = 200

    def get_page_size(self, request: Request) -> int:
        size = self._whole(request, "page_size", self.page_size)
        if size > self.max_page_size:
            raise Refusal("page_size", "too_large", f"每页最多 {self.max_page_size} 条，请分几页取。")
        return size

    def get_page_number(self, request: Request, paginator: Any) -> int:
        number = self._whole(request, "page", 1)
        if number > paginator.num_pages:
            raise Refusal("page", "not_found", f"没有第 {number} 页，一共 {paginator.num_pages} 页。", 404)
        return number

    def get_paginated_response(self, data: Any) -> Response:
        wanted = self.request.query_params.get("fields")
        return super().get_paginated_response(data if wanted is None else _trimmed(data, wanted.split(",")))

    def _whole(self, request: Request, name: str, default: int) -> int:
        text = request.query_params.get(name, str(default))
        if not re.fullmatch("0*[1-9][0-9]{0,8}", text):
            raise Refusal(name, "not_a_number", f"{name} 请填从 1 起的整数，例如 {name}={default}。")
        return int(text)


def _trimmed(rows: list[dict[str, Any]], wanted: list[str]) -> list[dict[str, Any]]:
    """The rows with these names only; a name that no row has is refused."""
    known = list(rows[0]) if rows else wanted
    odd = next((name for name in wanted if name not in known), None)
    if odd is not None:
        text = f"每条没有“{_printable(odd)}”，fields 可用：{'、'.join(known)}，用逗号隔开。"
        raise Refusal("fields", "unknown_field", text)
    return [{name: row[name] for name in wanted} for row in rows]


class Filters(DjangoFilterBackend):
    """Filters by the view's FilterSet; a parameter that it doesn't know is refused, not ignored."""

    def get_filterset(self, request: Request, queryset: QuerySet, view: Any) -> FilterSet | None:
        filterset = super().get_filterset(request, queryset, view)
        known = [*(filterset.filters if filterset else ()), "page", "page_size", "fields"]
        for name in request.query_params:
            if name not in known:
                near = difflib.get_close_matches(name, known, n=1)
                hint = f"，是不是“{near[0]}”？" if near else f"，可用：{'、'.join(known)}。"
                raise Refusal(_printable(name), "unknown_parameter", f"不认识参数“{_printable(name)}”{hint}")
        return filterset


class Json(JSONRenderer):
    """JSON as Django REST framework writes it, a value for a value, in a tenth of its time."""

    def render(self, data: Any, *_: Any, **__: Any) -> bytes:
        return b"" if data is None else orjson.dumps(data, default=self._other, option=AS_WRITTEN)

    def _other(self, value: Any) -> Any:
        return self.encoder_class().default(value)


class Body(JSONParser):
    """JSON, numbers exact; what can't be read is refused and never guessed.

    Refused are: too deep, not UTF-8, half a character, NaN and the infinities, and a key written twice, since
    one of the two values would silently be lost.
    """

    def parse(self, stream: Any, media_type: str | None = None, parser_context: Any = None) -> Any:
        data = _read(_decoded(stream.read()))
        _check(data)
        return data


def _decoded(text: bytes) -> str:
    try:
        return text.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise Refusal("", "not_utf8", "请求体不是 UTF-8 编码（可能是 GBK），请转成 UTF-8 再提交。") from None


def _read(text: str) -> Any:
    try:
        return json.loads(text, parse_float=_exact, parse_constant=_no_constant, object_pairs_hook=_once_each)
    except RecursionError:
        raise _too_deep() from None
    except (ValueError, ArithmeticError):
        raise exceptions.ParseError from None


def _exact(text: str) -> Decimal:
    """1.5e3 → 1500; what is too large or too small to be any fact stays as written and is refused there."""
    value = Decimal(text)
    return Decimal(f"{value:f}") if abs(value.adjusted()) < WIDEST else value


def _no_constant(name: str) -> NoReturn:
    raise ValueError(name)


def _once_each(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        names = [name for name, _ in pairs]
        twice = _printable(next(name for name in names if names.count(name) > 1))
        raise Refusal(twice, "duplicate_key", f"“{twice}”写了不止一次，请只留一个。")
    return found


def _check(data: Any, depth: int = 0) -> None:
    """Refuses text that can't be written back as UTF-8, and what is nested deeper than any request is."""
    if depth > DEEPEST:
        raise _too_deep()
    if isinstance(data, str) and LONE_SURROGATE.search(data):
        raise exceptions.ParseError
    parts = (*data, *data.values()) if isinstance(data, dict) else data if isinstance(data, list) else ()
    for child in parts:
        _check(child, depth + 1)


def _too_deep() -> Refusal:
    return Refusal("", "too_deep", f"请求体嵌套超过 {DEEPEST} 层，请按接口说明的格式提交。")


def _printable(text: str) -> str:
    return text[:40].encode("utf-8", "replace").decode()
