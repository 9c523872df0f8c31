"""Django's settings, read from the home folder and the environment. One set for every size of installation."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

from django.utils.functional import lazy
from psycopg.conninfo import conninfo_to_dict

from huiyin.host.home import Home

HOME = Home.find()
_config = HOME.config()


def _database(url: str, **options: Any) -> dict[str, Any]:
    """Return Django's description of the database at ``url``."""
    parts = {key: value for key, value in conninfo_to_dict(url).items() if value is not None}
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": parts.pop("dbname", ""),
        "USER": parts.pop("user", ""),
        "PASSWORD": parts.pop("password", ""),
        "HOST": parts.pop("host", ""),
        "PORT": parts.pop("port", ""),
        "CONN_MAX_AGE": 0,
        # A lost network is noticed in three seconds instead of hanging a page for the kernel's quarter of an hour.
        "OPTIONS": {"connect_timeout": 3, "tcp_user_timeout": 3000, "keepalives_idle": 30, **parts, **options},
    }


# Only the web server has threads that share connections; commands and workers hold one each.
_pool: dict[str, Any] = {}
if os.environ.get("HUIYIN_PROCESS") == "web":
    _pool = {"pool": {"min_size": 1, "max_size": int(os.environ.get("HUIYIN_POOL_SIZE", "8")), "timeout": 10}}

DATABASES = {
    "default": _database(HOME.app_url, **_pool),
    "owner": _database(HOME.owner_url),
}

# Made when first needed, so that reading the settings leaves nothing on the disk.
SECRET_KEY = lazy(HOME.secret, str)("django_secret_key")
DEBUG = False

_hosts = os.environ.get("HUIYIN_HOSTS", "") or ",".join(_config.get("hosts", []))
ALLOWED_HOSTS = ["localhost", "127.0.0.1", "[::1]", *(host.strip() for host in _hosts.split(",") if host.strip())]
_https = os.environ.get("HUIYIN_HTTPS", "") == "1" or bool(_config.get("https", False))
_named = [host for host in ALLOWED_HOSTS[3:] if host != "*"]
CSRF_TRUSTED_ORIGINS = [f"https://{host if not host.startswith('.') else '*' + host}" for host in _named] if _https else []

INSTALLED_APPS = [
    "django.contrib.contenttypes",
    "django.contrib.auth",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "huiyin.city",
    "huiyin.parties",
    "huiyin.matters",
    "huiyin.papers",
    "huiyin.jobs",
    "huiyin.ui",
    "huiyin.routing",
    "huiyin.intake",
    "huiyin.learning",
    "huiyin.exchange",
    "huiyin.shifts",
    "huiyin.mediation",
    "huiyin.projects",
]

# Modules that define kinds of long work (`huiyin.jobs.kinds.job`).
HUIYIN_JOBS = [
    "huiyin.jobs.recounting",
    "huiyin.jobs.signs",
    "huiyin.exchange.jobs",
    "huiyin.exchange.household_jobs",
    "huiyin.exchange.returns",
    "huiyin.routing.trial",
    "huiyin.learning.hot",
    "huiyin.learning.services",
    "huiyin.web.pages.documents.work",
    "huiyin.workers.packs",
]

MIDDLEWARE = [
    "huiyin.web.headers.Compressed",
    "django.middleware.security.SecurityMiddleware",
    "huiyin.web.headers.PolicyHeaders",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "huiyin.ui.language.ReadersChoice",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "huiyin.web.readable.Readable",
]

ROOT_URLCONF = "huiyin.web.urls"
WSGI_APPLICATION = "huiyin.web.wsgi.application"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [Path(__file__).with_name("templates")],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ],
        },
    },
]

AUTH_USER_MODEL = "city.Account"
AUTH_PASSWORD_VALIDATORS: list[dict[str, Any]] = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]

