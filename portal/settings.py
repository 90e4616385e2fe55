"""The settings: what a person may decide by environment, `.env` file or flag.

Each is one `Setting` in `SETTINGS`; the table in the README is compared with it by a test. A value
is read once, here, into `Settings`; a value that cannot be meant ends the command with one line.
"""

import os
import secrets
import stat
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from ipaddress import IPv4Network, IPv6Network, ip_address, ip_network
from pathlib import Path
from typing import Any, Literal
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from portal.errors import BadSetting, Stopped

Network = IPv4Network | IPv6Network
HIDDEN = "…"
SECRET = frozenset(
    {"PORTAL_DATABASE_URL", "PORTAL_REDIS_URL", "PORTAL_SECRET_KEYS", "PORTAL_SMTP_URL"}
)
"""May hold a password or a key: their values are repeated nowhere, a refusal included."""
LOOPBACK_NAMES = frozenset({"localhost", "127.0.0.1", "::1", "[::1]"})


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


def _folder(text: str) -> Path:
    return Path(text).expanduser().resolve()


def _redis_url(text: str) -> str:
    if urlsplit(text).scheme not in ("redis", "rediss", "unix"):
        raise ValueError("expected redis://, rediss:// or unix://")
    return text


def _database_url(text: str) -> str:
    if urlsplit(text).scheme.partition("+")[0] not in ("postgresql", "postgres", "sqlite"):
        raise ValueError("expected postgresql://user:password@host/name, or sqlite:///file")
    return text


def _base_url(text: str) -> str:
    parts = urlsplit(text)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise ValueError("expected https://host, with a port if it is not the usual one")
    if parts.path not in ("", "/") or parts.query or parts.fragment or parts.username:
        raise ValueError("expected scheme and host only, without path, user or query")
    return f"{parts.scheme}://{parts.netloc}".lower()


def _smtp_url(text: str) -> str:
    if urlsplit(text).scheme not in ("smtp", "smtps"):
        raise ValueError("expected smtp:// or smtps://")
    return text


def _names(text: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in text.split(",") if part.strip())


def _keys(text: str) -> tuple[str, ...]:
    keys = _names(text)
    if not keys or any(len(key) < 32 for key in keys):
        raise ValueError("expected one or more keys of at least 32 characters, comma-separated")
    return keys


def _languages(text: str) -> tuple[str, ...]:
    tags = _names(text)
    if not tags or any(not all(p.isalnum() for p in tag.split("-")) for tag in tags):
        raise ValueError("expected language tags like en,zh-CN")
    return tags


def _zone(text: str) -> ZoneInfo:
    try:
        return ZoneInfo(text)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise ValueError("expected an IANA zone like Europe/Berlin") from None


def _networks(text: str) -> tuple[Network, ...]:
    try:
        return tuple(ip_network(name, strict=False) for name in _names(text))
    except ValueError:
        raise ValueError(
            "expected addresses or networks like 10.0.0.0/8, comma-separated"
        ) from None


def _identity(text: str) -> str:
    if text not in ("tab", "network"):
        raise ValueError("expected tab or network")
    return text


def _between(least: int, most: int) -> Callable[[str], int]:
    def read(text: str) -> int:
        if not text.isascii() or not text.isdigit() or not least <= int(text) <= most:
            raise ValueError(f"expected a whole number from {least} to {most}")
        return int(text)

    return read


def _line(text: str) -> str:
    if not text.strip() or len(text) > 200 or not text.isprintable():
        raise ValueError("expected one line of 1 to 200 characters")
    return text.strip()


