"""A site that looks like its company: pages with a theme, and with a template of its own."""

from collections.abc import AsyncIterator
from pathlib import Path

import httpx2 as httpx
import pytest
from starlette.applications import Starlette
from starlette.routing import Route

from portal.packed import build, folder
from portal.storage.database import Database
from portal.web.static import FOREVER
from portal.web.templates import Templates
from portal.web.theme import Theme, load
from tests.conftest import HeldClock
from tests.screens.conftest import SETTINGS, Newsroom, furnished

EXAMPLE = folder("sample") / "theme"


@pytest.fixture(scope="module")
def theme() -> Theme:
    return load(EXAMPLE / "theme.toml", Path("/nowhere"))


@pytest.fixture(scope="module")
def dressed(theme: Theme) -> Templates:
    """The templates with the example's theme and its own page."""
    made = Templates(
        site_url=SETTINGS.site_url,
        zone=SETTINGS.timezone,
        look=theme,
        instead=EXAMPLE / "templates",
    )
    made.load()
    build()
    return made


@pytest.fixture
async def house(
    database: Database, clock: HeldClock, dressed: Templates
) -> AsyncIterator[Newsroom]:
    """A newsroom that wears it."""
    async with furnished(database, clock, dressed) as made:
        yield made


async def test_pages_wear_the_theme(house: Newsroom, theme: Theme) -> None:
    """Logo, sheet behind the portal's own, bands and links; the name is still said."""
    await house.publish("a")
    base = f"/static/{build()}/theme/{theme.digest}"
    for path in ("/", "/news/", "/news/a", "/search", "/nothing"):
        text = (await house.get(path)).text

        assert text.index("css/site.css") < text.index(f'href="{base}/site.css"')
        assert f'src="{base}/logo.svg" alt="" width="188" height="48"' in text
        assert f'srcset="{base}/logo-dark.svg" media="(prefers-color-scheme: dark)"' in text
        assert 'class="masthead__name unseen"' in text
        assert f'content="{theme.bands[0]}" media="(prefers-color-scheme: light)"' in text
        assert '<a class="band__link" href="https://shop.example/">Shop</a>' in text
        assert '<a class="foot__link" href="/about">Imprint</a>' in text
    manifest = (await house.get("/manifest.webmanifest")).json()

    assert manifest["theme_color"] == theme.bands[0]


async def test_without_a_theme_pages_ask_for_nothing_more(newsroom: Newsroom) -> None:
    """One sheet, the house's mark."""
    text = (await newsroom.get("/")).text

    assert "/theme/" not in text
    assert text.count('rel="stylesheet"') == 1
    assert "img/mark.svg" in text


async def test_a_template_stands_in_for_the_portal_s(house: Newsroom) -> None:
    """And may begin with it; all others are the portal's."""
    await house.publish("about", "", title="About us")
    own, other = (await house.get("/about")).text, (await house.get("/")).text

    assert "About us</h1>" in own
    assert "a page of our own." in own
    assert "a page of our own." not in other


async def test_files_of_a_theme_may_be_kept_for_ever(theme: Theme) -> None:
    """Those of another digest are this one's, and may not be kept."""
    app = Starlette(routes=[Route("/static/{build}/theme/{digest}/{name}", theme.page)])
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://a") as client:
        ours = await client.get(f"/static/x/theme/{theme.digest}/site.css")
        older = await client.get("/static/x/theme/0123/logo.svg")
        none = await client.get(f"/static/x/theme/{theme.digest}/theme.toml")

    assert (ours.status_code, ours.headers["cache-control"]) == (200, FOREVER)
    assert ours.headers["content-type"] == "text/css; charset=utf-8"
    assert (older.status_code, older.headers["cache-control"]) == (200, "no-store")
    assert older.headers["content-type"] == "image/svg+xml"
    assert none.status_code == 404
