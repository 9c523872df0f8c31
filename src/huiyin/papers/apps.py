"""Django's name for this room."""

from django.apps import AppConfig


class PapersConfig(AppConfig):
    """Files of matters."""

    name = "huiyin.papers"
    label = "papers"
    default_auto_field = "django.db.models.BigAutoField"
