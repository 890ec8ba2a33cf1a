"""What has been paid becomes a fact of the firm (已享受的政策), which judging, columns and bundles read."""

from collections.abc import Iterable

from simple_history.utils import bulk_create_with_history

from enterprises.models import Origin, Statement

from ..frozen import RECEIVED
from ..models import Payout
from .steps import BATCH

SOURCE = "本系统拨付记录"


def tell(payouts: Iterable[Payout]) -> None:
    """State of each firm that it has had the instrument, or after a counter entry that it hasn't.

    A statement says of one instrument only; what was known of others stays known. Where an earlier payment of
    the same instrument still stands, a counter entry takes nothing away.
    """
    rows = [row for payout in payouts if (row := _statement(payout))]
    bulk_create_with_history(rows, Statement, batch_size=BATCH, default_change_reason=SOURCE)


def _statement(payout: Payout) -> Statement | None:
    others = Payout.objects.standing().filter(
        enterprise_id=payout.enterprise_id, instrument_id=payout.instrument_id
    )
    taken = payout.reverses_id is not None
    if taken and others.exists():
        return None
    code = payout.instrument.code
    return Statement(
        enterprise_id=payout.enterprise_id,
        fact=RECEIVED,
        value={"has": [] if taken else [code], "lacks": [code] if taken else [], "complete": False},
        origin=Origin.CORRECTED if taken else Origin.OFFICIAL,
        stated_on=payout.paid_on,
        source=f"{SOURCE}第{payout.pk}号",
        checked_on=payout.paid_on,
    )
