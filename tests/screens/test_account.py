"""The account of a number, as who works here opens it."""

import csv
import io
import json
from collections.abc import AsyncIterator
from typing import Any

import httpx2 as httpx
import pytest
from sqlalchemy import insert

from portal.audience.books import recount
from portal.clock import DAY, HOUR, system_clock
from portal.identity import Role
from portal.storage.database import Database, address
from portal.storage.tables.audience import (
    click_held,
    click_hour,
    click_refused,
    click_total,
)
from portal.storage.tables.news import article, revision
from tests.staff.test_pages import hidden, hire, sign_in
from tests.support.inside import Inside

STORY = 42
PAGE = f"/staff/board/articles/{STORY}"
MADE = {"media": [], "words": 1, "digest": "d"}
XSS = "<img src=x onerror=alert(1)>"


@pytest.fixture
async def story(site: Inside) -> AsyncIterator[Database]:
    """A story that was opened thirty times in two days; four views are held."""
    database = Database(address(None, site.settings.data))
    await database.open()
    now = system_clock()
    hour = now - now % HOUR

    async def work(c: Any) -> None:
        shown = {"status": "published", "published_revision": 1, "published_at": now - 2 * DAY}
        row = {"id": STORY, "slug": "story", "path": "news/story", "created_at": 0}
        await c.execute(insert(article).values(**row, **shown))
        text = {"article_id": STORY, "number": 1, "title": f"The {XSS} ferry", "created_at": 0}
        await c.execute(
            insert(revision).values(
                **text, body_markdown="", body_html="", authors=[], tags=[], **MADE
            )
        )
        await c.execute(insert(click_total).values(article_id=STORY, clicks=30))
        for at, clicks in ((hour - DAY, 20), (hour, 10)):
            await c.execute(insert(click_hour).values(article_id=STORY, hour=at, clicks=clicks))
        for at, n in ((hour - DAY, 3), (hour, 1)):
            held = {"article_id": STORY, "hour": at, "network": "n", "clicks": n}
            await c.execute(insert(click_held).values(held))
        refused = {"article_id": STORY, "hour": hour, "reason": "machine", "clicks": 7}
        await c.execute(insert(click_refused).values(refused))

    await database.write(work)
    yield database
    await database.close()


async def enter(site: Inside, role: Role) -> httpx.AsyncClient:
    await hire(site, role=role)
    browser = site.client()
    await sign_in(browser)
    return browser


async def decide(browser: httpx.AsyncClient, **form: str) -> httpx.Response:
    token = hidden(await browser.get("/staff/me"), "token")
    return await browser.post(PAGE, data={"token": token, **form})


async def test_a_number_opens_its_account(site: Inside, story: Database) -> None:
    """Counted, held, refused by reason, day by day and hour by hour, in words that explain."""
    browser = await enter(site, Role.EDITOR)
    page = await browser.get(PAGE)

    assert page.status_code == 200
    for words in ("Why 30", "4 held", "a program that says it is one", "Day by day", "<svg"):
        assert words in page.text
    assert XSS not in page.text
    assert page.headers["cache-control"] == "no-store"


async def test_a_release_is_shown_to_readers_at_once(site: Inside, story: Database) -> None:
    """And stands in the account with who did it and why."""
    browser = await enter(site, Role.EDITOR)
    answer = await decide(browser, verdict="released", note=f"A class. {XSS}", hour="")
    page = await browser.get(answer.headers["location"])

    assert answer.status_code == 303
    assert "Why 34" in page.text
    assert "4 released" in page.text
    assert "A class." in page.text
    assert XSS not in page.text
    assert "held</h2>" not in page.text


async def test_one_hour_may_be_discarded(site: Inside, story: Database) -> None:
    """What was held in the others waits on."""
    browser = await enter(site, Role.ADMIN)
    now = system_clock()
    await decide(browser, verdict="discarded", hour=str(now - now % HOUR - DAY))
    page = await browser.get(PAGE)

    assert "Why 30" in page.text
    assert "3 discarded" in page.text
    assert "1 held" in page.text


async def test_the_second_who_decides_is_told(site: Inside, story: Database) -> None:
    """A form sent twice counts once; what was typed is still there."""
    browser = await enter(site, Role.EDITOR)
    await decide(browser, verdict="released")
    again = await decide(browser, verdict="released", note="again")

    assert again.status_code == 409
    assert "Nothing is held there any more" in again.text
    assert "Why 34" in again.text


async def test_agents_read_and_do_not_decide(site: Inside, story: Database) -> None:
    """They see no form, and one they make up is refused."""
    browser = await enter(site, Role.AGENT)
    page = await browser.get(PAGE)
    sent = await decide(browser, verdict="released")

    assert "Release</button>" not in page.text
    assert sent.status_code == 403
    assert "Only editors and administrators" in sent.text


@pytest.mark.parametrize("path", [PAGE, f"{PAGE}/account.csv", "/staff/board/account.jsonl"])
async def test_who_is_outside_is_led_to_the_door(site: Inside, story: Database, path: str) -> None:
    """And back afterwards."""
    async with site.client() as browser:
        answer = await browser.get(path)

    assert answer.status_code == 303
    assert "/staff/sign-in" in answer.headers["location"]


@pytest.mark.parametrize(
    ("form", "status"),
    [
        ({"verdict": "doubled"}, 400),
        ({"verdict": ""}, 400),
        ({"verdict": "released", "token": "made-up"}, 403),
        ({"verdict": "released", "note": "n" * 301}, 400),
        ({"verdict": "released", "hour": "0"}, 409),
        ({"verdict": "released", "hour": "9" * 15}, 409),
        ({"verdict": "released", "hour": "9" * 16}, 400),
        ({"verdict": "released", "hour": "-1"}, 400),
        ({"verdict": "released", "hour": "1.5"}, 400),
        ({"verdict": "released", "hour": "all"}, 400),
    ],
)
async def test_what_cannot_be_meant_is_refused(
    site: Inside, story: Database, form: dict[str, str], status: int
) -> None:
    """With a sentence; nothing is decided."""
    browser = await enter(site, Role.EDITOR)
    answer = await decide(browser, **form)
    page = await browser.get(PAGE)

    assert answer.status_code == status
    assert 'role="alert"' in answer.text
    assert "4 held" in page.text


async def test_an_article_that_does_not_exist_has_no_account(site: Inside) -> None:
    """Nor one whose number is too large."""
    browser = await enter(site, Role.EDITOR)
    statuses = [
        (await browser.get(f"/staff/board/articles/{id_}")).status_code
        for id_ in ("9999", "9" * 30)
    ]

    assert statuses == [404, 404]


async def test_the_account_is_a_table_for_others(site: Inside, story: Database) -> None:
    """CSV, whose columns come to the page's sums; and lines that can be recounted."""
    browser = await enter(site, Role.AGENT)
    file = await browser.get(f"{PAGE}/account.csv")
    books = await browser.get("/staff/board/account.jsonl")
    rows = list(csv.DictReader(io.StringIO(file.text)))
    found = recount(books.text.splitlines())

    assert sum(int(row["counted"]) for row in rows) == 30
    assert sum(int(row["refused: machine"]) for row in rows) == 7
    assert "clicks-42.csv" in file.headers["content-disposition"]
    assert (found.shown, found.wrong) == (30, [])
    assert json.loads(books.text.splitlines()[0])["shown"] == 30
