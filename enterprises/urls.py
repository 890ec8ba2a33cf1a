"""Addresses of the directory of certified firms."""

from django.urls import path

from . import views

urlpatterns = [
    path("firms/", views.Firms.as_view(), name="firms"),
    path("firms/<slug:key>/", views.firm, name="firm"),
]
