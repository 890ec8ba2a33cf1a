"""For tests of the admin: an official at the desk, and a page's form as a browser sends it back unchanged."""

from typing import Any

from django.contrib.auth.models import User
from django.db import models
from django.test import Client
from django.urls import reverse

WHO = "值班员"


def sit_down(client: Client) -> Client:
    """The client, logged in as somebody who may do everything."""
    client.force_login(User.objects.create_superuser(WHO))
    return client


def address(model: type[models.Model], page: str, *args: Any) -> str:
    return reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_{page}", args=args)


def page_of(row: models.Model, page: str = "change") -> str:
    return address(type(row), page, row.pk)


def typed(answer: Any) -> dict[str, Any]:
    """All fields of an admin page's form and inlines, with what stands in them."""
    forms = [answer.context["adminform"].form]
    for inline in answer.context.get("inline_admin_formsets", ()):
        forms += [inline.formset.management_form, *inline.formset.forms]
    fields = [field for form in forms for field in form]
    values = {field.html_name: field.value() for field in fields}
    return {name: value for name, value in values.items() if value is not None and value is not False}


def decide(desk: Client, draft: models.Model, step: str, **said: Any) -> Any:
    """Press a button of a draft's page as it stands, or post as somebody who hasn't got that far."""
    page = desk.get(page_of(draft))
    said = {"version": page.context["version"], **said} if page.status_code == 200 else said
    return desk.post(reverse("admin:policies_draft_step", args=[draft.pk, step]), said, follow=True)


def errors(answer: Any) -> list[str]:
    """What the page says is wrong, wherever it says so."""
    found = [answer.context["adminform"].form.errors]
    for inline in answer.context["inline_admin_formsets"]:
        found += [*inline.formset.errors, {"": inline.formset.non_form_errors()}]
    return [str(text) for place in found for texts in place.values() for text in texts]
