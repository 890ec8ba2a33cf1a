"""Where an official is at home: which rows a page, a choice, a form or a history gives, and which it takes.

Whether a role may do a thing at all is a permission (`rights.GRANTS`), which Django asks for itself.
"""

from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib.admin.options import IncorrectLookupParameters
from django.contrib.admin.views.main import ChangeList
from django.contrib.auth.models import AbstractBaseUser
from django.db import models
from django.db.models import Q
from django.http import HttpRequest
from simple_history.models import to_historic

from .. import codes, rights


class PlacedForm(forms.ModelForm):
    """A form that takes no row out of an official's area and puts none into another's.

    `page` is the page that the row's model has of its own, for whoever `user` is. The row is told its reader,
    for what it shows of others.
    """

    user: AbstractBaseUser
    page: "Placed | None" = None

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial |= _then(self.instance)
        self.instance.reader = self.user
        self.was_own = not self.instance.pk or self._is_own()
        if self.instance.pk and rights.area_of(self.user) != codes.NATIONAL:
            self._hold()

    def _hold(self) -> None:
        """What a row names already stays a choice, wherever it lies: saving the page must not lose it."""
        for name, field in self.fields.items():
            held = self.initial.get(name)
            if held and hasattr(field, "whole"):
                keys = [getattr(one, "pk", one) for one in (held if isinstance(held, list) else [held])]
                field.queryset = field.whole.filter(Q(pk__in=field.queryset.values("pk")) | Q(pk__in=keys))

    def _post_clean(self) -> None:
        """Once the row has its new values, so that its region is known whichever way leads there."""
        super()._post_clean()
        if not (self.was_own and self._is_own()):
            field = self.page.area.partition("__")[0]
            self.add_error(field if field in self.fields else None, self._refusal())

    def _is_own(self) -> bool:
        return self.page is None or self.page.touches(self.user, self.instance)

    def _refusal(self) -> str:
        official, what = rights.official_of(self.user), self._meta.model._meta.verbose_name
        if official is None:
            return "您的账号还没有角色和负责地区，请找省级管理员设置。"
        place = official.region.full_name
        return f"您负责的是{place}，只能登记和修改{place}的{what}；其他地方的请交当地或省里办理。"


def _then(row: models.Model) -> dict[str, list[Any]]:
    """The many-to-many values of an old version; Django reads today's."""
    version = to_historic(row)
    fields = version._history_m2m_fields if version else ()
    return {
        field.name: list(getattr(version, field.name).values_list(field.m2m_reverse_field_name(), flat=True))
        for field in fields
    }


class Rows(ChangeList):
    """A list whose address may ask for days and letters that there aren't: Django's own fails on some."""

    def get_filters(self, request: HttpRequest) -> Any:
        if any("\0" in value for values in self.filter_params.values() for value in values):
            raise IncorrectLookupParameters
        try:
            return super().get_filters(request)
        except OverflowError as why:
            raise IncorrectLookupParameters(why) from None


