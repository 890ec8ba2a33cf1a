"""Addresses of API v1. Answers only grow: nothing is renamed or taken away within a version."""

from django.urls import path, re_path

from enterprises import api as enterprises
from policies import api as policies

from . import api_root

urlpatterns = [
    path("", api_root.root, name="api-root"),
    path("facts/", policies.facts, name="api-facts"),
    path("tiers/", enterprises.Tiers.as_view(), name="api-tiers"),
    path("regions/", enterprises.Regions.as_view(), name="api-regions"),
    path("industries/", enterprises.Industries.as_view(), name="api-industries"),
    path("enterprises/", enterprises.Enterprises.as_view(), name="api-enterprises"),
    path("documents/", policies.Documents.as_view(), name="api-documents"),
    path("documents/<slug:code>/", policies.OneDocument.as_view(), name="api-document"),
    path("instruments/", policies.Instruments.as_view(), name="api-instruments"),
    path("instruments/<slug:code>/", policies.OneInstrument.as_view(), name="api-instrument"),
    path("matches/", policies.matches, name="api-matches"),
    re_path("", api_root.Missing.as_view()),
]
