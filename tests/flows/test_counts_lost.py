"""What is lost of the counts when everything that counts dies at once: the last second, at most."""

import asyncio
import re
import secrets
import shutil
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.flows.test_clicks import PATH, STORY, Page, until
from tests.memory.test_bus import Valkey
from tests.support.servers import Portal

BOOKED_SECONDS = 1.0 + 1.5
"""A booking goes out every second; the machine of a test may be busy."""
READERS = 60


@pytest.fixture
def valkey(tmp_path: Path) -> Iterator[Valkey]:
    """The Valkey that dies, with a file in which it writes every second."""
    (tmp_path / "valkey").mkdir()
    server = Valkey(tmp_path / "valkey", "--appendonly", "yes", "--appendfsync", "everysec")
    server.start()
    yield server
    server.kill()


@pytest.fixture
def node(valkey: Valkey, tmp_path: Path) -> Iterator[Portal]:
    """The server that dies, with one article."""
    environ = {"PORTAL_REDIS_URL": valkey.url, "PORTAL_SECRET_KEYS": secrets.token_urlsafe(32)}
    (tmp_path / "data").mkdir()
    (tmp_path / "stories").mkdir()
    (tmp_path / "stories" / "harbour.md").write_text(STORY)
    portal = Portal(tmp_path / "data", environ, arguments=("--workers", "1"))
    portal.start()
    done = portal.run("import", "markdown", str(tmp_path / "stories"))
    assert done.returncode == 0, done.stderr
    yield portal
    portal.stop()


@pytest.mark.parametrize("remembers", [True, False], ids=["its file", "nothing"])
async def test_both_die_at_once(
    node: Portal, valkey: Valkey, tmp_path: Path, remembers: bool
) -> None:
    """What was counted before the last booking is shown afterwards, whatever Valkey remembers."""
    _, _, body = await asyncio.to_thread(node.get, PATH)
    found = re.search(rb'<live-count[^>]* article="(\d+)"', body)
    assert found
    article = int(found[1])
    told: list[float] = []
    pages = []
    for at in range(READERS):
        pages.append(page := await Page.open(node, article, f"reader-{at:015}"))
        assert await page.view()
        told.append(time.monotonic())
        await asyncio.sleep(0.08)
    died = time.monotonic()
    await asyncio.gather(asyncio.to_thread(node.kill), asyncio.to_thread(valkey.kill))
    for page in pages:
        await page.close()
    if not remembers:
        await asyncio.to_thread(shutil.rmtree, tmp_path / "valkey" / "appendonlydir")
    await asyncio.to_thread(valkey.start)
    await asyncio.to_thread(node.start)
    screen = await Page.open(node, article, "somebody-who-comes-after")
    await screen.watch()
    sure = sum(at < died - BOOKED_SECONDS for at in told)
    await until(lambda: screen.clicks >= sure)
    again = await Page.open(node, article, "reader-" + "9" * 15)
    assert await again.view()
    before = screen.clicks
    await asyncio.sleep(2.5)
    shown = [each["clicks"] for each in screen.shown]
    for page in (screen, again):
        await page.close()

    assert 20 < sure <= before <= READERS + 1
    assert shown == sorted(shown)
    assert before <= shown[-1] <= READERS + 1
