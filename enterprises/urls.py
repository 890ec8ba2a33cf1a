"""Addresses of the directory of certified firms."""

from django.urls import path

from . import views

urlpatterns = [
    path("calendars/<str:token>.ics", views.calendar, name="calendar"),
    path("firms/", views.Firms.as_view(), name="firms"),
    path("corrections/", views.corrections, name="corrections"),
    path("firms/<slug:key>/correct/", views.correct, name="correct"),
    path("firms/<slug:key>/", views.firm, name="firm"),
]
