"""What the numbers mean, for readers: with the settings of this site, in each of its languages."""

import asyncio
from pathlib import Path
from typing import Any

import pytest

from tests.support.inside import Inside


async def said(folder: Path, valkey_url: str, path: str = "/counting", **settings: Any) -> str:
    """Return the page of a site with these settings."""
    built = await asyncio.to_thread(Inside.build, folder, valkey_url, **settings)
    async with built.open() as site, site.client() as client:
        answer = await client.get(path)
        assert answer.status_code == 200
        return answer.text


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (1_800, "within 30 min adds nothing"),
        (86_400, "within 1,440 min adds nothing"),
        (45, "within 0.8 min adds nothing"),
        (0, "Every time an article is opened is a click of its own."),
    ],
)
async def test_the_window_is_said_as_it_is_set(
    tmp_path: Path, valkey_url: str, seconds: int, words: str
) -> None:
    """From none to a day; the front page leads here."""
    assert words in await said(tmp_path, valkey_url, click_window=seconds)


async def test_who_is_one_reader_is_said_as_it_is_set(tmp_path: Path, valkey_url: str) -> None:
    """A tab, or a network."""
    page = await said(tmp_path, valkey_url, count_identity="network")

    assert "twenty tabs are one reader" in page
    assert "told by a random name" not in page


async def test_it_stands_in_every_language(tmp_path: Path, valkey_url: str) -> None:
    """One address in each; what is written otherwise is led there."""
    languages = ("en", "zh-CN", "ar")
    built = await asyncio.to_thread(Inside.build, tmp_path, valkey_url, languages=languages)
    async with built.open() as site, site.client() as client:
        chinese, arabic = await client.get("/zh-cn/counting"), await client.get("/ar/counting")
        slash, second = await client.get("/counting/"), await client.get("/counting?page=2")
        below, home = await client.get("/counting/more"), await client.get("/")

    assert "我们怎样计数" in chinese.text
    assert 'dir="rtl"' in arabic.text
    assert "كيف نعدّ" in arabic.text
    assert (slash.status_code, slash.headers["location"]) == (308, "/counting")
    assert (second.status_code, below.status_code) == (404, 404)
    assert 'href="/counting"' in home.text
