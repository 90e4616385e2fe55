"""A whole portal to ask for pages of every kind."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.support.inside import Inside


@pytest.fixture
def built(tmp_path: Path, valkey_url: str) -> Inside:
    return Inside.build(tmp_path, valkey_url)


@pytest.fixture
async def site(built: Inside) -> AsyncIterator[Inside]:
    """A portal on plain http."""
    async with built.open() as running:
        yield running


@pytest.fixture
def built_secure(tmp_path: Path, valkey_url: str) -> Inside:
    return Inside.build(tmp_path / "secure", valkey_url, base_url="https://news.example")


@pytest.fixture
async def secure_site(built_secure: Inside) -> AsyncIterator[Inside]:
    """A portal on https."""
    built_secure.settings.data.mkdir()
    async with built_secure.open() as running:
        yield running
