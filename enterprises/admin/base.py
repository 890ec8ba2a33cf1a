"""What every page of the admin shares: rows of the own area, history with who and why, identifiers set once.

Holds no model's page.
"""

from collections.abc import Callable, Iterable
from typing import Any

from django import forms
from django.contrib import admin
from django.db import models
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe

from .. import sync
from .areas import Placed, PlacedForm, PlacedInline, page_of
from .histories import Historied


class RecordForm(PlacedForm):
    change_reason = forms.CharField(
        label="修改原因",
        max_length=100,
        required=False,
        help_text="记入历史，例如“按大工信发〔2026〕12号更正”。",
    )

    def clean_change_reason(self) -> str:
        """Loaders and lists overwrite only what bears their own reasons, so nobody else may give them."""
        reason = self.cleaned_data["change_reason"]
        if reason == sync.REASON or reason.startswith(sync.LIST):
            raise forms.ValidationError("这几个字留给自动载入和名单导入，请写明实际的修改原因。")
        return reason


class Named:
    """Related rows that may be seen, under the names that their own pages give them."""

    def formfield_for_dbfield(self, db_field: models.Field, request: HttpRequest, **kwargs: Any) -> Any:
        """What is entered by draft can't be picked as soon as it is typed, so no way leads to a new one."""
        field = super().formfield_for_dbfield(db_field, request, **kwargs)
        if getattr(page_of(self, db_field.related_model), "by_draft", False) and field:
            field.widget.can_add_related = field.widget.can_change_related = False
        return field

    def formfield_for_foreignkey(self, db_field: models.Field, request: HttpRequest, **kwargs: Any) -> Any:
        return self._named(super().formfield_for_foreignkey(db_field, request, **kwargs), db_field, request)

    def formfield_for_manytomany(self, db_field: models.Field, request: HttpRequest, **kwargs: Any) -> Any:
        return self._named(super().formfield_for_manytomany(db_field, request, **kwargs), db_field, request)

    def _named(self, field: Any, db_field: models.Field, request: HttpRequest) -> Any:
        page = page_of(self, db_field.related_model)
        if field and isinstance(page, RecordAdmin):
            field.label_from_instance = page.named
            field.queryset = field.queryset.select_related(*page.called_with or (None,))
        if field and page:
            field.whole = field.queryset
            field.queryset = page.seen(request.user, field.whole)
        return field


class RecordAdmin(Placed, Named, Historied):
    """A model's pages. `fixed` are identifiers that other rows and addresses use: set once."""

    form = RecordForm
    fixed: tuple[str, ...] = ()
    called_with: tuple[str, ...] = ()
    list_per_page = 50
    formfield_overrides = {
        models.URLField: {"assume_scheme": "https"},
        models.TextField: {"widget": forms.Textarea(attrs={"rows": 4, "cols": 80})},
        models.JSONField: {"widget": forms.Textarea(attrs={"rows": 3, "cols": 80})},
    }

    def named(self, row: models.Model) -> str:
        """What a row is called where it is picked from; `called_with` are the relations this reads."""
        return str(row)

    def get_queryset(self, request: HttpRequest) -> models.QuerySet:
        return super().get_queryset(request).select_related(*self.called_with or (None,))

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        return (*super().get_readonly_fields(request, obj), *(self.fixed if obj else ()))

    def get_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        return [name for name in super().get_fields(request, obj) if name != "change_reason"]

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> list[Any]:
        asked = obj is not None and self.has_change_permission(request, obj)
        why = [("修改原因", {"fields": ("change_reason",)})] if asked else []
        return [*super().get_fieldsets(request, obj), *why]

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        obj._change_reason = form.cleaned_data.get("change_reason") or None
        super().save_model(request, obj, form, change)

    def save_formset(self, request: HttpRequest, form: Any, formset: Any, change: bool) -> None:
        for row in formset.forms:
            row.instance._change_reason = form.cleaned_data.get("change_reason") or None
        super().save_formset(request, form, formset, change)


class Made:
    """Rows that the program makes: to look at, never typed in."""

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


class Rows(forms.BaseInlineFormSet):
    def get_unique_error_message(self, unique_check: Iterable[str]) -> str:
        """Two rows of one page that are alike, in the words of the constraint they break."""
        broken = (
            one
            for one in self.model._meta.constraints
            if set(getattr(one, "fields", ())) == set(unique_check)
        )
        said = next((one.violation_error_message for one in broken), None)
        return said or super().get_unique_error_message(unique_check)


class Inline(PlacedInline, Named, admin.TabularInline):
    formset = Rows
    extra = 0
    show_change_link = True
    formfield_overrides = {models.CharField: {"widget": forms.TextInput(attrs={"size": 14})}}


def link(row: models.Model, text: str = "") -> SafeString:
    """The row as a link to its own admin page."""
    page = f"admin:{row._meta.app_label}_{row._meta.model_name}_change"
    return format_html('<a href="{}">{}</a>', reverse(page, args=[row.pk]), text or row)


def lines(parts: Iterable[Any], empty: str = "没有") -> str:
    """One under the other."""
    return format_html_join(mark_safe("<br>"), "{}", ((part,) for part in parts)) or empty


def name_links(*fields: Any) -> None:
    """Name the hidden tables of many-to-many fields after them, for the page that confirms a deletion."""
    for field in fields:
        field.through._meta.verbose_name = field.through._meta.verbose_name_plural = field.field.verbose_name
        field.through.__str__ = lambda row: f"第{row.pk}条"


def said(name: str, label: str, yes: str, no: str) -> Callable[[Any, Any], str]:
    """A column that says in words what a check box holds; Django's own icons are named in English."""

    @admin.display(description=label, ordering=name)
    def column(page: Any, row: Any) -> str:
        return yes if getattr(row, name) else no

    return column
