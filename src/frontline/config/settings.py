"""Django's settings, from the environment. `frontline doctor` explains them; docs/operate/settings.md lists them."""

import secrets
from pathlib import Path

from django.utils.translation import gettext_lazy as _

from frontline.config.capabilities import CAPABILITIES
from frontline.foundation import env
from frontline.foundation.postgres.url import django_settings

PACKAGE = Path(__file__).resolve().parent.parent
DATA = Path(env.text("FRONTLINE_DATA", ".frontline")).resolve()

DEBUG = env.flag("FRONTLINE_DEBUG", default=False)


def _secret_key() -> str:
    """From the environment, else from a key file beside the data, made on first use."""
    import os

    if "FRONTLINE_SECRET_KEY" in os.environ or "FRONTLINE_SECRET_KEY_FILE" in os.environ:
        return env.text("FRONTLINE_SECRET_KEY")
    path = DATA / "secret-key"
    if not path.exists():
        DATA.mkdir(parents=True, exist_ok=True)
        try:
            with open(path, "x", encoding="ascii", opener=lambda p, f: os.open(p, f, 0o600)) as file:
                file.write(secrets.token_urlsafe(48))
        except FileExistsError:
            pass  # another process was quicker; its key is ours
    return path.read_text(encoding="ascii")


SECRET_KEY = _secret_key()
ALLOWED_HOSTS = env.words("FRONTLINE_HOSTS", "localhost,127.0.0.1,[::1],testserver")
PUBLIC_URL = env.text("FRONTLINE_URL", "http://127.0.0.1:8000").rstrip("/")
CSRF_TRUSTED_ORIGINS = [PUBLIC_URL]

INSTALLED_APPS = [
    *(f"frontline.{name}" for name in CAPABILITIES),
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.postgres",
    "django_cotton.apps.SimpleAppConfig",
    "django_htmx",
    "procrastinate.contrib.django",
]

MIDDLEWARE = [
    "frontline.foundation.http.middleware.RequestEnvelope",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "frontline.foundation.http.middleware.ActorMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "frontline.foundation.http.middleware.ReaderMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "frontline.foundation.http.middleware.DeskErrorMiddleware",
    "frontline.foundation.http.idempotency.IdempotencyMiddleware",
]

ROOT_URLCONF = "frontline.config.urls"
WSGI_APPLICATION = "frontline.config.wsgi.application"
APPEND_SLASH = False

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [PACKAGE / "foundation" / "ui" / "templates"],
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.template.context_processors.static",
                "django.contrib.messages.context_processors.messages",
                "frontline.foundation.ui.context.shell",
            ],
            "loaders": [
                (
                    "django.template.loaders.cached.Loader",
                    [
                        "django_cotton.cotton_loader.Loader",
                        "django.template.loaders.filesystem.Loader",
                        "django.template.loaders.app_directories.Loader",
                    ],
                )
            ],
            "builtins": [
                "django.templatetags.i18n",
                "django.templatetags.static",
                "django_cotton.templatetags.cotton",
                "frontline.foundation.ui.templatetags.desk",
                "frontline.foundation.ui.templatetags.parts",
            ],
        },
    }
]

#: variables of a page do not leak into its parts
COTTON_ISOLATE_BY_DEFAULT = True

DATABASES = {"default": django_settings(env.text("DATABASE_URL", ""), data=DATA)}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

AUTH_USER_MODEL = "people.Account"
#: what the plumbing needs of the rooms above it, by name
ACTOR_OF_ACCOUNT = "frontline.people.queries.actor_of_account"
ACTOR_OF_TOKEN = "frontline.people.queries.actor_of_token"  # noqa: S105 - the name of a function
API = "frontline.config.api.api"
AUTHENTICATION_BACKENDS = ["frontline.people.web.backends.AccountBackend"]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
LOGIN_URL = "/sign-in"
LOGIN_REDIRECT_URL = "/"

LANGUAGE_CODE = "en"
LANGUAGES = [("en", _("English")), ("de", _("German"))]
LOCALE_PATHS = [PACKAGE / "locale"]
TIME_ZONE = "UTC"
USE_TZ = True
USE_I18N = True

STATIC_URL = "/static/"
STATICFILES_DIRS = [PACKAGE / "foundation" / "ui" / "static"]
HASHED_STATIC = env.flag("FRONTLINE_HASHED_STATIC", default=False)
STATIC_ROOT = DATA / "static" if HASHED_STATIC else None  # collected only where names carry hashes
WHITENOISE_USE_FINDERS = not HASHED_STATIC
WHITENOISE_AUTOREFRESH = DEBUG
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "frontline.foundation.ui.storage.HashedStatic"
        if HASHED_STATIC
        else "django.contrib.staticfiles.storage.StaticFilesStorage"
    },
}
FILES_ROOT = DATA / "files"
FILE_BYTES_LIMIT = env.integer("FRONTLINE_FILE_MB", 25, least=1, most=1024) * 1024 * 1024
DATA_UPLOAD_MAX_MEMORY_SIZE = 30 * 1024 * 1024

SECURE_PROXY_SSL_HEADER = (
    ("HTTP_X_FORWARDED_PROTO", "https") if env.flag("FRONTLINE_BEHIND_PROXY", default=False) else None
)
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = PUBLIC_URL.startswith("https://")
SESSION_COOKIE_NAME = "frontline_session"
SESSION_COOKIE_AGE = 12 * 3600
CSRF_COOKIE_NAME = "frontline_csrf"
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "SAMEORIGIN"

EMAIL_BACKEND = env.text("FRONTLINE_MAIL_BACKEND", "django.core.mail.backends.smtp.EmailBackend")
EMAIL_HOST = env.text("FRONTLINE_SMTP_HOST", "localhost")
EMAIL_PORT = env.integer("FRONTLINE_SMTP_PORT", 25, least=1, most=65535)
EMAIL_HOST_USER = env.text("FRONTLINE_SMTP_USER", "")
EMAIL_HOST_PASSWORD = env.text("FRONTLINE_SMTP_PASSWORD", "")
EMAIL_USE_TLS = env.flag("FRONTLINE_SMTP_STARTTLS", default=False)
EMAIL_TIMEOUT = 20
DEFAULT_FROM_EMAIL = env.text("FRONTLINE_MAIL_FROM", "IT Service Desk <desk@frontline.example>")
OUTBOX_DIR = DATA / "outbox"

#: where people reach a human; shown on every page of the front door when given
DESK_PHONE = env.text("FRONTLINE_DESK_PHONE", "")

PROCRASTINATE_AUTODISCOVER_MODULE_NAME = "jobs"
LOGGING_CONFIG = None
LOG_FORMAT = env.choice("FRONTLINE_LOG", "plain", ("plain", "json"))
