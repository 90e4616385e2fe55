"""Every kind of page a reader can come to, in every look it has, side by side on sheets.

    python -m bench.pictures FOLDER [--only article front] [--languages en zh-CN ar]

Starts the sample newsroom, leads an installed Chromium through it, and writes
`NAME-LOOK.png` of the whole page and `NAME.png`, all looks of one page beside each other. Nothing
is judged here: whoever changed a style looks at the sheets.
"""

import argparse
import re
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.request import urlopen

from PIL import Image, ImageDraw
from playwright.sync_api import Browser, Page, sync_playwright

from bench.pages import STORY, free_port, process, wait_for

ARGUMENTS = (
    *("--no-sandbox", "--disable-gpu", "--disable-quic", "--disable-background-networking"),
    *("--disable-component-update", "--disable-sync"),
)
PAGES = {
    "front": "/",
    "category": "/news/",
    "deep": "/news/industry-news/manufacturing/",
    "article": STORY,
    "long": "/news/industry-news/manufacturing/the-mill-that-stopped-guessing",
    "short": "/news/industry-news/drift",
    "film": "/news/product-updates/how-to-read-a-vibration-spectrum",
    "tag": "/tags/europe/",
    "tags": "/tags/",
    "author": "/authors/wei-lan/",
    "authors": "/authors/",
    "month": "/archive/{month}/",
    "archive": "/archive/",
    "hits": "/search?q=harbour",
    "no-hits": "/search?q=nobodywroteofthis",
    "page": "/about",
    "letterbox": "/chat/",
    "missing": "/news/nobody-wrote-this",
}
TALLEST_PX = 6_000
"""A page is cut there on a sheet: what comes below is more of the same."""
ON_SHEET_PX = 1_800
GAP_PX = 24
TO_THE_END = """
async () => {
  for (let y = 0; y < document.body.scrollHeight; y += innerHeight) {
    scrollTo(0, y);
    await new Promise((done) => setTimeout(done, 40));
  }
  scrollTo(0, 0);
}
"""
"""Pictures are loaded as one comes to them."""


@dataclass(frozen=True)
class Look:
    """One way in which a page is looked at."""

    name: str
    width: int
    media: dict[str, Any]
    language: str = ""
    """Of the addresses; "": the site's first."""


def looks(languages: list[str]) -> Iterator[Look]:
    """Return all looks; other languages are looked at by day."""
    for scheme in ("light", "dark"):
        yield Look(f"desk-{scheme}", 1280, {"color_scheme": scheme})
        yield Look(f"phone-{scheme}", 390, {"color_scheme": scheme})
    yield Look("forced", 1280, {"color_scheme": "dark", "forced_colors": "active"})
    yield Look("print", 794, {"media": "print"})
    for tag in languages[1:]:
        yield Look(f"desk-{tag}", 1280, {"color_scheme": "light"}, tag.lower())
        yield Look(f"phone-{tag}", 390, {"color_scheme": "light"}, tag.lower())


def take(page: Page, path: str, look: Look, to: Path) -> bool:
    """Take one picture; tell whether there is such a page."""
    told = page.goto(f"/{look.language}{path}" if look.language else path)
    if told is None or (told.status == 404 and "nobody-wrote-this" not in path):
        return False
    page.wait_for_timeout(400)
    page.evaluate(TO_THE_END)
    page.wait_for_timeout(150)
    page.screenshot(path=to, full_page=True)
    return True


def photograph(browser: Browser, url: str, look: Look, paths: dict[str, str], to: Path) -> None:
    """Take a picture of every page in one look."""
    context = browser.new_context(
        base_url=url,
        viewport={"width": look.width, "height": 844 if look.width < 600 else 860},
        reduced_motion="reduce",
    )
    page = context.new_page()
    page.emulate_media(**look.media, reduced_motion="reduce")
    for name, path in paths.items():
        take(page, path, look, to / f"{name}-{look.name}.png")
    context.close()


def lay_out(name: str, to: Path, all_looks: list[Look]) -> None:
    """Put all pictures of one page beside each other, at one scale, under their names."""
    shown = []
    for look in all_looks:
        file = to / f"{name}-{look.name}.png"
        if file.exists():
            picture = Image.open(file).convert("RGB")
            picture = picture.crop((0, 0, picture.width, min(picture.height, TALLEST_PX)))
            shown.append((look.name, picture))
    if not shown:
        return
    scale = min(1.0, ON_SHEET_PX / max(picture.height for _, picture in shown))
    small = [
        (label, picture.resize((round(picture.width * scale), round(picture.height * scale))))
        for label, picture in shown
    ]
    width = sum(picture.width + GAP_PX for _, picture in small) + GAP_PX
    height = max(picture.height for _, picture in small) + 3 * GAP_PX
    sheet = Image.new("RGB", (width, height), "#808080")
    draw, x = ImageDraw.Draw(sheet), GAP_PX
    for label, picture in small:
        draw.text((x, GAP_PX // 2), label, fill="white")
        sheet.paste(picture, (x, 2 * GAP_PX))
        x += picture.width + GAP_PX
    sheet.save(to / f"{name}.png")


def main() -> None:
    """Start the demo, take all pictures, and lay them out."""
    parser = argparse.ArgumentParser(description="Every kind of page, in every look.")
    parser.add_argument("folder", type=Path)
    parser.add_argument("--only", nargs="*", default=list(PAGES), choices=list(PAGES))
    parser.add_argument("--languages", nargs="*", default=["en", "zh-CN", "ar"])
    chosen = parser.parse_args()
    chosen.folder.mkdir(parents=True, exist_ok=True)
    port = free_port()
    url = f"http://127.0.0.1:{port}"
    every = list(looks(chosen.languages))
    demo = process(
        *("portal", "demo", "--port", str(port)), PORTAL_LANGUAGES=",".join(chosen.languages)
    )
    with demo, sync_playwright() as driver:
        wait_for(f"{url}/readyz")
        with urlopen(f"{url}/archive/") as answer:
            month = re.search(r'href="/archive/(\d{4}/\d\d)/"', answer.read().decode())
        paths = {name: PAGES[name].format(month=month and month[1]) for name in chosen.only}
        browser = driver.chromium.launch(
            executable_path=shutil.which("chromium"), args=list(ARGUMENTS)
        )
        for look in every:
            photograph(browser, url, look, paths, chosen.folder)
        browser.close()
    for name in chosen.only:
        lay_out(name, chosen.folder, every)


if __name__ == "__main__":
    main()
