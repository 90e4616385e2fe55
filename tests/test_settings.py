"""Settings: read once, refused in one line, told in the README."""

import os
import stat
from pathlib import Path

import pytest

from portal.errors import BadSetting, Stopped
from portal.settings import SETTINGS, check_reach, key_ring, load, make_data_folder


@pytest.fixture(autouse=True)
def elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Keep a `.env` of the tree out of the tests."""
    monkeypatch.chdir(tmp_path)


def test_defaults_need_nothing() -> None:
    """Without any setting the portal serves this machine from ./data."""
    settings = load({})

    assert settings.data == Path.cwd() / "data"
    assert settings.site_url == "http://127.0.0.1:8000"
    assert settings.welcome_line == "Welcome to Portal!"


def test_flags_come_before_environment_before_dotenv(tmp_path: Path) -> None:
    """The nearest word wins."""
    (tmp_path / ".env").write_text(
        "# comment\nexport PORTAL_SITE_NAME='From file'\nPORTAL_CLICK_WINDOW=60\nOTHER=1\n"
    )

    settings = load({"PORTAL_SITE_NAME": "From environment"}, workers=3, host=None)

    assert settings.site_name == "From environment"
    assert settings.click_window == 60
    assert settings.workers == 3
    assert settings.host == "127.0.0.1"


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("PORTAL_DATABASE_URL", "mysql://x/y"),
        ("PORTAL_REDIS_URL", "http://x"),
        ("PORTAL_BASE_URL", "example.com"),
        ("PORTAL_BASE_URL", "https://example.com/news"),
        ("PORTAL_BASE_URL", "https://user@example.com"),
        ("PORTAL_SECRET_KEYS", "short"),
        ("PORTAL_SITE_NAME", "two\nlines"),
        ("PORTAL_LANGUAGES", "e n"),
        ("PORTAL_TIMEZONE", "Mars/Olympus"),
        ("PORTAL_TIMEZONE", "../../etc/passwd"),
        ("PORTAL_TRUSTED_PROXIES", "10.0.0.0/99"),
        ("PORTAL_COUNT_IDENTITY", "cookie"),
        ("PORTAL_CLICK_WINDOW", "-1"),
        ("PORTAL_CLICK_WINDOW", "1e3"),
        ("PORTAL_DRAIN_SECONDS", "٣"),
        ("PORTAL_EMBEDS", "https://player.vimeo.com"),
        ("PORTAL_EMBEDS", "player.vimeo.com; script-src *"),
        ("PORTAL_CHAT_FIELDS", "name,shoe"),
        ("PORTAL_CHAT_FIELDS", "name,name*"),
        ("PORTAL_CHAT_CONSENT", "two\nlines"),
        ("PORTAL_CHAT_PREVIEW", "yes"),
        ("PORTAL_SMTP_URL", "mail"),
        ("PORTAL_SMTP_URL", "smtp://"),
        ("PORTAL_SMTP_URL", "smtp://mail.example:99999"),
        ("PORTAL_SMTP_URL", "smtp://mail.example/inbox"),
        ("PORTAL_MAIL_FROM", "Portal"),
        ("PORTAL_MAIL_FROM", "a@example.com, b@example.com"),
        ("PORTAL_MAIL_FROM", "Portal <a@example.com>\nBcc: b@example.com"),
        ("PORTAL_UNKNOWN", "x"),
    ],
)
def test_what_cannot_be_meant_is_one_line_with_its_name(name: str, value: str) -> None:
    """A bad value is refused by name, in one sentence."""
    with pytest.raises(BadSetting) as refused:
        load({name: value})

    assert str(refused.value).startswith(name)
    assert "\n" not in str(refused.value)


def test_every_setting_fills_a_field() -> None:
    """The table and the dataclass know each other."""
    settings = load({})

    assert all(hasattr(settings, setting.field) for setting in SETTINGS)


def test_loopback_allows_its_three_names() -> None:
    """Opened as localhost and as 127.0.0.1 it works alike."""
    origins = load({}, port=8123).origins

    assert origins == {
        "http://127.0.0.1:8123",
        "http://localhost:8123",
        "http://[::1]:8123",
    }


def test_beyond_loopback_the_address_must_be_known() -> None:
    """Bound to the world without PORTAL_BASE_URL the command stops with the line to add."""
    with pytest.raises(Stopped) as stopped:
        check_reach(load({}, host="0.0.0.0"))

    assert "PORTAL_BASE_URL=" in str(stopped.value)


def test_beyond_loopback_only_the_base_url_is_an_origin() -> None:
    """A page of localhost may not open a socket on a public server."""
    settings = load({"PORTAL_BASE_URL": "https://News.Example"}, host="0.0.0.0")
    check_reach(settings)

    assert settings.origins == {"https://news.example"}
    assert settings.secure


def test_keys_are_made_once_and_kept_for_us_alone(tmp_path: Path) -> None:
    """The key ring is made on first use, readable by its owner only, and stays."""
    settings = load({}, data=tmp_path / "data")
    make_data_folder(settings)

    first = key_ring(settings)

    assert key_ring(settings) == first
    assert stat.S_IMODE((settings.data / "secret_keys").stat().st_mode) == 0o600


@pytest.mark.skipif(os.getuid() == 0, reason="root may write anywhere")
def test_an_unwritable_folder_is_named(tmp_path: Path) -> None:
    """A data folder that cannot be written stops the command by name."""
    tmp_path.chmod(0o500)

    with pytest.raises(Stopped) as stopped:
        make_data_folder(load({}, data=tmp_path / "data"))

    assert str(tmp_path) in str(stopped.value)


def test_a_file_in_place_of_the_folder_is_named(tmp_path: Path) -> None:
    """A data folder that is a file stops the command by name."""
    (tmp_path / "data").write_text("")

    with pytest.raises(Stopped) as stopped:
        make_data_folder(load({}, data=tmp_path / "data"))

    assert str(tmp_path / "data") in str(stopped.value)


@pytest.mark.parametrize(
    ("given", "sender"),
    [
        ({}, "Portal <no-reply@localhost>"),
        ({"PORTAL_BASE_URL": "https://news.example:8443"}, "Portal <no-reply@news.example>"),
        (
            {"PORTAL_MAIL_FROM": "Harbour Post <desk@post.example>"},
            "Harbour Post <desk@post.example>",
        ),
        ({"PORTAL_MAIL_FROM": "desk@post.example"}, "desk@post.example"),
    ],
)
def test_mail_has_a_sender(given: dict[str, str], sender: str) -> None:
    """As set, or the site's name at its own host."""
    assert str(load(given).mail_sender) == sender
