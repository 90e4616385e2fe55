"""The environment: which variables the portal reads, and how each is read and explained.

The table in the README is compared with this one by a test. What a value comes to is in
`settings`.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from portal import values

SECRET = frozenset(
    {
        "PORTAL_DATABASE_URL",
        "PORTAL_METRICS_TOKEN",
        "PORTAL_REDIS_URL",
        "PORTAL_SECRET_KEYS",
        "PORTAL_SMTP_URL",
    }
)
"""May hold a password or a key: their values are repeated nowhere, a refusal included."""


@dataclass(frozen=True)
class Setting:
    """One line of the settings table.

    Attributes:
        name: the environment variable.
        field: the attribute of `Settings` it fills.
        read: turns the text into the value; raises ValueError with the reason.
        default: as the table shows it.
        meaning: one sentence.
    """

    name: str
    field: str
    read: Callable[[str], Any]
    default: str
    meaning: str


SETTINGS: tuple[Setting, ...] = (
    Setting(
        "PORTAL_DATA",
        "data",
        values.folder,
        "`./data`",
        "Folder of the embedded database, the embedded Valkey and the media.",
    ),
    Setting(
        "PORTAL_DATABASE_URL",
        "database_url",
        values.database_url,
        "SQLite in `PORTAL_DATA`",
        "`postgresql://user:password@host/name`, or `sqlite:///file`.",
    ),
    Setting(
        "PORTAL_REDIS_URL",
        "redis_url",
        values.redis_url,
        "embedded Valkey in `PORTAL_DATA`",
        "`redis://`, `rediss://` or `unix://`: a Valkey or Redis shared by several servers.",
    ),
    Setting(
        "PORTAL_BASE_URL",
        "base_url",
        values.base_url,
        "derived while bound to loopback only",
        "Absolute address of the site, used in links and the origin check; never taken from "
        "the `Host` header.",
    ),
    Setting(
        "PORTAL_SECRET_KEYS",
        "secret_keys",
        values.keys,
        "made once, kept in `PORTAL_DATA`",
        "Comma-separated key ring, newest first, each at least 32 characters.",
    ),
    Setting("PORTAL_SITE_NAME", "site_name", values.line, "`Portal`", "Name of the site."),
    Setting(
        "PORTAL_WELCOME",
        "welcome",
        values.line,
        "`Welcome to` and the name",
        "The line above the masthead.",
    ),
    Setting(
        "PORTAL_LANGUAGES",
        "languages",
        values.languages,
        "`en`",
        "Languages of the site, first one first.",
    ),
    Setting(
        "PORTAL_TIMEZONE", "timezone", values.zone, "`UTC`", "IANA zone in which times are shown."
    ),
    Setting(
        "PORTAL_TRUSTED_PROXIES",
        "trusted_proxies",
        values.networks,
        "none",
        "Addresses or networks whose `X-Forwarded-*` headers are believed.",
    ),
    Setting(
        "PORTAL_COUNT_IDENTITY",
        "count_identity",
        values.identity,
        "`tab`",
        "`tab`: a random id that dies with the tab; `network`: nothing is stored, a hash with "
        "a daily salt.",
    ),
    Setting(
        "PORTAL_CLICK_WINDOW",
        "click_window",
        values.between(0, 86_400),
        "`1800`",
        "Seconds in which one reader's further visits to one article are one click.",
    ),
    Setting(
        "PORTAL_COUNT_DAYS",
        "count_days",
        values.between(0, 36_500),
        "`400`",
        "Days for which clicks are kept by the hour; older hours become days, and reasons and "
        "facts go. 0: for good.",
    ),
    Setting(
        "PORTAL_ALERT_MAIL",
        "alert_mail",
        values.switch,
        "`on`",
        "Whether editors and administrators get a letter when something is read far more or far "
        "less than is usual, or clicks are held; where mail goes out at all.",
    ),
    Setting(
        "PORTAL_DRAIN_SECONDS",
        "drain_seconds",
        values.between(0, 60),
        "`3` (`demo`: `0`)",
        "How long `/readyz` says 503 before sockets are sent away.",
    ),
    Setting(
        "PORTAL_METRICS_ALLOW",
        "metrics_allow",
        values.networks,
        "`127.0.0.0/8,::1`",
        "Addresses or networks that may read `/metrics`; to all others it does not exist.",
    ),
    Setting(
        "PORTAL_METRICS_TOKEN",
        "metrics_token",
        values.token,
        "none",
        "Whoever sends `Authorization: Bearer` and this token may read `/metrics` from anywhere.",
    ),
    Setting(
        "PORTAL_THEME",
        "theme",
        values.folder,
        "`theme.toml` in `PORTAL_DATA`, if it is there",
        "The file that says how the site looks: logo, colours, fonts, links.",
    ),
    Setting(
        "PORTAL_TEMPLATES",
        "templates",
        values.folder,
        "none",
        "Folder of templates that stand in for the portal's own of the same name.",
    ),
    Setting(
        "PORTAL_EMBEDS",
        "embeds",
        values.hosts,
        "none",
        "Hosts whose films play within an article once a reader pressed them: "
        "`www.youtube-nocookie.com,player.vimeo.com`. Others stay links.",
    ),
    Setting(
        "PORTAL_CHAT_FIELDS",
        "chat_fields",
        values.chat_fields,
        "none",
        "What a visitor is asked before his first chat, of `name`, `email` and `topic`; with `*` "
        "he must answer: `name,email*`.",
    ),
    Setting(
        "PORTAL_CHAT_CONSENT",
        "chat_consent",
        values.paragraph,
        "none",
        "What a visitor must agree to before his first chat.",
    ),
    Setting(
        "PORTAL_CHAT_PREVIEW",
        "chat_preview",
        values.switch,
        "`on`",
        "Whether staff see what a visitor types before he sends it; he is told. `on` or `off`.",
    ),
    Setting(
        "PORTAL_CHAT_FILE_MB",
        "chat_file_mb",
        values.between(1, 100),
        "`10`",
        "How large a file in a chat may be, in MB.",
    ),
    Setting(
        "PORTAL_CHAT_ASSIGNMENT",
        "chat_assignment",
        values.assignment,
        "`hand`",
        "Who gets the next conversation: `hand`, whoever takes it; `automatic`, whoever has least "
        "to do.",
    ),
    Setting(
        "PORTAL_CHAT_CAPACITY",
        "chat_capacity",
        values.between(1, 1_000),
        "none; `8` when automatic",
        "How many conversations an agent answers at once, if nothing else is said of him.",
    ),
    Setting(
        "PORTAL_SMTP_URL",
        "smtp_url",
        values.smtp_url,
        "none",
        "`smtp://user:password@host:587` or `smtps://`: where mail goes out. Without it letters "
        "wait, and staff can read them.",
    ),
    Setting(
        "PORTAL_MAIL_FROM",
        "mail_from",
        values.sender,
        "the site's name, `no-reply@` its host",
        "Sender of the portal's mail: `Name <address>`, or an address.",
    ),
)
