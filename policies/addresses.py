"""An e-mail address as people type it, and the form that takes one with how often to write to it."""

import unicodedata

from django import forms

from enterprises.forms import Rate

from .models import Subscription

LONGEST = 254
"""Characters of an address that mail servers take (RFC 5321, errata 1690)."""


class AddressField(forms.EmailField):
    """One plain address; full-width signs, spaces around it and a Chinese full stop are understood.

    A domain in Chinese is kept as mail servers know it (xn--…). Anything that could start another header or
    name a second receiver is refused with the same sentence as any other slip.
    """

    default_error_messages = {
        "required": "请填邮箱地址，例如 3456789@qq.com。",
        "invalid": "这不像一个邮箱地址。请填一个，例如 3456789@qq.com。",
        "max_length": f"邮箱地址最多 {LONGEST} 个字符，请检查是不是多贴了内容。",
    }

    def to_python(self, value: object) -> str:
        text = unicodedata.normalize("NFKC", str(value or "")).replace("。", ".").strip()
        name, at, domain = text.rpartition("@")
        try:
            return f"{name}{at}{domain.lower().encode('idna').decode('ascii')}" if at else text
        except UnicodeError:
            return text


class AlertForm(forms.Form):
    address = AddressField(
        label="邮箱地址",
        max_length=LONGEST,
        widget=forms.EmailInput(attrs={"autocomplete": "email", "spellcheck": "false"}),
    )
    every = forms.ChoiceField(
        label="多久一次",
        choices=Subscription.Every.choices,
        initial=Subscription.Every.WEEKLY,
        widget=forms.RadioSelect,
        help_text="有变化才发。有的申报期只有几天，怕错过就选每天。",
    )


class AlertRate(Rate):
    """How often one network may ask for mails: as often as it may send corrections."""

    scope = "alerts"