LANGUAGE_CODE = "zh-hans"
LANGUAGES = [("zh-hans", "简体中文"), ("en", "English")]
USE_I18N = True
USE_TZ = True
TIME_ZONE = "UTC"

STATIC_URL = "/static/"
STATIC_ROOT = HOME.path / "static"
# Served from the packages themselves: no collecting step stands between installing and starting.
WHITENOISE_USE_FINDERS = True
WHITENOISE_AUTOREFRESH = False
WHITENOISE_ROOT = None
WHITENOISE_MAX_AGE = 3600

MEDIA_ROOT = HOME.files
FILE_UPLOAD_PERMISSIONS = 0o600
FILE_UPLOAD_DIRECTORY_PERMISSIONS = 0o700
# A text of 200,000 Chinese characters takes 1.8 MB in a form.
DATA_UPLOAD_MAX_MEMORY_SIZE = 5 * 2**20

SESSION_ENGINE = "django.contrib.sessions.backends.db"
SESSION_COOKIE_NAME = "huiyin_session"
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_AGE = 12 * 3600
SESSION_EXPIRE_AT_BROWSER_CLOSE = True
CSRF_COOKIE_NAME = "huiyin_csrf"
CSRF_FAILURE_VIEW = "huiyin.web.pages.errors.forged"
CSRF_COOKIE_HTTPONLY = True
CSRF_COOKIE_SAMESITE = "Lax"

SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
if _https:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    SECURE_HSTS_SECONDS = 365 * 24 * 3600
    SESSION_COOKIE_SECURE = True
    CSRF_COOKIE_SECURE = True

# How many proxies of the operator's own a request passes; only as many addresses of X-Forwarded-For are believed, from the right.
HUIYIN_PROXIES = int(os.environ.get("HUIYIN_PROXIES", "") or "0")

# Where a browser reaches the live process: an address a reverse proxy leads there (`/live/`), else its own port beside the pages'.
HUIYIN_LIVE_ADDRESS = os.environ.get("HUIYIN_LIVE_ADDRESS", "") or str(_config.get("live_address", ""))
HUIYIN_LIVE_PORT = int(os.environ.get("HUIYIN_LIVE_PORT", "") or "0")
HUIYIN_PAGES_PORT = int(os.environ.get("HUIYIN_PAGES_PORT", "") or "0")
# {"urls": ["turn:turn.example:3478"], "secret": "..."}: a TURN server for calls between networks; its secret never leaves the server.
HUIYIN_TURN = _config.get("turn") or None
# It hears of news over a connection of its own, which no pool of transactions may stand before.
HUIYIN_LISTEN_URL = os.environ.get("HUIYIN_LISTEN_DATABASE_URL", "") or HOME.app_url

# What an office may set for itself: whom to call, where "leave this page" leads, whose letters have a red head (ids of units).
HUIYIN_HELP_PHONE = os.environ.get("HUIYIN_HELP_PHONE", "") or "12345"
HUIYIN_EXIT_ADDRESS = os.environ.get("HUIYIN_EXIT_ADDRESS", "") or "https://www.weather.com.cn/"
HUIYIN_RED_HEAD_UNITS = tuple(filter(None, os.environ.get("HUIYIN_RED_HEAD_UNITS", "").split(",")))

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"plain": {"()": "huiyin.web.logs.WithoutContent"}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "plain"}},
    "root": {"handlers": ["stderr"], "level": "INFO"},
    "loggers": {
        "django": {"handlers": ["stderr"], "level": "INFO", "propagate": False},
        "django.request": {"handlers": ["stderr"], "level": "ERROR", "propagate": False},
        # Statements carry people's words.
        "django.db.backends": {"handlers": ["stderr"], "level": "WARNING", "propagate": False},
        "psycopg": {"handlers": ["stderr"], "level": "ERROR", "propagate": False},
        # Of a damaged file its reader quotes what it cannot read.
        "pypdf": {"handlers": [], "level": "CRITICAL", "propagate": False},
    },
}
