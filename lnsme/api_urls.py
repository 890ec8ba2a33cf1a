"""Addresses of API v1. Answers only grow: nothing is renamed or taken away within a version."""

from django.urls import path, re_path

from enterprises import api as enterprises
from policies.api import catalogue, firm

from . import api_root

urlpatterns = [
    path("", api_root.root, name="api-root"),
    path("facts/", catalogue.facts, name="api-facts"),
    path("tiers/", enterprises.Tiers.as_view(), name="api-tiers"),
    path("regions/", enterprises.Regions.as_view(), name="api-regions"),
    path("industries/", enterprises.Industries.as_view(), name="api-industries"),
    path("enterprises/", enterprises.Enterprises.as_view(), name="api-enterprises"),
    path("documents/", catalogue.Documents.as_view(), name="api-documents"),
    path("documents/<slug:code>/", catalogue.OneDocument.as_view(), name="api-document"),
    path("instruments/", catalogue.Instruments.as_view(), name="api-instruments"),
    path("instruments/<slug:code>/", catalogue.OneInstrument.as_view(), name="api-instrument"),
    path("instruments/<slug:code>/rule.json", catalogue.rule, name="api-rule"),
    path("windows/", catalogue.Windows.as_view(), name="api-windows"),
    path("standards/", catalogue.texts, name="api-standards"),
    path("matches/batch/", firm.batch, name="api-batch"),
    path("bundles/", firm.bundles, name="api-bundles"),
    path("ladder/", firm.ladders, name="api-ladder"),
    path("questions/", firm.questions, name="api-questions"),
    path("matches/", firm.matches, name="api-matches"),
    re_path("", api_root.Missing.as_view()),
]
