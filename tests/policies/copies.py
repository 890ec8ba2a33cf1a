"""A second copy of every instrument with all its rows, to count queries against twice as many."""

from policies.models import Condition, Instrument, Window

LINKS = ("tiers", "authorities", "exclusion_groups")


def double() -> None:
    for row in Instrument.objects.all():
        links = {name: list(getattr(row, name).all()) for name in LINKS}
        rows = [*row.conditions.all(), *row.windows.all()]
        row.pk, row.code = None, f"{row.code}-2"
        row.save()
        for name, linked in links.items():
            getattr(row, name).set(linked)
        for one in rows:
            one.pk, one.instrument = None, row
        Condition.objects.bulk_create([one for one in rows if isinstance(one, Condition)])
        Window.objects.bulk_create([one for one in rows if isinstance(one, Window)])
