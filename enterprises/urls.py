"""Addresses of the directory of certified firms."""

from django.urls import path

from . import views

urlpatterns = [
    path("calendars/<str:token>.ics", views.calendar, name="calendar"),
    path("firms.<feed:form>", views.firms_feed, name="firms-feed"),
    path("firms/<slug:key>.<feed:form>", views.firm_feed, name="firm-feed"),
    path("firms/", views.Firms.as_view(), name="firms"),
    path("corrections/", views.corrections, name="corrections"),
    path("firms/<slug:key>/correct/", views.correct, name="correct"),
    path("firms/<slug:key>/", views.firm, name="firm"),
]
