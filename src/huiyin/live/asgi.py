"""The ASGI application the live process loads."""

from __future__ import annotations

import os

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "huiyin.web.settings")
django.setup()

from huiyin.live.app import Live  # noqa: E402 - it reads the settings

application = Live()
