"""Settings, from the environment only. Everything that differs between machines is a variable; nothing here names a place or a policy."""

import os
import secrets
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

PACKAGE = Path(__file__).resolve().parent.parent
EPIGRID_VAR = Path(os.environ.get("EPIGRID_VAR", "var")).resolve()
EPIGRID_KEY_FILE = Path(os.environ.get("EPIGRID_KEY_FILE", EPIGRID_VAR / "keys.json"))
EPIGRID_PACKS_DIR = os.environ.get("EPIGRID_PACKS_DIR", "")


def database(url: str) -> dict[str, Any]:
    """Django's settings for `sqlite:///path` (`sqlite://:memory:`) or `postgresql://user:password@host:port/name`.

    PostgreSQL binds the parameters and reads once what is asked a third time. It plans anew each time: a plan for any area at all reads everybody of a county
    to find fifty. A connection pooler that lends one connection by the transaction must know prepared statements (PgBouncer from 1.21 on).
    """
    parts = urlsplit(url)
    if parts.scheme == "sqlite":
        name = ":memory:" if ":memory:" in url else unquote(parts.path.removeprefix("/") if parts.netloc else parts.path[1:])
        return {
            "ENGINE": "django.db.backends.sqlite3",
            "NAME": name,
            "OPTIONS": {
                "timeout": 20,
                "transaction_mode": "IMMEDIATE",
                "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA foreign_keys=ON;",
            },
        }
    if parts.scheme not in ("postgresql", "postgres"):
        raise ValueError(f"DATABASE_URL: unknown kind of database {parts.scheme!r}")
    options = {key: values[-1] for key, values in parse_qs(parts.query).items()}
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": parts.path.lstrip("/"),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": options.pop("host", parts.hostname or ""),
        "PORT": str(parts.port or ""),
        "CONN_MAX_AGE": 60,
        "OPTIONS": {"server_side_binding": True, "prepare_threshold": 3, "options": "-c plan_cache_mode=force_custom_plan", **options},
    }


def _secret_key() -> str:
    given = os.environ.get("EPIGRID_SECRET_KEY")
    if given:
        return given
    path = EPIGRID_VAR / "secret-key"
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(secrets.token_urlsafe(48))
        path.chmod(0o600)
    return path.read_text().strip()


SECRET_KEY = _secret_key()
DEBUG = False
ALLOWED_HOSTS = os.environ.get("EPIGRID_HOSTS", "127.0.0.1,localhost,[::1],testserver").split(",")
DATABASES = {"default": database(os.environ.get("DATABASE_URL", f"sqlite:///{EPIGRID_VAR / 'epigrid.sqlite3'}"))}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
AUTH_USER_MODEL = "access.User"

APPS = [
    "epigrid.store",
    "epigrid.registers.places",
    "epigrid.registers.policies",
    "epigrid.registers.people",
    "epigrid.registers.organisation",
    "epigrid.registers.workforce",
    "epigrid.registers.access",
    "epigrid.field.sampling",
    "epigrid.field.laboratory",
    "epigrid.field.codes",
    "epigrid.field.tasks",
    "epigrid.field.care",
    "epigrid.field.antigen",
    "epigrid.field.entry",
    "epigrid.field.visits",
    "epigrid.response.outbreaks",
    "epigrid.response.tracing",
    "epigrid.response.quarantine",
    "epigrid.response.zones",
    "epigrid.command.communication",
    "epigrid.command.exercises",
    "epigrid.command.planning",
    "epigrid.command.situation",
    "epigrid.interfaces.pages",
]
INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "axes",
    "csp",
    "ninja",
    *APPS,
]

EPIGRID_UPLOADS_AT_ONCE = int(os.environ.get("EPIGRID_UPLOADS_AT_ONCE", "1" if DATABASES["default"]["ENGINE"].endswith("sqlite3") else "2"))
"""How many uploads of phones work at once: SQLite has one writer, a second would only wait for it; `epigrid serve` has eight threads for everybody else."""

EPIGRID_LOOK_UPS = int(os.environ.get("EPIGRID_LOOK_UPS", "120"))
EPIGRID_LOOK_UP_MINUTES = int(os.environ.get("EPIGRID_LOOK_UP_MINUTES", "10"))
"""So often within so many minutes an account may look somebody up by a number, a code or a home. Design values: a table registers four to six people a
minute, so that half of it is the most that one needs, and all of it may come at once."""

EPIGRID_SUPPORT_HOURS = int(os.environ.get("EPIGRID_SUPPORT_HOURS", "2"))
"""A call for support that no unit has accepted after so many hours goes up one level, and again after as many more (design value)."""

MIDDLEWARE = [
    "epigrid.interfaces.middleware.BusyMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "csp.middleware.CSPMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "epigrid.interfaces.middleware.ChosenLanguageMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "epigrid.interfaces.middleware.ActorMiddleware",
    "epigrid.interfaces.middleware.RefusalMiddleware",
    "axes.middleware.AxesMiddleware",
]
ROOT_URLCONF = "epigrid.interfaces.urls"
WSGI_APPLICATION = "epigrid.interfaces.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [PACKAGE / "interfaces" / "pages" / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "epigrid.interfaces.pages.frame.frame",
            ]
        },
    }
]

AUTHENTICATION_BACKENDS = [
    "axes.backends.AxesStandaloneBackend",
    "allauth.account.auth_backends.AuthenticationBackend",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/"
ACCOUNT_LOGIN_METHODS = {"username"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "password1*"]
ACCOUNT_ADAPTER = "epigrid.interfaces.accounts.ClosedAccounts"
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_USER_MODEL_EMAIL_FIELD = None
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes"]
AXES_FAILURE_LIMIT = 10
AXES_COOLOFF_TIME = 0.25
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_ENABLE_ACCESS_FAILURE_LOG = False
AXES_VERBOSE = False

LANGUAGE_CODE = "zh-hans"
LANGUAGES = [("zh-hans", "简体中文"), ("en", "English")]
LOCALE_PATHS = [PACKAGE / "locale"]
USE_I18N = True
USE_TZ = True
TIME_ZONE = "Asia/Shanghai"

EPIGRID_WORDS = "epigrid.interfaces.pages.lexicon.say"
"""By this name the apps' pages reach the words of closed lists (`store.shapes.word`)."""

STATIC_URL = "/static/"
STATICFILES_DIRS = [PACKAGE / "interfaces" / "static"]
WHITENOISE_USE_FINDERS = True
WHITENOISE_AUTOREFRESH = False
WHITENOISE_IMMUTABLE_FILE_TEST = r"^/static/(?:desk|field)/assets/.+-[\w-]{8}\.\w+$"
"""Names that hold a digest of the content may be kept for ever."""

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": ["'none'"],
        "script-src": ["'self'"],
        "style-src": ["'self'"],
        "img-src": ["'self'", "data:"],
        "font-src": ["'self'"],
        "connect-src": ["'self'"],
        "form-action": ["'self'"],
        "base-uri": ["'none'"],
        "frame-ancestors": ["'none'"],
        "manifest-src": ["'self'"],
    }
}
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_AGE = 12 * 3600
SESSION_EXPIRE_AT_BROWSER_CLOSE = True
if os.environ.get("EPIGRID_HTTPS"):
    SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = True
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "handlers": {"console": {"class": "logging.StreamHandler"}},
    "root": {"handlers": ["console"], "level": "WARNING"},
}
