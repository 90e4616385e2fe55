"""The addresses programs ask for, as the whole portal answers them."""

import pytest

from tests.support.inside import Inside

ANSWERED = {
    "/feed.xml": "application/rss+xml",
    "/feed.atom": "application/atom+xml",
    "/feed.json": "application/feed+json",
    "/sitemap.xml": "application/xml",
    "/sitemap-news.xml": "application/xml",
    "/sitemap/pages.xml": "application/xml",
    "/robots.txt": "text/plain",
    "/llms.txt": "text/plain",
    "/manifest.webmanifest": "application/manifest+json",
}


async def test_a_portal_without_articles_answers_machines(site: Inside) -> None:
    """Nothing is published yet; every address is there, without a cookie; any other is 404."""
    async with site.client() as client:
        answers = {path: await client.get(path) for path in ANSWERED}
        icon = await client.get("/favicon.ico", follow_redirects=True)
        missing = [(await client.get(path)).status_code for path in ("/no.md", "/no/feed.xml")]

    assert ANSWERED == {
        path: answer.headers["content-type"].partition(";")[0] for path, answer in answers.items()
    }
    assert {200} == {answer.status_code for answer in answers.values()}
    assert not any("set-cookie" in answer.headers for answer in answers.values())
    assert (200, "image/png") == (icon.status_code, icon.headers["content-type"])
    assert [404, 404] == missing


@pytest.mark.parametrize("path", ["/", "/news/"])
async def test_nothing_is_written_by_asking(site: Inside, path: str) -> None:
    """A feed is read, never made to be kept: only GET and HEAD are answered."""
    async with site.client() as client:
        refused = await client.post(f"{path}feed.xml")
        head = await client.head("/feed.xml")

    assert 405 == refused.status_code
    assert (200, b"") == (head.status_code, head.content)
