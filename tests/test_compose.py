"""compose.yaml and Dockerfile: every setting they name exists, and no secret is shipped."""

import re
from pathlib import Path
from typing import Any

import pytest
import yaml

from portal.settings import SETTINGS, load

TREE = Path(__file__).parent.parent
NAMES = {setting.name for setting in SETTINGS}


@pytest.fixture
def compose() -> dict[str, Any]:
    """The compose file, read."""
    read: dict[str, Any] = yaml.safe_load((TREE / "compose.yaml").read_text(encoding="utf-8"))
    return read


def filled(value: str, given: dict[str, str]) -> str:
    """Do what compose does with ${NAME}, ${NAME:-default} and ${NAME:?reason}."""

    def found(match: re.Match[str]) -> str:
        name, kind, rest = match.group(1), match.group(2), match.group(3)
        if name in given:
            return given[name]
        assert kind == ":-", f"{name} must be given: {rest}"
        return rest or ""

    return re.sub(r"\$\{(\w+)(:-|:\?)?([^}]*)\}", found, value)


def test_every_setting_named_is_one_and_can_be_read(compose: dict[str, Any]) -> None:
    """The environment of the service loads as settings once .env names the two secrets."""
    environment = compose["services"]["portal"]["environment"]
    given = {"PORTAL_BASE_URL": "https://news.example.com", "POSTGRES_PASSWORD": "f00"}
    settings = load({name: filled(value, given) for name, value in environment.items()})

    assert set(environment) <= NAMES
    assert settings.database_url == "postgresql://portal:f00@postgres/portal"
    assert settings.base_url == "https://news.example.com"


def test_the_dockerfile_names_only_settings() -> None:
    """So does the image."""
    named = set(re.findall(r"\bPORTAL_\w+", (TREE / "Dockerfile").read_text(encoding="utf-8")))

    assert named <= NAMES
    assert "PORTAL_DATA" in named


def test_each_service_has_a_health_check(compose: dict[str, Any]) -> None:
    """Portal, Valkey and PostgreSQL say whether they are well; the portal waits for both."""
    services = compose["services"]

    assert set(services) == {"portal", "valkey", "postgres"}
    assert all("healthcheck" in service for service in services.values())
    assert set(services["portal"]["depends_on"]) == {"valkey", "postgres"}


def test_no_secret_is_shipped(compose: dict[str, Any]) -> None:
    """Every password is asked for, none has a default."""
    secrets = [
        value
        for service in compose["services"].values()
        for name, value in service.get("environment", {}).items()
        if re.search("PASSWORD|SECRET|DATABASE_URL", name)
    ]

    assert len(secrets) >= 2
    assert all(re.search(r"\$\{\w+:\?", value) for value in secrets)
