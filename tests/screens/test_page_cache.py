"""Rendered pages as they are kept and sent."""

import asyncio
import gzip

import httpx2 as httpx
import pytest
import zstandard

from portal.screens.page_cache import RECUT_SECONDS, Cut, Kept, PageCache, Verdict, etag
from tests.screens.conftest import HeldClicks, Newsroom


async def test_the_etag_stays_when_only_counts_move(newsroom: Newsroom) -> None:
    """In the article and in the most read; so does a copy somebody keeps."""
    done = await newsroom.publish("a")
    other = await newsroom.publish("b")
    newsroom.clicks.totals = {done.article_id: 119, other.article_id: 5000}
    before = await newsroom.get("/news/a")
    newsroom.clicks.totals = {done.article_id: 1120, other.article_id: 123_456}
    newsroom.forward(RECUT_SECONDS)
    after = await newsroom.get("/news/a")
    again = await newsroom.get("/news/a", **{"if-none-match": before.headers["etag"]})

    assert ">119</live-count>" in before.text
    assert ">1,120</live-count>" in after.text
    assert ">123,456</live-count>" in after.text
    assert before.headers["etag"] == after.headers["etag"]
    assert before.headers["etag"].startswith('W/"')
    assert (304, b"", before.headers["etag"]) == (
        again.status_code,
        again.content,
        again.headers["etag"],
    )


async def test_the_etag_moves_when_the_words_do(newsroom: Newsroom) -> None:
    """Of this page or of one it points to."""
    done = await newsroom.publish("a")
    seen = [(await newsroom.get("/news/a")).headers["etag"]]
    await newsroom.publish("a", of=done.article_id, title="Better")
    seen.append((await newsroom.get("/news/a")).headers["etag"])
    await newsroom.publish("next")
    seen.append((await newsroom.get("/news/a")).headers["etag"])

    assert len(set(seen)) == 3


async def test_a_number_in_served_bytes_is_at_most_half_a_minute_old(newsroom: Newsroom) -> None:
    """And a page is not cut anew more often than that."""
    done = await newsroom.publish("a")
    shown = []
    for total, seconds in [(1, 0.0), (2, RECUT_SECONDS - 1), (3, 1.0), (3, RECUT_SECONDS)]:
        newsroom.clicks.totals = {done.article_id: total}
        newsroom.forward(seconds)
        text = (await newsroom.get("/news/a")).text
        shown.append(text.partition('clicks="')[2].partition('"')[0])

    assert shown == ["1", "1", "3", "3"]


async def test_who_has_it_gets_304_however_he_asks(newsroom: Newsroom) -> None:
    """And who has something else, or talks nonsense, gets the page."""
    await newsroom.publish("a")
    tag = (await newsroom.get("/news/a")).headers["etag"]
    for asked in ["*", f'W/"x", {tag}', tag, tag.removeprefix("W/")]:
        assert (await newsroom.get("/news/a", **{"if-none-match": asked})).status_code == 304
    for asked in ['"x"', "garbage", '""', "W/", "," * 5_000]:
        assert (await newsroom.get("/news/a", **{"if-none-match": asked})).status_code == 200


def plain(answer: httpx.Response) -> bytes:
    """Return the page as it was before it was compressed; the client knows gzip only."""
    if answer.headers.get("content-encoding") == "zstd":
        return zstandard.decompress(answer.content)
    return answer.content


async def test_a_page_is_compressed_for_who_reads_that(newsroom: Newsroom) -> None:
    """Once, when it is cut."""
    await newsroom.publish("a")
    for accepted, coding in [
        ("gzip", "gzip"),
        ("br, GZIP;q=0.5", "gzip"),
        ("gzip, deflate, br, zstd", "zstd"),
        ("gzip, zstd;q=0", "gzip"),
        ("*", "gzip"),
        ("gzip;q=0", None),
        ("identity", None),
        ("gzipped", None),
        ("x" * 100_000, None),
        ("gzip;q=1.2.3", None),
    ]:
        answer = await newsroom.get("/news/a", **{"accept-encoding": accepted})

        assert coding == answer.headers.get("content-encoding")
        assert b"Words" in plain(answer)


def test_a_count_is_emptied_wherever_it_stands() -> None:
    """With whatever other attributes, and nothing else is."""
    page = '<live-count class="c" article="{0}" clicks="{1}" data-x="y">{1}</live-count> {2}'
    one, two = page.format(4, 5, "a"), page.format(4, 66, "a")

    assert etag(one.encode()) == etag(two.encode())
    assert etag(one.encode()) != etag(page.format(5, 5, "a").encode())
    assert etag(one.encode()) != etag(page.format(4, 5, "b").encode())


class Versions:
    """A newsroom's version that is told."""

    def __init__(self) -> None:
        self.now = 1

    async def __call__(self) -> int:
        return self.now


async def test_a_crowd_has_a_page_cut_once() -> None:
    """A hundred ask for what is not kept; one renders."""
    cache = PageCache(Versions(), HeldClicks())
    cut = 0

    async def make() -> Cut:
        nonlocal cut
        await asyncio.sleep(0.01)
        cut += 1
        return Cut("page", "/", ())

    pages = await asyncio.gather(*(cache.get(("", -1), make) for _ in range(100)))

    assert cut == 1
    assert len({id(page) for page in pages}) == 1


async def test_what_is_published_while_a_page_is_cut_is_not_missed() -> None:
    """The page is old the moment it is ready, and cut again."""
    versions = Versions()
    cache = PageCache(versions, HeldClicks())
    told = ["old", "new"]

    async def make() -> Cut:
        words = told.pop(0)
        if words == "old":
            versions.now = 2
            cache.ring()
        return Cut(words * 99, "/", ())

    await cache.get(("", -1), make)
    page = await cache.get(("", -1), make)

    assert isinstance(page, Kept)
    assert page.body.gzip is not None
    assert (page.body.plain, gzip.decompress(page.body.gzip)) == (b"new" * 99, b"new" * 99)


async def test_a_verdict_is_not_kept() -> None:
    """What was not there may be there a moment later."""
    cache = PageCache(Versions(), HeldClicks())
    answers: list[Cut | Verdict] = [Verdict(404), Cut("page", "/a", ())]

    async def make() -> Cut | Verdict:
        return answers.pop(0)

    assert Verdict(404) == await cache.get(("a", -1), make)
    assert isinstance(await cache.get(("a", -1), make), Kept)


async def test_a_failing_page_leaves_nothing_behind() -> None:
    """The next one may try."""
    cache = PageCache(Versions(), HeldClicks())

    async def fail() -> Cut:
        raise RuntimeError("template")

    for _ in range(2):
        with pytest.raises(RuntimeError):
            await cache.get(("a", -1), fail)
    await asyncio.sleep(0)

    assert cache._cutting == {}
