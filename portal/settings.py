"""The settings: what a person may decide by environment, `.env` file or flag.

Each is one `Setting` of the `environment`. A value is read once, here, into `Settings`; a value
that cannot be meant ends the command with one line.
"""

import os
import secrets
import stat
from collections.abc import Mapping
from dataclasses import dataclass, field
from email.headerregistry import Address
from ipaddress import ip_address, ip_network
from pathlib import Path
from typing import Any, Literal
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from portal import values
from portal.environment import SECRET
from portal.environment import SETTINGS as SETTINGS
from portal.errors import BadSetting, Stopped
from portal.values import Network

HIDDEN = "…"
AUTOMATIC_CAPACITY = 8
"""Who does not choose what he gets is given no more than one can keep in mind."""
LOOPBACK_NAMES = frozenset({"localhost", "127.0.0.1", "::1", "[::1]"})


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
    count_days: int = 400
    alert_mail: bool = True
    drain_seconds: int = 3
    metrics_allow: tuple[Network, ...] = (ip_network("127.0.0.0/8"), ip_network("::1"))
    metrics_token: str | None = None
    embeds: tuple[str, ...] = ()
    theme: Path | None = None
    templates: Path | None = None
    chat_fields: tuple[str, ...] = ()
    chat_consent: str = ""
    chat_preview: bool = True
    chat_file_mb: int = 10
    chat_assignment: Literal["hand", "automatic"] = "hand"
    chat_capacity: int | None = None
    smtp_url: str | None = None
    mail_from: Address | None = None
    host: str = "127.0.0.1"
    port: int = 8000
    workers: int = 1
    demo: bool = False
    workers_folder: Path | None = None
    """Where workers of one server find each other; made by the parent, if they are several."""

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
    def capacity(self) -> int | None:
        """How many conversations an agent answers at once; None: no limit."""
        by_default = AUTOMATIC_CAPACITY if self.chat_assignment == "automatic" else None
        return self.chat_capacity or by_default

    @property
    def mail_sender(self) -> Address:
        """Whom mail comes from."""
        if self.mail_from is not None:
            return self.mail_from
        host = urlsplit(self.site_url).hostname or ""
        return Address(self.site_name, "no-reply", "localhost" if is_loopback(host) else host)

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
    chosen: dict[str, Any] = {}
    for setting in SETTINGS:
        got = given.get(setting.name, "")
        if not got:
            continue
        try:
            chosen[setting.field] = setting.read(got)
        except ValueError as error:
            shown = HIDDEN if setting.name in SECRET else got
            raise BadSetting(str(error), setting.name, shown) from None
    chosen.update({name: value for name, value in flags.items() if value is not None})
    return Settings(**chosen)


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
        return values.keys(path.read_text(encoding="utf-8").strip())
    except (OSError, ValueError) as error:
        raise Stopped(f"{path} holds no key ring: {error}") from None
