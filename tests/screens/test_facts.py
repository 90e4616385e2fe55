"""What pages say of themselves to machines."""

import html
import json
import re
from typing import Any

from portal.news.store import authors
from portal.news.store.authors import NewAuthor
from tests.screens.conftest import Newsroom
from tests.screens.machines import of_schema, pictured

META = re.compile(r'<meta (?:property|name)="([^"]+)" content="([^"]*)">')
LINK = re.compile(r'<link rel="alternate" type="([^"]+)" (?:title="([^"]*)" )?href="([^"]*)">')


def facts(page: str) -> dict[str, dict[str, Any]]:
    """Return a page's JSON-LD by type."""
    (text,) = re.findall(r'<script type="application/ld\+json">(.*?)</script>', page, re.DOTALL)
    return {each["@type"]: each for each in json.loads(text)["@graph"]}


def meta(page: str) -> dict[str, str]:
    """Return a page's properties; of several the last."""
    return {name: html.unescape(value) for name, value in META.findall(page)}


async def test_an_article_says_what_it_shows(newsroom: Newsroom, labels: dict[str, int]) -> None:
    """Headline, times, author, section, picture, number of clicks, as the schema asks for."""
    ada = await newsroom.db.write(
        lambda c: authors.save(c, NewAuthor(slug="ada", name="Ada </script> & Co"))
    )
    done = await newsroom.publish(
        "story",
        "news/company-news/people",
        title="A </script><b>story</b>",
        authors=(ada,),
        tags=(labels["Harbour"],),
        lead_media_id=await pictured(newsroom),
        lead_alt="The harbour",
    )
    newsroom.clicks.totals = {done.article_id: 1234}
    newsroom.pages.receive(b"{}")
    page = (await newsroom.get("/news/company-news/people/story")).text
    said = facts(page)
    of_schema("news-article", said["NewsArticle"])
    of_schema("breadcrumb-list", said["BreadcrumbList"])
    article = said["NewsArticle"]
    address = "https://portal.example/news/company-news/people/story"

    assert article["headline"] == "A </script><b>story</b>"
    assert article["mainEntityOfPage"]["@id"] == address
    assert article["datePublished"] == "2026-05-28T20:26:41Z"
    assert article["author"] == [
        {
            "@type": "Person",
            "name": "Ada </script> & Co",
            "url": "https://portal.example/authors/ada/",
        }
    ]
    assert article["publisher"]["name"] == "HiFred"
    assert article["articleSection"] == "People"
    assert article["keywords"] == ["Harbour"]
    assert article["image"][0].endswith("-share.jpg")
    assert article["interactionStatistic"]["userInteractionCount"] == 1234


async def test_the_visible_trail_is_the_one_machines_read(newsroom: Newsroom) -> None:
    """Three levels deep: what stands under "Your position", the BreadcrumbList and the address."""
    await newsroom.publish("story", "news/company-news/people")
    page = (await newsroom.get("/news/company-news/people/story")).text
    listed = facts(page)["BreadcrumbList"]["itemListElement"]
    position = page.partition('aria-label="Your position"')[2].partition("</nav>")[0]
    seen = re.findall(r">([^<>\s›:][^<>]*)<", position)

    assert ["Home", "News", "Company News", "People", "About story"] == [
        step["name"] for step in listed
    ]
    assert [step["name"] for step in listed] == [each for each in seen if "position" not in each]
    assert [1, 2, 3, 4, 5] == [step["position"] for step in listed]
    assert [
        "https://portal.example/",
        "https://portal.example/news/",
        "https://portal.example/news/company-news/",
        "https://portal.example/news/company-news/people/",
        "https://portal.example/news/company-news/people/story",
    ] == [step["item"] for step in listed]


async def test_a_link_to_an_article_gets_a_card(newsroom: Newsroom, labels: dict[str, int]) -> None:
    """1200 × 630 with its size and its words; one without a picture shows the house's."""
    await newsroom.publish(
        "story",
        tags=(labels["Harbour"],),
        lead_media_id=await pictured(newsroom),
        lead_alt='The "harbour"',
    )
    await newsroom.publish("bare")
    said = meta((await newsroom.get("/news/story")).text)
    bare = meta((await newsroom.get("/news/bare")).text)

    assert said["og:type"] == "article"
    assert said["og:title"] == "About story"
    assert said["og:url"] == "https://portal.example/news/story"
    assert said["og:image"] == "https://portal.example/media/0123456789abcdef-share.jpg"
    assert (said["og:image:width"], said["og:image:height"]) == ("1200", "630")
    assert said["og:image:alt"] == 'The "harbour"'
    assert said["twitter:card"] == "summary_large_image"
    assert said["article:published_time"] == "2026-05-28T20:26:41Z"
    assert said["article:section"] == "News"
    assert said["article:tag"] == "Harbour"
    assert said["robots"] == "max-image-preview:large"
    assert bare["og:image"].endswith("/img/share.png")
    assert bare["og:image:width"] == "1200"


async def test_the_front_page_names_the_house(newsroom: Newsroom) -> None:
    """Its organization with a logo, and where to search."""
    await newsroom.publish("story")
    said = facts((await newsroom.get("/")).text)

    assert said["WebSite"]["publisher"]["name"] == "HiFred"
    assert said["WebSite"]["publisher"]["logo"]["url"].startswith("https://portal.example/static/")
    assert "BreadcrumbList" not in said


async def test_pages_name_their_feeds(newsroom: Newsroom) -> None:
    """A listing its own before the site's; an article the site's, and its own Markdown."""
    await newsroom.publish("story", "news/company-news")
    front = LINK.findall((await newsroom.get("/")).text)
    listing = LINK.findall((await newsroom.get("/news/company-news/")).text)
    article = LINK.findall((await newsroom.get("/news/company-news/story")).text)

    assert ["/feed.xml", "/feed.atom", "/feed.json"] == [each[2] for each in front]
    assert ("application/rss+xml", "Company News – HiFred", "/news/company-news/feed.xml") == (
        listing[0]
    )
    assert ("application/rss+xml", "HiFred", "/feed.xml") == listing[3]
    assert ("text/markdown", "", "/news/company-news/story.md") in article


async def test_a_page_stays_itself_while_only_the_count_moves(newsroom: Newsroom) -> None:
    """The number is in the facts too; the ETag does not move for it."""
    done = await newsroom.publish("story")
    newsroom.clicks.totals = {done.article_id: 5}
    newsroom.pages.receive(b"{}")
    before = await newsroom.get("/news/story")
    newsroom.clicks.totals = {done.article_id: 77}
    newsroom.forward(60)
    after = await newsroom.get("/news/story")

    assert '"userInteractionCount":77' in after.text
    assert before.text != after.text
    assert before.headers["etag"] == after.headers["etag"]
