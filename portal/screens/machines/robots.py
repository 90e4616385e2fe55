"""What a program is told before it reads anything: robots.txt, llms.txt, the manifest."""

from typing import Any, Final

from sqlalchemy.ext.asyncio import AsyncConnection

from portal.news.slugs import category_path
from portal.news.store import categories
from portal.screens.machines.shelf import Paper
from portal.settings import Settings
from portal.web.languages import language as spoken
from portal.web.templates import static, url

CLOSED: Final = ("/staff/", "/chat/", "/live", "/api/")
"""Nothing there is for the public. `/search` is open: its pages say `noindex`, and who may not
read them would never learn that."""
GROUND: Final = "#ffffff"
PNG_ICONS: Final = (192, 512)


def text(settings: Settings) -> str:
    """Return `robots.txt`."""
    site = settings.site_url
    closed = [f"Disallow: {path}" for path in CLOSED]
    maps = [f"Sitemap: {site}/sitemap.xml", f"Sitemap: {site}/sitemap-news.xml"]
    return "\n".join(["User-agent: *", *closed, "", *maps, ""])


def manifest(settings: Settings, band: str) -> dict[str, Any]:
    """Return the web app manifest.

    Args:
        band: what a browser paints its own bar in.
    """
    language = settings.languages[0]
    return {
        "id": "/",
        "name": settings.site_name,
        "short_name": settings.site_name,
        "description": settings.welcome_line,
        "lang": language,
        "dir": spoken(language, settings.timezone).direction,
        "start_url": "/",
        "scope": "/",
        "display": "minimal-ui",
        "theme_color": band,
        "background_color": GROUND,
        "categories": ["news"],
        "icons": [
            {"src": static("img/favicon.svg"), "sizes": "any", "type": "image/svg+xml"},
            *(
                {
                    "src": static(f"img/icon-{size}.png"),
                    "sizes": f"{size}x{size}",
                    "type": "image/png",
                }
                for size in PNG_ICONS
            ),
            {
                "src": static("img/icon-maskable-512.png"),
                "sizes": "512x512",
                "type": "image/png",
                "purpose": "maskable",
            },
        ],
    }


async def guide(connection: AsyncConnection, settings: Settings) -> Paper:
    """Make `llms.txt` (llmstxt.org), in one statement."""
    site = settings.site_url
    tree = await categories.tree(connection)
    lines = [
        f"# {settings.site_name}",
        "",
        f"> {settings.welcome_line}",
        "",
        "Every article is also served as Markdown: put `.md` after its address.",
        "",
        "## Newest articles, whole",
        "",
        f"- [JSON Feed]({site}/feed.json)",
        f"- [Atom]({site}/feed.atom)",
        f"- [RSS]({site}/feed.xml)",
        "",
        "## Sections",
        "",
    ]
    for each in tree.by_id.values():
        said = f": {' '.join(each.description.split())}" if each.description else ""
        lines.append(f"- [{each.name}]({site}{url(category_path(each.path))}){said}")
    return Paper("\n".join([*lines, ""]), "text/plain; charset=utf-8")