SETTINGS: tuple[Setting, ...] = (
    Setting(
        "PORTAL_DATA",
        "data",
        _folder,
        "`./data`",
        "Folder of the embedded database, the embedded Valkey and the media.",
    ),
    Setting(
        "PORTAL_DATABASE_URL",
        "database_url",
        _database_url,
        "SQLite in `PORTAL_DATA`",
        "`postgresql://user:password@host/name`, or `sqlite:///file`.",
    ),
    Setting(
        "PORTAL_REDIS_URL",
        "redis_url",
        _redis_url,
        "embedded Valkey in `PORTAL_DATA`",
        "`redis://`, `rediss://` or `unix://`: a Valkey or Redis shared by several servers.",
    ),
    Setting(
        "PORTAL_BASE_URL",
        "base_url",
        _base_url,
        "derived while bound to loopback only",
        "Absolute address of the site, used in links and the origin check; never taken from "
        "the `Host` header.",
    ),
    Setting(
        "PORTAL_SECRET_KEYS",
        "secret_keys",
        _keys,
        "made once, kept in `PORTAL_DATA`",
        "Comma-separated key ring, newest first, each at least 32 characters.",
    ),
    Setting("PORTAL_SITE_NAME", "site_name", _line, "`Portal`", "Name of the site."),
    Setting(
        "PORTAL_WELCOME",
        "welcome",
        _line,
        "`Welcome to` and the name",
        "The line above the masthead.",
    ),
    Setting(
        "PORTAL_LANGUAGES",
        "languages",
        _languages,
        "`en`",
        "Languages of the site, first one first.",
    ),
    Setting("PORTAL_TIMEZONE", "timezone", _zone, "`UTC`", "IANA zone in which times are shown."),
    Setting(
        "PORTAL_TRUSTED_PROXIES",
        "trusted_proxies",
        _networks,
        "none",
        "Addresses or networks whose `X-Forwarded-*` headers are believed.",
    ),
    Setting(
        "PORTAL_COUNT_IDENTITY",
        "count_identity",
        _identity,
        "`tab`",
        "`tab`: a random id that dies with the tab; `network`: nothing is stored, a hash with "
        "a daily salt.",
    ),
    Setting(
        "PORTAL_CLICK_WINDOW",
        "click_window",
        _between(0, 86_400),
        "`1800`",
        "Seconds in which one reader's further visits to one article are one click.",
    ),
    Setting(
        "PORTAL_DRAIN_SECONDS",
        "drain_seconds",
        _between(0, 60),
        "`3` (`demo`: `0`)",
        "How long `/readyz` says 503 before sockets are sent away.",
    ),
    Setting(
        "PORTAL_SMTP_URL",
        "smtp_url",
        _smtp_url,
        "none",
        "`smtp://` or `smtps://`: where mail will go out. Checked, not used yet: no mail is sent.",
    ),
)


@dataclass(frozen=True)
class Settings:
    """All that was decided before the start. `bind` and `workers` come from the command line."""

    data: Path = field(default_factory=lambda: Path("data").resolve())
    database_url: str | None = None
    redis_url: str | None = None
    base_url: str | None = None
    secret_keys: tuple[str, ...] = ()
    site_name: str = "Portal"
    welcome: str = ""
    languages: tuple[str, ...] = ("en",)
    timezone: ZoneInfo = field(default_factory=lambda: ZoneInfo("UTC"))
    trusted_proxies: tuple[Network, ...] = ()
    count_identity: Literal["tab", "network"] = "tab"
    click_window: int = 1800
    drain_seconds: int = 3
    smtp_url: str | None = None
    host: str = "127.0.0.1"
    port: int = 8000
    workers: int = 1
    demo: bool = False

    @property
    def welcome_line(self) -> str:
        """The line above the masthead."""
        return self.welcome or f"Welcome to {self.site_name}!"

    @property
    def loopback(self) -> bool:
        """Whether only this machine can reach the server."""
        return is_loopback(self.host)

    @property
    def site_url(self) -> str:
        """The absolute address of the site, without a slash at its end."""
        if self.base_url:
            return self.base_url
        name = f"[{self.host}]" if ":" in self.host else self.host
        return f"http://{name}:{self.port}"

    @property
    def origins(self) -> frozenset[str]:
        """The origins whose pages may open a socket or send a form."""
        allowed = {self.site_url}
        if self.loopback:
            names = ("localhost", "127.0.0.1", "[::1]")
            allowed.update(f"http://{name}:{self.port}" for name in names)
        return frozenset(allowed)

    @property
    def secure(self) -> bool:
        """Whether the site is reached over https."""
        return self.site_url.startswith("https://")


