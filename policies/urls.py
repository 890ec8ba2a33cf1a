"""Addresses of instruments, documents, lists put to the public and the firm's self-check."""

from django.urls import path

from . import views

urlpatterns = [
    path("policies/", views.Instruments.as_view(), name="instruments"),
    path("policies/<slug:code>/", views.instrument, name="instrument"),
    path("documents/", views.Documents.as_view(), name="documents"),
    path("documents/<slug:code>/", views.document, name="document"),
    path("grants/", views.grants_published, name="grants"),
    path("grants/<int:pk>/", views.grant, name="grant"),
    path("preview/<str:token>/", views.preview, name="preview"),
    path("check/", views.check, name="check"),
    path("check/results/", views.results, name="results"),
    path("digital/", views.assess, name="digital"),
    path("ladder/", views.climb, name="ladder"),
]
