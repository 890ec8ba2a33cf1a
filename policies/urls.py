"""Addresses of instruments, documents, lists put to the public, alerts and the firm's self-check."""

from django.urls import path

from . import check, embed, following, regions, subscribing, views

urlpatterns = [
    path("policies.<feed:form>", following.search, name="search-feed"),
    path("policies/<slug:code>.<feed:form>", following.instrument, name="instrument-feed"),
    path("regions/<slug:code>.<feed:form>", following.region, name="region-feed"),
    path("regions/<slug:code>/", regions.region, name="region"),
    path("policies/", views.Instruments.as_view(), name="instruments"),
    path("policies/<slug:code>/", views.instrument, name="instrument"),
    path("documents/", views.Documents.as_view(), name="documents"),
    path("documents/<slug:code>/", views.document, name="document"),
    path("grants/", views.grants_published, name="grants"),
    path("grants/<int:pk>/", views.grant, name="grant"),
    path("preview/<str:token>/", views.preview, name="preview"),
    path("alerts/", subscribing.follow, name="alerts"),
    path("alerts/sent/", subscribing.sent, name="alerts-sent"),
    path("alerts/<str:key>/", subscribing.manage, name="alert"),
    path("check/", check.start, name="check"),
    path("check/all/", check.everything, name="check-all"),
    path("check/firm/", check.named, name="named"),
    path("check/results/", check.results, name="results"),
    path("check/results.xlsx", check.table, name="results-table"),
    path("check/results.ics", check.dates, name="results-dates"),
    path("check/dossier/", check.dossier, name="dossier"),
    path("check/what-if/", check.what_if, name="what-if"),
    path("check/<slug:question>/", check.ask, name="ask"),
    path("embed/check/", embed.embedded, name="embed"),
    path("digital/", views.assess, name="digital"),
    path("ladder/", views.climb, name="ladder"),
]