class Placed:
    """Pages of rows that lie somewhere.

    `area` leads from a row to its Region (`enterprise__region`); None is for reference data that everybody
    sees, "" for what only the province sees. `above` says which rows of higher levels are seen as well:
    `{"published": True}`, {} for all, None for none.
    """

    area: str | None = ""
    above: rights.Above = None

    class Media:
        css = {"all": ("desk.css",)}

    def seen(self, user: AbstractBaseUser, rows: models.QuerySet) -> models.QuerySet:
        return rows if self.area is None else rights.seen(user, rows, self.area, self.above)

    def touches(self, user: AbstractBaseUser, row: models.Model) -> bool:
        return self.area is None or rights.touches(user, row, self.area)

    def sees(self, user: AbstractBaseUser, row: models.Model) -> bool:
        return self.area is None or rights.sees(user, row, self.area, self.above)

    def get_queryset(self, request: HttpRequest) -> models.QuerySet:
        return self.seen(request.user, super().get_queryset(request))

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> type[ChangeList]:
        return Rows

    def lookup_allowed(self, lookup: str, value: Any, request: HttpRequest) -> bool:
        """A row isn't asked for by what hangs on it, which may be another's: the answer would tell of it."""
        return not self._hangs(lookup.partition("__")[0]) and super().lookup_allowed(lookup, value, request)

    def to_field_allowed(self, request: HttpRequest, to_field: str) -> bool:
        return not self._hangs(to_field) and super().to_field_allowed(request, to_field)

    def _hangs(self, name: str) -> bool:
        """Whether a name is that of rows which point to these."""
        return any(one.name == name for one in self.opts.related_objects)

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return super().has_view_permission(request, obj) and _holds(self.sees, request, obj)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return super().has_change_permission(request, obj) and _holds(self.touches, request, obj)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return super().has_delete_permission(request, obj) and _holds(self.touches, request, obj)

    def get_form(self, request: HttpRequest, obj: Any = None, *args: Any, **kwargs: Any) -> Any:
        return bound(super().get_form(request, obj, *args, **kwargs), request, self)

    def get_changelist_form(self, request: HttpRequest, **kwargs: Any) -> Any:
        return bound(super().get_changelist_form(request, **{"form": PlacedForm, **kwargs}), request, self)


class PlacedInline:
    """Rows under another: those that their own page would give, to be changed where the other may be."""

    form = PlacedForm

    def get_queryset(self, request: HttpRequest) -> models.QuerySet:
        rows, page = super().get_queryset(request), page_of(self, self.model)
        return page.seen(request.user, rows) if page else rows

    def get_formset(self, request: HttpRequest, obj: Any = None, **kwargs: Any) -> Any:
        """A row that lies where the other does needs no check of its own."""
        formset = super().get_formset(request, obj, **kwargs)
        page = None if self.lies_with(formset.fk.name) else page_of(self, self.model)
        bound(formset.form, request, page)
        return formset

    def told(self, request: HttpRequest, row: models.Model) -> str:
        """A row in words, for the history of the one above it."""
        return str(row)

    def lies_with(self, field: str) -> bool:
        """Whether its rows lie where the row above does, to which that field of theirs points."""
        page, above = page_of(self, self.model), page_of(self, self.parent_model)
        return page is None or bool(above and (page.area or "").startswith(f"{field}__"))

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return super().has_add_permission(request, obj) and self._touched(request, obj)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return super().has_change_permission(request, obj) and self._touched(request, obj)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return super().has_delete_permission(request, obj) and self._touched(request, obj)

    def _touched(self, request: HttpRequest, obj: Any) -> bool:
        page = page_of(self, self.parent_model)
        return page is None or _holds(page.touches, request, obj)


def _holds(rule: Callable[[AbstractBaseUser, models.Model], bool], request: HttpRequest, obj: Any) -> bool:
    """A rule about one row; what is asked about no row in particular is for permissions to answer."""
    return obj is None or rule(request.user, obj)


def page_of(desk: Any, model: type[models.Model]) -> Placed | None:
    """The page of a model on the same site, if its rows lie somewhere."""
    page = desk.admin_site._registry.get(model)
    return page if isinstance(page, Placed) else None


def seen(desk: Any, request: HttpRequest, model: type[models.Model]) -> models.QuerySet:
    """The rows of another table that whoever asks would see on its own page."""
    return page_of(desk, model).seen(request.user, model._default_manager.all())


def shown(desk: Any, row: models.Model, related: models.QuerySet) -> models.QuerySet:
    """Of the rows related to one, those that its reader would see on their own pages."""
    return page_of(desk, related.model).seen(row.reader, related)


def bound(form: Any, request: HttpRequest, page: Placed | None) -> Any:
    """A form made for one request, knowing who fills it in."""
    form.user, form.page = request.user, page
    return form
