"""Pictures as pages show them."""

import re
import subprocess
import time
from dataclasses import replace
from pathlib import Path

import pytest
from PIL import Image

from portal.news.importers.markdown import Report, import_folder
from portal.storage.media import Media
from tests.conftest import HeldClock
from tests.screens.conftest import SETTINGS, Newsroom
from tests.screens.test_facts import facts, meta

IMAGE = re.compile(r"<img [^>]*>")
HEAD = "---\ntitle: A story\nslug: story\ncategory: News\ndate: 2024-06-07\n"


@pytest.fixture
def source(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty folder to import, and no renditions of before."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    (tmp_path / "source").mkdir()
    return tmp_path / "source"


async def imported(newsroom: Newsroom, source: Path, clock: HeldClock) -> Report:
    """Import the folder and ring."""
    media = Media(source.parent / "media")
    report = await import_folder(newsroom.db, media, source, clock, SETTINGS)
    newsroom.pages.receive(b"{}")
    return report


def draw(path: Path, width: int, height: int, shade: int = 0) -> None:
    """Draw a picture that is no other."""
    Image.new("RGB", (width, height), (shade % 256, 80, 160)).save(path)


async def test_every_picture_of_an_article_is_one_a_browser_may_choose(
    newsroom: Newsroom, source: Path, clock: HeldClock
) -> None:
    """Two formats, four widths and more, its size; all but the first wait until they are near."""
    draw(source / "lead.png", 1700, 1000)
    draw(source / "quay.png", 1300, 900, 9)
    front = 'lead: lead.png\nlead_alt: Boats\nlead_caption: "At dawn."\nlead_credit: "Ada <b>"\n'
    body = 'Words.\n\n![A quay](quay.png "The quay. | Credit: Wei & Lan")\n'
    (source / "story.md").write_text(f"{HEAD}{front}---\n{body}")
    await imported(newsroom, source, clock)
    page = (await newsroom.get("/news/story")).text
    first, *others = IMAGE.findall(page.partition("<main")[2].partition("</main>")[0])

    assert 'fetchpriority="high"' in first
    assert "loading" not in first
    assert others
    for image in others:
        assert 'loading="lazy"' in image
        assert "fetchpriority" not in image
    for image in (first, *others):
        srcset = re.search(r' srcset="([^"]*)"', image)
        assert srcset is not None
        assert srcset[1].count("w,") >= 3
        assert re.search(r' width="\d+" height="\d+"', image)
        assert re.search(r' sizes="\(min-width', image)
    assert page.count('<source type="image/avif"') == 1 + len(others)
    assert 'At dawn. <small class="figure__credit">Ada &lt;b&gt;</small></figcaption>' in page
    assert 'The quay. <small class="figure__credit">Wei &amp; Lan</small></figcaption>' in page
    assert re.search(r'<a class="figure__open" href="/media/[0-9a-f]{16}-1600.jpg">', page)


async def test_no_page_request_makes_a_picture(
    newsroom: Newsroom, source: Path, clock: HeldClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Fifty pictures: the first who asks waits no longer for them than the second."""
    for number in range(50):
        draw(source / f"{number}.png", 400, 300, number)
    text = "\n\n".join(f"![Picture {number}]({number}.png)" for number in range(50))
    (source / "story.md").write_text(f"{HEAD}---\n{text}\n")
    await imported(newsroom, source, clock)
    monkeypatch.setattr(subprocess, "Popen", lambda *_, **__: pytest.fail("a program was started"))
    made = sorted(path.name for path in (source.parent / "media").iterdir())
    began = time.perf_counter()
    page = (await newsroom.get("/news/story")).text
    seconds = time.perf_counter() - began

    assert page.count("<img ") >= 50
    assert seconds < 2
    assert made == sorted(path.name for path in (source.parent / "media").iterdir())


async def test_search_engines_choose_from_three_shapes(
    newsroom: Newsroom, source: Path, clock: HeldClock
) -> None:
    """16:9, 4:3 and square, cut around the focal point; the card stays 1200 × 630."""
    draw(source / "lead.png", 1600, 1200)
    front = "lead: lead.png\nlead_alt: Boats\nlead_focus: 62% 30%\n"
    (source / "story.md").write_text(f"{HEAD}{front}---\nWords.\n")
    await imported(newsroom, source, clock)
    page = (await newsroom.get("/news/story")).text
    images = facts(page)["NewsArticle"]["image"]
    ratios = []
    for address in images:
        with Image.open(source.parent / "media" / address.rpartition("/")[2]) as image:
            assert image.width * image.height >= 50_000
            ratios.append(round(image.width / image.height, 2))

    assert [1.78, 1.33, 1.0] == ratios
    assert all(address.endswith("-62-30.jpg") for address in images)
    assert meta(page)["og:image"].endswith("-share-62-30.jpg")
    assert ("1200", "630") == (meta(page)["og:image:width"], meta(page)["og:image:height"])


async def test_a_list_keeps_the_focal_point_in_sight(
    newsroom: Newsroom, source: Path, clock: HeldClock
) -> None:
    """By classes: the policy allows no style of its own."""
    draw(source / "lead.png", 1600, 1200)
    front = "lead: lead.png\nlead_alt: Boats\nlead_focus: 62% 30%\n"
    (source / "story.md").write_text(f"{HEAD}{front}---\nWords.\n")
    await imported(newsroom, source, clock)
    page = (await newsroom.get("/news/")).text
    sheet = (Path(__file__).parents[2] / "static/css/listing.css").read_text()

    assert 'class="teaser__image focus-x-6 focus-y-3"' in page
    assert "style=" not in page
    assert all(
        f".focus-{axis}-{tenth} {{ --focus-{axis}: {10 * tenth}%; }}" in sheet
        for axis in "xy"
        for tenth in range(11)
    )


async def test_an_article_without_a_picture_has_a_card_of_its_title(
    newsroom: Newsroom, source: Path, clock: HeldClock
) -> None:
    """1200 × 630, drawn when it was published; it is not shown on the page."""
    (source / "story.md").write_text(f"{HEAD}---\nWords.\n")
    await imported(newsroom, source, clock)
    page = (await newsroom.get("/news/story")).text
    card = meta(page)["og:image"]

    assert re.fullmatch(r"https://portal.example/media/[0-9a-f]{16}-share.jpg", card)
    assert meta(page)["og:image:alt"] == "A story"
    assert [card] == facts(page)["NewsArticle"]["image"]
    assert "<img " not in page.partition("<main")[2].partition("</main>")[0]
    with Image.open(source.parent / "media" / card.rpartition("/")[2]) as image:
        assert (1200, 630) == image.size


async def test_a_page_names_whose_films_it_may_show(newsroom: Newsroom) -> None:
    """Nobody's, unless the house said whose; what is pressed then is decided by that."""
    await newsroom.publish("story")
    without = (await newsroom.get("/news/story")).text
    named = replace(SETTINGS, embeds=("player.vimeo.com", "www.youtube-nocookie.com"))
    newsroom.pages._site = replace(newsroom.pages._site, settings=named)
    await newsroom.publish("other")
    page = (await newsroom.get("/news/other")).text

    assert "data-embeds" not in without
    assert '<body data-embeds="player.vimeo.com www.youtube-nocookie.com"' in page
