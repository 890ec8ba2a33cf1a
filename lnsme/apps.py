from django.apps import AppConfig


class SiteConfig(AppConfig):
    name = "lnsme"
    verbose_name = "网站"
