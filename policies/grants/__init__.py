"""Who gets paid without applying (免申即享): a list made, checked, put to the public, agreed to and paid.

One function a step, each atomic and `by` somebody, each refusing in Chinese (`NotNow`) what can't be done.
比对 → 公示 → 意愿确认 → 拨付; who makes or settles a list doesn't approve it. Permissions are the caller's to
check, and the day is the caller's to say.
"""

from .checking import clear, exclude, restore, verify
from .notice import answer_objection, ask_wishes, publish_notice, record_objection
from .paying import approve, confirm, pay, record, reverse
from .reproduction import reproduce
from .starting import start
from .steps import NotNow, as_read, back, cancel, second, version_of
from .summary import InWords, Summary, in_words, summary

__all__ = [
    "InWords",
    "NotNow",
    "Summary",
    "answer_objection",
    "approve",
    "as_read",
    "ask_wishes",
    "back",
    "cancel",
    "clear",
    "confirm",
    "exclude",
    "in_words",
    "pay",
    "publish_notice",
    "record",
    "record_objection",
    "reproduce",
    "restore",
    "reverse",
    "second",
    "start",
    "summary",
    "verify",
    "version_of",
]
