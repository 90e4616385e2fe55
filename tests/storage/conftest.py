"""Fixtures of the storage's tests."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from portal.storage.database import Database, address
from portal.storage.migrate import migrate


@pytest.fixture
async def on_disk(tmp_path: Path) -> AsyncIterator[Database]:
    """An open, empty SQLite."""
    url = address(None, tmp_path)
    await migrate(url)
    opened = Database(url)
    await opened.open()
    yield opened
    await opened.close()