def is_loopback(host: str) -> bool:
    """Tell whether binding to `host` keeps strangers out."""
    if host in LOOPBACK_NAMES:
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False


def load(environ: Mapping[str, str] | None = None, **flags: Any) -> Settings:
    """Read the settings: flags before environment before `.env` before defaults.

    Args:
        environ: the environment; the process' own when left out.
        flags: fields of `Settings` set on the command line; `None` means not given.

    Raises:
        BadSetting: a value cannot be meant, or a `PORTAL_*` name does not exist.
    """
    environ = os.environ if environ is None else environ
    given = {**_dotenv(Path(".env")), **environ}
    known = {setting.name for setting in SETTINGS}
    for name in given:
        if name.startswith("PORTAL_") and name not in known:
            raise BadSetting("there is no such setting", name, HIDDEN)
    values: dict[str, Any] = {}
    for setting in SETTINGS:
        got = given.get(setting.name, "")
        if not got:
            continue
        try:
            values[setting.field] = setting.read(got)
        except ValueError as error:
            shown = HIDDEN if setting.name in SECRET else got
            raise BadSetting(str(error), setting.name, shown) from None
    values.update({name: value for name, value in flags.items() if value is not None})
    return Settings(**values)


def _dotenv(path: Path) -> dict[str, str]:
    """Read `NAME=value` lines; quotes around a value and `export` before a name are taken off."""
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except (FileNotFoundError, IsADirectoryError):
        return {}
    except (OSError, UnicodeDecodeError) as error:
        raise Stopped(f".env cannot be read: {error}") from None
    found = {}
    for line in lines:
        name, equals, value = line.strip().removeprefix("export ").partition("=")
        if not equals or name.startswith("#"):
            continue
        value = value.strip()
        if len(value) >= 2 and value[0] == value[-1] and value[0] in "\"'":
            value = value[1:-1]
        if name.strip().startswith("PORTAL_"):
            found[name.strip()] = value
    return found


def check_reach(settings: Settings) -> None:
    """Refuse to serve strangers without knowing the site's own address.

    Raises:
        Stopped: bound beyond loopback without PORTAL_BASE_URL.
    """
    if not settings.loopback and not settings.base_url:
        raise Stopped(
            f"bound to {settings.host} the portal must know its own address; "
            "add PORTAL_BASE_URL=https://your.site"
        )


def make_data_folder(settings: Settings) -> None:
    """Make the data folder and see that it can be written.

    Raises:
        Stopped: it cannot.
    """
    try:
        settings.data.mkdir(parents=True, exist_ok=True)
        probe = settings.data / f".probe-{secrets.token_hex(4)}"
        probe.touch()
        probe.unlink()
    except OSError as error:
        raise Stopped(
            f"PORTAL_DATA: the folder {settings.data} cannot be written ({error.strerror})"
        ) from None


def key_ring(settings: Settings) -> tuple[str, ...]:
    """Return the secret keys, newest first: as set, or made once and kept in the data folder.

    Raises:
        Stopped: the kept file cannot be read.
    """
    if settings.secret_keys:
        return settings.secret_keys
    path = settings.data / "secret_keys"
    try:
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, stat.S_IRUSR | stat.S_IWUSR)
        with os.fdopen(handle, "w") as file:
            file.write(secrets.token_urlsafe(48))
    except FileExistsError:
        pass
    except OSError as error:
        raise Stopped(f"{path} cannot be written ({error.strerror})") from None
    try:
        return _keys(path.read_text(encoding="utf-8").strip())
    except (OSError, ValueError) as error:
        raise Stopped(f"{path} holds no key ring: {error}") from None
