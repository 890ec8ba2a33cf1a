"""The officials of the tests: one of each role, the province's at home everywhere, the others in 鞍山."""

from django.contrib.auth.models import User

from enterprises.models import Official

CAST = {
    "省里的周敏": ("province", "210000"),
    "鞍山的钱宁": ("entry", "210300"),
    "鞍山的孙悦": ("review", "210300"),
    "鞍山的李静": ("reader", "210300"),
    "鞍山的吴军": ("data", "210300"),
}
ENTRY, REVIEW, READER = "鞍山的钱宁", "鞍山的孙悦", "鞍山的李静"
"""Name → role and area."""


def official(name: str, role: str = "", region: str = "") -> User:
    """An account at the desk: one of the cast, or another with a role and an area of its own."""
    role, region = (role, region) if role else CAST[name]
    user = User.objects.create(username=name, is_staff=True, password="!")
    Official.objects.create(user=user, role=role, region_id=region)
    return user
