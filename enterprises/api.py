"""API of the register: tiers, regions, industries and certified firms, read only."""

from rest_framework.generics import ListAPIView

from .filters import EnterpriseFilter
from .models import Enterprise, Industry, Region, Tier
from .serializers import EnterpriseSerializer, IndustrySerializer, RegionSerializer, TierSerializer


class Regions(ListAPIView):
    """Administrative divisions in the official order; `level`, `parent`."""

    queryset = Region.objects.current()
    serializer_class = RegionSerializer
    filterset_fields = ["level", "parent"]


class Industries(ListAPIView):
    """GB/T 4754-2017 with amendment 1; `level`, `parent`."""

    queryset = Industry.objects.current()
    serializer_class = IndustrySerializer
    filterset_fields = ["level", "parent"]


class Tiers(ListAPIView):
    """Titles and the ladders they stand on."""

    queryset = Tier.objects.current().select_related("after")
    serializer_class = TierSerializer
    filterset_fields = ["ladder", "level"]


class Enterprises(ListAPIView):
    """Certified firms with their certifications, as official notices and public lists name them."""

    serializer_class = EnterpriseSerializer
    filterset_class = EnterpriseFilter

    def get_queryset(self):
        return Enterprise.objects.listed()
