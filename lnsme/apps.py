from django.apps import AppConfig
from django.contrib.admin import apps as admin


class SiteConfig(AppConfig):
    default = True
    name = "lnsme"
    verbose_name = "网站"

    def ready(self) -> None:
        from . import checks  # noqa: F401  registers itself


class DeskConfig(admin.AdminConfig):
    """Django's admin app with our own site in it."""

    default = False
    default_site = "lnsme.desk.Desk"
