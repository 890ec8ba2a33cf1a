"""All settings, read from the environment; what isn't understood is refused at start.

DATABASE_URL, SECRET_KEY, DEBUG, ALLOWED_HOSTS, COLUMNS_DIR (where the register's columns are kept), API_RATE
(requests a client may send, `600/min`), FORM_RATE
(corrections one address may report and alerts it may ask for, `10/hour`), EMAIL_URL, EMAIL_FROM and SITE_URL
(the mail server, who mails come from, and what their links begin with), PROXIES (how many of our own stand in
front and add to X-Forwarded-For) and the SITE_* slots of the footer are all there is to set.
"""

import re
from pathlib import Path

import environ
from django.core.exceptions import ImproperlyConfigured

BASE_DIR = Path(__file__).resolve().parent.parent
env = environ.FileAwareEnv()

DEVELOPMENT_KEY = "development-only-key-never-for-a-public-host"
RATE = r"[1-9]\d*/(sec|min|hour|day)"
LOOPBACK = ["127.0.0.1", "localhost", "[::1]"]


def strict_bool(name: str, default: bool) -> bool:
    """True or false and nothing else: a typo in a switch must not silently mean "off"."""
    text = env.str(name, str(default)).strip().lower()
    if text not in {"true", "false", "1", "0", "yes", "no"}:
        raise ImproperlyConfigured(f"{name}={text!r}：请写 true 或 false。")
    return text in {"true", "1", "yes"}


def strict(name: str, default: str, form: str, advice: str) -> str:
    """Text of a form, whole."""
    text = env.str(name, default).strip()
    if not re.fullmatch(form, text):
        raise ImproperlyConfigured(f"{name}={text!r}：{advice}")
    return text


DEBUG = strict_bool("DEBUG", False)
SECRET_KEY = env.str("SECRET_KEY", DEVELOPMENT_KEY)
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", default=LOOPBACK)
PUBLIC_HOSTS = sorted(set(ALLOWED_HOSTS) - {*LOOPBACK, "testserver"})
if PUBLIC_HOSTS and (SECRET_KEY == DEVELOPMENT_KEY or len(SECRET_KEY) < 32):
    raise ImproperlyConfigured("对外提供服务前请设置 SECRET_KEY（至少32个随机字符，不要用开发用的）。")
if PUBLIC_HOSTS and DEBUG:
    raise ImproperlyConfigured(
        f"DEBUG 会把内部信息给所有人看，不能和对外的 ALLOWED_HOSTS（{'、'.join(PUBLIC_HOSTS)}）一起用。"
    )

INSTALLED_APPS = [
    "lnsme.apps.DeskConfig",  # django.contrib.admin with our own site in it
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.sitemaps",
    "django.contrib.staticfiles",
    "django_filters",
    "rest_framework",
    "simple_history",
    "enterprises",
    "policies",
    "lnsme",
]
MIDDLEWARE = [
    "lnsme.security.ContentSecurityPolicy",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.middleware.gzip.GZipMiddleware",
    "django.middleware.http.ConditionalGetMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "simple_history.middleware.HistoryRequestMiddleware",
    "lnsme.display.Varies",
]
ROOT_URLCONF = "lnsme.urls"
WSGI_APPLICATION = "lnsme.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "lnsme.pages.site",
            ],
        },
    }
]

if not re.match("(sqlite|postgres|postgresql)://", env.str("DATABASE_URL", "sqlite://")):
    raise ImproperlyConfigured(
        "DATABASE_URL 请写成 sqlite:///文件路径 或 postgres://用户:密码@主机:端口/库名。"
    )
DATABASES = {"default": env.db("DATABASE_URL", default=f"sqlite:///{BASE_DIR / 'db.sqlite3'}")}
if DATABASES["default"]["ENGINE"] == "django.db.backends.sqlite3":
    DATABASES["default"].setdefault("OPTIONS", {}).update(
        transaction_mode="IMMEDIATE",
        timeout=20,
        init_command="PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA foreign_keys=ON;",
    )
else:
    DATABASES["default"].update(CONN_MAX_AGE=60, CONN_HEALTH_CHECKS=True)
# Where the register's columns are kept between starts; every process of one site names the same folder.
COLUMNS_DIR = Path(env.str("COLUMNS_DIR", str(BASE_DIR / "columns")))

DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

AUTHENTICATION_BACKENDS = ["enterprises.rights.Roles"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}"}
    for name in ("UserAttributeSimilarityValidator", "CommonPasswordValidator", "NumericPasswordValidator")
] + [
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 12},
    }
]

LANGUAGE_CODE = "zh-hans"
TIME_ZONE = "Asia/Shanghai"
USE_TZ = True

