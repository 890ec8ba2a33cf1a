"""A draft shown to somebody outside, by a link that can't be guessed, ends by itself and can be taken back.

The link is signed and carries the draft's own key: a new key, or none, ends every link given out before.
"""

import secrets
from datetime import date, timedelta
from typing import Any

from django.core import signing
from django.http import HttpRequest
from django.urls import reverse

from .models import Draft

SALT = "policies.preview"
DAYS = 14


def open_to(draft: Draft, *, by: Any, on: date) -> Draft:
    """A new link for so many days; the one before is over."""
    draft.preview_key, draft.preview_until = secrets.token_urlsafe(18), on + timedelta(DAYS)
    return _record(draft, by, f"生成预览链接，至{draft.preview_until}")


def close(draft: Draft, *, by: Any) -> Draft:
    draft.preview_key = ""
    return _record(draft, by, "收回预览链接")


def _record(draft: Draft, by: Any, reason: str) -> Draft:
    draft._history_user, draft._change_reason = by, reason
    draft.save(update_fields=["preview_key", "preview_until"])
    return draft


def address(draft: Draft, request: HttpRequest, on: date) -> str:
    """The link as it is passed on, or nothing where there is none that works."""
    works = draft.preview_until is not None and on <= draft.preview_until
    if not (draft.preview_key and draft.open and works):
        return ""
    token = signing.dumps([draft.pk, draft.preview_key], salt=SALT)
    return request.build_absolute_uri(reverse("preview", args=[token]))


def find(token: str, on: date) -> Draft | None:
    """The draft that a link shows on the day."""
    try:
        pk, key = signing.loads(token, salt=SALT)
    except (signing.BadSignature, ValueError, TypeError):
        return None
    rows = Draft.objects.open().exclude(preview_key="").filter(preview_until__gte=on)
    found = rows.filter(pk=pk).first()
    return found if found and secrets.compare_digest(found.preview_key, str(key)) else None
