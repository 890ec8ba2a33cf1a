"""One alert in each state, each with a link that the tests know."""

from datetime import timedelta
from hashlib import sha256

from django.utils import timezone

from policies.models import Subscription, SubscriptionKey


def row_of_each():
    now = timezone.now()
    later = {"confirmed_at": now, "sent_on": now.date()}
    rows = {
        "asked": {"address": "li@example.cn"},
        "confirmed": {"address": "wang@example.cn", **later},
        "stopped": {"stopped_at": now + timedelta(days=1), **later},
    }
    for name, given in rows.items():
        row = Subscription.objects.create(followed="region=210200", made_at=now, **given)
        SubscriptionKey.objects.create(
            subscription=row, digest=sha256(name.encode()).hexdigest(), made_at=now
        )