STATIC_URL = "static/"
STATIC_ROOT = BASE_DIR / "staticfiles"
STATICFILES_DIRS = [BASE_DIR / "static"]
WHITENOISE_USE_FINDERS = True

SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_HTTPONLY = True
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
DATA_UPLOAD_MAX_MEMORY_SIZE = 1_000_000
FILE_UPLOAD_HANDLERS = ["enterprises.lists.uploads.Bounded"]  # in memory, bounded, never on the disk

REST_FRAMEWORK = {
    "DEFAULT_RENDERER_CLASSES": ["lnsme.api.Json"],
    "DEFAULT_PARSER_CLASSES": ["lnsme.api.Body"],
    "DEFAULT_AUTHENTICATION_CLASSES": [],
    "DEFAULT_PERMISSION_CLASSES": [],
    "DEFAULT_PAGINATION_CLASS": "lnsme.api.Pages",
    "DEFAULT_FILTER_BACKENDS": ["lnsme.api.Filters"],
    "DEFAULT_METADATA_CLASS": None,
    "URL_FORMAT_OVERRIDE": None,
    "EXCEPTION_HANDLER": "lnsme.api.refuse",
    "DEFAULT_THROTTLE_CLASSES": ["rest_framework.throttling.AnonRateThrottle"],
    "DEFAULT_THROTTLE_RATES": {
        "anon": strict("API_RATE", "600/min", RATE, "请写成 600/min 这样。"),
        **dict.fromkeys(
            ("corrections", "alerts"), strict("FORM_RATE", "10/hour", RATE, "请写成 10/hour 这样。")
        ),
    },
    "NUM_PROXIES": int(strict("PROXIES", "0", r"\d", "请填站点前面自有反向代理的层数，没有就填 0。")),
    "UNAUTHENTICATED_USER": None,
}

# Without a mail server there are no alerts, and no page offers them; on one's own machine mails are printed.
MAILS = env.email_url_config(
    strict(
        "EMAIL_URL",
        "" if PUBLIC_HOSTS else "consolemail://",
        r"|(smtp|smtps|smtp\+tls|smtp\+ssl)://\S+|consolemail://|filemail://\S+",
        "请写成 smtp+tls://用户:密码@主机:587 这样；不发邮件就不设。",
    )
    or "dummymail://"
)
ALERTS = "dummy" not in MAILS["EMAIL_BACKEND"]
EMAIL_BACKEND, EMAIL_FILE_PATH = MAILS["EMAIL_BACKEND"], MAILS["EMAIL_FILE_PATH"]
EMAIL_HOST, EMAIL_PORT = MAILS["EMAIL_HOST"], MAILS["EMAIL_PORT"]
EMAIL_HOST_USER, EMAIL_HOST_PASSWORD = MAILS["EMAIL_HOST_USER"], MAILS["EMAIL_HOST_PASSWORD"]
EMAIL_USE_TLS, EMAIL_USE_SSL = MAILS.get("EMAIL_USE_TLS", False), MAILS.get("EMAIL_USE_SSL", False)
EMAIL_TIMEOUT = 10
EMAIL_FROM = DEFAULT_FROM_EMAIL = strict(
    *("EMAIL_FROM", "" if PUBLIC_HOSTS else "lnsme@localhost", r"([^@\s]+@[^@\s]+)?"),
    "请填发信的邮箱地址，例如 tixing@example.cn。",
)
SITE_URL = strict(
    *("SITE_URL", "" if PUBLIC_HOSTS else "http://127.0.0.1:8000", r"(https?://[^/\s]+)?"),
    "请填网站的网址，例如 https://zhengce.example.cn，后面不带斜杠。",
)
if ALERTS and not (EMAIL_FROM and SITE_URL):
    raise ImproperlyConfigured("设了 EMAIL_URL，还要设 EMAIL_FROM（发信地址）和 SITE_URL（网站的网址）。")

LOGGING = {  # addresses carry what a firm has told us, so they don't get into any log of ours
    "version": 1,
    "disable_existing_loggers": False,
    "loggers": {"django.server": {"level": "ERROR"}},
}

SITE_NAME = env.str("SITE_NAME", "辽宁中小企业政策服务")
SITE_SLOTS = {
    label: text
    for label, text in (
        ("主办单位", env.str("SITE_ORGANIZER", "")),
        ("联系方式", env.str("SITE_CONTACT", "")),
        ("网站标识码", env.str("SITE_CODE", "")),
        ("ICP备案", env.str("SITE_ICP", "")),
        ("公安备案", env.str("SITE_POLICE", "")),
    )
    if text
}
