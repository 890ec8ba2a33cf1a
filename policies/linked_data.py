"""One instrument as search engines read it: JSON-LD in the words of schema.org.

Only what the source states: no amount but a fixed one or an upper bound, no office where none is named. The
block isn't a script, so no policy on scripts concerns it; nothing in a title can end it.
"""

import json
from collections.abc import Callable
from typing import Any

from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

from .models import Instrument

ESCAPES = {ord(one): f"\\u{ord(one):04x}" for one in "<>&\u2028\u2029"}


def block(instrument: Instrument, absolute: Callable[[str], str]) -> SafeString:
    """The element for the page's head; `absolute` makes a whole address of a path."""
    text = json.dumps(
        {"@context": "https://schema.org", "@graph": graph(instrument, absolute)}, ensure_ascii=False
    )
    return format_html('<script type="application/ld+json">{}</script>', mark_safe(text.translate(ESCAPES)))


def graph(instrument: Instrument, absolute: Callable[[str], str]) -> list[dict[str, Any]]:
    """The service and, where money of a stated size is given, the grant."""
    there = absolute(instrument.get_absolute_url())
    service = {
        "@type": "GovernmentService",
        "@id": f"{there}#service",
        "name": instrument.title,
        "url": there,
        "inLanguage": "zh-CN",
        "serviceType": instrument.get_kind_display(),
        "areaServed": {"@type": "AdministrativeArea", "name": instrument.region.name + instrument.zone},
    }
    if instrument.authority_note:
        service["provider"] = {"@type": "GovernmentOrganization", "name": instrument.authority_note}
    amount = _amount(instrument)
    grant = {"@type": "MonetaryGrant", "@id": f"{there}#grant", "name": instrument.title, "url": there}
    return [service, {**grant, "amount": amount}] if amount else [service]


def _amount(instrument: Instrument) -> dict[str, Any] | None:
    """Yuan that a firm gets, or gets at most; nothing where the source leaves it open or it isn't money."""
    if instrument.gives != "money" or instrument.indirect or instrument.value is None:
        return None
    bound = {"fixed": "maxValue" if instrument.at_most else "value", "max": "maxValue"}.get(instrument.shape)
    money = {"@type": "MonetaryAmount", "currency": "CNY"}
    return {**money, bound: instrument.value} if bound else None
